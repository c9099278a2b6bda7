//! The audit log.

use actix_web::{get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::error::ApiError;
use crate::http::{Admin, Problem, Query};
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits, IdCursor, PageLimit, Timestamp};
use crate::models::audit::{AuditFilter, AuditRecord};
use crate::ops::audit_log;
use crate::state::AppState;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// The id of the user who acted.
    #[param(max_length = 128)]
    actor: Option<String>,
    /// `noun.verb`, such as `assistant.update` or `session.begin`.
    #[param(max_length = 128, example = "assistant.update")]
    action: Option<String>,
    /// The noun.
    #[param(max_length = 128, example = "assistant")]
    entity: Option<String>,
    #[param(max_length = 128)]
    entity_id: Option<String>,
    /// The first moment.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// The moment after the last one.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// The maximal number of entries: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<IdCursor>,
}

impl Check for AuditQuery {
    fn check(&self, errors: &mut ValidationErrors) {
        for (name, value) in
            [("actor", &self.actor), ("action", &self.action), ("entity", &self.entity), ("entityId", &self.entity_id)]
        {
            errors.optional_text(name, value.as_deref(), 0, DataLimits::ID_CHARS);
        }
        if self.cursor.as_ref().is_some_and(|cursor| Uuid::parse_str(&cursor.0).is_err()) {
            errors.add("cursor", "invalid_value", "expected the `nextCursor` of an earlier page");
        }
    }
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    pub id: Uuid,
    pub at: Timestamp,
    /// The id of the user who acted. Null for the server and for deleted users.
    #[schema(required = true)]
    pub actor: Option<String>,
    #[schema(example = "assistant.update")]
    pub action: String,
    #[schema(example = "assistant")]
    pub entity: String,
    #[schema(required = true)]
    pub entity_id: Option<String>,
    /// The names of the members that changed. Their values are not kept.
    #[schema(example = json!(["title", "tags"]))]
    pub changed: Vec<String>,
    /// The request that did it. Null for commands and background work.
    #[schema(required = true)]
    pub request_id: Option<String>,
}

impl From<AuditRecord> for AuditEntry {
    fn from(row: AuditRecord) -> Self {
        let AuditRecord { id, at, actor, action, entity, entity_id, changed, request_id } = row;
        Self { id, at, actor, action, entity, entity_id, changed, request_id }
    }
}

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    entries: Vec<AuditEntry>,
    /// The cursor of the next page. Null on the last page.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// List the audit log, newest first.
///
/// For administrators; others get a 404. New entries do not move the pages that follow.
#[utoipa::path(tag = "admin", params(AuditQuery), responses(
    (status = 200, description = "A page of entries.", body = AuditPage),
    (status = 404, description = "`not_found`: the caller is no administrator.", body = Problem, content_type = "application/problem+json"),
))]
#[get("/api/admin/audit")]
pub async fn list_audit(
    state: web::Data<AppState>,
    _admin: Admin,
    Query(query): Query<AuditQuery>,
) -> Result<web::Json<AuditPage>, ApiError> {
    query.checked().map_err(|error| error.under("/query"))?;
    let before = query.cursor.as_ref().and_then(|cursor| Uuid::parse_str(&cursor.0).ok());
    let filter = AuditFilter {
        actor: query.actor.as_deref(),
        action: query.action.as_deref(),
        entity: query.entity.as_deref(),
        entity_id: query.entity_id.as_deref(),
        since: query.since,
        until: query.until,
    };
    let (rows, more) = audit_log::page(&state.db, filter, before, query.limit).await?;
    let next_cursor = rows.last().filter(|_| more).map(|last| IdCursor(last.id.to_string()).encode());
    Ok(web::Json(AuditPage { entries: rows.into_iter().map(AuditEntry::from).collect(), next_cursor }))
}
