//! An address that leads to one PostgreSQL or another: new connections go to the current target, open ones stay where they are. Bytes can be held back, as
//! by a network that loses all packets.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::watch;

/// Which connections are silent, by their numbers.
#[derive(Debug, Clone, Copy)]
enum Silent {
    None,
    /// Those before this one, for ever.
    Before(usize),
    All,
}

pub struct Forwarder {
    pub port: u16,
    target: Arc<Mutex<PathBuf>>,
    /// How many connections were accepted.
    accepted: Arc<AtomicUsize>,
    silent: watch::Sender<Silent>,
}

impl Forwarder {
    /// `socket_dir` has the socket of a cluster.
    pub async fn to(socket_dir: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let target = Arc::new(Mutex::new(socket_dir));
        let accepted = Arc::new(AtomicUsize::new(0));
        let (silent, watched) = watch::channel(Silent::None);
        let (current, counter) = (target.clone(), accepted.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let socket = current.lock().unwrap().join(".s.PGSQL.5432");
                let number = counter.fetch_add(1, Ordering::Relaxed);
                let watched = watched.clone();
                tokio::spawn(async move {
                    let Ok(server) = UnixStream::connect(socket).await else { return };
                    let ((from_client, to_client), (from_server, to_server)) =
                        (client.into_split(), server.into_split());
                    let forth = pass(from_client, to_server, number, watched.clone());
                    tokio::join!(forth, pass(from_server, to_client, number, watched));
                });
            }
        });
        Self { port, target, accepted, silent }
    }

    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    /// From now on new connections lead to another cluster.
    pub fn switch_to(&self, socket_dir: PathBuf) {
        *self.target.lock().unwrap() = socket_dir;
    }

    /// No byte passes any connection, old or new.
    pub fn silence(&self) {
        self.silent.send_replace(Silent::All);
    }

    /// No byte passes the connections that are open now. New ones work.
    pub fn silence_open(&self) {
        self.silent.send_replace(Silent::Before(self.accepted()));
    }

    /// All connections work, and what was held back passes.
    pub fn release(&self) {
        self.silent.send_replace(Silent::None);
    }
}

/// Passes bytes on while the connection is not silent.
async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    number: usize,
    mut silent: watch::Receiver<Silent>,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count) = from.read(&mut bytes).await {
        let may_pass = |silent: &Silent| match silent {
            Silent::None => true,
            Silent::Before(first) => number >= *first,
            Silent::All => false,
        };
        if silent.wait_for(may_pass).await.is_err() || count == 0 || to.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}
