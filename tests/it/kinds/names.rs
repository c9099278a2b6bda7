//! The files that name a kind.

use std::fs;
use std::path::{Path, PathBuf};

use landfall::kinds;

/// The files that may name a kind: its folder, the registry, its models and its routes. The initial snapshot has members that the API fixes. A cluster
/// needs to know where each table is.
const ALLOWED: [&str; 18] = [
    "src/distribute/",
    "src/kinds/",
    "src/models/asset/",
    "src/models/assistant/",
    "src/models/chat_message/",
    "src/models/chat_session/",
    "src/models/project/",
    "src/models/record/preferences.rs",
    "src/routes/assets/",
    "src/routes/assistants/",
    "src/routes/chat/",
    "src/routes/collections/",
    "src/routes/media/",
    "src/routes/projects/",
    "src/routes/sync/init.rs",
    "src/routes/mod.rs",
    "src/sync/snapshot.rs",
    "src/schema.rs",
];

/// Types and variants that belong to one kind.
const TYPES: [&str; 15] = [
    "ChatSession",
    "ChatMessage",
    "ProjectRecord",
    "ProjectChange",
    "AssetRecord",
    "AssistantRecord",
    "AssistantChange",
    "kinds::chat",
    "kinds::projects",
    "kinds::assets",
    "kinds::assistants",
    "kinds::collections",
    "models::chat_",
    "models::project",
    "models::record",
];

/// Files about one kind: uploads, storage and jobs process assets, and faults name what they break. The demo's built files are in a folder `assets`.
const ABOUT_ONE_KIND: [&str; 5] =
    ["src/uploads/", "src/jobs/", "src/faults/", "src/storage/", "src/http/static_files.rs"];

fn files_under(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => files_under(&path, files),
            path => files.push(path),
        }
    }
}

/// The code of a file without comments, examples of the OpenAPI document, and unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//") && !line.trim_start().starts_with("#[");
    text.lines().filter(is_code).filter(|line| !line.contains("(name = \"")).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_file_outside_of_a_kind_names_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    files_under(&root.join("src"), &mut files);
    let mut words: Vec<String> = kinds::registry().iter().map(|kind| format!("\"{}\"", kind.name())).collect();
    words.extend(
        kinds::registry().tables().iter().filter(|table| table.collection.is_none()).map(|t| format!(" {} ", t.name)),
    );
    words.extend(TYPES.map(str::to_owned));
    let mut found = Vec::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if ALLOWED.iter().chain(&ABOUT_ONE_KIND).any(|allowed| name.starts_with(allowed)) {
            continue;
        }
        let code = code(&fs::read_to_string(&file).unwrap());
        found.extend(words.iter().filter(|word| code.contains(*word)).map(|word| format!("{name}: {word}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}
