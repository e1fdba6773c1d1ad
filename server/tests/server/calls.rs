//! Server functions and the contract are the same list; answers to bad calls tell nothing.

use crate::support::{Platform, Request};
use app::error::AppError;
use domain::Refusal;
use domain::wire::{CALLS, Form, PREFIX, Problem};
use server_fn::codec::{Cbor, Json};
use server_fn::{Http, ServerFn};
use std::collections::BTreeSet;

trait Formed {
    const FORM: Form;
}

impl Formed for Http<Json, Json> {
    const FORM: Form = Form::Json;
}

impl Formed for Http<Cbor, Cbor> {
    const FORM: Form = Form::Cbor;
}

fn entry<F: ServerFn<Error = AppError>>() -> (String, String)
where
    F::Protocol: Formed,
{
    (
        F::PATH.to_owned(),
        format!("{:?}", <F::Protocol as Formed>::FORM),
    )
}

/// Path and form of every server function, from their types.
fn functions() -> BTreeSet<(String, String)> {
    use app::{
        account, admin, agency, conversation, enquiry, factor, inbox, keys, live, recovery, topic,
        work,
    };
    BTreeSet::from([
        entry::<account::api::RegisterStart>(),
        entry::<account::api::RegisterFinish>(),
        entry::<account::api::SignInStart>(),
        entry::<account::api::SignInFinish>(),
        entry::<account::api::Resume>(),
        entry::<account::api::SignOut>(),
        entry::<account::api::ChangePasswordStart>(),
        entry::<account::api::ChangePassword>(),
        entry::<recovery::api::Recover>(),
        entry::<recovery::api::NewPasswordStart>(),
        entry::<recovery::api::Finish>(),
        entry::<recovery::api::Replace>(),
        entry::<factor::api::SignIn>(),
        entry::<factor::api::Confirm>(),
        entry::<factor::api::List>(),
        entry::<factor::api::StartPasskey>(),
        entry::<factor::api::StartPasskeySignIn>(),
        entry::<factor::api::PasskeySignIn>(),
        entry::<factor::api::Add>(),
        entry::<factor::api::Remove>(),
        entry::<factor::api::RenewSpare>(),
        entry::<account::api::Stay>(),
        entry::<account::api::ListSessions>(),
        entry::<account::api::EndSessions>(),
        entry::<keys::api::LoadVault>(),
        entry::<keys::api::SaveVault>(),
        entry::<keys::api::Renew>(),
        entry::<keys::api::OpenTab>(),
        entry::<keys::api::ResumeTab>(),
        entry::<keys::api::CloseTab>(),
        entry::<work::api::Ask>(),
        entry::<topic::api::List>(),
        entry::<agency::api::List>(),
        entry::<agency::api::Load>(),
        entry::<agency::api::LoadManifest>(),
        entry::<agency::api::ListMine>(),
        entry::<agency::api::PublishFreshness>(),
        entry::<admin::api::PublishDirectory>(),
        entry::<admin::api::PublishManifest>(),
        entry::<admin::api::LoadDirectory>(),
        entry::<admin::api::LoadIdentity>(),
        entry::<enquiry::api::Submit>(),
        entry::<inbox::api::List>(),
        entry::<inbox::api::Accept>(),
        entry::<conversation::api::List>(),
        entry::<conversation::api::Load>(),
        entry::<conversation::api::LoadHistory>(),
        entry::<conversation::api::SendMessage>(),
        entry::<conversation::api::Rotate>(),
        entry::<conversation::api::Delete>(),
        entry::<account::api::Delete>(),
        entry::<conversation::api::Archive>(),
        entry::<conversation::api::SaveLabel>(),
        entry::<conversation::api::SaveMark>(),
        entry::<conversation::api::LoadDraft>(),
        entry::<conversation::api::SaveDraft>(),
        entry::<live::api::Wait>(),
    ])
}

#[test]
fn the_functions_are_the_calls_of_the_contract() {
    let contract = CALLS
        .iter()
        .map(|(path, form)| (format!("{PREFIX}/{path}"), format!("{form:?}")));
    assert_eq!(functions(), contract.collect());
    let registered: BTreeSet<_> = server_fn::axum::server_fn_paths()
        .map(|(path, method)| (path.to_owned(), method.to_string()))
        .collect();
    let posts = CALLS
        .iter()
        .map(|(path, _)| (format!("{PREFIX}/{path}"), "POST".to_owned()));
    assert_eq!(registered, posts.collect());
}

#[tokio::test]
async fn what_cannot_be_read_is_malformed_everywhere() {
    let platform = Platform::start().await;
    for (path, form) in CALLS {
        for body in [
            &b""[..],
            b"\xff\xff",
            b"{",
            b"null",
            &b"\xa1\x67request\x01"[..],
        ] {
            let answer = platform
                .send(&Request::call(path, form.content_type(), body))
                .await;
            assert_eq!(answer.status, 400, "{path}");
            let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(problem, Refusal::Malformed.into(), "{path}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.header("serverfnerror"), None);
        }
        let other = if *form == Form::Json {
            Form::Cbor
        } else {
            Form::Json
        };
        let answer = platform
            .send(&Request::call(path, other.content_type(), b"{}"))
            .await;
        assert_eq!(answer.status, 400, "{path} in the other form");
    }
}

#[tokio::test]
async fn unknown_calls_are_not_found_and_say_so_as_calls_do() {
    let platform = Platform::start().await;
    for path in [
        "unknown/verb",
        "topic",
        "topic/list/more",
        "topic//list",
        "TOPIC/LIST",
    ] {
        let answer = platform
            .send(&Request::call(path, "application/json", b"{}"))
            .await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(
            serde_json::from_slice::<Problem>(&answer.body).unwrap(),
            Refusal::NotFound.into()
        );
    }
}

#[tokio::test]
async fn a_call_is_never_answered_like_a_form() {
    let platform = Platform::start().await;
    let request = Request::call("topic/list", "application/json", br#"{"request":{}}"#)
        .header("accept", "text/html")
        .header("referer", "https://elsewhere.example/");
    let answer = platform.send(&request).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("location"), None);
}

#[tokio::test]
async fn without_a_session_nothing_personal_is_answered() {
    let platform = Platform::start().await;
    let request = Request::call("account/resume", "application/cbor", b"\xa1\x67request\xa0");
    let with_wrong_cookie = request
        .clone()
        .header("cookie", "s=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    for request in [request, with_wrong_cookie] {
        let answer = platform.send(&request).await;
        assert_eq!(answer.status, 401);
        assert_eq!(
            serde_json::from_slice::<Problem>(&answer.body).unwrap(),
            Refusal::NotSignedIn.into()
        );
    }
}

#[tokio::test]
async fn topics_come_in_the_language_that_is_asked_for() {
    let platform = Platform::start().await;
    for (language, title) in [
        ("", "Suchtberatung"),
        ("de-du", "Suchtberatung"),
        ("de-leicht", "Hilfe bei Sucht"),
        ("en", "Addiction counselling"),
        ("xx", "Suchtberatung"),
    ] {
        let body = format!(r#"{{"request":{{"language":"{language}"}}}}"#);
        let request = Request::call("topic/list", "application/json", body.as_bytes());
        let answer = platform.send(&request).await.text();
        assert!(
            answer.contains(&format!("\"{title}\"")),
            "{language}: {answer}"
        );
    }
}
