//! Plain sockets: requests on a kept connection, and a WebSocket that only listens. What a browser
//! sends, without a library's time in between.

use domain::live::ToServer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Done;

/// The end of a head.
const END: &[u8] = b"\r\n\r\n";
/// What is read at once.
const CHUNK: usize = 4096;

/// A kept HTTP/1.1 connection of one session.
pub(crate) struct Line {
    stream: TcpStream,
    head: String,
    buffer: Vec<u8>,
}

impl Line {
    /// `cookie` as `name=value`; empty for nobody.
    pub(crate) async fn open(authority: &str, cookie: &str) -> Done<Self> {
        let mut head = format!(
            "host: {authority}\r\norigin: http://{authority}\r\nsec-fetch-site: same-origin\r\n"
        );
        if !cookie.is_empty() {
            head.push_str(&format!("cookie: {cookie}\r\n"));
        }
        Ok(Self {
            stream: dial(authority).await?,
            head,
            buffer: Vec::with_capacity(CHUNK),
        })
    }

    /// A call in CBOR; gives the answer's body.
    pub(crate) async fn post(&mut self, path: &str, body: &[u8]) -> Done<Vec<u8>> {
        let mut request = format!(
            "POST /api/{path} HTTP/1.1\r\n{}content-type: application/cbor\r\ncontent-length: {}\r\n\r\n",
            self.head,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.ask(&request).await
    }

    /// A page.
    pub(crate) async fn get(&mut self, path: &str) -> Done<Vec<u8>> {
        let request = format!("GET {path} HTTP/1.1\r\n{}\r\n", self.head);
        self.ask(request.as_bytes()).await
    }

    async fn ask(&mut self, request: &[u8]) -> Done<Vec<u8>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(at) = find(&self.buffer, END) {
                break at + END.len();
            }
            more(&mut self.stream, &mut self.buffer).await?;
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .map_or(Ok(0), |length| length.trim().parse::<usize>())?;
        while self.buffer.len() < head + length {
            more(&mut self.stream, &mut self.buffer).await?;
        }
        let body = self.buffer[head..head + length].to_vec();
        if text.starts_with("http/1.1 200") {
            return Ok(body);
        }
        let status = text.lines().next().unwrap_or_default().to_owned();
        let words = String::from_utf8_lossy(&body);
        Err(format!("{status} {}", words.chars().take(200).collect::<String>()).into())
    }
}

/// An open live channel.
pub(crate) struct Ear {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Ear {
    /// Opens the channel of a session; what comes after `after` is heard.
    pub(crate) async fn open(authority: &str, cookie: &str, after: Option<u64>) -> Done<Self> {
        let mut stream = dial(authority).await?;
        let request = format!(
            "GET /live HTTP/1.1\r\nhost: {authority}\r\norigin: http://{authority}\r\ncookie: {cookie}\r\n\
             connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut buffer = Vec::new();
        let head = loop {
            if let Some(at) = find(&buffer, END) {
                break at + END.len();
            }
            more(&mut stream, &mut buffer).await?;
        };
        if !buffer.starts_with(b"HTTP/1.1 101") {
            return Err("the live channel was not opened".into());
        }
        buffer.drain(..head);
        let mut ear = Self { stream, buffer };
        let mut resume = Vec::new();
        let wanted = ToServer::Resume {
            after,
            account: None,
            channel: None,
        };
        ciborium::into_writer(&wanted, &mut resume)?;
        ear.say(0x2, &resume).await?;
        // Hello: from now on everything is heard.
        ear.hear().await?;
        Ok(ear)
    }

    /// The next binary frame; pings are answered meanwhile.
    pub(crate) async fn hear(&mut self) -> Done<Vec<u8>> {
        loop {
            let (kind, payload) = self.frame().await?;
            match kind {
                0x2 => return Ok(payload),
                0x9 => self.say(0xA, &payload).await?,
                0x8 => return Err("the live channel was closed".into()),
                _ => {}
            }
        }
    }

    async fn frame(&mut self) -> Done<(u8, Vec<u8>)> {
        loop {
            if let Some((kind, head, length)) = frame_head(&self.buffer)
                && self.buffer.len() >= head + length
            {
                let payload = self.buffer[head..head + length].to_vec();
                self.buffer.drain(..head + length);
                return Ok((kind, payload));
            }
            more(&mut self.stream, &mut self.buffer).await?;
        }
    }

    /// A short frame, masked with zeros (RFC 6455, 5.3).
    async fn say(&mut self, kind: u8, payload: &[u8]) -> Done {
        let length = u8::try_from(payload.len())?;
        if length > 125 {
            return Err("a frame is too long".into());
        }
        let mut frame = vec![0x80 | kind, 0x80 | length, 0, 0, 0, 0];
        frame.extend_from_slice(payload);
        Ok(self.stream.write_all(&frame).await?)
    }
}

/// Kind, length of the head, length of the payload; none while the head is not whole.
fn frame_head(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let kind = bytes.first()? & 0x0f;
    match bytes.get(1)? & 0x7f {
        126 => {
            let length = bytes.get(2..4)?.try_into().ok()?;
            Some((kind, 4, usize::from(u16::from_be_bytes(length))))
        }
        127 => {
            let length = bytes.get(2..10)?.try_into().ok()?;
            Some((kind, 10, usize::try_from(u64::from_be_bytes(length)).ok()?))
        }
        short => Some((kind, 2, usize::from(short))),
    }
}

async fn dial(authority: &str) -> Done<TcpStream> {
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Done {
    buffer.reserve(CHUNK);
    if stream.read_buf(buffer).await? == 0 {
        return Err("the connection was closed".into());
    }
    Ok(())
}

/// Where `needle` stands in `bytes`.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_frames() {
        assert_eq!(frame_head(&[0x82, 5, 1]), Some((2, 2, 5)));
        assert_eq!(frame_head(&[0x82, 126, 4, 0]), Some((2, 4, 1024)));
        assert_eq!(frame_head(&[0x82, 126, 4]), None);
        assert_eq!(
            frame_head(&[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
            Some((2, 10, 65_536))
        );
    }
}
