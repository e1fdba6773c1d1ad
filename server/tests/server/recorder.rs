//! A wire between people and server that keeps everything that passes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// One direction of one connection.
pub(crate) type Flow = Arc<Mutex<Vec<u8>>>;

/// Everything that passed, by direction.
#[derive(Clone, Default)]
pub(crate) struct Traffic {
    pub(crate) to_server: Arc<Mutex<Vec<Flow>>>,
    pub(crate) to_people: Arc<Mutex<Vec<Flow>>>,
}

/// Where people connect; the server's address is told later.
pub(crate) struct Recorder {
    listener: TcpListener,
    pub(crate) traffic: Traffic,
}

impl Recorder {
    pub(crate) async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            listener,
            traffic: Traffic::default(),
        }
    }

    pub(crate) fn authority(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    /// Begins to pass on.
    pub(crate) fn connect_to(self, server: SocketAddr) -> Traffic {
        let traffic = self.traffic.clone();
        tokio::spawn(async move {
            while let Ok((person, _)) = self.listener.accept().await {
                let Ok(server) = TcpStream::connect(server).await else {
                    continue;
                };
                let (from_person, to_person) = person.into_split();
                let (from_server, to_server) = server.into_split();
                pass(from_person, to_server, &self.traffic.to_server);
                pass(from_server, to_person, &self.traffic.to_people);
            }
        });
        traffic
    }
}

fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, kept: &Mutex<Vec<Flow>>) {
    let flow = Flow::default();
    kept.lock().unwrap().push(flow.clone());
    tokio::spawn(async move {
        let mut part = vec![0; 16 * 1024];
        while let Ok(size) = from.read(&mut part).await {
            flow.lock().unwrap().extend_from_slice(&part[..size]);
            if size == 0 || to.write_all(&part[..size]).await.is_err() {
                break;
            }
        }
        to.shutdown().await.ok();
    });
}

impl Traffic {
    pub(crate) fn sent_to_server(&self) -> Vec<Vec<u8>> {
        copies(&self.to_server)
    }

    pub(crate) fn sent_to_people(&self) -> Vec<Vec<u8>> {
        copies(&self.to_people)
    }

    /// The lines of one header in the server's answers.
    pub(crate) fn answered(&self, header: &str) -> Vec<String> {
        let start = format!("{header}: ");
        let mut found = Vec::new();
        for flow in self.sent_to_people() {
            let text = String::from_utf8_lossy(&flow).into_owned();
            found.extend(
                text.split("\r\n")
                    .filter_map(|line| Some(line.strip_prefix(&start)?.to_owned())),
            );
        }
        found
    }
}

fn copies(flows: &Mutex<Vec<Flow>>) -> Vec<Vec<u8>> {
    flows
        .lock()
        .unwrap()
        .iter()
        .map(|flow| flow.lock().unwrap().clone())
        .collect()
}
