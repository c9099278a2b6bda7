//! The PostgreSQL representation of wire values: [`Timestamp`] as timestamptz, [`FreeJson`] as jsonb through its text.

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

/// The first byte of jsonb in PostgreSQL's binary format. The JSON text follows it.
const JSONB_VERSION: u8 = 1;

impl FromSql<Jsonb, Pg> for FreeJson {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, text)) => Ok(Self::from_database(String::from_utf8(text.to_vec())?)?),
            _ => Err("unknown jsonb version".into()),
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
