//! Reading rows.

use actix_web::http::header::ETAG;
use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{checked_id, find};
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::models::record;
use crate::routes::http::revision::etag;
use crate::routes::http::{Path, Query};
use crate::sync::collections::StoredRow;
use crate::sync::door;
use crate::wire::{Flag, IdCursor, PageLimit};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListRowsQuery {
    /// 1: deleted ones too.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    include_deleted: Flag,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<IdCursor>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowPage {
    /// In order of their ids.
    items: Vec<StoredRow>,
    /// Where the next page begins; null on the last.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// List the rows of a collection.
///
/// In order of their ids: a row that is there all the while is listed once, whatever is written meanwhile.
#[utoipa::path(tag = "collections", params(("collection" = String, Path, description = "Its name."), ListRowsQuery),
    responses((status = 200, description = "A page of rows.", body = RowPage)))]
#[get("/api/collections/{collection}")]
pub async fn list_rows(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(collection): Path<String>,
    Query(query): Query<ListRowsQuery>,
) -> Result<web::Json<RowPage>, ApiError> {
    let name = find(state.collections, &collection)?.name;
    let after = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let (owner, deleted) = (&caller.owner, query.include_deleted.0);
    let mut rows = door::read(&state.db, owner, async |conn| {
        Ok(record::page(conn, owner, name, after, deleted, query.limit).await?)
    })
    .await?;
    let more = query.limit.cut(&mut rows);
    let next_cursor = rows.last().filter(|_| more).map(|last| IdCursor(last.id.clone()).encode());
    Ok(web::Json(RowPage { items: rows.into_iter().map(StoredRow::from).collect(), next_cursor }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct GetRowQuery {
    /// 1: a deleted one too.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    include_deleted: Flag,
}

/// Read a row of a collection.
#[utoipa::path(tag = "collections",
    params(("collection" = String, Path, description = "Its name."),
        ("id" = String, Path, description = "The row.", min_length = 1, max_length = 128), GetRowQuery),
    responses((status = 200, description = "The row.", body = StoredRow, headers(("ETag" = String, description = "Its revision.")))))]
#[get("/api/collections/{collection}/{id}")]
pub async fn get_row(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path((collection, id)): Path<(String, String)>,
    Query(query): Query<GetRowQuery>,
) -> Result<HttpResponse, ApiError> {
    let name = find(state.collections, &collection)?.name;
    let id = checked_id(id)?;
    let owner = &caller.owner;
    let row = door::read(&state.db, owner, async |conn| Ok(record::find(conn, owner, name, &id).await?))
        .await?
        .filter(|row| query.include_deleted.0 || row.deleted_at.is_none())
        .ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(row.revision))).json(StoredRow::from(row)))
}
