//! Writing and hearing: each pair sends its next message once the last one was stored and heard.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use crate::Done;
use crate::figures::Figures;
use crate::people::{Pair, People, Tag};
use crate::server::Server;
use crate::wire::{Ear, Line};

/// Measures `pairs` conversations at once.
pub(crate) async fn measure(
    server: &Server,
    people: &People,
    pairs: usize,
    time: Duration,
    figures: &mut Figures,
) -> Done {
    let pairs = &people.pairs[..pairs.min(people.pairs.len())];
    // Connections, caches and the database's pages are warm.
    run(server, pairs, time / 10).await?;
    let (began, before) = (Instant::now(), server.cpu_seconds()?);
    let mut times = run(server, pairs, time).await?;
    let (took, cpu) = (began.elapsed(), server.cpu_seconds()? - before);
    let what = match pairs.len() {
        1 => "one pair, sent, stored, heard".to_owned(),
        more => format!("{more} pairs, sent, stored, heard"),
    };
    let messages = times.len() as f64;
    figures.add_times(&what, &mut times, took);
    figures.add(
        &format!("{what}: per CPU second of the server"),
        messages / cpu.max(0.01),
        "",
    );
    Ok(())
}

async fn run(server: &Server, pairs: &[Pair], time: Duration) -> Done<Vec<Duration>> {
    let began = Instant::now();
    let talks = pairs
        .iter()
        .enumerate()
        .map(|(at, pair)| write(server, pair, at, began, time));
    Ok(try_join_all(talks).await?.concat())
}

async fn write(
    server: &Server,
    pair: &Pair,
    at: usize,
    began: Instant,
    time: Duration,
) -> Done<Vec<Duration>> {
    let mut line = Line::open(&server.authority, &pair.writer).await?;
    let mut ear = Ear::open(&server.authority, &pair.hearer, None).await?;
    let mut times = Vec::new();
    for number in 0.. {
        let sent = Instant::now();
        if began.elapsed() > time {
            break;
        }
        let tag = Tag {
            pair: u16::try_from(at)?,
            number,
            micros: u64::try_from(sent.duration_since(began).as_micros())?,
        };
        // A counsellor's channel tells of the other conversations too.
        let heard = async {
            while Tag::find(&ear.hear().await?) != Some(tag) {}
            Done::Ok(sent.elapsed())
        };
        let stored = pair.send(&mut line, tag);
        let (_, heard) = tokio::try_join!(stored, heard)?;
        times.push(heard);
    }
    Ok(times)
}
