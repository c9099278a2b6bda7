//! Documents as text, without kinds.

use super::*;

#[derive(Default)]
struct Seen(Vec<String>);

impl Receiver for Seen {
    fn member(&mut self, name: &str) -> Result<Take, ApiError> {
        Ok(match name {
            "list" => Take::Items,
            "map" => Take::Members,
            "one" => Take::Whole,
            _ => Take::Nothing,
        })
    }

    fn section(&mut self, name: &str) -> Result<(), ApiError> {
        self.0.push(format!("{name}:"));
        Ok(())
    }

    fn row(&mut self, key: Option<String>, row: Box<RawValue>) -> Result<(), ApiError> {
        self.0.push(format!("{}{}", key.unwrap_or_default(), row.get()));
        Ok(())
    }

    fn pointer(&self, key: Option<&str>) -> String {
        format!("/row{}", key.unwrap_or_default())
    }
}

/// Returns at most this many bytes per read.
struct Chunks<'a>(&'a [u8], usize);

impl Read for Chunks<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let (now, later) = self.0.split_at(self.0.len().min(self.1).min(out.len()));
        out[..now.len()].copy_from_slice(now);
        self.0 = later;
        Ok(now.len())
    }
}

fn rows(text: &str, chunk: usize) -> Result<Vec<String>, ApiError> {
    let mut seen = Seen::default();
    walk(Chunks(text.as_bytes(), chunk), None, &mut seen)?;
    Ok(seen.0)
}

/// Code and pointer of the first error.
fn fault(text: &str) -> Option<(ErrorCode, String)> {
    let error = rows(text, 65_536).err()?;
    Some((error.code, error.errors.first().map(|field| field.pointer.to_string()).unwrap_or_default()))
}

#[test]
fn rows_do_not_depend_on_the_chunks() {
    let text = r#" { "version" : 1 , "skip":{"a":[1,"]}\""]}, "list":[ {"a":"},]\\\""} ,[1,[2]] , "x" , 12 ,null],
        "map":{"k\"":{"v":1},"n": null}, "one":{"o":{}} , "empty":[], "word":true, "list": null, "one": null} "#;
    let expected = [
        "list:",
        r#"{"a":"},]\\\""}"#,
        "[1,[2]]",
        "\"x\"",
        "12",
        "null",
        "map:",
        "k\"{\"v\":1}",
        "nnull",
        "one:",
        r#"{"o":{}}"#,
    ];
    for chunk in [1, 2, 3, 7, 1000] {
        assert_eq!(rows(text, chunk).ok(), Some(expected.map(str::to_owned).to_vec()), "{chunk}");
    }
    assert_eq!(rows("{}", 1).ok(), Some(vec![]));
    assert_eq!(rows(r#"{"list":[],"map":{}}"#, 1).ok(), Some(vec!["list:".to_owned(), "map:".to_owned()]));
}

#[test]
fn invalid_document_is_refused_with_its_pointer() {
    for (text, pointer) in [
        ("", ""),
        ("[]", ""),
        ("7", ""),
        ("{", ""),
        ("{} x", ""),
        ("{,}", ""),
        (r#"{"list":[1,]}"#, ""),
        (r#"{"list":[,1]}"#, "/row"),
        (r#"{"list" [1]}"#, ""),
        (r#"{"list":[1"#, ""),
        (r#"{"list":[{"a":1"#, ""),
        (r#"{"list":[{"a":}]}"#, "/row"),
        (r#"{"map":{"a":}}"#, "/rowa"),
        (r#"{"map":{a:1}}"#, ""),
        (r#"{"list":[],"one":{"a":}}"#, "/one"),
        (r#"{"a":}"#, ""),
        (r#"{"a":[1 2]}"#, ""),
        (r#"{"list":[1}}"#, ""),
        (r#"{"\ud800":1}"#, ""),
    ] {
        assert_eq!(fault(text), Some((ErrorCode::MalformedJson, pointer.to_owned())), "{text}");
    }
}

#[test]
fn member_of_another_type_is_named() {
    for text in [r#"{"list":{"a":1}}"#, r#"{"list":"secret"}"#, r#"{"list":7}"#, r#"{"list":false}"#] {
        assert_eq!(fault(text), Some((ErrorCode::ValidationFailed, "/list".to_owned())), "{text}");
    }
    assert_eq!(fault(r#"{"map":[]}"#), Some((ErrorCode::ValidationFailed, "/map".to_owned())));
    assert_eq!(fault(r#"{"one":[]}"#), Some((ErrorCode::ValidationFailed, "/one".to_owned())));
}

#[test]
fn long_row_is_refused_but_a_skipped_member_may_be_long() {
    let long = "x".repeat(MAX_ROW_BYTES + 1);
    for text in [
        format!(r#"{{"list":["{long}"]}}"#),
        format!(r#"{{"map":{{"{long}":1}}}}"#),
        format!(r#"{{"one":{{"a":"{long}"}}}}"#),
        format!(r#"{{"{long}":1}}"#),
    ] {
        assert_eq!(fault(&text).map(|fault| fault.0), Some(ErrorCode::PayloadTooLarge));
    }
    assert_eq!(fault(&format!(r#"{{"skip":["{long}"]}}"#)), None);
}

#[test]
fn skipped_member_has_a_maximal_depth() {
    let nested = |depth: usize| format!(r#"{{"skip":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(fault(&nested(50_000)), None);
    assert_eq!(fault(&nested(200_000)), Some((ErrorCode::ValidationFailed, "/skip".to_owned())));
    let brackets_in_text = format!(r#"{{"skip":["{}\"", "]", 1]}}"#, "[".repeat(200_000));
    assert_eq!(fault(&brackets_in_text), None);
}
