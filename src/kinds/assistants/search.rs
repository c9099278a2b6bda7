//! The words of assistants and of searches. Both are split and folded here, so that the locale of the database does not matter.

use crate::models::assistant::AssistantContent;

/// More words of a search find nothing more that a person would look for.
const MAX_WORDS: usize = 10;

/// The words in lower case. Everything that is no letter and no digit separates them.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The words of title, description and tags that a search finds.
pub fn words_of(content: &AssistantContent) -> String {
    let texts = [&content.title, &content.description].into_iter().chain(&content.tags);
    texts.flat_map(|text| words(text)).collect::<Vec<_>>().join(" ")
}

/// A search as a query of PostgreSQL: all of its words, each as a beginning. It has no operators of the search. `None`: there are no words.
pub fn query_of(search: &str) -> Option<String> {
    let words: Vec<String> = words(search).take(MAX_WORDS).map(|word| format!("'{word}':*")).collect();
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
}
