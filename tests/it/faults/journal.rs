//! What a writer was told is stored, to be compared with what is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::device::Rows;
use crate::support::{Fault, FaultKind, Verdict, require};

/// What one writer was acknowledged.
#[derive(Debug, Default)]
pub struct Journal {
    /// Id -> (version, content). Messages never change.
    messages: BTreeMap<String, (i64, String)>,
    tags: Vec<String>,
    /// The newest state of the writer's own project: id, revision, content.
    pub project: Option<(String, i64, Value)>,
}

impl Journal {
    pub fn message(&mut self, id: &Value, version: &Value, content: String) -> Verdict {
        let id = id.as_str().unwrap().to_owned();
        let known = self.messages.insert(id.clone(), (version.as_i64().unwrap(), content));
        require(known.is_none(), FaultKind::Twice, || format!("two messages were told the id {id}"))
    }

    pub fn tag(&mut self, key: String) {
        self.tags.push(key);
    }

    /// All of it is there, as it was acknowledged.
    pub fn compare(&self, rows: &Rows) -> Verdict {
        let lost = |what: String| Fault::new(FaultKind::Lost, format!("acknowledged, and not stored: {what}"));
        for (id, (version, content)) in &self.messages {
            let stored = rows.get("chatMessages", id).ok_or_else(|| lost(format!("message {content:?}")))?;
            require(stored["value"]["content"] == *content && stored["revision"] == *version, FaultKind::Lost, || {
                format!("message {content:?} of version {version} is stored as {stored}")
            })?;
        }
        for key in &self.tags {
            rows.get("tags", key).ok_or_else(|| lost(format!("tag {key:?}")))?;
        }
        if let Some((id, revision, data)) = &self.project {
            let stored = rows.get("projects", id).ok_or_else(|| lost(format!("project {id:?}")))?;
            require(stored["revision"] == *revision && stored["value"]["data"] == *data, FaultKind::Lost, || {
                format!("project {id:?} of revision {revision}, {data}, is stored as {stored}")
            })?;
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.messages.len() + self.tags.len() + usize::from(self.project.is_some())
    }
}
