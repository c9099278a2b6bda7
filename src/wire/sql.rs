//! How wire values stand in PostgreSQL: [`Timestamp`] as timestamptz, [`FreeJson`] as jsonb by its text.

use std::io::Write as _;

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Jsonb, Timestamptz};

use super::{FreeJson, Timestamp};

impl FromSql<Timestamptz, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<Timestamptz, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <DateTime<Utc> as ToSql<Timestamptz, Pg>>::to_sql(&self.0, out)
    }
}

/// jsonb in PostgreSQL's binary format is this byte and then the text.
const JSONB_VERSION: u8 = 1;

impl FromSql<Jsonb, Pg> for FreeJson {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, text)) => Ok(Self::from_database(String::from_utf8(text.to_vec())?)?),
            _ => Err("jsonb of a version that is not known".into()),
        }
    }
}

impl ToSql<Jsonb, Pg> for FreeJson {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        out.write_all(self.as_str().as_bytes())?;
        Ok(IsNull::No)
    }
}
