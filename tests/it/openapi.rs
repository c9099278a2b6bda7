//! The OpenAPI document: current, complete, correct.

use serde_json::Value;

use crate::support::{TestApp, send};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document() -> Value {
    serde_json::from_str(include_str!("../../openapi/openapi.json")).unwrap()
}

/// Every operation: path, method, operation object.
fn operations(document: &Value) -> Vec<(String, &'static str, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| Some((path.clone(), *method, item.get(*method)?.clone())))
        })
        .collect()
}

#[test]
fn committed_document_is_current() {
    let current = landfall::openapi::to_json(&landfall::openapi::document(true, &landfall::kinds::registry())).unwrap();
    let committed = include_str!("../../openapi/openapi.json");
    assert!(committed.trim_end() == current, "openapi/openapi.json is stale: run `make generate`");
}

#[test]
fn every_operation_has_a_summary_and_every_answer_a_description_and_schema() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let name = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} {status}");
            let is_error = status == "default" || status.starts_with('4');
            // The market's first client reads its own envelope.
            let is_envelope = path.starts_with("/api/compat/") && response["content"].get("application/json").is_some();
            if is_error && !is_envelope {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{name} {status}");
            }
        }
        // `/metrics` has no session but a token of its own.
        let open = operation["security"][0] == serde_json::json!({}) && path != "/metrics";
        assert_eq!(operation["responses"].get("401").is_none(), open, "{name}");
    }
}

#[test]
fn browser_tables_name_existing_properties() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let tables: Vec<_> = schemas.values().filter(|schema| schema.get("x-indexeddb").is_some()).collect();
    assert_eq!(tables.len(), 20);
    for schema in tables {
        let table = &schema["x-indexeddb"];
        let indexes = table["indexes"].as_array().unwrap().iter().chain([&table["primaryKey"]]);
        for property in indexes.flat_map(|index| index.as_str().unwrap().trim_matches(['[', ']']).split('+')) {
            assert!(schema["properties"].get(property).is_some(), "{property}");
        }
    }
}

/// The parts with a schema and an example: bodies, answers and errors of all operations.
fn contents(document: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (path, method, operation) in operations(document) {
        let place = format!("/paths/{}/{method}", landfall::json::pointer::join("", &path).trim_start_matches('/'));
        let mut add = |place: String, content: &Value| {
            for (media_type, content) in content.as_object().into_iter().flatten() {
                let segment = landfall::json::pointer::join("", media_type);
                all.push((format!("{place}/content{segment}"), content.clone()));
            }
        };
        add(format!("{place}/requestBody"), &operation["requestBody"]["content"]);
        for (status, response) in operation["responses"].as_object().unwrap() {
            add(format!("{place}/responses/{status}"), &response["content"]);
        }
    }
    all
}

#[test]
fn every_body_answer_and_error_has_an_example_of_its_schema() {
    let document = document();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("http://landfall/openapi.json", document.clone()).unwrap();
    let mut schemas = boon::Schemas::new();
    let contents = contents(&document);
    assert!(contents.len() > 300, "{}", contents.len());
    for (place, content) in contents {
        let example = content.get("example").unwrap_or_else(|| panic!("{place} has no example"));
        let fragment = percent_encoding::utf8_percent_encode(&place, percent_encoding::NON_ALPHANUMERIC).to_string();
        let fragment = fragment.replace("%2F", "/").replace("%7E", "~");
        let schema = format!("http://landfall/openapi.json#{fragment}/schema");
        let index = compiler.compile(&schema, &mut schemas).unwrap_or_else(|error| panic!("{place}: {error}"));
        if let Err(error) = schemas.validate(example, index) {
            panic!("{place}: {error:#}\n{example:#}");
        }
    }
}

#[test]
fn errors_of_an_operation_have_different_examples_and_no_body_invents_a_mutation_id() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let problems = operation["responses"].as_object().unwrap().iter();
        let problems = problems.filter_map(|(_, response)| response["content"].get("application/problem+json"));
        let examples: Vec<&Value> = problems.map(|content| &content["example"]).collect();
        for (index, example) in examples.iter().enumerate() {
            assert!(!examples[..index].contains(example), "{method} {path}: {example}");
        }
        assert!(!operation["requestBody"].to_string().contains("\"mutationId\":"), "{method} {path}");
    }
}

#[test]
fn tags_are_described_and_the_session_is_the_first_way_to_authorize() {
    let document = document();
    let tags: Vec<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(
        tags,
        [
            "sign-in",
            "sync",
            "chat",
            "projects",
            "collections",
            "assistants",
            "assets",
            "media",
            "transfer",
            "admin",
            "operations"
        ]
    );
    assert!(document["tags"].as_array().unwrap().iter().all(|tag| tag["description"].is_string()));
    assert_eq!(document["security"][0], serde_json::json!({ "session": [] }));
}

#[test]
fn document_has_no_int64() {
    assert!(!include_str!("../../openapi/openapi.json").contains("int64"));
}

#[tokio::test]
async fn every_documented_operation_exists_and_only_public_ones_need_no_session() {
    let app = TestApp::start().await;
    for (path, method, operation) in operations(&document()) {
        let id = app.random_id();
        let address = path
            .split('/')
            .map(|part| if part.starts_with('{') { id.as_str() } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let method = method.to_uppercase().parse().unwrap();
        let answer =
            send(app.anonymous().request(method, &address).header("content-type", "application/json").body("{}")).await;
        let open = operation["security"][0] == serde_json::json!({});
        assert!(open != (answer.status == 401), "{path} answers {}", answer.status);
        assert!(!matches!(answer.status, 404 | 405 | 500..), "{path} answers {}", answer.status);
    }
}

#[tokio::test]
async fn swagger_ui_and_the_document_are_served() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    assert_eq!(anonymous.get("/api/openapi.json").await.expect(200)["openapi"], "3.1.0");
    let page = anonymous.get("/docs/").await;
    assert!(page.text.contains("Swagger UI"), "{}", page.text);
    let settings = anonymous.get("/docs/swagger-initializer.js").await.text;
    assert!(settings.contains("/api/openapi.json") && settings.contains("persistAuthorization"), "{settings}");
}
