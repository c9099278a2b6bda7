//! Email addresses as names of users. Only ASCII letters are folded: Unicode makes one address of several (the Kelvin sign U+212A folds to `k`), so that the
//! owner of one address would sign in as the owner of another.

/// The maximal length of an address in bytes (RFC 5321).
const MAX_BYTES: usize = 254;

/// The form in which addresses are stored and compared: ASCII letters in lower case, everything else unchanged.
pub fn folded(address: &str) -> String {
    address.to_ascii_lowercase()
}

/// True if the text looks like `name@host`, without white space and control characters.
pub fn is_shaped(address: &str) -> bool {
    let has_parts = address.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    let is_plain = !address.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    has_parts && is_plain && address.len() <= MAX_BYTES
}

/// True if the address may decide who a user is: it joins accounts, and makes its owner an administrator. Only ASCII addresses do. Other letters have
/// forms that look the same or are the same to some mail servers and not to others.
pub fn identifies(address: &str) -> bool {
    address.is_ascii() && is_shaped(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ascii_letters_are_folded() {
        assert_eq!(folded("Mike+Notes@Example.COM"), "mike+notes@example.com");
        // The Kelvin sign, the long s, the Turkish capital I, full-width letters.
        for other in ["mi\u{212A}e@example.com", "\u{17F}am@example.com", "\u{130}vy@example.com", "ＭIKE@example.com"]
        {
            assert!(!folded(other).is_ascii(), "{other}");
            assert!(!identifies(&folded(other)), "{other}");
        }
    }

    #[test]
    fn different_ascii_addresses_stay_different() {
        let all = [
            "mike@example.com",
            "mike@example.com.",
            "mike+a@example.com",
            "m.ike@example.com",
            "\"mike\"@example.com",
        ];
        let folded: std::collections::BTreeSet<String> = all.iter().map(|address| folded(address)).collect();
        assert_eq!(folded.len(), all.len());
    }

    #[test]
    fn address_has_a_name_and_a_host_and_no_spaces() {
        assert!(is_shaped("a@b") && is_shaped("müller@exämple.org"));
        let long = format!("{}@example.com", "a".repeat(254));
        for wrong in ["", "a", "@", "a@", "@b", "a b@c", "a@b ", "a\u{a0}b@c", "a\0@c", "a@\u{2003}b", &long] {
            assert!(!is_shaped(wrong), "{wrong:?}");
        }
    }
}
