//! Unique words go through a real enquiry; then nothing that the server keeps, writes or sends holds one of them, in
//! any spelling, while it runs and after it was killed.

use crate::recorder::{Recorder, Traffic};
use crate::stage::{Person, Stage};
use crate::support::{Request, free_port};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use client::conversation::Body;
use client::desk::{Desk, Seeker};
use client::inbox::Accepted;
use std::fs::File;
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

const PERSON: Person<'static> = Person {
    user_name: "kanarie-zq7xv",
    password: "papagei-qvx91-zebra-kompott",
    pseudonym: "Wellensittich Qzxj",
    postcode: "38179",
    text: "Geheimwort Nachtigall-4711-wvqz steht in dieser Anfrage.",
};
const REPLY: &str = "Antwort Rotkehlchen-0815-xkqy an Sie.";

/// From where somebody visits.
const ADDRESS: &str = "203.0.113.77";

/// What is looked for, apart from the user name, which two kinds of calls carry.
const SECRETS: [&str; 6] = [
    "Nachtigall-4711-wvqz",
    "Rotkehlchen-0815-xkqy",
    "Wellensittich Qzxj",
    "papagei-qvx91-zebra-kompott",
    "qvx91-zebra",
    "38179",
];
const NAME_MAY_STAND_IN: [&str; 3] = [
    "account/register-start",
    "account/register-finish",
    "account/sign-in-start",
];

