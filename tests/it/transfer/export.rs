//! Exports.

use std::io::Read as _;

use serde_json::{Value, json};

use super::{each, export, seed_data};
use crate::support::{TestApp, assert_problem, asset};

#[tokio::test]
async fn export_has_every_living_row_in_the_form_of_applications() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = seed_data(&anna).await;
    let answer = anna.get("/api/export").await;
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"landfall-"));
    let document = answer.expect(200);

    assert_eq!(document["version"], 1);
    assert!(document["exportedAt"].is_string());
    assert_eq!(document["settings"], json!({ "odd \"key\"": null, "theme": { "dark": true } }));
    let [harbour, light] = document["projects"].as_array().unwrap().as_slice() else { panic!("two projects") };
    assert_eq!(
        harbour,
        &json!({ "id": "p1", "name": "Harbour", "parentId": null, "data": { "pages": [1, 2.50, 12345678901234567890u64] },
            "createdAt": harbour["createdAt"], "updatedAt": harbour["updatedAt"] })
    );
    assert!(harbour["createdAt"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        light,
        &json!({ "id": "p2", "name": "Light", "parentId": "p1", "path": "/Light", "createdAt": "2024-05-01T08:00:00.000Z" })
    );
    assert_eq!(
        document["conversations"],
        json!([{ "id": "c1", "title": "Tide", "projectId": "p1", "colour": "blue" }, { "id": "c2", "title": "Storm" }])
    );
    assert_eq!(each(&document, "interactions", "id"), ["i-a", "i-b", "i-c", "i-z"]);
    assert_eq!(document["tags"], json!([{ "id": "t1", "name": "todo" }]), "deleted rows are left out");
    assert_eq!(document["tagRuleLinks"], json!([{ "id": "l1", "tagId": "t1", "ruleId": "r1" }]));
    assert_eq!(each(&document, "chatSessions", "id"), [json!(session)]);
    assert_eq!(each(&document, "chatMessages", "content"), ["message 0", "message 1", "message 2"]);
    let names: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 19, "{names:?}");
    for name in ["apiKeys", "syncRepos"] {
        assert!(document.get(name).is_none(), "an empty section would remove what a device has: {name}");
    }
}

#[tokio::test]
async fn assets_are_exported_as_metadata_and_ignored_by_an_import() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let id = anna.upload(300).await;
    anna.upload_link(&asset(&app.random_id(), 100)).await;
    ben.upload(300).await;
    let document = anna.get("/api/export?include=assets").await.expect(200);
    let [file] = document["assets"].as_array().unwrap().as_slice() else { panic!("one file is complete: {document}") };
    let stored = anna.get(&format!("/api/assets/{id}")).await.expect(200);
    for member in ["id", "projectId", "fileName", "fileType", "mimeType", "size", "sha256", "storageUrl", "createdAt"] {
        assert_eq!(file[member], stored[member], "{member}");
    }
    assert_eq!(document.as_object().unwrap().len(), 3, "only the included sections: {document}");
    assert!(anna.get("/api/export?include=tags").await.expect(200).get("assets").is_none());
    let report = ben.post("/api/import", &document).await.expect(200);
    assert_eq!((&report["ignored"], &report["collections"]), (&json!(["assets"]), &json!({})));
    assert_eq!(ben.get("/api/assets").await.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn export_of_a_user_without_rows_has_empty_sections_and_no_rows_of_others() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    seed_data(&anna).await;
    let document = export(&ben).await;
    for (name, section) in document.as_object().unwrap() {
        let empty = matches!(name.as_str(), "version" | "exportedAt") || *section == json!([]) || *section == json!({});
        assert!(empty, "{name}: {section}");
    }
    assert_problem(&app.anonymous().get("/api/export").await, 401, "unauthenticated", "");
}

