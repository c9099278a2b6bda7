//! `x-rate-limit`: the rate class of each operation. A handler declares one with `extensions(("x-rate-limit" = json!("batch")))`. Without that, sign-in
//! operations that are open to everyone are `auth`, other reads are `read`, and other writes are `write`.

use serde_json::json;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, SecurityRequirement};

use super::operations::operations_mut;
use crate::config::LimitClass;
use crate::http::route_table::{RATE_LIMIT, class_of_method};

/// Adds the class to each operation of the API. Operations outside of the API (health, metrics) have none.
pub fn declare(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            let is_declared = operation.extensions.as_ref().is_some_and(|known| known.contains_key(RATE_LIMIT));
            if is_declared || !path.starts_with("/api/") {
                continue;
            }
            let class = if path.starts_with("/api/auth/") && is_open(operation) {
                LimitClass::Auth
            } else {
                class_of_method(method)
            };
            operation.extensions.get_or_insert_default().insert(RATE_LIMIT.to_owned(), json!(class.into_str()));
        }
    }
}

/// `security(())` at the handler and nothing else.
fn is_open(operation: &Operation) -> bool {
    operation.security.as_deref().is_some_and(|all| *all == [SecurityRequirement::default()])
}
