//! Whether the time of an answer tells a name, or a recovery code, that somebody has from one that nobody has
//! (hardening.md 5.4).

use std::time::{Duration, Instant};

use client::job::{self, Job};
use client::worker::{Unstretched, answer_with};
use client::{SystemRandom, account, make_id};
use domain::Blob;
use domain::account::{
    RegisterFinish, Secretive, SignInFinish, SignInStart, SignInStarted, UserName,
};
use domain::recovery::Recover;
use domain::wire::Envelope;
use domain::work::{AskWork, Purpose, WorkAsked};
use serde::Serialize;

use crate::Done;
use crate::apart::{mann_whitney, median};
use crate::figures::Figures;
use crate::people::People;
use crate::quick::quick;
use crate::server::Server;
use crate::wire::Line;

/// Nobody has it; as long as those of the measurement.
const NOBODY: &str = "messung-00000000000000000000";

/// Asks `count` times with each name, in turns: a sign-in to its last step, with a wrong proof.
pub(crate) async fn measure(
    server: &Server,
    people: &People,
    count: usize,
    figures: &mut Figures,
) -> Done {
    let (name, _, session) = people.register(server).await?;
    let client = quick(&server.authority, server.platform);
    let wrong = Secretive("ganz ein anderes wort".to_owned());
    if account::sign_in(&client, &UserName::parse(NOBODY)?, wrong)
        .await
        .is_ok()
    {
        return Err("somebody has the name of nobody".into());
    }
    let asked = client.world().net().asked::<SignInStart>().pop();
    let start = asked.ok_or("nothing was asked")?;
    let mut line = Line::open(&server.authority, "").await?;
    let mut times = [Vec::new(), Vec::new()];
    let mut sizes = [0; 2];
    for which in turns(count) {
        let user_name = [name.as_str(), NOBODY][which].to_owned();
        let request = SignInStart {
            user_name: Secretive(user_name),
            ..start.clone()
        };
        let (time, size) = try_in_vain(&mut line, request).await?;
        times[which].push(time);
        sizes[which] = size;
    }
    if sizes[0] != sizes[1] {
        return Err("answers for known and unknown names have other sizes".into());
    }
    told("sign-in in vain", times, figures);
    let asked = session.client().world().net().asked::<RegisterFinish>();
    let known = asked
        .first()
        .ok_or("nobody was registered")?
        .code
        .id
        .clone();
    recoveries(&mut line, known, count, figures).await
}

/// The same with recovery codes: the id of one that somebody has, and one that nobody has, both with a wrong proof.
async fn recoveries(line: &mut Line, known: Blob, count: usize, figures: &mut Figures) -> Done {
    let mut times = [Vec::new(), Vec::new()];
    for which in turns(count) {
        let unknown: [u8; 16] = make_id(&mut SystemRandom);
        let id = [known.clone(), Blob::from(unknown)][which].clone();
        let request = Recover {
            id,
            proof: Blob::from([1; 32]),
            work: Some(worked(line).await?),
            factor: None,
        };
        let body = cbor(request)?;
        let began = Instant::now();
        match line.post("recovery/recover", &body).await {
            Err(fault) if fault.to_string().contains(" 401 ") => {}
            _ => return Err("a proof of nothing was not refused".into()),
        }
        times[which].push(began.elapsed());
    }
    told("recovery in vain", times, figures);
    Ok(())
}

/// Known, unknown, unknown, known: neither always comes second.
fn turns(count: usize) -> impl Iterator<Item = usize> {
    (0..2 * count).map(|turn| usize::from(turn % 4 == 1 || turn % 4 == 2))
}

fn told(what: &str, [mut known, mut unknown]: [Vec<Duration>; 2], figures: &mut Figures) {
    let p = mann_whitney(&known, &unknown);
    figures.add_percentiles(&format!("{what}, known"), &mut known);
    figures.add_percentiles(&format!("{what}, unknown"), &mut unknown);
    let apart = median(&known) - median(&unknown);
    figures.add(&format!("{what}: medians apart by"), apart.abs(), "ms");
    figures.add(&format!("{what}: Mann-Whitney p"), p, "");
}

/// Proof of work, which every try of a code costs; it is done before the clock runs.
async fn worked(line: &mut Line) -> Done<Blob> {
    let body = cbor(AskWork {
        purpose: Purpose::Recovery,
    })?;
    let answer = line.post("work/ask", &body).await?;
    let asked: WorkAsked = ciborium::from_reader(&answer[..])?;
    let mut question = Vec::new();
    ciborium::into_writer(
        &Job::Work {
            challenge: asked.challenge,
        },
        &mut question,
    )?;
    match ciborium::from_reader(&answer_with::<Unstretched>(&question)[..])? {
        job::Done::Worked { proof } => Ok(proof),
        _ => Err("the work was not done".into()),
    }
}

/// Both steps; how long they took, and the size of the first answer.
async fn try_in_vain(line: &mut Line, request: SignInStart) -> Done<(Duration, usize)> {
    let body = cbor(request)?;
    let began = Instant::now();
    let answer = line.post("account/sign-in-start", &body).await?;
    let first = began.elapsed();
    let started: SignInStarted = ciborium::from_reader(&answer[..])?;
    let body = cbor(SignInFinish {
        state: started.state,
        finish: vec![0; 64].into(),
    })?;
    let began = Instant::now();
    match line.post("account/sign-in-finish", &body).await {
        Err(fault) if fault.to_string().contains(" 401 ") => {}
        _ => return Err("a proof of nothing was not refused".into()),
    }
    Ok((first + began.elapsed(), answer.len()))
}

fn cbor<C: Serialize>(request: C) -> Done<Vec<u8>> {
    let mut body = Vec::new();
    ciborium::into_writer(&Envelope { request }, &mut body)?;
    Ok(body)
}
