//! Landfall: an offline-first backend.
//!
//! Data flows one way: `routes -> sync | auth | storage -> models -> schema`.
//!
//! - [`routes`]: HTTP. The only place that knows actix (with [`app`] and the extractors of [`auth`]), and no SQL.
//! - [`auth`]: who is calling.
//! - [`sync`]: what a user's data may go through: the space and its version, the writes, the login sync.
//! - [`limits`]: who has asked for too much.
//! - [`storage`]: S3-compatible object storage. [`files`]: the way of a file's bytes between it and the rows. [`jobs`]: work beside the requests.
//! - [`models`]: one file per table. [`schema`]: the tables.
//! - [`wire`]: values of requests and answers. [`error`]: the one table of what can be wrong.
//! - [`config`], [`db`], [`health`], [`metrics`], [`open_files`], [`telemetry`], [`boot`], [`operate`]: what a process needs. [`embedded`]: PostgreSQL and S3 for development.

#[cfg(all(feature = "planted", not(debug_assertions)))]
compile_error!("the feature `planted` is for tests: a release holds no planted bug");

pub mod app;
pub mod auth;
pub mod boot;
pub mod config;
pub mod db;
pub mod embedded;
pub mod error;
pub mod files;
pub mod health;
pub mod jobs;
pub mod limits;
pub mod metrics;
pub mod models;
pub mod open_files;
pub mod openapi;
pub mod operate;
#[cfg(feature = "planted")]
pub mod planted;
pub mod routes;
pub mod schema;
pub mod storage;
pub mod sync;
pub mod telemetry;
pub mod wire;
