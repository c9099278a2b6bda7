//! A whole example for each body, each answer and each error. An example is composed of the examples of members (`#[schema(example = ...)]`), so that it is
//! said once. A member that may be absent is in it only with an example of its own: an invented `mutationId` would make a second try a conflict.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema as _;
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use super::operations::operations_mut;
use crate::error::ErrorCode;
use crate::http::problem::{CONTENT_TYPE_PROBLEM, ERRORS_PATH};
use crate::routes::ExportDocument;

const UUID: &str = "0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69";
const ID: &str = "V1StGXR8_Z5jdHi6B-myT";
const TIME: &str = "2026-11-21T08:00:00.000Z";
const EVENT_STREAM: &str = "text/event-stream";
const EVENT: &str = "id: 0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69.7\nevent: version\ndata: {\"version\":7}\n\n";
/// Longer chains of references are circles.
const MAX_DEPTH: usize = 16;

/// Adds the examples. The schemas must be complete.
pub fn add(document: &mut OpenApi) {
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    let examples = Examples(schemas.map(|(name, schema)| (name.clone(), value_of(schema))).collect());
    for (path, item) in &mut document.paths.paths {
        for (_, operation) in operations_mut(item) {
            examples.add_to(path, operation);
        }
    }
}

/// A schema as JSON. It is plain data: serialising it can't fail.
fn value_of(schema: &impl Serialize) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

/// The schemas by name.
struct Examples(BTreeMap<String, Value>);

impl Examples {
    fn add_to(&self, path: &str, operation: &mut Operation) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter
                && parameter.parameter_in == ParameterIn::Path
            {
                let known = value_of(parameter);
                let example = known.get("example").cloned();
                let example = example.unwrap_or_else(|| self.of(&parameter.name, &known["schema"], 0));
                *parameter = ParameterBuilder::from(std::mem::take(parameter)).example(Some(example)).build();
            }
        }
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            body.content.values_mut().for_each(|content| self.complete(content));
        }
        for (status, response) in &mut operation.responses.responses {
            let RefOr::T(response) = response else { continue };
            for (media_type, content) in &mut response.content {
                match (media_type.as_str(), &mut *content) {
                    (CONTENT_TYPE_PROBLEM, RefOr::T(problem)) => {
                        problem.example = problem_example(status, &response.description, path);
                    }
                    (EVENT_STREAM, RefOr::T(stream)) => stream.example = Some(json!(EVENT)),
                    _ => self.complete(content),
                }
            }
        }
    }

    fn complete(&self, content: &mut RefOr<Content>) {
        if let RefOr::T(content) = content
            && content.example.is_none()
            && let Some(schema) = &content.schema
        {
            content.example = Some(self.of("", &value_of(schema), 0));
        }
    }

    /// An example of the schema, for a member with this name.
    fn of(&self, member: &str, schema: &Value, depth: usize) -> Value {
        let given = schema.get("example").or_else(|| schema.get("examples")?.get(0)).or_else(|| schema.get("const"));
        if let Some(example) = given {
            return example.clone();
        }
        if depth > MAX_DEPTH {
            return Value::Null;
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
            let shows_all = name == ExportDocument::name();
            let Some(target) = self.0.get(name) else { return Value::Null };
            return if shows_all { self.document(target, depth) } else { self.of(member, target, depth + 1) };
        }
        for choices in ["oneOf", "anyOf"].map(|word| &schema[word]) {
            let is_null = |choice: &&Value| choice["type"] == "null";
            let Some(all) = choices.as_array() else { continue };
            // A member that may be null is null, and a body that may be absent is there.
            return match all.iter().find(is_null) {
                Some(_) if !member.is_empty() => Value::Null,
                _ => all
                    .iter()
                    .find(|choice| !is_null(choice))
                    .map_or(Value::Null, |one| self.of(member, one, depth + 1)),
            };
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().filter_map(|part| self.of(member, part, depth + 1).as_object().cloned());
            return Value::Object(parts.flatten().collect::<Map<_, _>>());
        }
        if let Some(word) = schema["enum"].get(0).or_else(|| schema.get("default")) {
            return word.clone();
        }
        match type_of(schema) {
            "null" if !member.is_empty() => Value::Null,
            "string" => json!(long_enough(text(member, schema), schema)),
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
            "boolean" => json!(true),
            "array" => json!([self.of("", &schema["items"], depth + 1)]),
            _ => {
                let required: Vec<&str> =
                    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                self.object(schema, depth, |name, schema| required.contains(&name) || self.has_example(schema))
            }
        }
    }

    fn object(&self, schema: &Value, depth: usize, shows: impl Fn(&str, &Value) -> bool) -> Value {
        let members = schema["properties"].as_object().into_iter().flatten();
        let shown = members.filter(|(name, schema)| shows(name, schema));
        Value::Object(shown.map(|(name, schema)| (name.clone(), self.of(name, schema, depth + 1))).collect())
    }

    /// A document with one row of each kind whose form the schema has.
    fn document(&self, schema: &Value, depth: usize) -> Value {
        let mut document = self.object(schema, depth, |_, _| true);
        if let Some(members) = document.as_object_mut() {
            members.retain(|_, rows| rows.get(0).is_none_or(|row| *row != json!({})));
        }
        document
    }

    fn has_example(&self, schema: &Value) -> bool {
        schema.get("example").is_some() || schema.get("examples").is_some()
    }
}

