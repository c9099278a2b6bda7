//! Lists and reads rows of collections.

use actix_web::http::header::ETAG;
use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::find;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::extract::if_match::etag;
use crate::http::extract::path::checked_id;
use crate::http::{Path, Query};
use crate::json::{Flag, IdCursor, PageLimit};
use crate::kinds::collections::StoredRow;
use crate::models::page_budget::Cut;
use crate::models::record;
use crate::state::AppState;
use crate::sync::user_tx;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListRowsQuery {
    /// `1` includes deleted rows.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    include_deleted: Flag,
    /// The maximal number of items: 1 to 200. A page also ends at about 4 MiB.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<IdCursor>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowPage {
    /// In the order of their ids.
    items: Vec<StoredRow>,
    /// The cursor of the next page. Null on the last page.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// List the rows of a collection.
///
/// In the order of their ids. A row that exists during the whole listing is listed exactly once, whatever is written at the same time.
#[utoipa::path(tag = "collections", params(("collection" = String, Path, description = "The name of the collection.", example = "tags"), ListRowsQuery),
    responses((status = 200, description = "A page of rows.", body = RowPage)))]
#[get("/api/collections/{collection}")]
pub async fn list_rows(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(collection): Path<String>,
    Query(query): Query<ListRowsQuery>,
) -> Result<web::Json<RowPage>, ApiError> {
    let name = find(&state.kinds, &collection)?.name;
    let after = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let (owner, deleted) = (&caller.owner, query.include_deleted.0);
    let bytes = state.config.data.page_bytes;
    let Cut { rows, more } = user_tx::read(&state.db, owner, async |reader| {
        Ok(record::page(reader, name, after, deleted, query.limit, bytes).await?)
    })
    .await?;
    let next_cursor = rows.last().filter(|_| more).map(|last| IdCursor(last.id.clone()).encode());
    Ok(web::Json(RowPage { items: rows.into_iter().map(StoredRow::from).collect(), next_cursor }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct GetRowQuery {
    /// `1` includes a deleted row.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    include_deleted: Flag,
}

/// Read a row of a collection.
#[utoipa::path(tag = "collections",
    params(("collection" = String, Path, description = "The name of the collection.", example = "tags"),
        ("id" = String, Path, description = "The row.", min_length = 1, max_length = 128, example = "todo"), GetRowQuery),
    responses((status = 200, description = "The row.", body = StoredRow, headers(("ETag" = String, description = "Its revision.")))))]
#[get("/api/collections/{collection}/{id}")]
pub async fn get_row(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path((collection, id)): Path<(String, String)>,
    Query(query): Query<GetRowQuery>,
) -> Result<HttpResponse, ApiError> {
    let name = find(&state.kinds, &collection)?.name;
    let id = checked_id(id)?;
    let owner = &caller.owner;
    let row = user_tx::read(&state.db, owner, async |reader| Ok(record::find(reader, name, &id).await?))
        .await?
        .filter(|row| query.include_deleted.0 || row.deleted_at.is_none())
        .ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(row.revision))).json(StoredRow::from(row)))
}
