//! JSON that belongs to the application (`metadata`, `data`, `value`). It is kept as text and stored as jsonb, and a read returns an equal value.
//! What jsonb would alter or a reader would reject is refused with its pointer.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{PartialSchema, ToSchema};

use super::pointer;
use super::written_size::{is_written_larger_than, stored_size};

/// The maximal depth: more than real documents have, and less than every parser's own limit.
const MAX_DEPTH: usize = 64;
/// The maximal number of digits of an integer without the zeros at its end. jsonb keeps integers exactly, but common decimal types have 38 digits.
const MAX_INTEGER_DIGITS: usize = 38;
/// The largest exponent of a zero: that of the smallest double.
const MAX_ZERO_EXPONENT: u32 = 324;
/// The maximal length of a number's text.
const MAX_NUMBER_LENGTH: usize = 400;

/// JSON text of valid syntax. Two values are equal if they are equal as `jsonb`, whatever their texts.
#[derive(Debug, Clone, Serialize, Deserialize, diesel::deserialize::FromSqlRow, diesel::expression::AsExpression)]
#[serde(transparent)]
#[diesel(sql_type = diesel::sql_types::Jsonb)]
pub struct FreeJson(Box<RawValue>);

/// A part of free JSON that the database would alter or that a client could not read.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Relative to the free member, for example `/tags/0`.
    pub pointer: String,
    pub code: &'static str,
    pub detail: &'static str,
}

impl FreeJson {
    /// Wraps text that the database returned as JSON.
    ///
    /// # Errors
    /// A syntax error of the text.
    pub fn from_database(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self)
    }

    /// The text as it was sent.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The value for a serializer.
    pub fn as_raw(&self) -> &RawValue {
        &self.0
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        self.as_str().starts_with('{')
    }

    /// True if the text would be written with more than `limit` bytes, without blanks and with numbers spelled out.
    pub fn is_larger_than(&self, limit: usize) -> bool {
        is_written_larger_than(self.as_str().as_bytes(), limit)
    }

    /// About the size of the text as jsonb is written, in bytes: numbers are spelled out, and a blank follows each colon and comma.
    pub fn stored_bytes(&self) -> usize {
        stored_size(self.as_str().as_bytes())
    }

    /// The parts that would be altered or could not be read. Only the first few are listed.
    pub fn faults(&self) -> Vec<Fault> {
        let mut scan = Scan { rest: self.as_str().as_bytes(), path: Vec::new(), faults: Vec::new() };
        scan.value(0);
        scan.faults
    }
}

impl From<Box<RawValue>> for FreeJson {
    fn from(text: Box<RawValue>) -> Self {
        Self(text)
    }
}

impl PartialSchema for FreeJson {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .description(Some("Free JSON of the application: any members, kept exactly."))
            .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(true)))
            .into()
    }
}

impl ToSchema for FreeJson {}

/// One pass over text that serde_json found valid, so that only the structure is parsed here.
struct Scan<'a> {
    rest: &'a [u8],
    path: Vec<String>,
    faults: Vec<Fault>,
}

impl<'a> Scan<'a> {
    /// Recursion ends at [`MAX_DEPTH`]. The rest of the text is skipped then.
    fn value(&mut self, depth: usize) {
        if depth > MAX_DEPTH {
            self.fault("too_deep", "must be nested at most 64 deep");
            self.rest = &[];
            return;
        }
        self.blank();
        match self.rest.first() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => {
                self.string();
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.skip_while(|byte| byte.is_ascii_alphabetic()),
        }
        self.blank();
    }

    fn object(&mut self, depth: usize) {
        let mut keys = HashSet::new();
        self.advance(1);
        self.blank();
        while self.rest.first() == Some(&b'"') {
            let key = self.string();
            self.path.push(key.clone());
            if !keys.insert(key) {
                self.fault("duplicate_key", "must not stand twice in one object");
            }
            self.blank();
            self.advance(1); // the colon
            self.value(depth + 1);
            self.path.pop();
            self.comma();
        }
        self.advance(1);
    }

    fn array(&mut self, depth: usize) {
        self.advance(1);
        self.blank();
        let mut index = 0usize;
        while !matches!(self.rest.first(), None | Some(b']')) {
            self.path.push(index.to_string());
            self.value(depth + 1);
            self.path.pop();
            self.comma();
            index += 1;
        }
        self.advance(1);
    }

