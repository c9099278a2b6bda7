//! A time: RFC 3339 in UTC with milliseconds on the wire, `timestamptz(3)` in the database.

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Timelike, Utc};
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
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        // Only four-digit years are accepted: RFC 3339 has no others, and the ranges of PostgreSQL and JavaScript differ.
        DateTime::parse_from_rfc3339(&text)
            .map(|moment| Self(moment.to_utc().trunc_subsecs(3)))
            .map_err(|_| {
                serde::de::Error::custom(
                    "expected a time such as 2026-11-21T08:30:00.000Z (RFC 3339, years 0001 to 9999)",
                )
            })
            .and_then(|moment| match moment.0.year() {
                // chrono stores a leap second as more than a second's nanoseconds, which PostgreSQL and JavaScript can't represent.
                1..=9999 if moment.0.nanosecond() < 1_000_000_000 => Ok(moment),
                1..=9999 => Err(serde::de::Error::custom("expected a time that is no leap second")),
                _ => Err(serde::de::Error::custom("expected a year from 0001 to 9999")),
            })
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
