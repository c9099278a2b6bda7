//! What a provider says about a user, from an id token or the user info. Only the subject must be right. Everything else is optional, so a member of an
//! odd type or size counts as absent and refuses no sign-in.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::OidcError;

/// The maximal length of a subject in bytes (OpenID Connect Core 1.0, 2).
const MAX_SUBJECT_BYTES: usize = 255;
const MAX_NAME_CHARS: usize = 200;
const MAX_PICTURE_BYTES: usize = 2048;

/// The claims that a sign-in uses.
#[derive(Debug)]
pub struct Claims {
    pub sub: String,
    pub email: Option<String>,
    pub email_verified: bool,
    /// 1 to 200 characters, none of them a control character.
    pub name: Option<String>,
    /// An https URL of at most 2,048 bytes.
    pub picture: Option<String>,
}

/// The members of a JSON object, each unparsed. A text that is not valid Unicode (half of a surrogate pair, where a provider cut a name) is valid here.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Members(BTreeMap<String, Box<RawValue>>);

impl Members {
    /// `None` where the member is absent or of another type.
    fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    /// True if the member is there and not null.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.get() != "null")
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)
    }

    /// Texts of a list; the text alone, where the member is one.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.text(name).map_or_else(|| self.get(name).unwrap_or_default(), |one| vec![one])
    }

    /// A time in seconds since 1970. Some providers write fractions, or the number as a text.
    pub fn seconds(&self, name: &str) -> Option<f64> {
        let number: Option<f64> = self.get(name);
        number.or_else(|| self.text(name)?.parse().ok()).filter(|seconds| seconds.is_finite())
    }

    /// True for `true`, and for the forms in which some providers write it: `"true"`, `1`, `"1"`.
    fn is_true(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(flag)) => flag,
            Some(Value::Number(number)) => number.as_f64() == Some(1.0),
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
            _ => false,
        }
    }

    /// The claims of these members.
    ///
    /// # Errors
    /// [`OidcError::TokenRefused`] without a subject, [`OidcError::SubjectRefused`] for one that can't be stored.
    pub fn claims(&self) -> Result<Claims, OidcError> {
        if !self.has("sub") {
            return Err(OidcError::TokenRefused("it has no subject".to_owned()));
        }
        let sub = self.text("sub").filter(|sub| is_subject(sub)).ok_or(OidcError::SubjectRefused)?;
        Ok(Claims {
            sub,
            email: self.text("email"),
            email_verified: self.is_true("email_verified"),
            name: self.text("name").and_then(|name| tidy_name(&name)),
            picture: self.text("picture").filter(|address| is_picture(address)),
        })
    }
}

fn is_subject(sub: &str) -> bool {
    !sub.is_empty() && sub.len() <= MAX_SUBJECT_BYTES && !sub.contains(char::is_control)
}

fn tidy_name(name: &str) -> Option<String> {
    let shown: String = name.chars().filter(|letter| !letter.is_control()).collect();
    let cut: String = shown.trim().chars().take(MAX_NAME_CHARS).collect();
    (!cut.is_empty()).then_some(cut)
}

fn is_picture(address: &str) -> bool {
    let is_plain = !address.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    address.starts_with("https://") && address.len() <= MAX_PICTURE_BYTES && is_plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(text: &str) -> Option<Members> {
        serde_json::from_str(text).ok()
    }

    fn claims(value: &Value) -> Option<Claims> {
        members(&value.to_string())?.claims().ok()
    }

    #[test]
    fn odd_members_count_as_absent() {
        for odd in [json!(5), json!(["x"]), json!({ "url": "x" }), json!(true), json!(null), json!("")] {
            let value = json!({ "sub": "g-1", "name": odd, "picture": odd, "email_verified": [odd] });
            assert!(
                claims(&value).is_some_and(|c| c.name.is_none() && c.picture.is_none() && !c.email_verified),
                "{odd}"
            );
        }
        let halved = members(r#"{ "sub": "g-1", "name": "Anna \ud83d", "email": "a@b.example" }"#);
        let found = halved.and_then(|members| members.claims().ok());
        assert!(found.is_some_and(|found| found.name.is_none() && found.email.as_deref() == Some("a@b.example")));
    }

    #[test]
    fn name_is_cut_and_only_https_pictures_are_kept() {
        let name_of = |name: &str| claims(&json!({ "sub": "g-1", "name": name })).and_then(|found| found.name);
        assert_eq!(name_of(&"ö".repeat(10_240)).map(|name| name.chars().count()), Some(200));
        assert_eq!(name_of(" An\0na\n").as_deref(), Some("Anna"));
        assert_eq!(name_of("\0 \u{7}"), None);
        let picture_of =
            |picture: &str| claims(&json!({ "sub": "g-1", "picture": picture })).and_then(|found| found.picture);
        assert_eq!(picture_of("https://x.example/a.png").as_deref(), Some("https://x.example/a.png"));
        for odd in [
            "javascript:alert(1)",
            "http://x.example",
            "data:image/png,",
            "https://x\0",
            &format!("https://{}", "a".repeat(3_000)),
        ] {
            assert_eq!(picture_of(odd), None, "{odd}");
        }
    }

    #[test]
    fn verification_is_true_in_the_forms_of_providers() {
        let verified =
            |value: &Value| claims(&json!({ "sub": "g-1", "email_verified": value })).map(|c| c.email_verified);
        for value in [json!(true), json!("true"), json!("True"), json!(1), json!(1.0), json!("1")] {
            assert_eq!(verified(&value), Some(true), "{value}");
        }
        for value in
            [json!(false), json!("false"), json!(0), json!(2), json!("yes"), json!([true]), json!({}), json!(null)]
        {
            assert_eq!(verified(&value), Some(false), "{value}");
        }
    }

    #[test]
    fn subject_is_a_text_that_can_be_stored() {
        assert!(claims(&json!({ "sub": "a".repeat(255) })).is_some());
        for sub in [json!("a\0"), json!("a".repeat(256)), json!(""), json!(5), json!(["a"]), json!(null)] {
            assert!(claims(&json!({ "sub": sub })).is_none(), "{sub}");
        }
        assert!(claims(&json!({})).is_none());
    }

    #[test]
    fn times_may_have_fractions_or_be_texts() {
        let seconds = |text: &str| members(text).and_then(|members| members.seconds("iat"));
        assert_eq!(seconds(r#"{ "iat": 1700000000 }"#), Some(1_700_000_000.0));
        assert_eq!(seconds(r#"{ "iat": 1700000000.75 }"#), Some(1_700_000_000.75));
        assert_eq!(seconds(r#"{ "iat": "1700000000" }"#), Some(1_700_000_000.0));
        for odd in [r#"{ "iat": "NaN" }"#, r#"{ "iat": [1] }"#, r#"{ "iat": "soon" }"#, r#"{ "iat": null }"#, "{}"] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }
}
