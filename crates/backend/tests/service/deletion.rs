//! Deletion that one can believe: at once, everywhere, and not undone by a crash or a backup.

use backend::{Backend, Database};
use crypto::message::ContentType;
use domain::Refusal;
use domain::account::{Confirmation, DeleteAccount, ResumeSession};
use domain::agency::Roles;
use domain::conversation::{
    ArchiveConversation, DeleteConversation, ListConversations, LoadConversation, SendMessage,
};
use domain::inbox::ListInbox;
use domain::live::{Event, ToClient};
use domain::time::DAY;
use sea_orm::ConnectionTrait as _;

use crate::support::agency::COUNSELLOR;
use crate::support::case::Case;
use crate::support::database::file;
use crate::support::person::{confirmation, sign_in, stretch};
use crate::support::{Person, Scene, World, refused};

crate::on_both! {
    a_deleted_conversation_is_gone_for_everybody,
    a_waiting_enquiry_leaves_the_inbox,
    deleting_needs_the_password_and_the_seeker,
    a_deleted_account_leaves_nothing,
    what_was_put_away_is_kept_as_long_as_its_agency_says,
    accounts_that_nobody_uses_are_deleted,
    yesterdays_backup_opens_nothing_that_was_deleted,
}

const NAME: &str = "stiller-bach27";
const PASSWORD: &str = "apfel birne kirsche dattel";

/// A scene whose seeker can sign in.
async fn scene(world: &World) -> Scene {
    let mut scene = Scene::new(world).await;
    let association = scene.agency.association;
    scene.seeker = Person::with_password(world, NAME, PASSWORD, association).await;
    scene
}

async fn delete(world: &World, by: &Person, case: &Case) -> Result<(), backend::Error> {
    let request = DeleteConversation {
        conversation: case.id,
        confirmation: confirmation(world, NAME, PASSWORD).await,
    };
    world
        .backend
        .conversations()
        .delete(&by.actor, request)
        .await
}

/// Everything that the outbox of somebody says.
pub(crate) async fn told(world: &World, person: &Person) -> Vec<Event> {
    let mut events = Vec::new();
    let mut after = 0;
    loop {
        let question = person.question(Some(after));
        let frames = world.backend.live().wait(&person.actor, question).await;
        let before = events.len();
        for frame in frames.unwrap() {
            if let ToClient::Event { seq, event } = frame {
                assert_eq!(seq, after + 1, "no gap");
                after = seq;
                events.push(event);
            }
        }
        if events.len() == before {
            return events;
        }
    }
}

/// Whether somebody has this name: then nobody else can take it.
async fn is_taken(world: &World, person: &Person) -> bool {
    stretch(world, &person.name, PASSWORD).await.is_err()
}

/// What the databases hold of these bytes, in every file.
pub(crate) fn stored(world: &World, needle: &[u8]) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(world.config.wraps.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(path).unwrap();
            found += bytes
                .windows(needle.len())
                .filter(|window| *window == needle)
                .count();
        }
    }
    found
}

/// Each wrap begins with its type, suite and conversation.
fn wrap(case: &Case) -> Vec<u8> {
    [&[0x0B, 1][..], case.id.as_bytes()].concat()
}

pub(crate) fn is_sqlite(world: &World) -> bool {
    matches!(world.config.database, Database::Sqlite(_))
}

async fn rows(world: &World, of: &Person) -> usize {
    let conversations = world.backend.conversations();
    let rows = conversations.list(&of.actor, ListConversations {}).await;
    rows.unwrap().len()
}

