//! docs/specs-coverage.md: its files and tests exist, and its numbers are those of its rows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../../docs/specs-coverage.md");
const OTHERWISE: &str = "built otherwise";
const STATES: [&str; 4] = ["built", OTHERWISE, "built, no test", "missing"];

/// The cells of all rows with an item: the item, files, tests, and the state.
fn items() -> Vec<[&'static str; 4]> {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = rows.filter_map(|row| <[&str; 4]>::try_from(row.split(" | ").collect::<Vec<_>>()).ok());
    cells.filter(|[item, ..]| *item != "Item").collect()
}

/// The parts of a cell between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()
}

fn exists(path: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()
}

/// Whether the text of a file has a test of this name.
fn has_test(path: &str, text: &str, name: &str) -> bool {
    if path.ends_with(".rs") {
        return text.split_once(&format!("fn {name}()")).is_some_and(|(before, _)| {
            // Other attributes may stand between the mark and the name.
            let mut marks = before.rsplit('\n').skip(1).take_while(|line| line.trim_start().starts_with(['#', '/']));
            marks.any(|line| line.contains("test]") || line.contains("test("))
        });
    }
    ['"', '`'].iter().any(|quote| {
        text.split_once(&format!("{quote}{name}{quote}")).is_some_and(|(before, _)| before.trim_end().ends_with('('))
    })
}

#[test]
fn files_and_tests_of_the_page_exist() {
    let items = items();
    let mut wrong = Vec::new();
    for [item, files, tests, state] in &items {
        wrong.extend(quoted(files).iter().filter(|path| !exists(path)).map(|path| format!("{item}: no {path}")));
        for line in tests.split("<br>").filter(|line| *line != "-") {
            let mut parts = quoted(line).into_iter();
            let path = parts.next().unwrap_or_default();
            let text = read(path).unwrap_or_default();
            let missing = parts.filter(|name| !has_test(path, &text, name));
            wrong.extend(missing.map(|name| format!("{item}: no test \"{name}\" in {path}")));
        }
        let (is_built, is_tested) = (*files != "-", tests.split("<br>").all(|line| quoted(line).len() > 1));
        let fits = match *state {
            "missing" => !is_built && *tests == "-",
            "built, no test" => is_built && *tests == "-",
            "built" => is_built && is_tested,
            _ => {
                is_built
                    && is_tested
                    && otherwise_because(state).is_some_and(|reason| exists(&format!("docs/{reason}")))
            }
        };
        if !fits {
            wrong.push(format!("{item}: \"{state}\" doesn't fit the other cells"));
        }
    }
    assert!(items.len() > 200, "only {} items were read", items.len());
    assert!(wrong.is_empty(), "docs/specs-coverage.md is wrong:\n{}", wrong.join("\n"));
}

/// The page that a state "built otherwise" links to.
fn otherwise_because(state: &str) -> Option<&str> {
    state.strip_prefix(OTHERWISE)?.split_once("](")?.1.strip_suffix(')')
}

#[test]
fn numbers_of_the_page_are_those_of_its_rows() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for [_, _, _, state] in items() {
        let state = if state.starts_with(OTHERWISE) { OTHERWISE } else { state };
        *counts.entry(state).or_default() += 1;
    }
    let all = ("all", counts.values().sum::<usize>());
    for (state, count) in
        STATES.map(|state| (state, counts.get(state).copied().unwrap_or_default())).into_iter().chain([all])
    {
        assert!(PAGE.contains(&format!("\n| {state} | {count} |\n")), "{state}: the rows are {count}");
    }
}
