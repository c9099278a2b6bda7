//! Bodies of requests: codings, limits of size, memory and time, and the size of what is answered to them.

mod errors;
mod kind;
mod lenient;
mod memory;
mod no_session;
mod packed;
mod slow;
mod socket;
mod unread;
mod written;

use landfall::config::Env;
use reqwest::Method;

use crate::support::{Answer, TestApp, TestDatabase, TestUser, send};

async fn app_with<const N: usize>(settings: [(&str, &str); N]) -> TestApp {
    TestApp::configured(TestDatabase::migrated().await, Env::from_pairs(settings)).await
}

/// Posts bytes as JSON with a `content-encoding`.
async fn post_coded(user: &TestUser, path: &str, coding: &str, body: Vec<u8>) -> Answer {
    let request = user.request(Method::POST, path).header("content-type", "application/json");
    send(request.header("content-encoding", coding).body(body)).await
}
