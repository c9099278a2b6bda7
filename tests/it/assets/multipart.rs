//! Multipart uploads of large files.

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use landfall::embedded::s3::EmbeddedS3;
use landfall::storage::Storage;

use crate::support::{TestApp, TestUser, assert_problem, asset, eventually, http_client, png};

const SIZE: usize = 17 * 1024 * 1024;
const PART: usize = 8 * 1024 * 1024;

async fn send(part: &Value, bytes: &[u8]) {
    let from = (part["partNumber"].as_u64().unwrap() as usize - 1) * PART;
    let to = from + part["size"].as_u64().unwrap() as usize;
    let url = part["url"].as_str().unwrap();
    let answer = http_client().put(url).body(bytes[from..to].to_vec()).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

fn missing(upload: &Value) -> Vec<Value> {
    upload["parts"].as_array().unwrap().iter().filter(|part| part["arrived"] == json!(false)).cloned().collect()
}

async fn begin(user: &TestUser, asset: &Value) -> Value {
    let path = format!("/api/assets/{}/multipart", asset["id"].as_str().unwrap());
    user.post(&path, asset).await.expect(200)
}

#[tokio::test]
async fn upload_continues_in_another_tab_at_another_server_after_a_day() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (id, bytes) = (app.random_id(), png(SIZE));
    let mut asset = asset(&id, SIZE);
    asset["sha256"] = json!(hex::encode(digest(&SHA256, &bytes)));
    let upload = begin(&anna, &asset).await;
    assert_eq!(upload["partSize"], PART);
    let sizes: Vec<u64> = missing(&upload).iter().map(|part| part["size"].as_u64().unwrap()).collect();
    assert_eq!(sizes, [PART as u64, PART as u64, (SIZE - 2 * PART) as u64]);
    send(&missing(&upload)[1], &bytes).await;

    // A closed tab: the next one continues at another server, a day later.
    app.db
        .execute("UPDATE assets SET updated_at = now() - interval '30 hours', created_at = now() - interval '30 hours'")
        .await;
    app.db.execute("UPDATE job SET run_at = now() WHERE kind = 'sweep_uploads'").await;
    eventually(20, "a sweep has looked", || async {
        let expired =
            "SELECT count(*) AS n FROM job WHERE kind = 'sweep_uploads' AND run_at > now() + interval '10 seconds'";
        (app.db.number(expired).await == 1).then_some(())
    })
    .await;
    let other = app.another().await;
    let later = anna.at(&other.url);
    let path = format!("/api/assets/{id}/multipart");
    let resumed = later.get(&path).await.expect(200);
    assert_eq!(resumed["uploadId"], upload["uploadId"]);
    assert_eq!(resumed["parts"][1]["arrived"], true);
    assert_eq!(begin(&later, &asset).await["uploadId"], upload["uploadId"], "beginning again goes on");

    let early = later.post(&format!("{path}/complete"), &json!({})).await;
    assert_problem(&early, 422, "validation_failed", "/id");
    for part in missing(&resumed) {
        send(&part, &bytes).await;
    }
    let stored = later.post(&format!("{path}/complete"), &json!({})).await.expect(201);
    assert_eq!((&stored["uploadStatus"], &stored["size"]), (&json!("completed"), &json!(SIZE)));
    assert_eq!(later.post(&format!("{path}/complete"), &json!({})).await.expect(200), stored, "again");
    assert_eq!(later.post("/api/assets", &asset).await.expect(200), stored);
    assert_problem(&later.get(&path).await, 409, "already_uploaded", "");
    assert_eq!(anna.download(&id).await, bytes);
}

#[tokio::test]
async fn aborted_upload_can_be_started_again() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (id, bytes) = (app.random_id(), png(PART + 10));
    let asset = asset(&id, bytes.len());
    let path = format!("/api/assets/{id}/multipart");
    let first = begin(&anna, &asset).await;
    send(&missing(&first)[0], &bytes).await;
    anna.delete(&path).await.expect(204);
    anna.delete(&path).await.expect(204);
    assert_problem(&anna.get(&path).await, 404, "not_found", "");
    let second = begin(&anna, &asset).await;
    assert_ne!(second["uploadId"], first["uploadId"]);
    assert_eq!(missing(&second).len(), 2, "nothing of the first is left");
    for part in missing(&second) {
        send(&part, &bytes).await;
    }
    anna.post(&format!("{path}/complete"), &json!({})).await.expect(201);
}

#[tokio::test]
async fn part_of_another_size_is_refused_by_the_storage() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let upload = begin(&anna, &asset(&app.random_id(), PART + 10)).await;
    let last = missing(&upload)[1].clone();
    let answer = http_client().put(last["url"].as_str().unwrap()).body(vec![0; 11]).send().await.unwrap();
    assert!(matches!(answer.status().as_u16(), 400 | 403), "{}", answer.status());
}

/// The state after a `kill -9` while the embedded storage joins the parts: it no longer knows the upload, and has some of its parts.
#[tokio::test]
async fn upload_that_the_storage_lost_is_begun_anew_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = EmbeddedS3::start_at(folder.path(), 0, "secret").await.unwrap();
    let storage = Storage::new(&s3.config);
    storage.ensure_bucket().await.unwrap();
    let app = TestApp::on_storage(storage).await;
    let anna = app.user("anna").await;
    let (id, bytes) = (app.random_id(), png(PART + 10));
    let (asset, path) = (asset(&id, bytes.len()), format!("/api/assets/{id}/multipart"));
    let lost = begin(&anna, &asset).await;
    for part in missing(&lost) {
        send(&part, &bytes).await;
    }
    let upload = lost["uploadId"].as_str().unwrap();
    let first = missing(&lost)[0]["url"].as_str().unwrap().to_owned();
    std::fs::remove_file(folder.path().join(format!(".upload-{upload}.json"))).unwrap();
    std::fs::remove_file(folder.path().join(format!(".upload_id-{upload}.part-1"))).unwrap();

    let answer = http_client().put(first).body(bytes[..PART].to_vec()).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["access-control-allow-origin"].to_str().unwrap()),
        (404, "*")
    );
    assert!(answer.text().await.unwrap().contains("NoSuchUpload"));
    assert_problem(&anna.get(&path).await, 404, "not_found", "");
    let again = begin(&anna, &asset).await;
    assert_ne!(again["uploadId"], lost["uploadId"]);
    assert_eq!(missing(&again).len(), 2);
    for part in missing(&again) {
        send(&part, &bytes).await;
    }
    // The same once more, found when the parts are joined.
    let upload = again["uploadId"].as_str().unwrap();
    std::fs::remove_file(folder.path().join(format!(".upload-{upload}.json"))).unwrap();
    assert_problem(&anna.post(&format!("{path}/complete"), &json!({})).await, 422, "validation_failed", "/id");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM asset_objects WHERE upload_id IS NULL").await, 1);
    let third = begin(&anna, &asset).await;
    for part in missing(&third) {
        send(&part, &bytes).await;
    }
    anna.post(&format!("{path}/complete"), &json!({})).await.expect(201);
    anna.post(&format!("{path}/complete"), &json!({})).await.expect(200);
    assert_eq!(anna.download(&id).await, bytes);
}
