//! The load generator: keep-alive connections that send one request after another. It uses raw sockets, so that it leaves the cores to the server.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::setup::Setup;
use super::workload::{Needs, Workload};

static UNIQUE: AtomicU64 = AtomicU64::new(0);

/// A number that differs with every call.
pub fn next_unique() -> u64 {
    UNIQUE.fetch_add(1, Ordering::Relaxed)
}

pub struct Load<'a> {
    pub workload: &'a Workload,
    pub connections: usize,
    pub users: usize,
}

impl Load<'_> {
    /// The values that the users must know before the load starts. To read them is no part of the load.
    pub async fn known(&self, setup: &Setup) -> Vec<String> {
        setup.known(self.workload.needs, self.users).await
    }

    /// Runs the load with the values of [`Self::known`]. Returns the milliseconds of each request.
    pub async fn run(&self, setup: &Setup, known: &[String], duration: Duration) -> Vec<f64> {
        let deadline = Instant::now() + duration;
        let connections = (0..self.connections).map(|index| self.connection(setup, known, index, deadline));
        futures_util::future::join_all(connections).await.concat()
    }

    async fn connection(&self, setup: &Setup, known: &[String], index: usize, deadline: Instant) -> Vec<f64> {
        let mut socket = Connection::open(setup.address()).await;
        // Each connection has its own users, so that it knows their revisions.
        let users: Vec<usize> = (index..self.users).step_by(self.connections).collect();
        let mut known: Vec<String> = users.iter().map(|user| known[*user].clone()).collect();
        let mut latencies = Vec::new();
        for turn in (0..users.len()).cycle().take_while(|_| Instant::now() < deadline) {
            let unique = next_unique();
            let user = users[turn];
            let request = (self.workload.request)(user, setup.token(user), &known[turn], unique);
            let started = Instant::now();
            let answer = socket.send(&request).await;
            assert_eq!(&answer.status, self.workload.status, "{}", answer.head);
            latencies.push(started.elapsed().as_secs_f64() * 1_000.0);
            if self.workload.needs == Needs::Revision {
                known[turn] = (known[turn].parse::<u64>().unwrap() + 1).to_string();
            }
        }
        latencies
    }
}

/// A body that repeats one piece.
pub struct Pieces<'a> {
    pub head: &'a [u8],
    pub piece: &'a [u8],
    pub bytes: usize,
    pub tail: &'a [u8],
}

pub struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer {
    pub status: String,
    pub head: String,
    pub body: String,
}

impl Connection {
    pub async fn open(address: &str) -> Self {
        let socket = TcpStream::connect(address).await.unwrap();
        socket.set_nodelay(true).unwrap();
        Self { socket, buffer: Vec::with_capacity(64 * 1024) }
    }

    pub async fn send(&mut self, request: &[u8]) -> Answer {
        self.socket.write_all(request).await.unwrap();
        self.answer().await
    }

    /// Sends a body that is too large to be in memory once per connection.
    pub async fn send_in(&mut self, Pieces { head, piece, bytes, tail }: Pieces<'_>) -> Answer {
        self.socket.write_all(head).await.unwrap();
        let mut left = bytes;
        while left > 0 {
            let now = left.min(piece.len());
            self.socket.write_all(&piece[..now]).await.unwrap();
            left -= now;
        }
        self.socket.write_all(tail).await.unwrap();
        self.answer().await
    }

    /// Sends a chunked body whose pieces are made while it is sent.
    pub async fn send_chunked(&mut self, head: &[u8], pieces: impl Iterator<Item = String>) -> Answer {
        self.socket.write_all(head).await.unwrap();
        for piece in pieces {
            self.socket.write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes()).await.unwrap();
        }
        self.socket.write_all(b"0\r\n\r\n").await.unwrap();
        self.answer().await
    }

    async fn answer(&mut self) -> Answer {
        self.buffer.clear();
        let head_end = loop {
            assert_ne!(self.socket.read_buf(&mut self.buffer).await.unwrap(), 0, "the server closed the connection");
            if let Some(at) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = String::from_utf8(self.buffer[..head_end].to_vec()).unwrap();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        while self.buffer.len() < head_end + length {
            assert_ne!(self.socket.read_buf(&mut self.buffer).await.unwrap(), 0, "the server closed the connection");
        }
        let body = String::from_utf8_lossy(&self.buffer[head_end..]).into_owned();
        Answer { status: head[9..12].to_owned(), head, body }
    }
}
