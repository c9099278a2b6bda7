//! A load balancer for TCP that respects readiness: a new connection goes to the next server that says it is ready, and stays there. It repeats no request.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::{eventually, http_client};

/// How often readiness is asked for.
const PROBE_EVERY: Duration = Duration::from_millis(50);

#[derive(Clone)]
struct Backend {
    url: String,
    is_ready: bool,
}

type Backends = Arc<RwLock<Vec<Backend>>>;

pub struct Balancer {
    pub url: String,
    backends: Backends,
    _tasks: JoinSet<()>,
}

impl Balancer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let backends = Backends::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, backends.clone()));
        tasks.spawn(probe(backends.clone()));
        Self { url, backends, _tasks: tasks }
    }

    /// Adds a server, and waits until it gets connections.
    pub async fn add(&self, url: &str) {
        self.backends.write().unwrap().push(Backend { url: url.to_owned(), is_ready: false });
        eventually(20, "the balancer uses the server", || async { self.uses(url).then_some(()) }).await;
    }

    /// Removes a server that has ended.
    pub fn remove(&self, url: &str) {
        self.backends.write().unwrap().retain(|backend| backend.url != url);
    }

    /// Whether new connections go to this server.
    pub fn uses(&self, url: &str) -> bool {
        self.backends.read().unwrap().iter().any(|backend| backend.url == url && backend.is_ready)
    }
}

async fn accept(listener: TcpListener, backends: Backends) {
    let next = AtomicUsize::new(0);
    let mut open = JoinSet::new();
    while let Ok((mut client, _)) = listener.accept().await {
        let ready: Vec<String> =
            backends.read().unwrap().iter().filter(|one| one.is_ready).map(|one| one.url.clone()).collect();
        if ready.is_empty() {
            continue;
        }
        let chosen = ready[next.fetch_add(1, Ordering::Relaxed) % ready.len()].clone();
        open.spawn(async move {
            let Ok(mut server) = TcpStream::connect(chosen.trim_start_matches("http://")).await else { return };
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        });
    }
}

async fn probe(backends: Backends) {
    let client = http_client();
    loop {
        let urls: Vec<String> = backends.read().unwrap().iter().map(|one| one.url.clone()).collect();
        for url in urls {
            let answer = client.get(format!("{url}/health/ready")).timeout(Duration::from_secs(2)).send().await;
            let is_ready = answer.is_ok_and(|answer| answer.status().is_success());
            for one in backends.write().unwrap().iter_mut().filter(|one| one.url == url) {
                one.is_ready = is_ready;
            }
        }
        tokio::time::sleep(PROBE_EVERY).await;
    }
}
