//! A receiver of traces and faults on this machine, which keeps every request.

use std::io::Read as _;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Clone)]
pub struct Received {
    pub path: String,
    pub headers: String,
    pub body: Vec<u8>,
}

type Kept = Arc<Mutex<Vec<Received>>>;

pub struct Receiver {
    pub url: String,
    kept: Kept,
    serving: JoinHandle<()>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let kept = Kept::default();
        let data = web::Data::new(kept.clone());
        let server = HttpServer::new(move || {
            let large = web::PayloadConfig::new(64 * 1024 * 1024);
            App::new().app_data(data.clone()).app_data(large).default_service(web::to(keep))
        });
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        Self { url, kept, serving: tokio::spawn(async move { server.await.unwrap() }) }
    }

    /// What has come so far.
    pub fn received(&self) -> Vec<Received> {
        self.kept.lock().unwrap().clone()
    }

    /// Every byte that has come, as text: addresses, headers and bodies.
    pub fn text(&self) -> String {
        let all = self.received();
        let parts =
            all.iter().map(|one| format!("{}\n{}\n{}", one.path, one.headers, String::from_utf8_lossy(&one.body)));
        parts.collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn keep(request: HttpRequest, kept: web::Data<Kept>, body: web::Bytes) -> HttpResponse {
    let is_packed = request.headers().get("content-encoding").is_some_and(|coding| coding == "gzip");
    let mut plain = Vec::new();
    if is_packed {
        flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap();
    } else {
        plain.extend_from_slice(&body);
    }
    let received =
        Received { path: request.path().to_owned(), headers: format!("{:?}", request.headers()), body: plain };
    kept.lock().unwrap().push(received);
    HttpResponse::Ok().finish()
}
