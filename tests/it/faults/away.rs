//! A device that comes back after its deletes were swept: it must be told to begin anew, or it would show for ever what is gone.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{Fault, FaultKind, Process, TestDatabase, TestUser, Verdict, assert_sound, require};

#[derive(Default)]
struct Device {
    cursor: Option<String>,
    tags: BTreeSet<String>,
}

impl Device {
    /// One pull, as the SDK does it: a 410 empties what was synced and starts from the beginning.
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

pub async fn away_beyond_the_horizon(settings: &[(&str, &str)]) -> Verdict {
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
    let sweep = [&[("DATABASE_URL", db.url.expose())], settings].concat();
    let (status, said) = Process::run(&sweep, &["sweep", "--days", "0"]).await;
    assert!(status.success(), "{said}");
    assert_eq!(db.number("SELECT count(*) AS n FROM records").await, 1, "the tombstone is swept");

    absent.pull(&anna).await?;
    let mut new_device = Device::default();
    new_device.pull(&anna).await?;
    require(absent.tags == new_device.tags, FaultKind::Missed, || {
        format!("the device that was away holds {:?}, a new one {:?}", absent.tags, new_device.tags)
    })
}

#[tokio::test]
async fn device_that_was_away_for_longer_than_deletes_are_kept_shows_nothing_that_is_gone() {
    assert_sound(away_beyond_the_horizon(&[]).await, "cargo test --locked --test it faults::away");
}
