//! Words that the project gave up for the field's terms (docs/GLOSSARY.md).

use std::fs;
use std::path::{Path, PathBuf};

/// Names of before. Each is a whole word, in the case that it had.
const NAMES: &[&str] = &[
    "SpaceTransaction",
    "Spaces",
    "Turnstile",
    "Settled",
    "recall_as",
    "keep_as",
    "Buried",
    "bury",
    "bury_referring",
    "namesake",
    "Survey",
    "survey",
    "refuse_strangers",
    "strangers",
    "write_plainly",
    "plain_path",
    "Payer",
    "given_member",
    "hurryAll",
    "Poke",
    "takeAlong",
    "WaysIn",
    "goToProvider",
    "newcomer",
    "open_files",
    "mischief",
    "deed",
    "ledger",
    "unmet",
    "giveWay",
    "thaw",
    "heed",
    "byHand",
    "firstPicture",
    "door",
    "doors",
    "Door",
    "stranger",
    "strike",
    "recall",
    "canaries",
    "planted_in_database",
    "LANDFALL_PLANTED",
];
/// Speech. In any case.
const SPEECH: &[&str] =
    &["whoever", "somebody", "by and by", "of its own accord", "comes by", "a crowd", "says so", "thereby"];

const FOLDERS: &[&str] = &[
    "src",
    "tests",
    "benches",
    "docs",
    "migrations",
    "frontend-sdk/src",
    "frontend-sdk/test",
    "frontend-sdk/demo",
    "frontend-sdk/codegen",
    "frontend-sdk/scripts",
];
const ENDINGS: &[&str] = &["rs", "ts", "tsx", "mjs", "md", "sql"];
const SKIPPED: &[&str] = &["node_modules", "dist", "generated", "words.rs"];

#[test]
fn old_words_are_gone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    let mut read = 0;
    while let Some(path) = open.pop() {
        if path.file_name().and_then(|name| name.to_str()).is_none_or(|name| SKIPPED.contains(&name)) {
            continue;
        }
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().flatten().map(|entry| entry.path()));
        } else if path.extension().and_then(|end| end.to_str()).is_some_and(|end| ENDINGS.contains(&end)) {
            read += 1;
            for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
                found.extend(old_word(line).map(|word| format!("{}:{}: {word}", path.display(), number + 1)));
            }
        }
    }
    assert!(read > 500, "only {read} files were read");
    assert!(found.is_empty(), "docs/GLOSSARY.md has the terms:\n{}", found.join("\n"));
}

fn old_word(line: &str) -> Option<&'static str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let name = line.split(|c| !is_part(c)).find_map(|word| NAMES.iter().copied().find(|old| *old == word));
    name.or_else(|| {
        let line = line.to_lowercase();
        SPEECH.iter().copied().find(|old| {
            line.match_indices(old)
                .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + old.len()..].starts_with(is_part))
        })
    })
}

#[test]
fn words_are_found_whole_and_in_sentences() {
    assert_eq!(old_word("fn survey() {}"), Some("survey"));
    assert_eq!(old_word("// Whoever asks"), Some("whoever"));
    assert_eq!(old_word("let surveyor = notsomebody;"), None);
}
