//! The rows that a writer got acknowledged, to be compared with the stored ones.

use std::collections::BTreeMap;

use serde_json::Value;

use super::device::Rows;
use super::writer::require_one_version;
use crate::support::{Fault, FaultKind, Verdict, require};

/// The acknowledged rows of one writer.
#[derive(Debug, Default)]
pub struct WriteLog {
    /// From id to (revision, content). Messages never change.
    messages: BTreeMap<String, (i64, String)>,
    /// The ids of the messages of each push.
    pushes: Vec<Vec<String>>,
    tags: Vec<String>,
    /// The newest state of the writer's own project: id, revision, content.
    pub project: Option<(String, i64, Value)>,
}

impl WriteLog {
    pub fn message(&mut self, id: &Value, revision: &Value, content: String) -> Verdict {
        let id = id.as_str().unwrap().to_owned();
        let known = self.messages.insert(id.clone(), (revision.as_i64().unwrap(), content));
        require(known.is_none(), FaultKind::Twice, || format!("two messages got the id {id}"))
    }

    /// Messages that one request pushed.
    pub fn pushed_together<'v>(&mut self, ids: impl Iterator<Item = &'v Value>) {
        self.pushes.push(ids.filter_map(Value::as_str).map(str::to_owned).collect());
    }

    pub fn tag(&mut self, key: String) {
        self.tags.push(key);
    }

    /// Checks that all acknowledged rows are stored unchanged.
    pub fn compare(&self, rows: &Rows) -> Verdict {
        let lost = |what: String| Fault::new(FaultKind::Lost, format!("acknowledged, and not stored: {what}"));
        for (id, (revision, content)) in &self.messages {
            let stored = rows.get("chatMessages", id).ok_or_else(|| lost(format!("message {content:?}")))?;
            require(
                stored["value"]["content"] == *content && stored["revision"] == *revision,
                FaultKind::Lost,
                || format!("message {content:?} of revision {revision} is stored as {stored}"),
            )?;
        }
        for ids in &self.pushes {
            let messages: Vec<_> = ids.iter().filter_map(|id| Some(&rows.get("chatMessages", id)?["value"])).collect();
            require_one_version(messages, || format!("messages {ids:?}"))?;
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
