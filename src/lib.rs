//! Landfall: an offline-first backend.
//!
//! The modules below are in the order of the layers: a module uses those below it and none above it. `tests/it/architecture` checks this order.

#![forbid(unsafe_code)]

#[cfg(all(feature = "faults", not(debug_assertions)))]
compile_error!("the feature `faults` is for tests: a release build refuses it");

// The program.
pub mod cli;

pub mod boot;

#[cfg(feature = "embedded")]
pub mod embedded;

// HTTP.
pub mod server;

pub mod openapi;

pub mod routes;

pub mod http;

// What handlers share.
pub mod state;

// Subjects.
pub mod backup;

pub mod distribute;

pub mod jobs;

pub mod transfer;

pub mod uploads;

pub mod auth;

pub mod kinds;

pub mod limits;

pub mod ops;

// The protocol.
pub mod sync;

// SQL and systems.
pub mod models;

pub mod storage;

#[cfg(feature = "faults")]
pub mod faults;

pub mod db;

pub mod schema;

// Values.
pub mod json;

pub mod error;

pub mod pointer;

pub mod excerpt;

pub mod authorities;

pub mod config;

pub mod email;

pub mod request_id;

pub mod counts;

pub mod trace;
