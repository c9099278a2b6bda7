//! The object storage of the run: the embedded one, or a real one that the environment names (`make test-garage`). Shared by all tests, since every user has
//! keys of their own.

use std::path::Path;
use std::sync::LazyLock;

use landfall::config::{Config, Env, StorageConfig};
use landfall::embedded::s3::EmbeddedS3;

static SHARED: LazyLock<StorageConfig> = LazyLock::new(|| match from_environment() {
    Some(config) => config,
    None => {
        let (tell, told) = std::sync::mpsc::channel();
        // On a thread and runtime of its own: a test's runtime ends with the test.
        std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let objects = Path::new(env!("CARGO_TARGET_TMPDIR")).join("objects");
                // Of the run before.
                let _ = std::fs::remove_dir_all(&objects);
                let s3 = EmbeddedS3::start(&objects).await.unwrap();
                tell.send(s3.config.clone()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        told.recv().unwrap()
    }
});

/// How to reach it.
pub fn test_storage() -> StorageConfig {
    SHARED.clone()
}

fn from_environment() -> Option<StorageConfig> {
    let value = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let named = |name: &'static str| value(name).unwrap_or_else(|| panic!("{name} is not set"));
    let endpoint = value("TEST_GARAGE_ENDPOINT")?;
    let env = Env::from_pairs([
        ("PORT", "80"),
        ("GARAGE_ENDPOINT", &endpoint),
        ("GARAGE_ACCESS_KEY", &named("TEST_GARAGE_ACCESS_KEY")),
        ("GARAGE_SECRET_KEY", &named("TEST_GARAGE_SECRET_KEY")),
        ("GARAGE_BUCKET", &named("TEST_GARAGE_BUCKET")),
    ]);
    Config::from_env(&env).unwrap().storage
}
