//! A directory as large as the whole country's: 1,600 agencies, 300 of them with one topic.

use crate::stage::{self, Machine, device, found, serve};
use crate::support::{Request, Scratch, send_to};
use backend::Purpose;
use client::admin::{
    AgencyRoot, NewAgency, NewManifest, NextRootSecret, publish_directory, publish_manifest,
};
use client::agency::Topical;
use client::{Platform, Session, SystemRandom};
use domain::id::AssociationId;
use domain::map::Map;
use domain::postcode::Postcode;
use domain::profile::{Offer, Profile, Range};
use domain::topic::{AgencyChoice, TopicId};
use domain::wire::Envelope;
use server::folder::{Folder, trust_file};
use std::time::{Duration, Instant};
use tokio::task::LocalSet;

/// Everybody in the directory.
const AGENCIES: usize = 1_600;
/// Those with the topic: as many as the budget speaks of.
const OFFERING: usize = 300;
/// Entries published at once: a request has its limit.
const BATCH: usize = 400;
/// What a topic's agencies may weigh on their way (performance.md), in bytes.
const BUDGET: usize = 60_000;
const TOPIC: TopicId = TopicId(6);

const STREETS: [&str; 8] = [
    "Lindenhof",
    "Am Markt",
    "Rosengasse",
    "Mühlenweg",
    "Schulberg",
    "Uferhaus",
    "Kirchplatz",
    "Alte Post",
];
const SYLLABLES: [&str; 16] = [
    "Alt", "Berg", "Dorn", "Ehren", "Falken", "Grün", "Hohen", "Kalten", "Lich", "Neu", "Ober",
    "Rein", "Stein", "Unter", "Wald", "Wies",
];
const ENDS: [&str; 12] = [
    "bach", "burg", "dorf", "feld", "furt", "hausen", "heim", "kirchen", "rode", "stadt", "tal",
    "weiler",
];

fn pick<'a>(from: &[&'a str], number: usize) -> &'a str {
    from[number % from.len()]
}

fn place(number: usize) -> String {
    let (first, second) = (
        pick(&SYLLABLES, number * 7),
        pick(&ENDS, number * 5 + number / 16),
    );
    format!("{first}{second}")
}

fn name(number: usize) -> String {
    format!(
        "Beratungsstelle {} {}",
        pick(&STREETS, number * 3),
        place(number)
    )
}

/// Spread over the country, each for its surroundings, in one to three pieces.
fn profile(number: usize) -> Profile {
    let postcode = |number: usize| Postcode::parse(&format!("{number:05}")).unwrap();
    let step = 97_000 / OFFERING;
    let home = 1_000 + number * step;
    let pieces = 1 + number % 3;
    let ranges = (0..pieces).map(|piece| Range {
        from: postcode(home + piece * 400),
        to: postcode(home + piece * 400 + step - 1 + number % 7),
    });
    Profile {
        postcode: postcode(home),
        place: place(number),
        state: pick(&["BW", "BY", "NW", "SN", "NI"], number).to_owned(),
        offline: false,
        absence: String::new(),
        topics: vec![Offer {
            topic: TOPIC,
            choice: AgencyChoice::List,
            ranges: ranges.collect(),
            only: None,
        }],
        languages: vec!["de".to_owned()],
        hours: "Mo bis Do 9 bis 16 Uhr".to_owned(),
        description: "Wir nehmen uns Zeit.".to_owned(),
    }
}

async fn publish(session: &Session<Machine>, association: AssociationId) {
    let rng = &mut SystemRandom;
    let paper = NextRootSecret::make(rng);
    let roots: Vec<_> = (0..AGENCIES)
        .map(|_| AgencyRoot::make(rng, &paper).unwrap())
        .collect();
    let new: Vec<_> = roots
        .iter()
        .enumerate()
        .map(|(number, root)| NewAgency {
            association,
            root,
            place: place(number),
            name: name(number),
        })
        .collect();
    for some in new.chunks(BATCH) {
        publish_directory(session, &[], some).await.unwrap();
    }
    for (number, root) in roots.iter().enumerate().take(OFFERING) {
        let manifest = NewManifest {
            profile: profile(number),
            policy: stage::policy(),
            staff: vec![stage::listing(session)],
            association: None,
        };
        publish_manifest(session, root, &manifest).await.unwrap();
    }
}

async fn measure() {
    let scratch = Scratch::new();
    let folder = Folder::new(&scratch.0);
    let made = folder.make_platform(Purpose::Real, None).await.unwrap();
    let platform = Platform::parse(&trust_file(&made.trust).unwrap()).unwrap();
    let running = serve(&scratch.0, None).await;
    let address = running.local_address();
    let client = device(&address.to_string(), platform);
    let (session, association) = found(&client, &running.http.backend, &made.root_seed).await;
    publish(&session, association).await;

    // Over the wire, as browsers ask for it.
    let mut body = Vec::new();
    let request = domain::agency::ListAgencies { topic: TOPIC };
    ciborium::into_writer(&Envelope { request }, &mut body).unwrap();
    let request = Request::call("agency/list", "application/cbor", &body)
        .header("origin", &format!("http://{address}"))
        .header("accept-encoding", "br");
    let answer = send_to(address, &request.bytes(address)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-encoding"), Some("br"));
    let bytes = answer.body.len();
    assert!(bytes <= BUDGET, "{bytes} bytes for {OFFERING} agencies");

    let topical = Topical::load(&client, TOPIC).await.unwrap();
    let mut shown = 0;
    let mut slowest = Duration::ZERO;
    for number in (1_000..99_000).step_by(997) {
        let postcode = Postcode::parse(&format!("{number:05}")).unwrap();
        let began = Instant::now();
        let found = topical.find(Some(postcode), &Map::default(), None);
        slowest = slowest.max(began.elapsed());
        assert_eq!(found.refused, 0);
        assert!(found.cards.len() < 10, "{} cards", found.cards.len());
        shown += found.cards.len();
    }
    assert!(shown >= 98, "{shown} cards");
    // How long, nobody is held to: that few are verified, above, is what keeps it short.
    println!("{bytes} bytes for {OFFERING} agencies, the slowest search {slowest:?}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topics_agencies_are_small_and_quickly_searched() {
    LocalSet::new().run_until(measure()).await;
}
