//! The files that deploy the server agree with its settings.

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
