//! The server against real PostgreSQL and a real S3 endpoint. One binary; paths mirror the routes; each test has a database of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on should say where")]

mod architecture;
mod assets;
mod auth;
mod boot;
mod chat;
mod collections;
mod faults;
mod frontend;
mod health;
mod http;
mod jobs;
mod media;
mod metrics;
mod migrations;
mod openapi;
mod projects;
mod protection;
mod races;
mod support;
mod sync;
mod transfer;
