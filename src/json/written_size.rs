//! The size of JSON as PostgreSQL writes it: jsonb drops blanks and spells out numbers, so that `1e308` becomes 309 digits.

/// The size of `text` (valid JSON) in bytes, without blanks and with numbers spelled out.
pub fn written_size(text: &str) -> usize {
    let (mut size, mut in_string, mut escaped) = (0usize, false, false);
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            _ if in_string => {
                in_string = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
                size = size.saturating_add(1);
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            // The `e` of `true` and `false` is not followed by a digit.
            b'e' | b'E' if tail.first().is_some_and(in_exponent) => {
                let length = tail.iter().take_while(|next| in_exponent(next)).count();
                let (exponent, after) = tail.split_at(length);
                let digits = std::str::from_utf8(exponent).unwrap_or_default().trim_start_matches(['+', '-']);
                size = size.saturating_add(digits.parse().unwrap_or(usize::MAX));
                rest = after;
            }
            _ => {
                in_string = byte == b'"';
                size = size.saturating_add(1);
            }
        }
    }
    size
}

fn in_exponent(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-')
}

#[cfg(test)]
mod tests {
    use super::written_size;

    #[test]
    fn blanks_outside_strings_are_not_counted() {
        assert_eq!(written_size("{ \"a b\\\" e9\" : [ 1 , true ] }"), "{\"a b\\\" e9\":[1,true]}".len());
    }

    #[test]
    fn exponents_count_as_their_digits() {
        assert_eq!(written_size("[1e300, 2E+10,-5e-7]"), "[1,2,-5]".len() + 300 + 10 + 7);
    }
}
