//! The server with real PostgreSQL and a real S3 endpoint. The tests are one binary, their paths mirror the routes, and each test has its own
//! database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on should say where")]

mod admin;
mod architecture;
mod assets;
mod assistants;
mod attack;
mod auth;
mod backup;
mod bodies;
mod boot;
mod chat;
mod collections;
mod db;
mod deployment;
mod doctor;
mod errors;
mod faults;
mod frontend;
mod head;
mod health;
mod http;
mod jobs;
mod kinds;
mod limits;
mod media;
mod metrics;
mod migrations;
mod openapi;
mod projects;
mod protection;
mod query;
mod races;
mod support;
mod sync;
mod transfer;
