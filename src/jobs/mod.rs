//! Background jobs, queued in PostgreSQL (`models::job`): removing objects, ending stale uploads, checking that objects exist. Several servers share
//! the queue, and each continues jobs that another left unfinished. This module knows no HTTP.

mod handlers;
mod reconcile;
mod worker;

pub use worker::Worker;

pub use crate::models::job::{Job, enqueue, enqueue_user_removal};
