//! All that a put must know before it decides, in one round trip: the row as it is stored, who has its unique name, and which of
//! the rows that it needs is missing. Asked under the user's lock; prepared once per connection.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::CollectionRecord;
use crate::models::OwnerId;
use crate::wire::{FreeJson, Timestamp};

/// What a put intends.
#[derive(Debug)]
pub struct Question<'a> {
    pub collection: &'a str,
    pub id: &'a str,
    pub value: &'a FreeJson,
    pub base_revision: i64,
    pub unique_name: Option<&'a str>,
    /// Rows that must live, as parallel arrays: their collections and their ids.
    pub needed_collections: &'a [&'a str],
    pub needed_ids: &'a [&'a str],
    /// Rows that must not be tombstones, likewise; `projects` may be among the collections.
    pub linked_collections: &'a [&'a str],
    pub linked_ids: &'a [&'a str],
}

/// The row that a put is about.
#[derive(Debug)]
pub struct SurveyedRecord {
    pub revision: i64,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// It lives and holds this very value.
    pub same: bool,
    /// Read only where the revision is another than expected: a refusal shows it.
    pub value: Option<FreeJson>,
}

#[derive(Debug)]
pub struct Survey {
    pub stored: Option<SurveyedRecord>,
    /// The other living row that has the unique name.
    pub namesake: Option<CollectionRecord>,
    /// Index of the first needed row that does not live.
    pub missing: Option<usize>,
    /// Indexes of the linked rows that are tombstones.
    pub buried: Vec<usize>,
}

pub async fn survey(conn: &mut AsyncPgConnection, owner: &OwnerId, question: &Question<'_>) -> QueryResult<Survey> {
    type Stored = (Option<i64>, Option<Timestamp>, Option<Timestamp>, Option<bool>, Option<FreeJson>);
    type Namesake = (Option<String>, Option<FreeJson>, Option<i64>, Option<Timestamp>);
    let (stored, namesake, missing, buried): (Stored, Namesake, Option<i64>, Option<Vec<i64>>) =
        SurveyQuery { owner: owner.as_str(), question }.get_result(conn).await?;
    let (revision, updated_at, deleted_at, same, value) = stored;
    let (id, other, other_revision, other_updated_at) = namesake;
    Ok(Survey {
        stored: revision.zip(updated_at).map(|(revision, updated_at)| SurveyedRecord {
            revision,
            updated_at,
            deleted_at,
            same: same.unwrap_or(false),
            value,
        }),
        namesake: id.zip(other).zip(other_revision.zip(other_updated_at)).map(
            |((id, value), (revision, updated_at))| CollectionRecord {
                id,
                value,
                revision,
                updated_at,
                deleted_at: None,
            },
        ),
        missing: missing.map(|ord| ord as usize - 1),
        buried: buried.unwrap_or_default().into_iter().map(|ord| ord as usize - 1).collect(),
    })
}

struct SurveyQuery<'a> {
    owner: &'a str,
    question: &'a Question<'a>,
}

impl Query for SurveyQuery<'_> {
    type SqlType = (
        (Nullable<BigInt>, Nullable<Timestamptz>, Nullable<Timestamptz>, Nullable<Bool>, Nullable<Jsonb>),
        (Nullable<Text>, Nullable<Jsonb>, Nullable<BigInt>, Nullable<Timestamptz>),
        Nullable<BigInt>,
        Nullable<Array<BigInt>>,
    );
}

impl QueryId for SurveyQuery<'_> {
    type QueryId = SurveyQuery<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for SurveyQuery<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let question = self.question;
        out.push_sql("SELECT stored.revision, stored.updated_at, stored.deleted_at, stored.deleted_at IS NULL AND stored.value = ");
        out.push_bind_param::<Jsonb, _>(question.value)?;
        out.push_sql(", CASE WHEN stored.revision <> ");
        out.push_bind_param::<BigInt, _>(&question.base_revision)?;
        out.push_sql(" THEN stored.value END, namesake.id, namesake.value, namesake.revision, namesake.updated_at, (SELECT min(needed.ord) FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&question.needed_collections)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Text>, _>(&question.needed_ids)?;
        out.push_sql("::text[]) WITH ORDINALITY AS needed (collection, id, ord) WHERE NOT EXISTS (SELECT FROM records r WHERE r.user_id = ");
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(" AND r.collection = needed.collection AND r.id = needed.id AND r.deleted_at IS NULL)), (SELECT array_agg(linked.ord) FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&question.linked_collections)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Text>, _>(&question.linked_ids)?;
        out.push_sql("::text[]) WITH ORDINALITY AS linked (collection, id, ord) WHERE CASE linked.collection WHEN 'projects' THEN EXISTS (SELECT FROM projects p WHERE p.user_id = ");
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(
            " AND p.id = linked.id AND p.deleted_at IS NOT NULL) ELSE EXISTS (SELECT FROM records r WHERE r.user_id = ",
        );
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(" AND r.collection = linked.collection AND r.id = linked.id AND r.deleted_at IS NOT NULL) END) FROM (SELECT) AS always LEFT JOIN records stored ON stored.user_id = ");
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(" AND stored.collection = ");
        out.push_bind_param::<Text, _>(question.collection)?;
        out.push_sql(" AND stored.id = ");
        out.push_bind_param::<Text, _>(question.id)?;
        out.push_sql(" LEFT JOIN records namesake ON namesake.user_id = ");
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(" AND namesake.collection = ");
        out.push_bind_param::<Text, _>(question.collection)?;
        out.push_sql(" AND namesake.unique_name = ");
        out.push_bind_param::<Nullable<Text>, _>(&question.unique_name)?;
        out.push_sql(" AND namesake.deleted_at IS NULL AND namesake.id <> ");
        out.push_bind_param::<Text, _>(question.id)?;
        Ok(())
    }
}
