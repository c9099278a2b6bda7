//! The files that deploy the server agree with its settings.

use std::collections::BTreeSet;
use std::path::Path;

use landfall::config::variables::VARIABLES;

/// Settings that the image or docker-compose.yml decides, or that belong to another object storage.
const NOT_PASSED: [&str; 3] = ["LANDFALL_DATA", "LANDFALL_FRONTEND", "PG_BIN"];

#[test]
fn compose_file_passes_every_setting() {
    let compose = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docker-compose.yml")).unwrap();
    let passes = |name: &str| compose.lines().any(|line| line.trim_start().starts_with(&format!("{name}:")));
    let is_other_storage = |name: &str| ["S3_", "AWS_", "R2_"].iter().any(|family| name.starts_with(family));
    let names = VARIABLES.iter().map(|(name, ..)| *name);
    let missing: Vec<&str> =
        names.filter(|name| !passes(name) && !is_other_storage(name) && !NOT_PASSED.contains(name)).collect();
    assert!(missing.is_empty(), "docker-compose.yml does not pass {missing:?} to the server");
}

/// Passwords and keys come from .env, and there is no default that could be left as it is.
#[test]
fn compose_file_has_no_default_for_a_secret() {
    let compose = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docker-compose.yml")).unwrap();
    let made = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/make-env.sh")).unwrap();
    let mut used = 0;
    for part in compose.split("${COMPOSE_").skip(1) {
        let (name, rest) = part.split_once(':').unwrap();
        assert!(rest.starts_with("?run `make compose-env` first}"), "COMPOSE_{name} has a default");
        assert!(made.contains(&format!("add COMPOSE_{name} ")), "nothing makes COMPOSE_{name}");
        used += 1;
    }
    assert!(used >= 9, "only {used} secrets were found");
}

/// The lines of a service in docker-compose.yml.
fn service<'a>(compose: &'a str, name: &str) -> &'a str {
    let (_, rest) = compose.split_once(&format!("\n  {name}:\n")).unwrap();
    rest.split("\n\n").next().unwrap()
}

/// PostgreSQL is in a network without a way out, and publishes no port. The one for development is published on this machine only.
#[test]
fn compose_file_publishes_no_port_of_the_database() {
    let compose = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docker-compose.yml")).unwrap();
    let database = service(&compose, "postgres");
    assert!(database.contains("    networks: [database]\n") && !database.contains("ports:"), "{database}");
    assert!(compose.contains("\n  database: { internal: true }\n"));
    assert!(service(&compose, "db").contains("    ports: [\"127.0.0.1:"));
}

/// The names of metrics in a text, without the endings of histograms.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let names = text.match_indices("landfall_").filter(|(at, _)| !text[..*at].ends_with(is_part)).map(|(at, _)| {
        let name: String = text[at..].chars().take_while(|letter| is_part(*letter)).collect();
        let histogram = ["_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end).map(str::to_owned));
        histogram.unwrap_or(name)
    });
    names.collect()
}

#[test]
fn dashboard_alarms_and_manual_name_the_metrics_that_there_are() {
    let read = |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let known = metrics_in(&[read("src/counts.rs"), read("src/ops/metrics.rs")].concat());
    assert!(known.len() >= 20, "{known:?}");
    let shown = metrics_in(&[read("deploy/observe/landfall.json"), read("deploy/observe/alarms.yml")].concat());
    assert_eq!(shown.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "no such metric");
    let explained = metrics_in(&read("docs/OPERATIONS.md"));
    let roles = ["landfall_app".to_owned(), "landfall_jobs".to_owned()];
    let unexplained: Vec<_> = known.difference(&explained).collect();
    assert_eq!(unexplained, Vec::<&String>::new(), "docs/OPERATIONS.md has every metric");
    let odd: Vec<_> = explained.difference(&known).filter(|name| !roles.contains(name)).collect();
    assert_eq!(odd, Vec::<&String>::new(), "docs/OPERATIONS.md names no other metric");
    let board: serde_json::Value = serde_json::from_str(&read("deploy/observe/landfall.json")).unwrap();
    assert!(board["panels"].as_array().unwrap().len() >= 15);
}

/// The names in the first column of the tables of a section: `| `name` | ...`.
fn first_column(text: &str, section: &str) -> BTreeSet<String> {
    let (_, rest) = text.split_once(&format!("\n## {section}\n")).unwrap();
    let rest = rest.split("\n## ").next().unwrap();
    rest.lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Everything that a server does besides requests: the jobs of the queue, the loops that `AppState::background` starts, and the presence, which
/// `boot` starts.
#[test]
fn manual_lists_every_job_and_every_loop() {
    let read = |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let state = read("src/state.rs");
    let (_, joined) = state.split_once("futures_util::join!(").unwrap();
    let (joined, _) = joined.split_once(");\n").unwrap();
    let loops = joined.split(',').map(|part| part.trim().split("::").next().unwrap().to_owned());
    let jobs = landfall::jobs::Job::KINDS.map(str::to_owned);
    let known: BTreeSet<String> = loops.chain(jobs).chain(["presence".to_owned()]).collect();
    assert!(known.len() >= 12, "{known:?}");
    assert_eq!(first_column(&read("docs/OPERATIONS.md"), "Jobs"), known, "docs/OPERATIONS.md, Jobs");
    let counts = read("src/counts.rs");
    let (_, sweeps) = counts.split_once("pub enum Sweep {").unwrap();
    let sweeps = sweeps.split('}').next().unwrap().lines().filter_map(|line| line.trim().strip_suffix(','));
    let missing: Vec<String> = sweeps.map(str::to_lowercase).filter(|sweep| !known.contains(sweep)).collect();
    assert_eq!(missing, [""; 0], "the label of a sweep is the name of its loop");
}
