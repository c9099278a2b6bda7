//! The object storage of the tests: the embedded one, or the one that the environment names (`make test-garage`). All tests of a process share
//! it, because every user has separate keys.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use landfall::config::{Config, Env, StorageConfig};
use landfall::embedded::s3::EmbeddedS3;
use secrecy::ExposeSecret as _;

static SHARED: LazyLock<StorageConfig> = LazyLock::new(|| match from_environment() {
    Some(config) => config,
    None => {
        let (sender, receiver) = std::sync::mpsc::channel();
        // It runs on its own thread and runtime, because a test's runtime ends with the test.
        std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let folder = own_folder();
                EmbeddedS3::make_bucket(&folder).unwrap();
                let s3 = EmbeddedS3::start(&folder, None).await.unwrap();
                sender.send(s3.config.clone()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        receiver.recv().unwrap()
    }
});

/// The folder of this process's objects. Folders of ended processes are removed.
fn own_folder() -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("objects");
    for entry in std::fs::read_dir(&all).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = Path::new(&name).file_stem().unwrap_or_default();
        if !Path::new("/proc").join(pid).exists() {
            // The storage has a file beside its folder. Another process may remove either first.
            let _ = std::fs::remove_dir_all(entry.path()).or_else(|_| std::fs::remove_file(entry.path()));
        }
    }
    all.join(std::process::id().to_string())
}

/// The configuration of the storage.
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

/// The settings of a process that uses this storage.
pub fn storage_settings(config: &StorageConfig) -> [(&'static str, String); 5] {
    [
        ("GARAGE_ENDPOINT", config.endpoint.clone().unwrap()),
        ("GARAGE_REGION", config.region.clone()),
        ("GARAGE_BUCKET", config.bucket.clone()),
        ("GARAGE_ACCESS_KEY", config.access_key_id.clone()),
        ("GARAGE_SECRET_KEY", config.secret_access_key.expose_secret().to_owned()),
    ]
}
