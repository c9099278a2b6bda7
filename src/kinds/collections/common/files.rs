//! Files in a row, as text or base64: a row that is too large for the server is imported without the contents of its largest files.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::error::FieldError;
use crate::json::pointer;
use crate::sync::kind::FILE_LEFT_OUT;

/// Shorter texts of a file are no contents.
const MIN_CONTENT_BYTES: usize = 1024;

/// The content of a file: its size, the index of the file, and the member.
type Content = (usize, usize, String);

/// The row without the contents that make it larger than `limit` bytes, the largest first, and what was left out. `path`: the names of the members on the
/// way to the list of files. `None` if the row is too large without them too.
pub fn without_contents(path: &[&str], row: &RawValue, limit: usize) -> Option<(Box<RawValue>, Vec<FieldError>)> {
    let files: Vec<&RawValue> = serde_json::from_str(at(row, path)?.get()).ok()?;
    let mut contents: Vec<Content> = files.iter().enumerate().flat_map(contents_of).collect();
    contents.sort_unstable_by(|one, other| other.cmp(one));
    let mut size = row.get().len();
    contents.retain(|(bytes, ..)| {
        let is_removed = size > limit;
        size -= if is_removed { *bytes } else { 0 };
        is_removed
    });
    if size > limit {
        return None;
    }
    let base = path.iter().fold(String::new(), |base, name| pointer::join(&base, name));
    let notes = contents.iter().map(|(_, index, member)| {
        let pointer = pointer::join(&pointer::join(&base, index), member);
        FieldError::new(pointer, FILE_LEFT_OUT, "the content of the file is too large and is left out")
    });
    let notes = notes.collect();
    let left = files.iter().enumerate().map(|(index, file)| {
        let removed = || contents.iter().filter(|(_, of, _)| *of == index).map(|(.., member)| member);
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(file.get()).unwrap_or_default();
        if removed().next().is_none() {
            return raw(file);
        }
        removed().for_each(|member| _ = members.remove(member));
        raw(&members)
    });
    let left: Option<Vec<Box<RawValue>>> = left.collect();
    Some((with(row, path, &raw(&left?)?)?, notes))
}

fn contents_of((index, file): (usize, &&RawValue)) -> Vec<Content> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(file.get()).unwrap_or_default();
    let texts = members.into_iter().filter(|(_, value)| value.get().starts_with('"'));
    let contents = texts.map(|(member, value)| (value.get().len(), index, member));
    contents.filter(|(bytes, ..)| *bytes >= MIN_CONTENT_BYTES).collect()
}

/// The value at a path of members.
fn at<'a>(value: &'a RawValue, path: &[&str]) -> Option<&'a RawValue> {
    path.iter().try_fold(value, |value, name| {
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(value.get()).ok()?;
        members.remove(*name)
    })
}

/// The object with another value at the path.
fn with(object: &RawValue, path: &[&str], new: &RawValue) -> Option<Box<RawValue>> {
    let Some((first, rest)) = path.split_first() else { return raw(&new) };
    let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(object.get()).ok()?;
    let inner = with(members.get(*first)?, rest, new)?;
    members.insert((*first).to_owned(), &inner);
    raw(&members)
}

fn raw(value: &impl serde::Serialize) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &[&str] = &["prompt", "files"];

    fn left(row: &str, limit: usize) -> Option<(String, Vec<String>)> {
        let row = RawValue::from_string(row.to_owned()).ok()?;
        let (left, notes) = without_contents(PATH, &row, limit)?;
        Some((left.get().to_owned(), notes.into_iter().map(|note| note.pointer.into_owned()).collect()))
    }

    #[test]
    fn largest_contents_are_left_out_until_the_row_fits() {
        let content = |bytes: usize| "x".repeat(bytes);
        let row = |one: &str, two: &str| {
            format!(
                r#"{{"id":"i","index":1.50,"prompt":{{"content":"{}","files":[{{"data":"{one}","name":"a"}},{{"name":"b"{two}}}]}}}}"#,
                content(3_000)
            )
        };
        let small = format!(r#","data":"{}""#, content(2_000));
        let whole = row(&content(9_000), &small);
        let fits = row("", &small).replace(r#""data":"","#, "");
        let first = "/prompt/files/0/data".to_owned();
        assert_eq!(left(&whole, whole.len() - 1), Some((fits, vec![first.clone()])));
        let none = row("", "").replace(r#""data":"","#, "");
        assert_eq!(left(&whole, 4_000), Some((none, vec![first, "/prompt/files/1/data".to_owned()])));
        assert_eq!(left(&whole, 2_000), None, "the rest is too large");
        assert_eq!(left(r#"{"prompt":null}"#, 1), None);
        assert_eq!(left("[1]", 1), None);
    }
}
