//! JSON pointers (RFC 6901): the one place that escapes segments and limits their length.

use std::fmt::Display;

use crate::excerpt;

/// The maximal length in bytes. Longer pointers are cut and end with `…`, because member names come from clients and may be megabytes long.
pub const MAX_BYTES: usize = 1024;

/// `parent` with one more segment: `join("/tags", "a/b")` is `/tags/a~1b`.
pub fn join(parent: &str, segment: impl Display) -> String {
    let mut pointer = parent.to_owned();
    push(&mut pointer, segment);
    pointer
}

/// Appends a segment, with `~` and `/` escaped. A pointer that was cut stays as it is.
pub fn push(pointer: &mut String, segment: impl Display) {
    if pointer.len() >= MAX_BYTES {
        return;
    }
    let segment = segment.to_string();
    // One byte more than fits, so that the pointer is cut and marked.
    let segment = excerpt::head(&segment, MAX_BYTES + 1);
    pointer.push('/');
    pointer.push_str(&segment.replace('~', "~0").replace('/', "~1"));
    cut(pointer);
}

/// A segment as it was before [`join`].
pub fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Cuts at [`MAX_BYTES`], never inside a character or an escape.
pub fn cut(pointer: &mut String) {
    excerpt::cut(pointer, MAX_BYTES);
    if let Some(end) = pointer.strip_suffix("~…").map(str::len) {
        pointer.remove(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_escaped() {
        assert_eq!(join("", "a/b~c"), "/a~1b~0c");
        assert_eq!(join("/items", 3), "/items/3");
        assert_eq!(join("/a", ""), "/a/");
    }

    #[test]
    fn long_pointers_are_cut_between_characters() {
        for name in ["x".repeat(5_000), "ü".repeat(5_000), "/".repeat(5_000), "~".repeat(5_000)] {
            let pointer = join("/settings", &name);
            assert!((MAX_BYTES - 4..=MAX_BYTES).contains(&pointer.len()), "{}", pointer.len());
            assert!(pointer.ends_with('…') && !pointer.ends_with("~…"));
            assert!(join(&pointer, "more").len() <= MAX_BYTES);
        }
    }
}
