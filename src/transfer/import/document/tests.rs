//! Documents as text, without kinds.

use std::io;

use super::*;
use crate::error::ErrorCode;

const MAX_ROW_BYTES: usize = 1_000;

#[derive(Default)]
struct Seen(Vec<String>);

impl Receiver for Seen {
    fn byte_order_mark(&mut self) {
        self.0.push("mark".to_owned());
    }

    fn member(&mut self, name: &str) -> Result<Take, ApiError> {
        Ok(match name {
            "list" => Take::Items,
            "map" => Take::Members,
            "one" => Take::Whole,
            "keyed" => Take::Keyed("k"),
            "inner" => Take::Documents,
            "held" => Take::Held,
            _ => Take::Nothing,
        })
    }

    fn held(&mut self, name: &str, value: Option<Box<RawValue>>, replaced: bool) {
        let text = value.map_or("too long".to_owned(), |value| value.get().to_owned());
        self.0.push(format!("{name} {text}{}", if replaced { " replaced" } else { "" }));
    }

    fn end(&mut self) -> Result<(), ApiError> {
        if self.0.last().is_some_and(|line| line.starts_with("held")) {
            self.0.push("end".to_owned());
        }
        Ok(())
    }

    fn enter(&mut self, name: &str, index: usize) {
        self.0.push(format!("in {name} {index}"));
    }

    fn leave(&mut self) {
        self.0.push("out".to_owned());
    }

    fn too_deep(&mut self, name: &str) {
        self.0.push(format!("{name} too deep"));
    }

    fn section(&mut self, name: &str) -> Result<bool, ApiError> {
        self.0.push(format!("{name}:"));
        Ok(true)
    }

    fn wrong_type(&mut self, name: &str, expected: &'static str) -> Result<(), ApiError> {
        self.0.push(format!("{name} {expected}"));
        Ok(())
    }