/// The first type that is not null. `null` if null is allowed.
fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(all) if all.iter().any(|one| one == "null") => "null",
        Value::Array(all) => all.first().and_then(Value::as_str).unwrap_or_default(),
        one => one.as_str().unwrap_or_default(),
    }
}

fn text(member: &str, schema: &Value) -> &'static str {
    let is_id = member == "id" || member == "key" || member.ends_with("Id");
    match (schema["format"].as_str(), member) {
        (Some("uuid"), _) => UUID,
        (Some("date-time"), _) => TIME,
        (Some("binary"), _) => "the bytes of the file",
        _ if is_id => ID,
        (_, "url" | "cloudUrl") => "https://files.example.com/landfall/0199f3a2?X-Amz-Signature=5d41",
        (_, "cursor") => "eyJlIjoiMDE5OWYzYTIifQ",
        (_, "token") => "k7Jp1hXkq0Zc3vVtq9m2",
        _ => "text",
    }
}

/// The text, repeated up to the minimal length of the schema.
fn long_enough(text: &str, schema: &Value) -> String {
    let min_chars = schema["minLength"].as_u64().and_then(|chars| usize::try_from(chars).ok()).unwrap_or_default();
    text.chars().cycle().take(text.chars().count().max(min_chars)).collect()
}

/// One example for each status: the first code that the description names.
fn problem_example(status: &str, description: &str, path: &str) -> Option<Value> {
    let named = description.split('`').skip(1).step_by(2).find_map(|word| word.parse::<ErrorCode>().ok());
    let code = named.unwrap_or(ErrorCode::Internal);
    let detail =
        description.split_once("`: ").and_then(|(_, after)| after.split(['.', ';']).next()).unwrap_or_default();
    let mut problem = json!({
        "type": format!("{ERRORS_PATH}#{}", code.into_str()),
        "title": code.title(),
        "status": status.parse::<u16>().unwrap_or_else(|_| code.status()),
        "detail": if detail.is_empty() { code.title().to_owned() } else { format!("{detail}.") },
        "instance": path.replace(['{', '}'], ""),
        "code": code.into_str(),
        "requestId": UUID,
    });
    if code == ErrorCode::ValidationFailed {
        problem["errors"] =
            json!([{ "pointer": "/name", "code": "too_long", "detail": "must have at most 200 characters" }]);
    }
    Some(problem)
}
