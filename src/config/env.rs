//! The sources of settings: the process environment, then `.env.local`, then `.env` (the files in development only). `variables.rs` lists every
//! variable that the server reads. Tests fail if another one is read.

use std::collections::HashMap;
use std::path::Path;

use secrecy::SecretString;

use super::ConfigError;
use super::variables::VARIABLES;

/// A shorter secret is likely to be guessable.
const SECRET_CHARS: usize = 32;

/// A snapshot of the settings as text. Empty values count as unset.
#[derive(Clone, Default)]
pub struct Env(HashMap<String, String>);

impl Env {
    /// Reads the process environment and, except in production, the `.env` files of the working folder.
    ///
    /// # Errors
    /// A sentence that names the unreadable file.
    pub fn from_process() -> Result<Self, ConfigError> {
        let process: HashMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::merged(process, Path::new(""))
    }

    /// The variables of the process over those of the files in `folder`.
    fn merged(process: HashMap<String, String>, folder: &Path) -> Result<Self, ConfigError> {
        let mut merged = HashMap::new();
        if process.get("LANDFALL_ENV").map(String::as_str) != Some("production") {
            for file in [".env", ".env.local"] {
                merged.extend(read_file(&folder.join(file))?);
            }
        }
        merged.extend(process);
        Ok(Self(merged))
    }

    /// Exactly these variables, for tests.
    pub fn from_pairs<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    /// The value of a documented variable, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        debug_assert!(VARIABLES.iter().any(|(known, ..)| *known == name), "{name} is not in the table of variables");
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A setting without which the program can't start. `why` ends the sentence of the error.
    ///
    /// # Errors
    /// A sentence if it is not set.
    pub fn required(&self, name: &'static str, why: &str) -> Result<String, ConfigError> {
        self.get(name).map(str::to_owned).ok_or_else(|| ConfigError(format!("{name} is not set: {why}.")))
    }

    /// A secret that the operator chose, if set.
    ///
    /// # Errors
    /// A sentence for a secret that is too short.
    pub fn secret(&self, name: &'static str) -> Result<Option<SecretString>, ConfigError> {
        match self.get(name) {
            Some(secret) if secret.chars().count() < SECRET_CHARS => {
                Err(ConfigError(format!("{name} is too short: use {SECRET_CHARS} characters or more.")))
            }
            secret => Ok(secret.map(SecretString::from)),
        }
    }

    /// A number.
    ///
    /// # Errors
    /// A sentence for a text that is no number in range.
    pub fn number<T: std::str::FromStr>(&self, name: &'static str, default: T) -> Result<T, ConfigError> {
        match self.get(name) {
            None => Ok(default),
            Some(text) => {
                text.parse().map_err(|_| ConfigError(format!("{name} is \"{text}\", which is not a number in range.")))
            }
        }
    }

    /// A number that has no default.
    ///
    /// # Errors
    /// As [`Self::number`].
    pub fn optional_number<T: std::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, ConfigError> {
        self.get(name)
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| ConfigError(format!("{name} is not a number in range.")))
    }

    /// A switch: true, false, 1, 0, yes or no.
    ///
    /// # Errors
    /// A sentence for any other text.
    pub fn flag(&self, name: &'static str, default: bool) -> Result<bool, ConfigError> {
        match self.get(name) {
            None => Ok(default),
            Some("true" | "1" | "yes") => Ok(true),
            Some("false" | "0" | "no") => Ok(false),
            Some(text) => Err(ConfigError(format!("{name} is \"{text}\": use true or false."))),
        }
    }
}

fn read_file(path: &Path) -> Result<HashMap<String, String>, ConfigError> {
    if !path.exists() {
        return Ok(HashMap::new());
    }
    dotenvy::from_path_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| ConfigError(format!("{} can't be read: {error}.", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_file_is_read_over_the_common_one_and_the_process_over_both() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join(".env"), "PORT=1\nHOST=\"a\"\nDATABASE_URL=postgresql://a@localhost/a\n")?;
        std::fs::write(folder.path().join(".env.local"), "PORT=2\nHOST=b\n")?;
        let process = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let env = Env::merged(process(&[("HOST", "c")]), folder.path())?;
        assert_eq!((env.get("PORT"), env.get("HOST")), (Some("2"), Some("c")));
        assert_eq!(env.get("DATABASE_URL"), Some("postgresql://a@localhost/a"));
        let production = Env::merged(process(&[("LANDFALL_ENV", "production")]), folder.path())?;
        assert_eq!((production.get("PORT"), production.get("DATABASE_URL")), (None, None));
        Ok(())
    }
}
