//! JSON pointers (RFC 6901): the one place that escapes segments and limits their length.

use std::fmt::Display;

/// The maximal length in bytes. Longer pointers are cut, because member names come from clients and may be megabytes long.
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
    pointer.push('/');
    pointer.push_str(&segment.to_string().replace('~', "~0").replace('/', "~1"));
    cut(pointer);
}

/// Cuts at [`MAX_BYTES`], never inside a character or an escape.
pub fn cut(pointer: &mut String) {
    if pointer.len() <= MAX_BYTES {
        return;
    }
    let end = (0..=MAX_BYTES).rev().find(|&end| pointer.is_char_boundary(end)).unwrap_or_default();
    pointer.truncate(end);
    if pointer.ends_with('~') {
        pointer.pop();
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
            assert!(!pointer.ends_with('~'));
            assert!(join(&pointer, "more").len() <= MAX_BYTES);
        }
    }
}
