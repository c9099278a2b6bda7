//! A device that pulls after the retention of tombstones removed its deletes. It must get `resync_required`, because it would keep deleted rows
//! otherwise.

use std::collections::BTreeSet;

use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{Fault, FaultKind, Process, TestDatabase, TestUser, Verdict, assert_sound, require};

#[derive(Default)]
struct Device {
    cursor: Option<String>,
    tags: BTreeSet<String>,
}

impl Device {
    /// Pulls as the SDK does: a 410 clears the synced rows and starts from the beginning.
    async fn pull(&mut self, user: &TestUser) -> Verdict {
        loop {
            let cursor = self.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let answer = user.get(&format!("/api/sync/changes?limit=200{cursor}")).await;
            if answer.status == 410 && self.cursor.is_some() {
                *self = Self::default();
                continue;
            }
            if answer.status != 200 {
                return Err(Fault::new(FaultKind::Answer, answer.text));
            }
            for change in answer.json["changes"].as_array().unwrap() {
                let key = change["key"].as_str().unwrap().to_owned();
                match change["deletedAt"].is_null() {
                    true => self.tags.insert(key),
                    false => self.tags.remove(&key),
                };
            }
            self.cursor = answer.json["cursor"].as_str().map(str::to_owned);
            if answer.json["hasMore"] == false {
                return Ok(());
            }
        }
    }
}

pub async fn pull_past_the_horizon(settings: &[(&str, &str)]) -> Verdict {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Process::over(&db, folder.path(), settings).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    for key in ["gone", "stays"] {
        let body = json!({ "value": { "name": key }, "baseRevision": 0 });
        anna.put(&format!("/api/collections/tags/{key}"), &body).await.expect(201);
    }
    let mut absent = Device::default();
    absent.pull(&anna).await?;
    anna.delete("/api/collections/tags/gone").await.expect(204);
    let sweep = [&[("DATABASE_URL", db.url.expose_secret())], settings].concat();
    let (status, output) = Process::run(&sweep, &["sweep", "--days", "0"]).await;
    assert!(status.success(), "{output}");
    assert_eq!(db.number("SELECT count(*) AS n FROM records").await, 1, "the tombstone is removed");

    absent.pull(&anna).await?;
    let mut new_device = Device::default();
    new_device.pull(&anna).await?;
    require(absent.tags == new_device.tags, FaultKind::Missed, || {
        format!("the absent device has {:?}, a new one {:?}", absent.tags, new_device.tags)
    })
}

#[tokio::test]
async fn device_past_the_horizon_has_no_deleted_rows() {
    assert_sound(pull_past_the_horizon(&[]).await, "cargo test --locked --test it faults::past_horizon");
}
