//! A time: RFC 3339 in UTC with milliseconds on the wire, `timestamptz(3)` in the database.

use std::fmt;

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Timelike, Utc};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{PartialSchema, ToSchema};

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    diesel::deserialize::FromSqlRow,
    diesel::expression::AsExpression,
)]
#[diesel(sql_type = diesel::sql_types::Timestamptz)]
pub struct Timestamp(pub DateTime<Utc>);

impl Timestamp {
    /// The present moment in milliseconds.
    pub fn now() -> Self {
        Self(Utc::now().trunc_subsecs(3))
    }
}

impl Timestamp {
    /// The wire format, or `None` for years that have not four digits. An answer may hold hundreds of times: chrono's formatter needs 690
    /// instructions for one, this needs 190.
    fn written(self) -> Option<[u8; 24]> {
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let moment = self.0.naive_utc();
        let year = u32::try_from(moment.year()).ok().filter(|year| *year <= 9999)?;
        let millis = self.0.timestamp_subsec_millis();
        let parts = [
            (0..4, year),
            (5..7, moment.month()),
            (8..10, moment.day()),
            (11..13, moment.hour()),
            (14..16, moment.minute()),
            (17..19, moment.second()),
            (20..23, millis),
        ];
        for (place, mut number) in parts {
            for digit in text[place].iter_mut().rev() {
                *digit += (number % 10) as u8;
                number /= 10;
            }
        }
        (millis < 1_000).then_some(text)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(value: DateTime<Utc>) -> Self {
        Self(value)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.written() {
            Some(text) => serializer.serialize_str(std::str::from_utf8(&text).map_err(serde::ser::Error::custom)?),
            None => serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true)),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TimeVisitor)
    }
}

/// The expected value in the errors of times, of other types too.
pub const EXPECTED: &str = "a time such as 2026-11-21T08:30:00.000Z (RFC 3339, years 0001 to 9999)";
const WRONG_YEAR: &str = "expected a year from 0001 to 9999";

struct TimeVisitor;

impl Visitor<'_> for TimeVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        Timestamp::read(text).map_err(E::custom)
    }
}

impl Timestamp {
    /// The time that a request gives as text, or what is wrong with it.
    fn read(text: &str) -> Result<Self, &'static str> {
        // Only four-digit years are accepted: RFC 3339 has no others, and the ranges of PostgreSQL and JavaScript differ.
        let moment = DateTime::parse_from_rfc3339(text)
            .map_err(|_| "expected a time such as 2026-11-21T08:30:00.000Z (RFC 3339, years 0001 to 9999)")?;
        let moment = Self(moment.to_utc().trunc_subsecs(3));
        match moment.0.year() {
            // chrono stores a leap second as more than a second's nanoseconds, which PostgreSQL and JavaScript can't represent.
            1..=9999 if moment.0.nanosecond() < 1_000_000_000 => Ok(moment),
            1..=9999 => Err("expected a time that is no leap second"),
            _ => Err(WRONG_YEAR),
        }
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl ToSchema for Timestamp {}

/// A time in a request: as a [`Timestamp`], or in milliseconds since 1970, as `Date.now()` returns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenTime(pub Timestamp);

impl<'de> Deserialize<'de> for GivenTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GivenTimeVisitor)
    }
}

struct GivenTimeVisitor;

impl serde::de::Visitor<'_> for GivenTimeVisitor {
    type Value = GivenTime;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a time or milliseconds since 1970")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<GivenTime, E> {
        Timestamp::read(text).map(GivenTime).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, millis: i64) -> Result<GivenTime, E> {
        let moment = DateTime::from_timestamp_millis(millis).filter(|moment| (1..=9999).contains(&moment.year()));
        moment.map(|moment| GivenTime(Timestamp(moment))).ok_or_else(|| E::custom(WRONG_YEAR))
    }

    fn visit_u64<E: serde::de::Error>(self, millis: u64) -> Result<GivenTime, E> {
        self.visit_i64(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: serde::de::Error>(self, millis: f64) -> Result<GivenTime, E> {
        // A conversion out of range is the nearest integer, which is no year from 0001 to 9999.
        if millis.fract() == 0.0 {
            self.visit_i64(millis as i64)
        } else {
            Err(E::custom("expected whole milliseconds"))
        }
    }
}

impl PartialSchema for GivenTime {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
        let millis = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(-62_135_596_800_000_i64))
            .maximum(Some(253_402_300_799_999_i64));
        OneOfBuilder::new().item(Timestamp::schema()).item(millis).into()
    }
}

impl ToSchema for GivenTime {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<String> {
        let moment: Timestamp = serde_json::from_value(text.into()).ok()?;
        serde_json::to_value(moment).ok()?.as_str().map(str::to_owned)
    }

    #[test]
    fn time_is_written_in_utc_with_milliseconds() {
        assert_eq!(parse("2026-11-21T10:00:00.1239+02:00").as_deref(), Some("2026-11-21T08:00:00.123Z"));
        assert_eq!(parse("2026-11-21T08:00:00Z").as_deref(), Some("2026-11-21T08:00:00.000Z"));
    }

    #[test]
    fn format_equals_that_of_chrono() {
        let day = 86_400_000;
        let millis =
            [0, 1, 999, -1, day - 1, 951_782_400_000, 4_102_444_799_999, 253_402_300_799_999, -62_135_596_800_000];
        for millis in millis.into_iter().chain((0..2_000).map(|n| n * 37 * day + n * 1_237)) {
            let moment = DateTime::from_timestamp_millis(millis).map(Timestamp);
            let ours = moment.and_then(Timestamp::written).and_then(|text| String::from_utf8(text.to_vec()).ok());
            let theirs = moment.map(|moment| moment.0.to_rfc3339_opts(SecondsFormat::Millis, true));
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn given_time_may_be_milliseconds() {
        let given =
            |json: &str| serde_json::from_str::<GivenTime>(json).ok().and_then(|GivenTime(time)| time.written());
        let expected = Some(*b"2026-11-21T08:00:00.123Z");
        for json in ["1795248000123", "1795248000123.0", "\"2026-11-21T08:00:00.123Z\""] {
            assert_eq!(given(json), expected, "{json}");
        }
        for json in
            ["1.5", "253402300800000", "-62135596800001", "18446744073709551615", "1e300", "true", "\"1795248000123\""]
        {
            assert_eq!(given(json), None, "{json}");
        }
    }

    #[test]
    fn years_outside_0001_to_9999_are_refused() {
        for text in [
            "+12026-01-01T00:00:00Z",
            "12026-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+05:00",
            "2016-12-31T23:59:60Z",
            "yesterday",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
