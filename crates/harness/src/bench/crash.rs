//! `kill -9` while everybody writes: what was confirmed is there, once, and everybody goes on.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::conversation::{History, LoadHistory};
use domain::live::{Event, ToClient};
use domain::wire::Envelope;
use futures_util::future::{join, try_join_all};
use tokio::time::sleep;

use crate::figures::Figures;
use crate::people::{Pair, People, Tag};
use crate::server::{Place, Server};
use crate::wire::{Ear, Line};
use crate::{Done, Fault};

/// How long to wait before the next try.
const RETRY: Duration = Duration::from_millis(20);
/// The longest that coming back may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);
/// Messages asked for at once.
const PAGE: u32 = 200;

/// What one pair went through.
struct Story {
    /// Confirmed by the server.
    stored: Vec<u32>,
    /// Heard on the live channel.
    heard: Vec<u32>,
    /// When the first message after the kill was confirmed and heard.
    back: Option<Instant>,
}

pub(crate) async fn measure(
    server: &mut Server,
    place: &Place,
    people: &People,
    time: Duration,
    figures: &mut Figures,
) -> Done {
    let authority = server.authority.clone();
    let stop = Cell::new(false);
    let began = Instant::now();
    let killed = Cell::new(None);
    let talks = people
        .pairs
        .iter()
        .enumerate()
        .map(|(at, pair)| go_on(&authority, pair, at, began, &killed, &stop));
    let crash = async {
        sleep(time / 5).await;
        server.kill()?;
        killed.set(Some(Instant::now()));
        *server = Server::start_at(place, authority.clone()).await?;
        sleep(time / 5 + Duration::from_secs(1)).await;
        stop.set(true);
        Done::Ok(())
    };
    let (stories, crashed) = join(try_join_all(talks), crash).await;
    crashed?;
    let stories = stories?;
    let killed = killed.get().ok_or("nothing was killed")?;
    let slowest = stories.iter().filter_map(|story| story.back).max();
    let back = slowest.map_or(f64::NAN, |back| (back - killed).as_secs_f64());
    let (mut lost, mut doubled, mut unheard, mut confirmed) = (0, 0, 0, 0);
    for (at, (pair, story)) in people.pairs.iter().zip(&stories).enumerate() {
        let there = history(server, pair, at, began).await?;
        let times = |number: &u32| there.get(number).copied().unwrap_or(0);
        confirmed += story.stored.len();
        lost += story.stored.iter().filter(|one| times(one) == 0).count();
        doubled += there.values().filter(|times| **times > 1).count();
        let mut heard = story.heard.clone();
        heard.sort_unstable();
        doubled += heard.windows(2).filter(|two| two[0] == two[1]).count();
        let missing = |one: &&u32| heard.binary_search(one).is_err();
        unheard += story.stored.iter().filter(missing).count();
    }
    let what = "kill -9";
    figures.add(&format!("{what}: confirmed messages"), confirmed as f64, "");
    figures.add(&format!("{what}: lost"), lost as f64, "");
    figures.add(&format!("{what}: stored, never heard"), unheard as f64, "");
    figures.add(&format!("{what}: doubled"), doubled as f64, "");
    figures.add(&format!("{what}: everybody back after"), back, "s");
    if lost + doubled + unheard > 0 || back.is_nan() {
        return Err("messages were lost or doubled, or somebody did not come back".into());
    }
    Ok(())
}

/// Writes on, over lost connections: an unconfirmed message is sent again, with its id.
async fn go_on(
    authority: &str,
    pair: &Pair,
    at: usize,
    began: Instant,
    killed: &Cell<Option<Instant>>,
    stop: &Cell<bool>,
) -> Done<Story> {
    let mut story = Story {
        stored: Vec::new(),
        heard: Vec::new(),
        back: None,
    };
    let mut after = None;
    let mut number = 0;
    let mut lost_at: Option<Instant> = None;
    while !stop.get() {
        match connected(
            authority,
            pair,
            at,
            began,
            killed,
            stop,
            &mut story,
            &mut after,
            &mut number,
        )
        .await
        {
            Ok(()) => {}
            Err(_) if lost_at.is_none_or(|lost| lost.elapsed() < PATIENCE) => {
                lost_at.get_or_insert_with(Instant::now);
                sleep(RETRY).await;
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(story)
}

/// Until the connection is lost.
#[expect(
    clippy::too_many_arguments,
    reason = "one loop, cut in two where it may fail"
)]
async fn connected(
    authority: &str,
    pair: &Pair,
    at: usize,
    began: Instant,
    killed: &Cell<Option<Instant>>,
    stop: &Cell<bool>,
    story: &mut Story,
    after: &mut Option<u64>,
    number: &mut u32,
) -> Done {
    let mut ear = Ear::open(authority, &pair.hearer, *after).await?;
    let mut line = Line::open(authority, &pair.writer).await?;
    while !stop.get() {
        let tag = tag(at, *number, began);
        let Story { heard, .. } = &mut *story;
        let hear = async {
            while !heard.contains(&tag.number) {
                let frame: ToClient = ciborium::from_reader(&ear.hear().await?[..])?;
                let ToClient::Event { seq, event } = frame else {
                    continue;
                };
                *after = Some(seq);
                let Event::Message { stored, .. } = event else {
                    continue;
                };
                let tag = Tag::find(stored.message.as_slice());
                if let Some(tag) = tag.filter(|tag| is_of(tag, at, began)) {
                    heard.push(tag.number);
                }
            }
            Ok::<_, Fault>(())
        };
        tokio::try_join!(pair.send(&mut line, tag), hear)?;
        story.stored.push(*number);
        *number += 1;
        if killed.get().is_some() && story.back.is_none() {
            story.back = Some(Instant::now());
        }
    }
    Ok(())
}

/// The ids of this part are the same when a message is sent again, and differ from other parts'.
fn tag(at: usize, number: u32, _: Instant) -> Tag {
    Tag {
        pair: u16::try_from(at).unwrap_or(u16::MAX),
        number,
        micros: CRASH,
    }
}

fn is_of(tag: &Tag, at: usize, began: Instant) -> bool {
    *tag == self::tag(at, tag.number, began)
}

/// Stands where others tell the time.
const CRASH: u64 = 0xC4A5_4000_0000;

/// How often each message of this part lies in the conversation.
async fn history(
    server: &Server,
    pair: &Pair,
    at: usize,
    began: Instant,
) -> Done<BTreeMap<u32, usize>> {
    let mut line = Line::open(&server.authority, &pair.writer).await?;
    let mut there = BTreeMap::new();
    let mut after = 0;
    loop {
        let request = LoadHistory {
            conversation: pair.conversation,
            after,
            limit: PAGE,
        };
        let mut body = Vec::new();
        ciborium::into_writer(&Envelope { request }, &mut body)?;
        let answer = line.post("conversation/load-history", &body).await?;
        let page: History = ciborium::from_reader(&answer[..])?;
        for stored in &page.messages {
            let tag = Tag::find(stored.message.as_slice());
            if let Some(tag) = tag.filter(|tag| is_of(tag, at, began)) {
                *there.entry(tag.number).or_default() += 1;
            }
            after = stored.position;
        }
        if !page.more {
            return Ok(there);
        }
    }
}
