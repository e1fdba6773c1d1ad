//! Many open channels: what each of them weighs, and how others write meanwhile.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::figures::Figures;
use crate::people::{Pair, People, Tag};
use crate::server::Server;
use crate::wire::{Ear, Line};
use crate::{Done, Extent, figures};

/// Channels of one account: many tabs, so that not every channel needs a registration.
const TABS: usize = 20;
/// Channels opened at once.
const AT_ONCE: usize = 200;
/// Descriptors that this program needs for everything else.
const OTHERS: usize = 500;

pub(crate) async fn measure(
    server: &Server,
    people: &People,
    extent: Extent,
    figures: &mut Figures,
) -> Done {
    let idle = extent.idle.min(descriptors()?.saturating_sub(OTHERS));
    if idle < extent.idle {
        figures::say(&format!(
            "  ! only {idle} channels: `ulimit -n` allows no more"
        ));
    }
    let mut cookies = Vec::new();
    for _ in 0..idle.div_ceil(TABS) {
        let (_, _, session) = people.register(server).await?;
        let cookie = session.client().world().net().inner().cookie();
        cookies.push(cookie.ok_or("no session")?);
    }
    let before = server.memory_kb()?;
    let began = Instant::now();
    let mut ears = Vec::with_capacity(idle);
    let wanted: Vec<_> = cookies.iter().cycle().take(idle).collect();
    for some in wanted.chunks(AT_ONCE) {
        let opening = some
            .iter()
            .map(|cookie| Ear::open(&server.authority, cookie, None));
        ears.extend(try_join_all(opening).await?);
    }
    let opened = idle as f64 / began.elapsed().as_secs_f64();
    figures.add("channels opened", opened, "/s");
    let each = (server.memory_kb()? - before) / idle as f64;
    figures.add(&format!("{idle} open channels: memory each"), each, "kB");
    let idle_tasks: Vec<JoinHandle<()>> = ears.into_iter().map(keep_open).collect();
    write(server, people, idle, extent, figures).await?;
    for task in idle_tasks {
        task.abort();
    }
    Ok(())
}

/// Answers pings.
fn keep_open(mut ear: Ear) -> JoinHandle<()> {
    tokio::task::spawn_local(async move { while ear.hear().await.is_ok() {} })
}

/// Messages at a fixed rate, whether or not the last one has arrived.
async fn write(
    server: &Server,
    people: &People,
    idle: usize,
    extent: Extent,
    figures: &mut Figures,
) -> Done {
    let began = Instant::now();
    let count = people.pairs.len();
    let every = Duration::from_secs_f64(count as f64 / f64::from(extent.rate));
    let talks = people
        .pairs
        .iter()
        .enumerate()
        .map(|(at, pair)| async move {
            // Not all in the same moment.
            tokio::time::sleep(every.mul_f64(at as f64 / count as f64)).await;
            paced(server, pair, at, began, every, extent.time).await
        });
    let mut times = try_join_all(talks).await?.concat();
    let what = format!("{} messages/s beside {idle} open channels", extent.rate);
    figures.add_percentiles(&what, &mut times);
    Ok(())
}

async fn paced(
    server: &Server,
    pair: &Pair,
    at: usize,
    began: Instant,
    every: Duration,
    time: Duration,
) -> Done<Vec<Duration>> {
    let mut line = Line::open(&server.authority, &pair.writer).await?;
    let mut ear = Ear::open(&server.authority, &pair.hearer, None).await?;
    let rounds = (time.as_secs_f64() / every.as_secs_f64()).ceil() as u32;
    let write = async {
        let mut clock = interval(every);
        clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for number in 0..rounds {
            clock.tick().await;
            let tag = Tag {
                pair: u16::try_from(at)?,
                number,
                micros: u64::try_from(began.elapsed().as_micros())?,
            };
            pair.send(&mut line, tag).await?;
        }
        Done::Ok(())
    };
    let hear = async {
        let mut times = Vec::new();
        while times.len() < rounds as usize {
            let frame = ear.hear().await?;
            let Some(tag) = Tag::find(&frame).filter(|tag| usize::from(tag.pair) == at) else {
                continue;
            };
            times.push(
                began
                    .elapsed()
                    .saturating_sub(Duration::from_micros(tag.micros)),
            );
        }
        Done::Ok(times)
    };
    let ((), times) = tokio::try_join!(write, hear)?;
    Ok(times)
}

/// How many files and sockets this process may have open.
fn descriptors() -> Done<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next());
    Ok(soft
        .ok_or("no limit is told")?
        .parse()
        .unwrap_or(usize::MAX))
}
