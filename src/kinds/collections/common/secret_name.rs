//! Names of secrets.

/// Names with these endings are names of secrets (`githubToken`, `client_secret`).
const SECRET_SUFFIXES: &[&str] = &[
    "password",
    "passphrase",
    "passwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "secretkey",
    "authorization",
    "credential",
    "credentials",
];

/// True if a member of this name holds a secret. `named`: more names of secrets, of the collection.
pub fn is_secret_name(name: &str, named: &[&str]) -> bool {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    named.contains(&name) || SECRET_SUFFIXES.iter().any(|end| plain.ends_with(end))
}