async fn a_deleted_conversation_is_gone_for_everybody(world: &World) {
    let scene = scene(world).await;
    let case = scene.accepted(world).await;
    let other = scene.accepted(world).await;
    let message = case.message(world, &scene.seeker, ContentType::TEXT, b"Hallo");
    let conversations = world.backend.conversations();
    let request = SendMessage::new(message);
    conversations
        .send(&scene.seeker.actor, request)
        .await
        .unwrap();
    delete(world, &scene.seeker, &case).await.unwrap();
    let gone = Event::Gone {
        conversation: case.id,
    };
    // What was told of it before says now that it is gone, too.
    let told = told(world, &scene.first).await;
    assert!(
        told.iter().filter(|event| **event == gone).count() > 1,
        "{told:?}"
    );
    assert!(told.iter().all(|event| match event {
        Event::Message { conversation, .. } | Event::Epoch { conversation, .. } =>
            *conversation != case.id,
        _ => true,
    }));
    for person in [&scene.seeker, &scene.first] {
        assert_eq!(rows(world, person).await, 1);
        let request = LoadConversation {
            conversation: case.id,
        };
        let loaded = conversations.load(&person.actor, request).await;
        assert_eq!(refused(loaded), Refusal::NotFound);
    }
    // Asked again it is not there.
    let again = delete(world, &scene.seeker, &case).await;
    assert_eq!(refused(again), Refusal::NotFound);
    world.backend.close().await;
    assert_eq!(stored(world, case.epochs[1].0.as_bytes()), 0);
    if is_sqlite(world) {
        assert!(stored(world, other.epochs[1].0.as_bytes()) > 0);
    }
    assert_eq!(stored(world, &wrap(&case)), 0);
    assert!(stored(world, &wrap(&other)) > 0);
}

async fn a_waiting_enquiry_leaves_the_inbox(world: &World) {
    let scene = scene(world).await;
    let case = scene.waiting(world).await;
    delete(world, &scene.seeker, &case).await.unwrap();
    let inbox = world.backend.inbox();
    let waiting = inbox.list(&scene.first.actor, ListInbox {}).await.unwrap();
    assert!(waiting.is_empty());
    let (_, request) = case.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
    let late = inbox.accept(&scene.first.actor, request).await;
    assert_eq!(refused(late), Refusal::NotFound);
}