    fn string(&mut self) -> String {
        let mut end = 1;
        while let Some(byte) = self.rest.get(end) {
            match byte {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        let token = self.rest.get(..=end).unwrap_or(self.rest);
        self.advance(end + 1);
        // A lone surrogate is valid in raw text but not in a string.
        let text = match serde_json::from_slice::<String>(token) {
            Ok(text) => text,
            Err(_) => {
                self.fault("invalid_unicode", "must be whole Unicode: an unpaired surrogate is no character");
                String::new()
            }
        };
        if text.contains('\0') {
            self.fault("nul_character", "must not hold the character U+0000");
        }
        text
    }

    fn number(&mut self) {
        let length = self
            .rest
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .unwrap_or(self.rest.len());
        let token = std::str::from_utf8(&self.rest[..length]).unwrap_or_default();
        self.advance(length);
        // jsonb spells out `1e308`, which must be accepted again. Its zeros are exact in a double and in a decimal type.
        let digits = token.trim_end_matches('0').bytes().filter(u8::is_ascii_digit).count();
        let integer = !token.contains(['.', 'e', 'E']);
        let value: f64 = token.parse().unwrap_or(f64::INFINITY);
        let mantissa = token.split(['e', 'E']).next().unwrap_or_default();
        let vanishes = value == 0.0 && mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
        // jsonb writes as many zeros of `0e-16383` as the exponent says.
        let exponent: i32 = token.split(['e', 'E']).nth(1).map_or(0, |text| text.parse().unwrap_or(i32::MAX));
        let is_long_zero = value == 0.0 && exponent.unsigned_abs() > MAX_ZERO_EXPONENT;
        if integer && digits > MAX_INTEGER_DIGITS {
            self.fault("number_out_of_range", "must be an integer of at most 38 digits");
        } else if !value.is_finite() || vanishes || is_long_zero || length > MAX_NUMBER_LENGTH {
            self.fault("number_out_of_range", "must be a number that a double can hold");
        }
    }

    fn comma(&mut self) {
        self.blank();
        if self.rest.first() == Some(&b',') {
            self.advance(1);
            self.blank();
        }
    }

    fn blank(&mut self) {
        self.skip_while(|byte| byte.is_ascii_whitespace());
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let length = self.rest.iter().take_while(|byte| wanted(**byte)).count();
        // An unknown byte ends the scan, which could loop otherwise.
        self.advance(length);
    }

    fn advance(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    fn fault(&mut self, code: &'static str, detail: &'static str) {
        if self.faults.len() < 8 {
            let mut pointer = String::new();
            self.path.iter().for_each(|segment| pointer::push(&mut pointer, segment));
            self.faults.push(Fault { pointer, code, detail });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(String, &'static str)> {
        match serde_json::from_str::<FreeJson>(text) {
            Ok(json) => json.faults().into_iter().map(|f| (f.pointer, f.code)).collect(),
            Err(error) => vec![(error.to_string(), "not JSON")],
        }
    }

    fn only(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(pointer.to_owned(), code)]
    }

    #[test]
    fn ordinary_documents_have_no_faults() {
        for text in [
            "{}",
            "[]",
            "null",
            " {\"a\" : [1, -2.5e10, true, null, {\"\": \"x\\\"}]\"}] } ",
            "[[],[[]],{}]",
            "{\"n\":99999999999999999999999999999999999999}",
            "[1e308, 5e-324, 0, -0, 0.0e9]",
            "{\"a\":{\"b\":1},\"b\":{\"a\":1}}",
            "{\"emoji\":\"\\ud83d\\ude00\"}",
        ] {
            assert_eq!(faults(text), [], "{text}");
        }
        let spelled_out = format!("[1{}, -17{}]", "0".repeat(308), "0".repeat(300));
        assert_eq!(faults(&spelled_out), [], "1e308 as PostgreSQL writes it");
    }

    #[test]
    fn numbers_that_would_change_or_grow_are_faults() {
        for number in
            ["1e131000", "1e309", "-1e400", "1e-400", "0e-16383", "-0.0E400", "999999999999999999999999999999999999999"]
        {
            assert_eq!(faults(&format!("{{\"a\":[0,{number}]}}")), only("/a/1", "number_out_of_range"), "{number}");
        }
    }

    #[test]
    fn duplicate_keys_nul_and_lone_surrogates_are_faults() {
        assert_eq!(faults("{\"a/b\":1,\"a\\u002fb\":2}"), only("/a~1b", "duplicate_key"));
        assert_eq!(faults("{\"a\":\"x\\u0000\"}"), only("/a", "nul_character"));
        assert_eq!(faults("[\"\\ud800\"]"), only("/0", "invalid_unicode"));
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(faults(&nested(64)), []);
        assert_eq!(faults(&nested(200)).first().map(|fault| fault.1), Some("too_deep"));
    }
}