    fn row(&mut self, row: RowText) -> Result<(), ApiError> {
        let text = match &row.text {
            Ok(text) => text.get().to_owned(),
            Err(start) => format!("too long, {} bytes are kept", start.len()),
        };
        self.0.push(format!("{}{text}{}", row.key.unwrap_or_default(), if row.replaced { " replaced" } else { "" }));
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

fn rows(text: impl AsRef<[u8]>, chunk: usize) -> Result<Vec<String>, ApiError> {
    let mut seen = Seen::default();
    walk(Chunks(text.as_ref(), chunk), None, MAX_ROW_BYTES, &mut seen)?;
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
        ("x", ""),
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
        (r#"{"list":[],"one":{"a":}}"#, "/row"),
        (r#"{"a":}"#, "/a"),
        (r#"{"a":[1 2]}"#, "/a"),
        (r#"{"list":[1}}"#, ""),
        (r#"{"a" 1}"#, ""),
        (r#"{"a":1,}"#, ""),
        ("\u{feff}", ""),
    ] {
        assert_eq!(fault(text), Some((ErrorCode::MalformedJson, pointer.to_owned())), "{text}");
    }
}

#[test]
fn documents_inside_of_a_document_and_in_a_list_are_walked() {
    let text = r#"{"one":{"a":1},"inner":[{"list":[{"b":2}],"inner":[{"keyed":[3]}]},7,{}]}"#;
    let inner = [
        "in inner 0",
        "list:",
        "{\"b\":2}",
        "in inner 0",
        "keyed:",
        "k[3]",
        "out",
        "out",
        "in inner 1",
        " must be an object",
        "out",
        "in inner 2",
        "out",
    ];
    let all: Vec<&str> = ["one:", "{\"a\":1}"].into_iter().chain(inner).collect();
    for chunk in [1, 7, 65_536] {
        assert_eq!(rows(text, chunk).ok(), Some(all.iter().map(|&text| text.to_owned()).collect()), "{chunk}");
    }
    let list = rows(r#"[{"one":{}}, {"list":[]}]"#, 2).ok();
    let expected = ["in  0", "one:", "{}", "out", "in  1", "list:", "out"].map(str::to_owned);
    assert_eq!(list, Some(expected.to_vec()));
    let deep = format!("{}{}", r#"{"inner":["#.repeat(66), "]}".repeat(66));
    assert!(rows(deep, 100).is_ok_and(|seen| seen.contains(&"inner too deep".to_owned())));
}

#[test]
fn document_that_is_no_object_is_named() {
    for text in ["7", "\"x\"", "null", "true"] {
        assert_eq!(fault(text), Some((ErrorCode::ValidationFailed, String::new())), "{text}");
    }
}

#[test]
fn member_of_another_type_is_passed_over() {
    let seen = |text: &str| rows(text, 1).ok();
    for text in [r#"{"list":{"a":1}}"#, r#"{"list":"secret"}"#, r#"{"list":7}"#, r#"{"list":false}"#] {
        assert_eq!(seen(text), Some(vec!["list must be a list".to_owned()]), "{text}");
    }
    assert_eq!(seen(r#"{"map":[]}"#), Some(vec!["map must be an object".to_owned()]));
    assert_eq!(seen(r#"{"one":[],"list":[]}"#), Some(vec!["one must be an object".to_owned(), "list:".to_owned()]));
}

#[test]
fn long_row_is_passed_over_and_its_beginning_is_kept() {
    let long = "x\\\"]}".repeat(MAX_ROW_BYTES);
    for chunk in [1, 7, 100_000] {
        for (text, expected) in [
            (format!(r#"{{"list":[1,"{long}",2]}}"#), ["list:", "1", "too long, 1000 bytes are kept", "2"].as_slice()),
            (
                format!(r#"{{"list":[[["{long}"]],{{"a":"{long}"}}]}}"#),
                &["list:", "too long, 1000 bytes are kept", "too long, 1000 bytes are kept"],
            ),
            (format!(r#"{{"map":{{"k":["{long}"]}}}}"#), &["map:", "ktoo long, 1000 bytes are kept"]),
            (format!(r#"{{"one":{{"a":"{long}"}}}}"#), &["one:", "too long, 1000 bytes are kept"]),
            (format!(r#"{{"skip":["{long}"],"list":[]}}"#), &["list:"]),
        ] {
            assert_eq!(rows(&text, chunk).ok(), Some(expected.iter().map(|line| (*line).to_owned()).collect()));
        }
    }
}

#[test]
fn long_name_is_cut() {
    for name in ["x".repeat(10_000), "\\u0041".repeat(10_000), "\\\"".repeat(10_000), "ü".repeat(10_000)] {
        let seen = rows(format!(r#"{{"{name}":[1],"map":{{"{name}":1}}}}"#), 1_000);
        let lines = seen.map_err(|error| error.detail).unwrap_or_else(|detail| vec![detail]);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[1].ends_with('1') && (500..5_000).contains(&lines[1].len()), "{}", lines[1]);
    }
}

#[test]
fn deep_nesting_is_passed_over() {
    let nested = |depth: usize| format!(r#"{{"skip":{}{},"list":[]}}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(rows(nested(400), 1_000).ok(), Some(vec!["list:".to_owned()]));
    assert_eq!(rows(nested(2_000_000), 1_000).ok(), Some(vec!["list:".to_owned()]));
}

#[test]
fn byte_order_mark_and_bytes_that_are_no_utf_8_are_mended() {
    for chunk in [1, 100] {
        let seen = rows("\u{feff}{\"list\":[1]}", chunk).ok();
        assert_eq!(seen, Some(vec!["mark".to_owned(), "list:".to_owned(), "1".to_owned()]));
    }
    let seen = rows(b"{\"list\":[\"a\xed\xa0\x80\"],\"map\":{\"\\ud800\":1}}", 3).ok();
    let expected = ["list:", "\"a\u{fffd}\u{fffd}\u{fffd}\" replaced", "map:", "\u{fffd}1 replaced"];
    assert_eq!(seen, Some(expected.map(str::to_owned).to_vec()));
}

#[test]
fn value_that_is_held_has_any_type_and_a_limit() {
    let long = "x".repeat(MAX_ROW_BYTES);
    for chunk in [1, 7, 65_536] {
        let text =
            format!(r#"{{"list":[1],"held":null,"held":"\ud800","inner":[{{"held":{{"a":[]}}}}],"held":["{long}"]}}"#);
        let expected = [
            "list:",
            "1",
            "held \"\u{fffd}\" replaced",
            "in inner 0",
            "held {\"a\":[]}",
            "end",
            "out",
            "held too long",
            "end",
        ];
        assert_eq!(rows(&text, chunk).ok(), Some(expected.map(str::to_owned).to_vec()), "{chunk}");
    }
    assert_eq!(fault(r#"{"held":[1}}"#), Some((ErrorCode::MalformedJson, "/held".to_owned())));
    assert_eq!(fault(r#"{"held":[1 2]}"#), Some((ErrorCode::MalformedJson, "/held".to_owned())));
}
