//! Lists and reads assistants.

use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::admin::ADMIN;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::http::extract::{if_match, if_none_match};
use crate::http::{CurrentUser, Path, Query};
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits};
use crate::kinds::assistants::search;
use crate::kinds::assistants::status::AssistantStatus;
use crate::kinds::assistants::wire::Assistant;
use crate::models::assistant::{self, AssistantFilter, AssistantRecord, MAX_LISTED, Scope, Slice};
use crate::state::AppState;
use crate::sync::user_tx;

const MAX_SEARCH_CHARS: usize = 100;

/// Whose assistants are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListScope {
    /// The caller's own, the last changed first.
    #[default]
    Mine,
    /// Those that are public and published, the newest first.
    Public,
    /// For administrators: those of all users that are no drafts, the longest waiting first.
    Review,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListAssistantsQuery {
    #[serde(default)]
    #[param(inline)]
    scope: ListScope,
    /// Only assistants of this status.
    #[param(inline)]
    status: Option<AssistantStatus>,
    /// Words of title, description and tags. Each may be the beginning of a word. At most 100 characters.
    #[param(max_length = 100, example = "tide")]
    search: Option<String>,
    /// The exact name of an author.
    #[param(max_length = 200)]
    author: Option<String>,
    /// From 1 on. A list shows at most 10,000 assistants on all its pages.
    #[serde(default = "first_page")]
    #[param(minimum = 1, maximum = 10000, default = 1)]
    page: i64,
    /// At most 100.
    #[serde(default = "page_size")]
    #[param(minimum = 1, maximum = 100, default = 20)]
    page_size: i64,
}

fn first_page() -> i64 {
    1
}

fn page_size() -> i64 {
    20
}

/// How many pages `rows` have.
fn pages(rows: i64, page_size: i64) -> i64 {
    (rows + page_size - 1) / page_size
}

impl Check for ListAssistantsQuery {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("search", self.search.as_deref(), 0, MAX_SEARCH_CHARS);
        errors.optional_text("author", self.author.as_deref(), 0, DataLimits::NAME_CHARS);
        if !(1..=100).contains(&self.page_size) {
            errors.add("pageSize", "invalid_value", "must be a number from 1 to 100");
        } else if self.page < 1 || self.page > pages(MAX_LISTED, self.page_size) {
            let last = pages(MAX_LISTED, self.page_size);
            errors.add(
                "page",
                "invalid_value",
                format!("must be a number from 1 to {last}: a longer list needs a search"),
            );
        }
    }
}

/// A page of assistants.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssistantPage {
    pub(super) data: Vec<Assistant>,
    pub(super) pagination: Pagination,
}

/// The place of a page in its list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    pub(super) page: i64,
    pub(super) page_size: i64,
    /// How many assistants the list has. It is counted up to 10,000.
    pub(super) total: i64,
    total_pages: i64,
}

/// List assistants.
///
/// Send the `ETag` back as `If-None-Match`: an unchanged page is a 304 without a body.
#[utoipa::path(tag = "assistants",
    params(ListAssistantsQuery, ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer.")),
    responses(
        (status = 200, description = "A page of assistants.", body = AssistantPage, headers(("ETag" = String, description = "Identifies the page."))),
        (status = 304, description = "Nothing changed since the given ETag."),
        (status = 403, description = "`forbidden`: the scope `review` is for administrators.", body = crate::http::Problem, content_type = "application/problem+json"),
    ))]
#[get("/api/assistants")]
pub async fn list_assistants(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ListAssistantsQuery>,
) -> Result<HttpResponse, ApiError> {
    if_none_match::json(&request, &page(&state, &caller, &query).await?)
}

/// The page that the caller asks for.
///
/// # Errors
/// `validation_failed`, `forbidden` for the scope `review`, and those of the database.
pub(super) async fn page(
    state: &AppState,
    caller: &CurrentUser,
    query: &ListAssistantsQuery,
) -> Result<AssistantPage, ApiError> {
    query.checked().map_err(|error| error.under("/query"))?;
    let scope = match query.scope {
        ListScope::Mine => Scope::Mine,
        ListScope::Public => Scope::Public,
        ListScope::Review if caller.user.role == ADMIN => Scope::Review,
        ListScope::Review => {
            return Err(ApiError::new(ErrorCode::Forbidden, "Only administrators review assistants.")
                .with_errors(vec![FieldError::new("/query/scope", "forbidden", "is for administrators")]));
        }
    };
    let text = query.search.as_deref().filter(|text| !text.trim().is_empty());
    let status = query.status.map(|status| status.to_string());
    let offset = (query.page - 1) * query.page_size;
    let slice = Slice { offset, limit: query.page_size.min(MAX_LISTED - offset) };
    let (rows, total) = match text.map(search::query_of) {
        // A search without a letter or a digit finds nothing.
        Some(None) => (Vec::new(), 0),
        words => {
            let words = words.flatten();
            let filter = AssistantFilter {
                scope,
                status: status.as_deref(),
                words: words.as_deref(),
                author: query.author.as_deref(),
            };
            let owner = &caller.owner;
            user_tx::read(&state.db, owner, async |reader| Ok(assistant::list(reader, filter, slice).await?)).await?
        }
    };
    let own = caller.owner.key();
    let rows = rows.into_iter().map(|row| Assistant::from(if row.owner == own { row } else { row.for_reviewer() }));
    let data = rows.map(|one| if scope == Scope::Public { one.for_others() } else { one }).collect();
    let total_pages = pages(total, query.page_size);
    let pagination = Pagination { page: query.page, page_size: query.page_size, total, total_pages };
    Ok(AssistantPage { data, pagination })
}

/// Read an assistant: an own one, or one that is public and published.
///
/// Administrators read all that are no drafts of others.
#[utoipa::path(tag = "assistants", params(("id" = String, Path, description = "The assistant.", min_length = 1, max_length = 128)),
    responses((status = 200, description = "The assistant.", body = Assistant, headers(("ETag" = String, description = "Its version.")))))]
#[get("/api/assistants/{id}")]
pub async fn get_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = find(&state, &caller, &id).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, if_match::etag(found.version))).json(found))
}

/// The assistant as the caller may see it.
///
/// # Errors
/// `not_found`, and those of the database.
pub(super) async fn find(state: &AppState, caller: &CurrentUser, id: &str) -> Result<Assistant, ApiError> {
    let row = find_visible(state, caller, id).await?;
    let is_own = row.owner == caller.owner.key();
    let found = Assistant::from(if is_own { row } else { row.for_reviewer() });
    Ok(if is_own || caller.user.role == ADMIN { found } else { found.for_others() })
}

/// The row that the caller may see, with all of its members.
///
/// # Errors
/// `not_found`, and those of the database.
pub(super) async fn find_visible(
    state: &AppState,
    caller: &CurrentUser,
    id: &str,
) -> Result<AssistantRecord, ApiError> {
    // PostgreSQL's text holds no NUL, so no row has such an id.
    if id.contains('\0') {
        return Err(ApiError::not_found());
    }
    let is_admin = caller.user.role == ADMIN;
    user_tx::read(&state.db, &caller.owner, async |reader| {
        Ok(match assistant::find_readable(reader, id).await? {
            None if is_admin => assistant::find_to_review(reader, id).await?,
            found => found,
        })
    })
    .await?
    .ok_or_else(ApiError::not_found)
}
