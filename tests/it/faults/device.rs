//! A device that pulls continuously from its last cursor, through every outage.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::load_state::{LoadState, Request};
use crate::support::{Fault, FaultKind, TestUser, Verdict, require};

/// All rows of a user on a device.
#[derive(Debug, Default, PartialEq)]
pub struct Rows(BTreeMap<(String, String), Value>);

impl Rows {
    pub fn get(&self, collection: &str, key: &str) -> Option<&Value> {
        self.0.get(&(collection.to_owned(), key.to_owned()))
    }

    pub fn count(&self, collections: &[&str]) -> usize {
        self.0.keys().filter(|(collection, _)| collections.contains(&collection.as_str())).count()
    }

    /// Checks that a device that pulled continuously has the rows of a new one.
    pub fn compare(&self, new_device: &Self) -> Verdict {
        for (key, row) in &new_device.0 {
            require(self.0.get(key) == Some(row), FaultKind::Missed, || {
                format!("{key:?} is {row}, and a device that pulled continuously has {:?}", self.0.get(key))
            })?;
        }
        require(self.0.len() == new_device.0.len(), FaultKind::Lost, || "a device has deleted rows".into())
    }
}

pub struct Device<'s> {
    user: TestUser,
    state: &'s LoadState,
    cursor: Option<String>,
    rows: Rows,
}

impl<'s> Device<'s> {
    pub fn new(user: TestUser, state: &'s LoadState) -> Self {
        Self { user, state, cursor: None, rows: Rows::default() }
    }

    /// Pulls until all writers have ended and a pull is empty.
    pub async fn follow(mut self) -> Result<Rows, Fault> {
        loop {
            let all_written = self.state.all_written.load(Ordering::SeqCst);
            let changes = self.pull().await?;
            if changes == 0 && all_written {
                return Ok(self.rows);
            }
            if changes == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// Pulls one page. Returns its number of changes.
    async fn pull(&mut self) -> Result<usize, Fault> {
        let cursor = self.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let path = format!("/api/sync/changes?limit=200{cursor}");
        let (answer, _) =
            self.state.until_answered(&self.user, &Request { method: Method::GET, path, body: None }).await?;
        require(answer.status == 200, FaultKind::Answer, || {
            format!("a pull was answered {} {} {:?}", answer.status, answer.text, answer.headers)
        })?;
        let changes = answer.json["changes"].as_array().unwrap();
        for change in changes {
            let name = |member: &str| change[member].as_str().unwrap().to_owned();
            self.rows.0.insert((name("collection"), name("key")), change.clone());
        }
        self.cursor = answer.json["cursor"].as_str().map(str::to_owned);
        Ok(changes.len())
    }
}
