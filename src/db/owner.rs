//! Whose data a statement is about.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;

/// The owner key of a user: column `key` of `"user"`, and `owner` of every table of user data (docs/adr/0030). It never leaves the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct OwnerKey(i64);

impl OwnerKey {
    /// Before all keys that PostgreSQL counts.
    pub const FIRST: Self = Self(0);

    /// The key with this number.
    pub const fn new(key: i64) -> Self {
        Self(key)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl FromSql<BigInt, Pg> for OwnerKey {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<BigInt, Pg> for OwnerKey {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <i64 as ToSql<BigInt, Pg>>::to_sql(&self.0, &mut out.reborrow())
    }
}

/// A user, as the owner of rows. Authentication makes it from the user's row, so that no request can name another user (rule 2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnerId {
    key: OwnerKey,
    user_id: String,
}

impl OwnerId {
    /// For the caller whom `auth` has recognised, and for jobs that found the user in a row.
    pub fn of_authenticated(key: OwnerKey, user_id: impl Into<String>) -> Self {
        Self { key, user_id: user_id.into() }
    }

    /// What statements of user data bind.
    pub fn key(&self) -> OwnerKey {
        self.key
    }

    /// The public id: for answers, object keys, and the tables of users and sessions.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }
}