#[tokio::test]
async fn include_selects_sections_and_an_unknown_name_is_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    seed_data(&anna).await;
    let document = anna.get("/api/export?include=tags,%20settings").await.expect(200);
    let mut names: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["exportedAt", "settings", "tags", "version"]);
    for include in ["nothing", "tags,,rules", ""] {
        let refused = anna.get(&format!("/api/export?include={include}")).await;
        assert_problem(&refused, 422, "validation_failed", "/query/include");
    }
}

#[tokio::test]
async fn conversation_and_project_are_exported_with_their_rows() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    seed_data(&anna).await;
    let document = anna.get("/api/conversations/c1/export").await.expect(200);
    assert_eq!(document["conversation"]["title"], "Tide");
    assert_eq!(each(&document, "interactions", "id"), ["i-z", "i-b", "i-a"], "in their order");
    assert_eq!(document.as_object().unwrap().len(), 2);

    let document = anna.get("/api/projects/p1/export").await.expect(200);
    assert_eq!(document["project"]["name"], "Harbour");
    assert_eq!(each(&document, "conversations", "id"), ["c1"]);
    assert_eq!(each(&document, "interactions", "id"), ["i-z", "i-b", "i-a"]);
    assert_eq!(document.as_object().unwrap().len(), 4);
    let [light] = document["children"].as_array().unwrap().as_slice() else { panic!("one project below: {document}") };
    assert_eq!(light["project"]["name"], "Light");
    assert_eq!((&light["conversations"], &light["children"]), (&json!([]), &json!([])));

    anna.delete("/api/projects/p2").await.expect(204);
    for path in ["/api/conversations/none/export", "/api/projects/p2/export", "/api/projects/%00/export"] {
        assert_problem(&anna.get(path).await, 404, "not_found", "");
    }
    for path in ["/api/conversations/c1/export", "/api/projects/p1/export"] {
        let (theirs, nobodys) = (ben.get(path).await, ben.get(&path.replace("1/", "9/")).await);
        assert_eq!((theirs.status, theirs.without_request()), (404, nobodys.without_request()));
        assert_problem(&app.anonymous().get(path).await, 401, "unauthenticated", "");
    }
}

#[tokio::test]
async fn project_is_exported_with_the_projects_below_it_however_deep_they_are() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let id = |n: usize| format!("p{n:02}");
    let mut projects: Vec<Value> =
        (0..80).map(|n| json!({ "id": id(n), "name": "P", "parentId": (n > 0).then(|| id(n - 1)) })).collect();
    projects.push(json!({ "id": "beside", "name": "P", "parentId": "p00" }));
    projects.push(json!({ "id": "other", "name": "P" }));
    let conversations: Vec<Value> =
        (0..80).map(|n| json!({ "id": format!("c{n:02}"), "title": "C", "projectId": id(n) })).collect();
    let document = json!({ "projects": projects, "conversations": conversations });
    anna.post("/api/import", &document).await.expect(200);
    let document = anna.get("/api/projects/p00/export").await.expect(200);
    assert_eq!(each(&document, "children", "project").len(), 2);
    assert_eq!(document["children"][1]["children"][0]["conversations"][0]["id"], "c02");
    let report = ben.post("/api/import", &document).await.expect(200);
    assert_eq!(report["totals"], json!({ "ignored": 0, "errors": 0, "mended": 0, "warnings": 0 }), "{report}");
    let (hers, theirs) = (export(&anna).await, export(&ben).await);
    let parents = |document: &Value| {
        let rows = document["projects"].as_array().unwrap().iter().filter(|row| row["id"] != "other");
        rows.map(|row| (row["id"].clone(), row["parentId"].clone())).collect::<Vec<_>>()
    };
    assert_eq!((parents(&theirs).len(), parents(&theirs)), (81, parents(&hers)));
    assert_eq!(theirs["conversations"], hers["conversations"]);
}

#[tokio::test]
async fn export_is_compressed_if_the_client_accepts_it() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    seed_data(&anna).await;
    let request = anna.request(reqwest::Method::GET, "/api/export").header("accept-encoding", "gzip");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let bytes = response.bytes().await.unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["tags"], export(&anna).await["tags"]);
}
