//! serde's texts in words for people. No text quotes a value: it may be a secret in the wrong member, and applications log answers.

/// Code, member and text of an error of decoding. The member is one that the path of the error lacks.
pub fn of_data(message: &str) -> (&'static str, Option<&str>, String) {
    let named = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("missing field") {
        ("missing_member", Some(named), "is required".to_owned())
    } else if message.starts_with("duplicate field") {
        ("duplicate_member", Some(named), "must not occur twice".to_owned())
    } else if message.starts_with("unknown field") {
        let known = words(message.split_once("`, expected").map_or("", |(_, known)| known));
        let known = if known.is_empty() { String::new() } else { format!("; known are {}", known.join(", ")) };
        ("unknown_member", Some(named), format!("is not known here{known}"))
    } else {
        ("invalid_value", None, of_value(message))
    }
}

/// What a value must be, by serde's text about it.
pub fn of_value(message: &str) -> String {
    if let Some(words) = variants(message) {
        return format!("must be one of {}", words.join(", "));
    }
    if message.starts_with("UUID parsing failed") {
        return "must be a UUID".to_owned();
    }
    // The value comes first and may hold these words itself.
    if let Some((_, expected)) = message.rsplit_once(", expected ") {
        return must_be(expected);
    }
    if let Some(expected) = message.strip_prefix("expected ").filter(|expected| *expected != "value") {
        return must_be(expected);
    }
    let about_numbers = ["invalid digit", "cannot parse integer", "number too", "number out of range"];
    if about_numbers.iter().any(|start| message.starts_with(start)) {
        return "must be a number in range".to_owned();
    }
    if message == "expected value" || message.starts_with("invalid") { "has the wrong type" } else { message }
        .to_owned()
}

/// The words that an enumeration knows.
pub fn variants(message: &str) -> Option<Vec<&str>> {
    let rest = message.strip_prefix("unknown variant `")?;
    let (_, known) = rest.rsplit_once("`, expected ").filter(|(_, known)| known.contains('`'))?;
    Some(words(known))
}

/// The first word of a text of [`of_value`] about an enumeration.
pub fn first_word(detail: &str) -> Option<&str> {
    detail.strip_prefix("must be one of ")?.split(", ").next()
}

fn must_be(expected: &str) -> String {
    let what = match expected {
        "i8" | "i16" | "i32" | "i64" => "an integer",
        "u8" | "u16" | "u32" | "u64" | "usize" => "an integer that is not negative",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "a map" => "an object",
        "a boolean" => "true or false",
        "a formatted UUID string" => "a UUID",
        "str" | "a borrowed string" | "option" => "a string",
        other if other.starts_with("struct ") => "an object",
        other if other.contains(" enum") || other.starts_with("enum ") => "one of the words that the document lists",
        other => other,
    };
    format!("must be {what}")
}

/// The texts in backticks.
fn words(list: &str) -> Vec<&str> {
    list.split('`').skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::{of_data, of_value};

    #[test]
    fn text_says_what_a_value_must_be_and_never_the_value() {
        for (message, text) in [
            (r#"invalid type: string "s3cret, expected", expected u64"#, "must be an integer that is not negative"),
            ("unknown variant `s3cret`, expected `user` or `tool`", "must be one of user, tool"),
            ("unknown variant `a`, expected one of `x`, `y`, `z`", "must be one of x, y, z"),
            ("invalid type: map, expected a string", "must be a string"),
            ("invalid value: integer `-1`, expected u32", "must be an integer that is not negative"),
            ("invalid type: null, expected struct NewMessage", "must be an object"),
            ("UUID parsing failed: invalid length: expected 32 for simple format, found 1", "must be a UUID"),
            ("expected a number from 1 to 200", "must be a number from 1 to 200"),
            ("invalid digit found in string", "must be a number in range"),
            ("expected value", "has the wrong type"),
        ] {
            assert_eq!(of_value(message), text, "{message}");
        }
    }

    #[test]
    fn member_is_named() {
        assert_eq!(of_data("missing field `name`"), ("missing_member", Some("name"), "is required".to_owned()));
        let unknown = ("unknown_member", Some("x"), "is not known here; known are a, b".to_owned());
        assert_eq!(of_data("unknown field `x`, expected `a` or `b`"), unknown);
        let empty = ("unknown_member", Some("x"), "is not known here".to_owned());
        assert_eq!(of_data("unknown field `x`, there are no fields"), empty);
    }
}
