//! The one query that reads everything that the rules of a put need: the stored row, the row with the same unique name, and which of the rows that it
//! refers to are missing or deleted. It runs under the user's lock.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::CollectionRecord;
use crate::db::{OwnerKey, UserTx};
use crate::json::{FreeJson, Timestamp};
use crate::models::synced_table::SyncedTable;

/// The put to check.
#[derive(Debug)]
pub struct PutIntent<'a> {
    pub collection: &'a str,
    pub id: &'a str,
    pub value: &'a FreeJson,
    pub base_revision: i64,
    pub unique_name: Option<&'a str>,
    /// The rows that must be living, as parallel arrays of their collections and ids.
    pub needed_collections: &'a [&'a str],
    pub needed_ids: &'a [&'a str],
    /// The rows that must not be tombstones, as parallel arrays.
    pub linked_collections: &'a [&'a str],
    pub linked_ids: &'a [&'a str],
    /// The kinds among them that have a table of their own. All others are collections.
    pub tables: &'a [(&'static str, SyncedTable)],
}

/// The stored row of the put.
#[derive(Debug)]
pub struct PreflightRecord {
    pub revision: i64,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// The row is living and has the value of the put.
    pub same: bool,
    /// Read only if the stored revision is not `base_revision`, for the answer of the conflict.
    pub value: Option<FreeJson>,
}

/// The result of the query.
#[derive(Debug)]
pub struct Preflight {
    pub stored: Option<PreflightRecord>,
    /// Another living row with the same unique name.
    pub name_conflict: Option<CollectionRecord>,
    /// The index of the first needed row that is not living.
    pub missing: Option<usize>,
    /// The indexes of the linked rows that are tombstones.
    pub deleted_links: Vec<usize>,
}

/// Runs the query.
pub async fn preflight(tx: &mut UserTx, intent: &PutIntent<'_>) -> QueryResult<Preflight> {
    let (conn, owner) = tx.parts();
    type Stored = (Option<i64>, Option<Timestamp>, Option<Timestamp>, Option<bool>, Option<FreeJson>);
    type NameConflict = (Option<String>, Option<FreeJson>, Option<i64>, Option<Timestamp>);
    let (stored, name_conflict, missing, deleted_links): (Stored, NameConflict, Option<i64>, Option<Vec<i64>>) =
        PreflightQuery { owner: owner.key(), intent }.get_result(conn).await?;
    let (revision, updated_at, deleted_at, same, value) = stored;
    let (id, other, other_revision, other_updated_at) = name_conflict;
    Ok(Preflight {
        stored: revision.zip(updated_at).map(|(revision, updated_at)| PreflightRecord {
            revision,
            updated_at,
            deleted_at,
            same: same.unwrap_or(false),
            value,
        }),
        name_conflict: id.zip(other).zip(other_revision.zip(other_updated_at)).map(
            |((id, value), (revision, updated_at))| CollectionRecord {
                id,
                value,
                revision,
                updated_at,
                deleted_at: None,
            },
        ),
        missing: missing.map(|ord| ord as usize - 1),
        deleted_links: deleted_links.unwrap_or_default().into_iter().map(|ord| ord as usize - 1).collect(),
    })
}

struct PreflightQuery<'a> {
    owner: OwnerKey,
    intent: &'a PutIntent<'a>,
}

impl PreflightQuery<'_> {
    /// A condition: the row that `to` (collection, id) names exists, and its `deleted_at` is as given (`IS NULL` or `IS NOT NULL`).
    fn push_exists<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, to: &str, deleted_at: &str) -> QueryResult<()> {
        out.push_sql(&format!("CASE {to}.collection"));
        for (name, table) in self.intent.tables {
            out.push_sql(&format!(" WHEN '{name}' THEN EXISTS (SELECT FROM {} p WHERE p.owner = ", table.name));
            out.push_bind_param::<BigInt, _>(&self.owner)?;
            out.push_sql(&format!(" AND p.id = {} AND p.deleted_at {deleted_at})", table.id(&format!("{to}.id"))));
        }
        // A CASE needs at least one branch.
        out.push_sql(" WHEN '' THEN false ELSE EXISTS (SELECT FROM records r WHERE r.owner = ");
        out.push_bind_param::<BigInt, _>(&self.owner)?;
        out.push_sql(&format!(
            " AND r.collection = {to}.collection AND r.id = {to}.id AND r.deleted_at {deleted_at}) END"
        ));
        Ok(())
    }
}

impl Query for PreflightQuery<'_> {
    type SqlType = (
        (Nullable<BigInt>, Nullable<Timestamptz>, Nullable<Timestamptz>, Nullable<Bool>, Nullable<Jsonb>),
        (Nullable<Text>, Nullable<Jsonb>, Nullable<BigInt>, Nullable<Timestamptz>),
        Nullable<BigInt>,
        Nullable<Array<BigInt>>,
    );
}

impl QueryId for PreflightQuery<'_> {
    type QueryId = ();
    // The text depends on the kinds that a collection refers to. diesel caches the prepared statement by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for PreflightQuery<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let intent = self.intent;
        out.push_sql("SELECT stored.revision, stored.updated_at, stored.deleted_at, stored.deleted_at IS NULL AND stored.value = ");
        out.push_bind_param::<Jsonb, _>(intent.value)?;
        out.push_sql(", CASE WHEN stored.revision <> ");
        out.push_bind_param::<BigInt, _>(&intent.base_revision)?;
        // Without a name there is no join: a cluster can't place one whose condition is never true.
        let name_conflict = match intent.unique_name {
            Some(_) => "name_conflict.id, name_conflict.value, name_conflict.revision, name_conflict.updated_at",
            None => "NULL::text, NULL::jsonb, NULL::bigint, NULL::timestamptz",
        };
        out.push_sql(&format!(" THEN stored.value END, {name_conflict}, (SELECT min(needed.ord) FROM unnest("));
        out.push_bind_param::<Array<Text>, _>(&intent.needed_collections)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Text>, _>(&intent.needed_ids)?;
        out.push_sql("::text[]) WITH ORDINALITY AS needed (collection, id, ord) WHERE NOT ");
        self.push_exists(&mut out, "needed", "IS NULL")?;
        out.push_sql("), (SELECT array_agg(linked.ord) FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&intent.linked_collections)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Text>, _>(&intent.linked_ids)?;
        out.push_sql("::text[]) WITH ORDINALITY AS linked (collection, id, ord) WHERE ");
        self.push_exists(&mut out, "linked", "IS NOT NULL")?;
        out.push_sql(") FROM (SELECT) AS always LEFT JOIN records stored ON stored.owner = ");
        out.push_bind_param::<BigInt, _>(&self.owner)?;
        out.push_sql(" AND stored.collection = ");
        out.push_bind_param::<Text, _>(intent.collection)?;
        out.push_sql(" AND stored.id = ");
        out.push_bind_param::<Text, _>(intent.id)?;
        if let Some(name) = intent.unique_name {
            out.push_sql(" LEFT JOIN records name_conflict ON name_conflict.owner = ");
            out.push_bind_param::<BigInt, _>(&self.owner)?;
            out.push_sql(" AND name_conflict.collection = ");
            out.push_bind_param::<Text, _>(intent.collection)?;
            out.push_sql(" AND name_conflict.unique_name = ");
            out.push_bind_param::<Text, _>(name)?;
            out.push_sql(" AND name_conflict.deleted_at IS NULL AND name_conflict.id <> ");
            out.push_bind_param::<Text, _>(intent.id)?;
        }
        Ok(())
    }
}