async fn deleting_needs_the_password_and_the_seeker(world: &World) {
    let scene = scene(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let wrong = DeleteConversation {
        conversation: case.id,
        confirmation: Confirmation {
            state: vec![0; 90].into(),
            finish: vec![0; 64].into(),
        },
    };
    let result = conversations.delete(&scene.seeker.actor, wrong).await;
    assert!(matches!(
        refused(result),
        Refusal::SignInExpired | Refusal::Malformed | Refusal::WrongCredentials
    ));
    let association = scene.agency.association;
    Person::with_password(world, "andere-person12", PASSWORD, association).await;
    // Somebody else's password is none.
    let foreign = DeleteConversation {
        conversation: case.id,
        confirmation: confirmation(world, "andere-person12", PASSWORD).await,
    };
    let result = conversations.delete(&scene.seeker.actor, foreign).await;
    assert_eq!(refused(result), Refusal::WrongCredentials);
    let by_staff = delete(world, &scene.first, &case).await;
    assert_eq!(refused(by_staff), Refusal::NotAllowed);
    let confirmation = confirmation(world, NAME, PASSWORD).await;
    let accounts = world.backend.accounts();
    let staff = accounts
        .delete(&scene.first.actor, DeleteAccount { confirmation })
        .await;
    assert_eq!(refused(staff), Refusal::NotAllowed);
    assert_eq!(rows(world, &scene.seeker).await, 1);
}

async fn a_deleted_account_leaves_nothing(world: &World) {
    let scene = scene(world).await;
    let accepted = scene.accepted(world).await;
    let waiting = scene.waiting(world).await;
    let stays = world.seeker(scene.agency.association).await;
    let accounts = world.backend.accounts();
    let confirmation = confirmation(world, NAME, PASSWORD).await;
    accounts
        .delete(&scene.seeker.actor, DeleteAccount { confirmation })
        .await
        .unwrap();
    let token = Some(scene.seeker.token.as_str());
    let after = world.backend.sessions().resolve(token).await.unwrap();
    let accounts = world.backend.accounts();
    let resumed = accounts.resume(&after, ResumeSession {}).await;
    assert_eq!(refused(resumed), Refusal::NotSignedIn);
    assert_eq!(rows(world, &scene.first).await, 0);
    assert!(sign_in(world, NAME, PASSWORD).await.is_err());
    world.backend.close().await;
    // Only that they are gone is told, under their ids, for seven days.
    for case in [&accepted, &waiting] {
        for (record, _) in &case.epochs {
            assert_eq!(stored(world, record.as_bytes()), 0);
        }
        assert_eq!(stored(world, &wrap(case)), 0);
    }
    assert_eq!(stored(world, scene.seeker.account.as_bytes()), 0);
    if is_sqlite(world) {
        assert!(stored(world, stays.account.as_bytes()) > 0);
    }
}

async fn what_was_put_away_is_kept_as_long_as_its_agency_says(world: &World) {
    let mut scene = scene(world).await;
    let (case, other) = (scene.accepted(world).await, scene.accepted(world).await);
    // Another manifest, whose rules keep thirty days.
    scene.agency.retention_days = 30;
    let team = &mut [(&mut scene.first, COUNSELLOR.and(Roles::LEAD))];
    scene.agency.staff(world, &scene.admin, team).await;
    let conversations = world.backend.conversations();
    let archive = async |case: &Case, archived| {
        let request = ArchiveConversation {
            conversation: case.id,
            archived,
            count: 9,
        };
        conversations
            .archive(&scene.first.actor, request)
            .await
            .unwrap();
    };
    archive(&case, true).await;
    archive(&other, true).await;
    let request = LoadConversation {
        conversation: case.id,
    };
    let row = conversations
        .load(&scene.first.actor, request)
        .await
        .unwrap();
    assert_eq!(row.closed, Some(world.now().day()));
    // Counted from the beginning of the day.
    let closed = world.now().0 - world.now().0 % DAY;
    let at = |days: i64| domain::time::Timestamp(closed + days * DAY);
    let due = world.backend.retention(at(30)).await.unwrap();
    assert_eq!(due.conversations, 2);
    archive(&other, false).await;
    for (time, there) in [(at(29), 2), (at(30), 1)] {
        world.backend.run_due(time).await.unwrap();
        assert_eq!(rows(world, &scene.first).await, there);
    }
    let left = conversations
        .list(&scene.first.actor, ListConversations {})
        .await
        .unwrap();
    assert_eq!((left[0].conversation, left[0].closed), (other.id, None));
}

async fn accounts_that_nobody_uses_are_deleted(world: &World) {
    let scene = scene(world).await;
    let case = scene.waiting(world).await;
    let empty = world.seeker(scene.agency.association).await;
    let day = |days: i64| world.now().plus(days * DAY);
    let report = async |days| world.backend.retention(day(days)).await.unwrap();
    assert_eq!((report(29).await.empty, report(29).await.quiet), (0, 0));
    // The scene's own has never written either.
    assert_eq!((report(30).await.empty, report(30).await.quiet), (2, 0));
    // A report deletes nothing.
    assert!(is_taken(world, &empty).await);
    world.backend.run_due(day(30)).await.unwrap();
    assert!(!is_taken(world, &empty).await);
    assert!(is_taken(world, &scene.seeker).await);
    assert_eq!(report(364).await.quiet, 0);
    assert_eq!(report(365).await.quiet, 1);
    world.backend.run_due(day(365)).await.unwrap();
    assert!(!is_taken(world, &scene.seeker).await);
    // Staff are no seekers.
    assert!(is_taken(world, &scene.first).await);
    world.backend.close().await;
    assert_eq!(stored(world, &wrap(&case)), 0);
}

/// The main database of before the deletion, beside the wraps of after it: the rows are back, and no member's keys open
/// them. The wrap store is the same file on both databases.
async fn yesterdays_backup_opens_nothing_that_was_deleted(world: &World) {
    let Database::Sqlite(main) = &world.config.database else {
        return;
    };
    let scene = scene(world).await;
    let (gone, stays) = (scene.accepted(world).await, scene.accepted(world).await);
    let backup = main.with_extension("backup");
    let db = file(main);
    db.execute_unprepared(&format!("VACUUM INTO '{}'", backup.display()))
        .await
        .unwrap();
    db.close().await.unwrap();
    delete(world, &scene.seeker, &gone).await.unwrap();
    world.backend.close().await;
    for wal in ["sqlite-wal", "sqlite-shm"] {
        std::fs::remove_file(main.with_extension(wal)).ok();
    }
    std::fs::copy(&backup, main).unwrap();

    let backend = Backend::open(world.config.clone()).await.unwrap();
    for person in [&scene.seeker, &scene.first] {
        let rows = backend
            .conversations()
            .list(&person.actor, ListConversations {})
            .await
            .unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows {
            assert!(row.newest.is_some(), "the messages are back");
            assert_eq!(row.wraps.is_empty(), row.conversation == gone.id);
            assert!(row.conversation == gone.id || row.conversation == stays.id);
        }
    }
    backend.close().await;
}
