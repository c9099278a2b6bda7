//! One tab of a person that writes without a pause: batches of messages, a project, pushes. Each request is sent, unchanged, until it is
//! answered, and what the answer says is kept in a journal.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::{Value, json};

use super::journal::Journal;
use super::shared::{Request, Shared};
use crate::support::{Answer, Dice, Fault, FaultKind, TestUser, Verdict, message, require};

pub struct Writer<'s> {
    pub user: TestUser,
    pub session: String,
    /// No other writer has it.
    pub name: String,
    pub shared: &'s Shared,
    pub dice: Dice,
    pub journal: Journal,
    /// Mutations that were pushed.
    pushed: usize,
}

impl<'s> Writer<'s> {
    pub fn new(user: TestUser, session: String, name: String, shared: &'s Shared, dice: Dice) -> Self {
        Self { user, session, name, shared, dice, journal: Journal::default(), pushed: 0 }
    }

    pub async fn write(mut self) -> Result<Journal, Fault> {
        for turn in 0.. {
            if self.shared.stopping.load(Ordering::SeqCst) {
                break;
            }
            match turn % 3 {
                0 => self.batch(turn).await?,
                1 => self.project(turn).await?,
                _ => self.push().await?,
            }
            self.shared.count_acknowledged();
        }
        Ok(self.journal)
    }

    async fn batch(&mut self, turn: usize) -> Verdict {
        let contents: Vec<String> =
            (0..self.dice.between(1, 15)).map(|n| format!("{} {turn} {n}", self.name)).collect();
        let messages: Vec<Value> = contents.iter().map(|text| message(&self.session, text, text)).collect();
        let body = json!({ "messages": messages });
        let (answer, _) = self.send(Method::POST, "/api/chat/messages/batch", body).await?;
        let stored = expect(&answer, 200)?["messages"].as_array().unwrap();
        let versions = stored.iter().map(|message| &message["revision"]);
        require_one_version(versions, &answer)?;
        for (message, content) in stored.iter().zip(contents) {
            self.journal.message(&message["id"], &message["revision"], content)?;
        }
        Ok(())
    }

    async fn project(&mut self, turn: usize) -> Verdict {
        let id = format!("project-{}", self.name);
        let base = self.journal.project.as_ref().map_or(0, |(_, revision, _)| *revision);
        let data = json!({ "turn": turn, "by": self.name });
        let mutation = format!("{}-{turn}", self.name);
        let body = json!({ "name": self.name, "data": data, "baseRevision": base, "mutationId": mutation });
        let (answer, _) = self.send(Method::PUT, &format!("/api/projects/{id}"), body).await?;
        if answer.code() == "revision_conflict" {
            // Nobody else writes this project.
            let stored = answer.json["server"]["revision"].as_i64().unwrap_or(0);
            let kind = if stored < base { FaultKind::Lost } else { FaultKind::Twice };
            return Err(Fault::new(kind, format!("{id} was acknowledged at revision {base} and is at {stored}")));
        }
        let revision = expect(&answer, if base == 0 { 201 } else { 200 })?["revision"].as_i64().unwrap();
        require(revision == base + 1, FaultKind::Twice, || format!("{id} went from revision {base} to {revision}"))?;
        self.journal.project = Some((id, revision, data));
        Ok(())
    }

    /// A tag and two messages in one request.
    async fn push(&mut self) -> Verdict {
        let first = self.pushed + 1;
        let tag = format!("{}-{first}", self.name);
        let contents = [first + 1, first + 2].map(|number| format!("{} pushed {number}", self.name));
        let put_message = |number: usize, content: &str| {
            let mut value = message(&self.session, content, content);
            value.as_object_mut().unwrap().remove("tempId");
            json!({ "id": number, "collection": "chatMessages", "op": "put", "key": content, "value": value })
        };
        let put_tag = json!({ "id": first, "collection": "tags", "op": "put", "key": tag, "baseRevision": 0, "value": { "name": tag } });
        let mutations = [put_tag, put_message(first + 1, &contents[0]), put_message(first + 2, &contents[1])];
        let body = json!({ "clientId": self.name, "mutations": mutations, "limit": 1 });
        let (answer, attempts) = self.send(Method::POST, "/api/sync", body).await?;
        if answer.code() == "mutation_gap" {
            let detail = format!("{first} mutations of {} were answered, and the server knows fewer", first - 1);
            return Err(Fault::new(FaultKind::Lost, detail));
        }
        let results = expect(&answer, 200)?["results"].as_array().unwrap();
        for result in results {
            let applied = result["status"] == "applied" || (result["status"] == "duplicate" && attempts > 1);
            require(applied, FaultKind::Answer, || format!("sent {attempts} times, and then {result}"))?;
        }
        require_one_version(results[1..].iter().map(|result| &result["revision"]), &answer)?;
        self.journal.tag(tag);
        for (result, content) in results[1..].iter().zip(contents) {
            self.journal.message(&result["key"], &result["revision"], content)?;
        }
        self.pushed += mutations.len();
        Ok(())
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Result<(Answer, usize), Fault> {
        let request = Request { method, path: path.to_owned(), body: Some(body) };
        self.shared.until_answered(&self.user, &request).await
    }
}

fn expect(answer: &Answer, status: u16) -> Result<&Value, Fault> {
    require(answer.status == status, FaultKind::Answer, || format!("expected {status} and got {}", answer.text))?;
    Ok(&answer.json)
}

/// What one request stores has one version: had half of it been stored by an attempt that got lost, the rest would have another.
fn require_one_version<'v>(versions: impl Iterator<Item = &'v Value>, answer: &Answer) -> Verdict {
    let versions: std::collections::BTreeSet<i64> = versions.filter_map(Value::as_i64).collect();
    require(versions.len() == 1, FaultKind::Torn, || format!("one request has versions {versions:?}: {}", answer.text))
}
