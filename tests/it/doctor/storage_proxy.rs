//! An address in front of the tests' storage that spoils what a misconfigured one lacks.

use std::net::TcpListener;

use actix_web::http::Method;
use actix_web::http::header::{DATE, HOST};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use chrono::{TimeDelta, Utc};
use tokio::task::JoinHandle;

use crate::support::{http_client, test_storage};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The bucket has no CORS rules.
    NoCors,
    /// The key may write and read, and not copy.
    NoCopy,
    /// The clock is ten minutes ahead.
    WrongClock,
}

pub struct StorageProxy {
    pub url: String,
    serving: JoinHandle<()>,
}

impl StorageProxy {
    pub fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = HttpServer::new(move || App::new().app_data(web::Data::new(fault)).default_service(web::to(pass)));
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        Self { url, serving: tokio::spawn(async move { server.await.unwrap() }) }
    }
}

impl Drop for StorageProxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn pass(request: HttpRequest, fault: web::Data<Fault>, body: web::Bytes) -> HttpResponse {
    let fault = **fault;
    if fault == Fault::NoCopy && request.headers().contains_key("x-amz-copy-source") {
        let text = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>";
        return HttpResponse::Forbidden().content_type("application/xml").body(text);
    }
    if fault == Fault::NoCors && request.method() == Method::OPTIONS {
        return HttpResponse::Forbidden().finish();
    }
    let url = format!("{}{}", test_storage().endpoint.unwrap(), request.uri());
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let mut forwarded = http_client().request(method, url);
    // The host too: it is a part of the signature.
    for (name, value) in request.headers() {
        forwarded = forwarded.header(name.as_str(), value.as_bytes());
    }
    assert!(request.headers().contains_key(HOST));
    let answer = forwarded.body(body).send().await.unwrap();
    let mut passed = HttpResponse::build(answer.status().as_u16().try_into().unwrap());
    for (name, value) in answer.headers() {
        if !["date", "content-length", "transfer-encoding", "connection"].contains(&name.as_str()) {
            passed.append_header((name.as_str(), value.as_bytes()));
        }
    }
    let ahead = if fault == Fault::WrongClock { TimeDelta::minutes(10) } else { TimeDelta::zero() };
    passed.insert_header((DATE, (Utc::now() + ahead).format("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    if request.method() == Method::HEAD {
        let length = answer.content_length();
        return passed.no_chunking(length.unwrap_or_default()).finish();
    }
    passed.body(answer.bytes().await.unwrap())
}
