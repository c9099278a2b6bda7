//! The size of JSON as PostgreSQL writes it: jsonb drops blanks and spells out numbers, so that `1e308` becomes 309 digits.

/// No text grows by a larger factor (`1e308` with its comma becomes 310 bytes).
pub const MOST_GROWTH: usize = 64;

/// True if `text` (valid JSON) is written with more than `limit` bytes. Texts that can't be are not counted.
pub fn is_written_larger_than(text: &[u8], limit: usize) -> bool {
    if text.len().saturating_mul(MOST_GROWTH) <= limit {
        return false;
    }
    // An exponent follows a digit. Those in strings are counted too, so this is an upper bound.
    let exponents = text.windows(2).filter(|pair| matches!(pair, [b'0'..=b'9', b'e' | b'E'])).count();
    text.len().saturating_add(exponents.saturating_mul(MOST_DIGITS)) > limit && written_size(text) > limit
}

/// Free JSON has no number with a larger exponent: a number has at most 400 characters and is within the range of a double.
const MOST_DIGITS: usize = 800;

/// The size of `text` (valid JSON) in bytes, without blanks and with numbers spelled out.
pub fn written_size(text: &[u8]) -> usize {
    measure(text).0
}

/// The size of `text` (valid JSON) in bytes as jsonb is written: as [`written_size`], with a blank after each colon and comma.
pub fn stored_size(text: &[u8]) -> usize {
    let (size, separators) = measure(text);
    size.saturating_add(separators)
}

/// The size without blanks, and the number of colons and commas outside strings.
fn measure(text: &[u8]) -> (usize, usize) {
    let (mut size, mut separators) = (0usize, 0usize);
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'"' => {
                let length = string_length(tail);
                size = size.saturating_add(1 + length);
                rest = tail.get(length..).unwrap_or_default();
            }
            b':' | b',' => {
                separators += 1;
                size = size.saturating_add(1);
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            // The `e` of `true` and `false` is not followed by a digit.
            b'e' | b'E' if tail.first().is_some_and(in_exponent) => {
                let length = tail.iter().take_while(|next| in_exponent(next)).count();
                let (exponent, after) = tail.split_at(length);
                let text = std::str::from_utf8(exponent).unwrap_or_default();
                let digits: usize = text.trim_start_matches(['+', '-']).parse().unwrap_or(usize::MAX);
                // `5e-3` is written as `0.005`: its exponent and two more characters.
                let point = if text.starts_with('-') { 2 } else { 0 };
                size = size.saturating_add(digits).saturating_add(point);
                rest = after;
            }
            _ => size = size.saturating_add(1),
        }
    }
    (size, separators)
}

/// The length of a string after its opening quotation mark, with its closing one.
fn string_length(text: &[u8]) -> usize {
    let mut end = 0;
    while let Some(found) = text.get(end..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        end += found + 1;
        if text[end - 1] == b'"' {
            return end;
        }
        // The character after a backslash does not end the string.
        end += 1;
    }
    text.len()
}

fn in_exponent(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_outside_strings_are_not_counted() {
        assert_eq!(written_size(b"{ \"a b\\\" e9\" : [ 1 , true ] }"), "{\"a b\\\" e9\":[1,true]}".len());
    }

    #[test]
    fn stored_text_has_a_blank_after_each_separator_outside_strings() {
        let stored = "{\"a,b:\\\"c\": [1, true], \"d\": {}}";
        assert_eq!(stored_size(b"{\"a,b:\\\"c\":[1,true],\n\"d\":{}}"), stored.len());
    }

    #[test]
    fn exponents_count_as_their_digits() {
        assert_eq!(written_size(b"[1e300, 2E+10,-5e-7]"), "[1,2,-5]".len() + 300 + 10 + 7 + 2);
    }

    #[test]
    fn numbers_that_grow_count_with_their_digits() {
        let tiny = format!("[{}0]", "5e-324,".repeat(1_000));
        assert!(is_written_larger_than(tiny.as_bytes(), 300_000) && !is_written_larger_than(tiny.as_bytes(), 400_000));
        // In a string, they are text.
        let text = format!("[\"{tiny}\"]");
        assert!(!is_written_larger_than(text.as_bytes(), text.len()));
        assert!(is_written_larger_than(text.as_bytes(), text.len() - 1));
    }
}
