//! The load: keep-alive connections that send one request after another. Raw sockets, so that the generator leaves the two cores
//! to what is measured.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::stage::Stage;
use super::workload::Workload;

static UNIQUE: AtomicU64 = AtomicU64::new(0);

pub struct Load<'a> {
    pub workload: &'a Workload,
    pub connections: usize,
    pub users: usize,
}

impl Load<'_> {
    /// The milliseconds that each request took.
    pub async fn run(&self, stage: &Stage, duration: Duration) -> Vec<f64> {
        let deadline = Instant::now() + duration;
        // Only where the workload sends them: asking for them is load too.
        let etags =
            if self.workload.needs_etag { stage.etags(self.users).await } else { vec![String::new(); self.users] };
        let connections = (0..self.connections).map(|_| self.connection(stage, &etags, deadline));
        futures_util::future::join_all(connections).await.concat()
    }

    async fn connection(&self, stage: &Stage, etags: &[String], deadline: Instant) -> Vec<f64> {
        let mut socket = Connection::open(stage.address()).await;
        let mut latencies = Vec::new();
        while Instant::now() < deadline {
            let unique = UNIQUE.fetch_add(1, Ordering::Relaxed);
            // Users in an order without pattern, so that connections rarely meet.
            let user = (unique as usize).wrapping_mul(101) % self.users;
            let request = (self.workload.request)(user, stage.token(user), &etags[user], unique);
            let started = Instant::now();
            let answer = socket.send(&request).await;
            assert_eq!(&answer.status, self.workload.status, "{}", answer.head);
            latencies.push(started.elapsed().as_secs_f64() * 1_000.0);
        }
        latencies
    }
}

pub struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer {
    pub status: String,
    pub head: String,
}

impl Connection {
    pub async fn open(address: &str) -> Self {
        let socket = TcpStream::connect(address).await.unwrap();
        socket.set_nodelay(true).unwrap();
        Self { socket, buffer: Vec::with_capacity(64 * 1024) }
    }

    pub async fn send(&mut self, request: &[u8]) -> Answer {
        self.socket.write_all(request).await.unwrap();
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
        Answer { status: head[9..12].to_owned(), head }
    }
}
