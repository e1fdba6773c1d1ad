//! Signing in: both steps of OPAQUE, a new session, the vault.

use std::time::{Duration, Instant};

use client::account;
use domain::account::{Secretive, UserName};
use futures_util::future::try_join_all;

use crate::Done;
use crate::figures::Figures;
use crate::people::People;
use crate::quick::quick;
use crate::server::Server;

/// People who sign in again and again, at once.
const PEOPLE: usize = 8;

pub(crate) async fn measure(
    server: &Server,
    people: &People,
    time: Duration,
    figures: &mut Figures,
) -> Done {
    let mut known = Vec::new();
    for _ in 0..PEOPLE {
        let (name, password, _) = people.register(server).await?;
        known.push((name, password));
    }
    let (began, before) = (Instant::now(), server.cpu_seconds()?);
    let all = known
        .iter()
        .map(|(name, password)| again(server, name, password, began, time));
    let mut times = try_join_all(all).await?.concat();
    let (took, cpu) = (began.elapsed(), server.cpu_seconds()? - before);
    let count = times.len() as f64;
    figures.add_times("signing in", &mut times, took);
    figures.add(
        "signing in: per CPU second of the server",
        count / cpu.max(0.01),
        "",
    );
    Ok(())
}

async fn again(
    server: &Server,
    name: &UserName,
    password: &Secretive,
    began: Instant,
    time: Duration,
) -> Done<Vec<Duration>> {
    let client = quick(&server.authority, server.platform);
    let mut times = Vec::new();
    while began.elapsed() < time {
        let start = Instant::now();
        account::sign_in(&client, name, password.clone()).await?;
        times.push(start.elapsed());
    }
    Ok(times)
}
