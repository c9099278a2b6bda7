//! Texts of clients in answers and in the log. They are cut, because a name or a value in a body may be megabytes long.

use std::fmt;

/// The last character of a text that was cut.
const CUT: char = '…';

/// Cuts `text` at `max` bytes, [`CUT`] included, never inside a character. A text that fits stays as it is.
pub fn cut(text: &mut String, max: usize) {
    if text.len() <= max {
        return;
    }
    text.truncate(floor(text, max.saturating_sub(CUT.len_utf8())));
    text.push(CUT);
}

/// The text, cut as by [`cut`].
pub fn shortened(text: impl Into<String>, max: usize) -> String {
    let mut text = text.into();
    cut(&mut text, max);
    text
}

/// The first bytes of `text`, `max` at most, up to the end of a character.
pub fn head(text: &str, max: usize) -> &str {
    &text[..floor(text, max)]
}

/// The last place of a character's start at or below `max`.
fn floor(text: &str, max: usize) -> usize {
    (0..=max.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default()
}

/// A client's text in a sentence: in quotation marks, with control characters escaped, and at most 64 bytes of it.
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_BYTES: usize = 64;
        let head = head(self.0, MAX_BYTES);
        let cut = if head.len() < self.0.len() { "…" } else { "" };
        write!(f, "{head:?}{cut}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_characters_and_marked() {
        for text in ["x".repeat(5_000), "ü".repeat(5_000), "😀".repeat(5_000)] {
            let mut short = text.clone();
            cut(&mut short, 100);
            assert!((94..=100).contains(&short.len()) && short.ends_with('…'), "{short}");
            assert!(text.starts_with(short.trim_end_matches('…')));
        }
    }

    #[test]
    fn text_that_fits_stays_as_it_is() {
        let mut text = "Möwe".to_owned();
        cut(&mut text, 5);
        assert_eq!(text, "Möwe");
    }

    #[test]
    fn quoted_text_is_escaped_and_short() {
        assert_eq!(Quoted("a\n\"b").to_string(), r#""a\n\"b""#);
        assert_eq!(Quoted(&"x".repeat(1_000_000)).to_string(), format!("\"{}\"…", "x".repeat(64)));
    }
}
