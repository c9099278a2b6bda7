//! The audit log. An entry is written in the transaction of its effect. When a user is deleted, the user's entries stay without the user's id.

use chrono::{Duration, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::db::{AuditEntry, UserTx};
use crate::json::Timestamp;
use crate::request_id;
use crate::schema::audit;

/// An entry to insert.
#[derive(Debug, Clone, Copy)]
pub struct NewAudit<'a> {
    /// The id of the user who acted. `None`: the server, or a deleted user.
    pub actor: Option<&'a str>,
    /// `noun.verb`, such as `user.delete`.
    pub action: &'a str,
    /// The noun.
    pub entity: &'a str,
    pub entity_id: Option<&'a str>,
    /// The names of the members that changed. Their values are never logged.
    pub changed: &'a [&'a str],
}

impl NewAudit<'_> {
    /// Inserts the entry with the id of the present request.
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        diesel::insert_into(audit::table)
            .values((
                audit::id.eq(Uuid::now_v7()),
                audit::actor.eq(self.actor),
                audit::action.eq(self.action),
                audit::entity.eq(self.entity),
                audit::entity_id.eq(self.entity_id),
                audit::changed.eq(self.changed),
                audit::request_id.eq(request_id::current()),
            ))
            .execute(conn)
            .await
    }

    /// Adds the entry to the transaction of its effect on the user's data. Without an actor, it is the user.
    pub fn add_to(&self, tx: &mut UserTx) {
        let actor = self.actor.unwrap_or(tx.owner().user_id()).to_owned();
        tx.add_entry(AuditEntry {
            id: Uuid::now_v7(),
            actor,
            action: self.action.to_owned(),
            entity: self.entity.to_owned(),
            entity_id: self.entity_id.map(str::to_owned),
            changed: self.changed.iter().map(|member| (*member).to_owned()).collect(),
        });
    }
}

/// Entries that one statement inserts. A statement has at most 65,535 parameters.
const CHUNK: usize = 1_000;

/// Inserts the entries that were added to the transaction, with the id of the present request, and returns their number.
pub async fn insert_added(tx: &mut UserTx) -> QueryResult<usize> {
    let (entries, request) = (tx.take_entries(), request_id::current());
    let (conn, _) = tx.parts();
    let mut inserted = 0;
    for chunk in entries.chunks(CHUNK) {
        let row = |entry: &AuditEntry| {
            (
                audit::id.eq(entry.id),
                audit::actor.eq(entry.actor.clone()),
                audit::action.eq(entry.action.clone()),
                audit::entity.eq(entry.entity.clone()),
                audit::entity_id.eq(entry.entity_id.clone()),
                audit::changed.eq(entry.changed.clone()),
                audit::request_id.eq(request.clone()),
            )
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        inserted += diesel::insert_into(audit::table).values(rows).execute(conn).await?;
    }
    Ok(inserted)
}

/// Inserts the entry `action` of a user about the own account, its sessions or data. `entity_id`: `None` for all of a kind.
pub async fn record(
    conn: &mut AsyncPgConnection,
    actor: &str,
    (action, entity): (&str, &str),
    entity_id: Option<&str>,
    changed: &[&str],
) -> QueryResult<usize> {
    NewAudit { actor: Some(actor), action, entity, entity_id, changed }.insert(conn).await
}

/// Adds the entry that a user was deleted, and removes the user's id from the others. It does not name the user.
pub async fn record_deleted_user(tx: &mut UserTx) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    diesel::update(audit::table.filter(audit::entity.eq("user")).filter(audit::entity_id.eq(owner.user_id())))
        .set(audit::entity_id.eq(None::<String>))
        .execute(conn)
        .await?;
    NewAudit { actor: None, action: "user.delete", entity: "user", entity_id: None, changed: &[] }.insert(conn).await
}

/// An entry.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit, check_for_backend(Pg))]
pub struct AuditRecord {
    /// Grows with time.
    pub id: Uuid,
    pub at: Timestamp,
    pub actor: Option<String>,
    pub action: String,
    pub entity: String,
    pub entity_id: Option<String>,
    pub changed: Vec<String>,
    pub request_id: Option<String>,
}

/// Conditions of a list. `None`: any.
#[derive(Debug, Default)]
pub struct AuditFilter<'a> {
    pub actor: Option<&'a str>,
    pub action: Option<&'a str>,
    pub entity: Option<&'a str>,
    pub entity_id: Option<&'a str>,
    /// The first moment.
    pub since: Option<Timestamp>,
    /// The moment after the last one.
    pub until: Option<Timestamp>,
}

/// How far the time in an entry's id may be from its time: clocks of servers differ, and a transaction has one time and many ids.
const ID_SPREAD: Duration = Duration::days(1);

/// The first id of a moment, so that a list by time reads the part of the index that it needs.
fn id_at(moment: Timestamp, shifted: Duration) -> Uuid {
    let at = moment.0.checked_add_signed(shifted).unwrap_or(moment.0);
    let millis = u128::from(at.timestamp_millis().clamp(0, (1 << 48) - 1).unsigned_abs());
    Uuid::from_u128(millis << 80)
}

/// At most `limit` entries, the newest first, below the id `before`.
pub async fn list(
    conn: &mut AsyncPgConnection,
    filter: AuditFilter<'_>,
    before: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<AuditRecord>> {
    let mut query = audit::table.select(AuditRecord::as_select()).order(audit::id.desc()).limit(limit).into_boxed();
    if let Some(actor) = filter.actor {
        query = query.filter(audit::actor.eq(actor.to_owned()));
    }
    if let Some(action) = filter.action {
        query = query.filter(audit::action.eq(action.to_owned()));
    }
    if let Some(entity) = filter.entity {
        query = query.filter(audit::entity.eq(entity.to_owned()));
    }
    if let Some(entity_id) = filter.entity_id {
        query = query.filter(audit::entity_id.eq(entity_id.to_owned()));
    }
    if let Some(since) = filter.since {
        query = query.filter(audit::at.ge(since)).filter(audit::id.ge(id_at(since, -ID_SPREAD)));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit::at.lt(until)).filter(audit::id.lt(id_at(until, ID_SPREAD)));
    }
    if let Some(before) = before {
        query = query.filter(audit::id.lt(before));
    }
    query.load(conn).await
}

/// Removes at most `limit` entries that are older than `days`, and returns their number.
pub async fn remove_old(conn: &mut AsyncPgConnection, days: i64, limit: i64) -> QueryResult<usize> {
    let oldest = Timestamp(Utc::now() - Duration::days(days));
    diesel::sql_query(
        "DELETE FROM audit WHERE id = ANY (ARRAY(SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT $2))",
    )
    .bind::<Timestamptz, _>(oldest)
    .bind::<BigInt, _>(limit)
    .execute(conn)
    .await
}