/// A word in the spellings in which it could be hidden.
fn spellings(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![
        ("plain", word.as_bytes().to_vec()),
        ("capitals", word.to_uppercase().into_bytes()),
        ("hex", hex.clone().into_bytes()),
        ("HEX", hex.to_uppercase().into_bytes()),
        (
            "UTF-16LE",
            word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        (
            "UTF-16BE",
            word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
    ];
    // Base64 writes three bytes as four letters: the word looks different at each of three places, and its ends
    // depend on what stands beside it.
    for before in 0..3 {
        let mut shifted = vec![b'?'; before];
        shifted.extend_from_slice(word.as_bytes());
        let whole = shifted.len() / 3 * 4;
        let from = if before == 0 { 0 } else { 4 };
        for code in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = code.encode(&shifted);
            let inner = text.as_bytes()[from..whole].to_vec();
            if inner.len() >= 4 {
                all.push(("base64", inner));
            }
        }
    }
    all
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}

/// The bytes, and whatever in them unpacks as gzip or zlib.
fn unpacked(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![bytes.to_vec()];
    for (at, pair) in bytes.windows(2).enumerate() {
        let mut out = Vec::new();
        match pair {
            [0x1f, 0x8b] => {
                flate2::read::GzDecoder::new(&bytes[at..])
                    .take(1 << 20)
                    .read_to_end(&mut out)
                    .ok();
            }
            [0x78, 0x01 | 0x5e | 0x9c | 0xda] => {
                flate2::read::ZlibDecoder::new(&bytes[at..])
                    .take(1 << 20)
                    .read_to_end(&mut out)
                    .ok();
            }
            _ => {}
        }
        if !out.is_empty() {
            all.push(out);
        }
    }
    all
}

fn assert_free(place: &str, bytes: &[u8], words: &[&str]) {
    for bytes in unpacked(bytes) {
        for word in words {
            for (spelling, needle) in spellings(word) {
                assert!(
                    find(&bytes, &needle).is_none(),
                    "{place} holds {word} in {spelling}"
                );
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found
}

fn assert_kept_nothing(folder: &Path, log: &Path, tokens: &[String]) {
    let tokens = tokens.iter().map(String::as_str);
    let words: Vec<_> = SECRETS
        .into_iter()
        .chain([PERSON.user_name, ADDRESS])
        .chain(tokens)
        .collect();
    let files = files(folder);
    assert!(
        files
            .iter()
            .any(|file| file.to_string_lossy().ends_with("-wal")),
        "the write-ahead log is searched"
    );
    for file in files {
        assert_free(
            &file.to_string_lossy(),
            &std::fs::read(&file).unwrap(),
            &words,
        );
    }
    let log = std::fs::read(log).unwrap();
    assert!(
        find(&log, b"/api/enquiry/submit").is_some(),
        "the log is written"
    );
    assert_free("the log", &log, &words);
    for word in ["127.0.0.1", ADDRESS, "user-agent", "cookie"] {
        assert!(
            find(&log, word.as_bytes()).is_none(),
            "the log holds {word}"
        );
    }
}

fn assert_sent_nothing(traffic: &Traffic) {
    let (sent, answered) = (traffic.sent_to_server(), traffic.sent_to_people());
    for path in ["enquiry/submit", "inbox/accept", "conversation/send"] {
        assert!(
            find(&sent.concat(), path.as_bytes()).is_some(),
            "{path} was recorded"
        );
    }
    for flow in &answered {
        assert_free("an answer", flow, &SECRETS);
        assert_free("an answer", flow, &[PERSON.user_name]);
    }
    for flow in &sent {
        assert_free("a request", flow, &SECRETS);
        for request in requests(flow) {
            let line = request
                .split(|byte| *byte == b'\r')
                .next()
                .unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            if !NAME_MAY_STAND_IN.iter().any(|path| line.contains(path)) {
                assert_free(&line, request, &[PERSON.user_name]);
            }
        }
    }
    let bodies: Vec<u8> = sent.concat();
    assert!(
        find(&bodies, PERSON.user_name.as_bytes()).is_some(),
        "the search finds what is there"
    );
}

/// Somebody calls so often that limits are reached, and is told apart by an address.
async fn visit(server: SocketAddr) {
    for round in 0..20 {
        for path in [
            "keys/open-tab",
            "work/ask",
            "account/register-start",
            "report",
        ] {
            let kind = if path == "report" {
                "application/reports+json"
            } else {
                "application/cbor"
            };
            let request = Request::call(path, kind, b"\xa1\x67request\xa0")
                .header("x-forwarded-for", &format!("203.0.113.9, {ADDRESS}"));
            let mut stream = TcpStream::connect(server).await.unwrap();
            stream.write_all(&request.bytes(server)).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            assert!(answer.starts_with(b"HTTP/1.1 "), "{path} in round {round}");
            assert_free("an answer", &answer, &[ADDRESS]);
        }
    }
}

/// The sessions' tokens, which only browsers may know.
fn session_tokens(traffic: &Traffic) -> Vec<String> {
    let cookies = traffic.answered("set-cookie");
    let value = |cookie: &String| Some(cookie.split(';').next()?.split_once('=')?.1.to_owned());
    cookies.iter().filter_map(value).collect()
}

/// The requests of a connection, cut where the next begins.
fn requests(flow: &[u8]) -> Vec<&[u8]> {
    let mut starts: Vec<_> = (0..flow.len())
        .filter(|at| flow[*at..].starts_with(b"POST /api/") || flow[*at..].starts_with(b"GET /"))
        .collect();
    starts.push(flow.len());
    starts
        .windows(2)
        .map(|pair| &flow[pair[0]..pair[1]])
        .collect()
}

/// The program itself, so that it can be killed and its log read.
struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    async fn start(data: &Path, authority: &str, log: &Path) -> Self {
        let port = free_port();
        let child = Command::new(env!("CARGO_BIN_EXE_beistand"))
            .args(["serve", "--data", data.to_str().unwrap()])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--public-url", &format!("http://{authority}")])
            .env_remove("DATABASE_URL")
            .stderr(File::options().create(true).append(true).open(log).unwrap())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        for _ in 0..400 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self { child, address }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test]
async fn the_server_never_holds_a_word() {
    LocalSet::new().run_until(whole_enquiry()).await;
}

async fn whole_enquiry() {
    let stage = Stage::build().await;
    let data = &stage.scratch.0;
    let log = data.with_extension("log");
    let recorder = Recorder::bind().await;
    let authority = recorder.authority();
    // As behind a proxy that tells who asks; everything else on the defaults.
    let settings = "client_address = \"X-Forwarded-For\"\n";
    std::fs::write(data.join("beistand.toml"), settings).unwrap();
    let program = Program::start(data, &authority, &log).await;
    let traffic = recorder.connect_to(program.address);

    let (session, conversation) = stage.enquire(&authority, &PERSON).await;
    let counsellor = stage.counsellor(&authority).await;
    assert_eq!(
        counsellor.accept(conversation, None).await.unwrap(),
        Accepted::Mine
    );
    counsellor.send(conversation, REPLY).unwrap();
    counsellor.flush().await.unwrap();
    let seeker = Desk::<_, Seeker>::open(session, |_| {});
    seeker.refresh().await.unwrap();
    seeker.show(conversation).await.unwrap();
    let items = seeker.thread(conversation).unwrap().items;
    let read = |text| {
        items
            .iter()
            .any(|item| item.body == Body::Text(String::from(text)))
    };
    assert!(
        read(PERSON.text) && read(REPLY),
        "what was written can be read"
    );

    visit(program.address).await;
    let tokens = session_tokens(&traffic);
    assert_eq!(tokens.len(), 2);
    assert_kept_nothing(data, &log, &tokens);
    assert_sent_nothing(&traffic);
    drop(program);
    assert_kept_nothing(data, &log, &tokens);
    std::fs::remove_file(log).unwrap();
}

#[test]
fn the_search_finds_every_spelling() {
    use std::io::Write as _;
    for before in 0..5 {
        let text = format!("{}Nachtigall-4711-wvqz und mehr", "x".repeat(before));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(text.as_bytes()).unwrap();
        let hidden = [
            text.clone().into_bytes(),
            STANDARD_NO_PAD.encode(&text).into_bytes(),
            text.bytes()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
                .into_bytes(),
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            packed.finish().unwrap(),
        ];
        for bytes in hidden {
            let found =
                std::panic::catch_unwind(|| assert_free("here", &bytes, &["Nachtigall-4711-wvqz"]));
            assert!(found.is_err());
        }
    }
}
