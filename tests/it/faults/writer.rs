//! A tab that writes without a pause: message batches, a project, pushes. Each request is repeated unchanged until it is answered, and the answer is
//! logged.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use landfall::models::chat_message::POSITION_SHIFT;
use reqwest::Method;
use serde_json::{Value, json};

use super::load_state::{LoadState, Request};
use super::write_log::WriteLog;
use crate::support::{Answer, Fault, FaultKind, SeededRng, TestUser, Verdict, message, require};

pub struct Writer<'s> {
    pub user: TestUser,
    pub session: String,
    /// Unique among the writers.
    pub name: String,
    pub state: &'s LoadState,
    pub rng: SeededRng,
    pub log: WriteLog,
    /// The number of pushed mutations.
    pushed: usize,
}

impl<'s> Writer<'s> {
    pub fn new(user: TestUser, session: String, name: String, state: &'s LoadState, rng: SeededRng) -> Self {
        Self { user, session, name, state, rng, log: WriteLog::default(), pushed: 0 }
    }

    pub async fn write(mut self) -> Result<WriteLog, Fault> {
        for turn in 0.. {
            if self.state.stopping.load(Ordering::SeqCst) {
                break;
            }
            match turn % 3 {
                0 => self.batch(turn).await?,
                1 => self.project(turn).await?,
                _ => self.push().await?,
            }
            self.state.count_acknowledged();
        }
        Ok(self.log)
    }

    async fn batch(&mut self, turn: usize) -> Verdict {
        let contents: Vec<String> = (0..self.rng.between(1, 15)).map(|n| format!("{} {turn} {n}", self.name)).collect();
        let messages: Vec<Value> = contents.iter().map(|text| message(&self.session, text, text)).collect();
        let body = json!({ "messages": messages });
        let (answer, _) = self.send(Method::POST, "/api/chat/messages/batch", body).await?;
        let stored = expect(&answer, 200)?["messages"].as_array().unwrap();
        for (message, content) in stored.iter().zip(contents) {
            self.log.message(&message["id"], &message["revision"], content)?;
        }
        require_one_version(stored, || answer.text.clone())
    }

    async fn project(&mut self, turn: usize) -> Verdict {
        let id = format!("project-{}", self.name);
        let base = self.log.project.as_ref().map_or(0, |(_, revision, _)| *revision);
        let data = json!({ "turn": turn, "by": self.name });
        let mutation = format!("{}-{turn}", self.name);
        let body = json!({ "name": self.name, "data": data, "baseRevision": base, "mutationId": mutation });
        let (answer, _) = self.send(Method::PUT, &format!("/api/projects/{id}"), body).await?;
        if answer.code() == "revision_conflict" {
            // This project has no other writer.
            let stored = answer.json["server"]["revision"].as_i64().unwrap_or(0);
            let kind = if stored < base { FaultKind::Lost } else { FaultKind::Twice };
            return Err(Fault::new(kind, format!("{id} was acknowledged at revision {base} and is at {stored}")));
        }
        let revision = expect(&answer, if base == 0 { 201 } else { 200 })?["revision"].as_i64().unwrap();
        require(revision == base + 1, FaultKind::Twice, || format!("{id} went from revision {base} to {revision}"))?;
        self.log.project = Some((id, revision, data));
        Ok(())
    }

    /// Pushes a tag and two messages in one request.
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
            // A repeat that isn't recognised meets the rows of its first attempt.
            let kind = if attempts > 1 { FaultKind::Lost } else { FaultKind::Answer };
            require(applied, kind, || format!("sent {attempts} times, and then {result}"))?;
        }
        self.log.tag(tag);
        for (result, content) in results[1..].iter().zip(contents) {
            self.log.message(&result["key"], &result["revision"], content)?;
        }
        self.log.pushed_together(results[1..].iter().map(|result| &result["key"]));
        self.pushed += mutations.len();
        Ok(())
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Result<(Answer, usize), Fault> {
        let request = Request { method, path: path.to_owned(), body: Some(body) };
        self.state.until_answered(&self.user, &request).await
    }
}

fn expect(answer: &Answer, status: u16) -> Result<&Value, Fault> {
    require(answer.status == status, FaultKind::Answer, || format!("expected {status} and got {}", answer.text))?;
    Ok(&answer.json)
}

/// All messages of one request have one version, which is in the high bits of their positions. Those of a partly stored first attempt have
/// another.
pub fn require_one_version<'v>(messages: impl IntoIterator<Item = &'v Value>, shown: impl Fn() -> String) -> Verdict {
    let positions = messages.into_iter().filter_map(|message| message["position"].as_i64());
    let versions: BTreeSet<i64> = positions.map(|position| position >> POSITION_SHIFT).collect();
    require(versions.len() == 1, FaultKind::Torn, || format!("one request has versions {versions:?}: {}", shown()))
}
