//! Whether the time of an answer tells a name that somebody has from one that nobody has (hardening.md 5.4).

use std::time::{Duration, Instant};

use client::account;
use domain::account::{Secretive, SignInFinish, SignInStart, SignInStarted, UserName};
use domain::wire::Envelope;
use serde::Serialize;

use crate::Done;
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
    let (name, _, _) = people.register(server).await?;
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
    for turn in 0..2 * count {
        // Known, unknown, unknown, known: neither always comes second.
        let which = usize::from(turn % 4 == 1 || turn % 4 == 2);
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
    let p = mann_whitney(&times[0], &times[1]);
    let [known, unknown] = &mut times;
    figures.add_percentiles("sign-in in vain, known name", known);
    figures.add_percentiles("sign-in in vain, unknown name", unknown);
    let apart = median(known) - median(unknown);
    figures.add("sign-in in vain: medians apart by", apart.abs(), "ms");
    figures.add("sign-in in vain: Mann-Whitney p", p, "");
    Ok(())
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

/// In milliseconds, of sorted times.
fn median(sorted: &[Duration]) -> f64 {
    let middle = sorted.get(sorted.len() / 2);
    middle.map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// The two-sided p of the Mann-Whitney U test, by the normal approximation: the chance that two samples of one
/// distribution lie as far apart as these. Ties, which times in nanoseconds hardly have, count by their order.
fn mann_whitney(a: &[Duration], b: &[Duration]) -> f64 {
    let mut all: Vec<_> = a.iter().map(|time| (*time, true)).collect();
    all.extend(b.iter().map(|time| (*time, false)));
    all.sort_unstable();
    let ranks = (1..).zip(&all).filter(|(_, (_, first))| *first);
    let sum: f64 = ranks.map(|(rank, _)| f64::from(rank)).sum();
    let (n, m) = (a.len() as f64, b.len() as f64);
    let u = sum - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    complementary_error(z.abs() / std::f64::consts::SQRT_2)
}

/// erfc for x ≥ 0, within 1.5e-7 (Abramowitz and Stegun 7.1.26).
fn complementary_error(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let coefficients = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let sum = coefficients.iter().fold(0.0, |sum, one| (sum + one) * t);
    sum * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(of: impl Iterator<Item = u64>) -> Vec<Duration> {
        of.map(Duration::from_nanos).collect()
    }

    #[test]
    fn what_differs_is_told_from_what_does_not() {
        let even = times((0..1_000).map(|one| 2 * one));
        let odd = times((0..1_000).map(|one| 2 * one + 1));
        assert!(mann_whitney(&even, &odd) > 0.5);
        let later = times((0..1_000).map(|one| 2 * one + 201));
        assert!(mann_whitney(&even, &later) < 0.01);
        // erfc(1), to seven digits.
        assert!((complementary_error(1.0) - 0.157_299_2).abs() < 1e-6);
    }
}
