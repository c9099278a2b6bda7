//! An address that leads to one PostgreSQL or another: new connections go to the current target, open ones stay where they are.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, UnixStream};

pub struct Forwarder {
    pub port: u16,
    target: Arc<Mutex<PathBuf>>,
    /// How many connections were accepted.
    accepted: Arc<AtomicUsize>,
}

impl Forwarder {
    /// `socket_dir` has the socket of a cluster.
    pub async fn to(socket_dir: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let target = Arc::new(Mutex::new(socket_dir));
        let accepted = Arc::new(AtomicUsize::new(0));
        let (current, counter) = (target.clone(), accepted.clone());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let socket = current.lock().unwrap().join(".s.PGSQL.5432");
                counter.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    let Ok(mut server) = UnixStream::connect(socket).await else { return };
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        Self { port, target, accepted }
    }

    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    /// From now on new connections lead to another cluster.
    pub fn switch_to(&self, socket_dir: PathBuf) {
        *self.target.lock().unwrap() = socket_dir;
    }
}
