//! Work beside the requests, queued in PostgreSQL (`models::job`): removing objects, giving up uploads, looking whether objects are still there. Several
//! servers share the queue; what one doesn't finish another takes up. Knows no HTTP.

mod tend;
mod worker;

pub use worker::Worker;

pub use crate::models::job::{Job, enqueue, enqueue_user_removal};
