//! The program itself: what it says, and how it ends.

use crate::support::{Scratch, free_port};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn beistand(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beistand"));
    command.args(arguments).env_remove("DATABASE_URL");
    command
}

fn run(arguments: &[&str]) -> Output {
    beistand(arguments).output().unwrap()
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn init(data: &Path) {
    let made = run(&[
        "init",
        "--data",
        data.to_str().unwrap(),
        "--public-url",
        "https://beratung.example",
    ]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

fn start(data: &Path, port: u16) -> Child {
    let listen = format!("127.0.0.1:{port}");
    beistand(&[
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        &listen,
    ])
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap()
}

fn wait_until_open(port: u16) {
    let until = Instant::now() + Duration::from_secs(20);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "not listening");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_platform_is_made_once_served_and_ended() {
    let scratch = Scratch::new();
    init(&scratch.0);
    for secret in ["server.key", "platform-root.seed"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(scratch.0.join(secret))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{secret}");
    }
    let again = run(&[
        "init",
        "--data",
        scratch.0.to_str().unwrap(),
        "--public-url",
        "https://b.example",
    ]);
    assert!(complaint(&again).contains("not empty"));

    let port = free_port();
    let mut server = start(&scratch.0, port);
    wait_until_open(port);
    let taken = run(&[
        "serve",
        "--data",
        scratch.0.to_str().unwrap(),
        "--listen",
        &format!("127.0.0.1:{port}"),
    ]);
    let words = complaint(&taken);
    assert!(
        words.contains(&format!("Port {port} is taken")) && words.contains("--listen"),
        "{words}"
    );

    // The key is not exchanged under a running server, nor is the folder served twice.
    let data = scratch.0.to_str().unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    for second in [
        &["keys", "rotate", "--data", data][..],
        &["serve", "--data", data, "--listen", &listen],
    ] {
        let words = complaint(&run(second));
        assert!(words.contains("Another process"), "{words}");
    }

    let ended = Command::new("kill")
        .args(["-TERM", &server.id().to_string()])
        .status()
        .unwrap();
    assert!(ended.success());
    assert!(server.wait().unwrap().success());
}

/// Wherever an exchange of the key is cut off, the next call ends it; until then nothing is served.
#[test]
fn the_server_key_is_exchanged_once_begun() {
    let scratch = Scratch::new();
    init(&scratch.0);
    let data = scratch.0.to_str().unwrap();
    let (key, next) = (
        scratch.0.join("server.key"),
        scratch.0.join("server.key.next"),
    );
    let rotate = || {
        let done = run(&["keys", "rotate", "--data", data]);
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(!next.exists());
        (
            String::from_utf8(done.stdout).unwrap(),
            std::fs::read(&key).unwrap(),
        )
    };
    let first = std::fs::read(&key).unwrap();
    let (words, second) = rotate();
    assert_ne!(first, second);
    let shown = run(&["keys", "show", "--data", data]).stdout;
    assert!(
        words.ends_with(&String::from_utf8(shown).unwrap()),
        "{words}"
    );

    // Cut off before the database knew the new key: a file that opens nothing.
    backend::config::write_new_private(&next, &[7; 32]).unwrap();
    let refused = complaint(&run(&["serve", "--data", data]));
    assert!(refused.contains("keys rotate"), "{refused}");
    let (_, third) = rotate();
    assert!(third != second && third != [7; 32]);

    // Cut off after it: the new key lies beside the old one and opens everything.
    std::fs::rename(&key, &next).unwrap();
    backend::config::write_new_private(&key, &second).unwrap();
    let (words, after) = rotate();
    assert!(words.contains("finished"), "{words}");
    assert_eq!(after, third);
}

#[test]
fn demonstrations_and_real_platforms_are_not_mixed_up() {
    let scratch = Scratch::new();
    init(&scratch.0);
    let as_demo = run(&[
        "serve",
        "--demo",
        "--data",
        scratch.0.to_str().unwrap(),
        "--listen",
        "127.0.0.1:1",
    ]);
    assert!(complaint(&as_demo).contains("without `--demo`"));
}

#[test]
fn codes_are_told_of_demonstrations_only() {
    let scratch = Scratch::new();
    init(&scratch.0);
    let data = scratch.0.to_str().unwrap();
    let real = complaint(&run(&["demo", "code", "hannah.brandt", "--data", data]));
    assert!(!real.is_empty(), "a real platform tells nobody's codes");

    let scratch = Scratch::new();
    let data = scratch.0.to_str().unwrap();
    let made = run(&["demo", "--empty", "--data", data]);
    assert!(made.status.success(), "{}", complaint(&made));
    let told = run(&["demo", "code", "hannah.brandt", "--data", data]);
    let told = String::from_utf8(told.stdout).unwrap();
    let code = told.trim();
    assert!(
        code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()),
        "{told}"
    );
    let nobody = complaint(&run(&["demo", "code", "gibt.es.nicht", "--data", data]));
    assert!(nobody.contains("gibt.es.nicht"), "{nobody}");
}

#[test]
fn faults_come_with_their_remedy() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let data = scratch.0.to_str().unwrap();
    let nothing = complaint(&run(&["serve", "--data", data]));
    assert!(
        nothing.contains("no platform yet") && nothing.contains("beistand init"),
        "{nothing}"
    );

    init(&scratch.0);
    let open = complaint(&run(&["serve", "--data", data, "--listen", "0.0.0.0:3000"]));
    assert!(
        open.contains("plain HTTP") && open.contains("proxy"),
        "{open}"
    );
    let insecure = complaint(&run(&[
        "serve",
        "--data",
        data,
        "--public-url",
        "http://beratung.example",
    ]));
    assert!(insecure.contains("https://"), "{insecure}");

    let key = scratch.0.join("server.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let shared = complaint(&run(&["serve", "--data", data]));
    assert!(shared.contains("chmod 600"), "{shared}");
    std::fs::remove_file(&key).unwrap();
    let missing = complaint(&run(&["serve", "--data", data]));
    assert!(missing.contains("backup"), "{missing}");
}

#[test]
fn other_words_are_explained() {
    let words = complaint(&run(&["dance"]));
    assert!(words.contains("Usage"), "{words}");
}
