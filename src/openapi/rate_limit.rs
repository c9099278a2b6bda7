//! `x-rate-limit`: which budget an operation takes from. A handler says it with `extensions(("x-rate-limit" = json!("batch")))`; where it says
//! nothing, what strangers do to sign in is `auth`, other reads are `read`, other writes `write`.

use serde_json::json;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, SecurityRequirement};

use super::operations_mut;
use crate::config::LimitClass;

const EXTENSION: &str = "x-rate-limit";

/// Writes the class of each operation of the API into the document. What is outside of it (health) has none.
pub fn declare(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            let said = operation.extensions.as_ref().is_some_and(|known| known.contains_key(EXTENSION));
            if said || !path.starts_with("/api/") {
                continue;
            }
            let class = if path.starts_with("/api/auth/") && is_for_strangers(operation) {
                LimitClass::Auth
            } else {
                by_method(method)
            };
            operation.extensions.get_or_insert_default().insert(EXTENSION.to_owned(), json!(class.as_str()));
        }
    }
}

/// The class that is written at an operation.
pub fn class_of(operation: &Operation) -> Option<LimitClass> {
    operation.extensions.as_ref()?.get(EXTENSION)?.as_str().and_then(LimitClass::from_word)
}

pub fn by_method(method: &str) -> LimitClass {
    if matches!(method, "GET" | "HEAD" | "OPTIONS") { LimitClass::Read } else { LimitClass::Write }
}

/// `security(())` at the handler and nothing else.
fn is_for_strangers(operation: &Operation) -> bool {
    operation.security.as_deref().is_some_and(|all| *all == [SecurityRequirement::default()])
}
