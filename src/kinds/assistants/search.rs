//! The words of assistants and of searches. Both are split and folded here, so that the locale of the database does not matter.

use unicode_normalization::UnicodeNormalization as _;

use crate::models::assistant::AssistantContent;

/// More words of a search find nothing more that a user looks for.
const MAX_WORDS: usize = 10;

/// The words in lower case, with their characters in the form NFKC: a letter with an accent is one character, however it was typed, and full-width letters
/// are ordinary ones. Everything that is no letter and no digit separates words.
fn words(text: &str) -> Vec<String> {
    let text: String = text.nfkc().collect();
    // A lower case may have a mark of its own, such as that of İ.
    let folded = |word: &str| word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(folded).collect()
}

/// The words of title, description and tags that a search finds.
pub fn words_of(content: &AssistantContent) -> String {
    let texts = [&content.title, &content.description].into_iter().chain(&content.tags);
    texts.flat_map(|text| words(text)).collect::<Vec<_>>().join(" ")
}

/// A search as a query of PostgreSQL: all of its words, each as a beginning. It has no operators of the search. `None`: there are no words.
pub fn query_of(search: &str) -> Option<String> {
    let words: Vec<String> = words(search).into_iter().take(MAX_WORDS).map(|word| format!("'{word}':*")).collect();
    (!words.is_empty()).then(|| words.join(" & "))
}

#[cfg(test)]
mod tests {
    use super::query_of;

    #[test]
    fn search_becomes_words_and_no_operators() {
        assert_eq!(query_of("tide  Tables").as_deref(), Some("'tide':* & 'tables':*"));
        assert_eq!(query_of("a'b | !c:* \\").as_deref(), Some("'a':* & 'b':* & 'c':*"));
        assert_eq!(query_of("Über 潮汐").as_deref(), Some("'über':* & '潮汐':*"));
        assert_eq!(query_of("!?").as_deref(), None);
    }

    #[test]
    fn words_are_the_same_in_every_normal_form() {
        assert_eq!(query_of("Cafe\u{301}"), query_of("caf\u{e9}"));
        assert_eq!(query_of("ＴＩＤＥ ﬁsh"), query_of("tide fish"));
        assert_eq!(query_of("\u{1112}\u{1161}\u{11ab}"), query_of("한"));
        assert_eq!(query_of("İstanbul"), query_of("istanbul"));
        assert_ne!(query_of("cafe"), query_of("café"), "an accent is a part of its letter");
    }
}
