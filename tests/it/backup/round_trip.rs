//! A backup that is made while a server runs, and a restore into an empty place.

use std::path::Path;

use serde_json::json;

use super::place::{Programs, text};
use crate::support::{Answer, Process, TestUser, assert_problem, asset, message, png, put};

/// Larger than one part of the transfer, and more than one chunk.
const LARGE: usize = 17 * 1024 * 1024;

async fn push(user: &TestUser, client: &str, id: i64, key: &str, cursor: Option<&str>) -> Answer {
    let mutation =
        json!({ "id": id, "collection": "tags", "op": "put", "key": key, "baseRevision": 0, "value": { "name": key } });
    user.post("/api/sync", &json!({ "clientId": client, "cursor": cursor, "mutations": [mutation] })).await
}

async fn stop(server: Process) {
    assert!(server.terminate().await.success());
}

fn count_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count_files(&entry.path()) } else { 1 }).sum()
}

async fn tags(user: &TestUser) -> Vec<String> {
    let changes = user.get("/api/sync/changes").await.expect(200);
    let changes = changes["changes"].as_array().unwrap().iter().filter(|change| change["collection"] == "tags");
    changes.map(|change| change["key"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn restored_place_has_rows_and_files_and_devices_heal() {
    let Some(programs) = Programs::start().await else { return };
    let (old, new) = (programs.place("before").await, programs.place("after").await);
    let folder = tempfile::tempdir().unwrap();
    let backups = folder.path().join("backups");
    let server = old.serve().await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let bert = TestUser::sign_in(&server.url, "bert").await;
    let session = anna.chat().await;
    let batch = json!({ "messages": [message(&session, "t-1", "kept")] });
    anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    let (small, large, berts) = (anna.upload(200).await, anna.upload(LARGE).await, bert.upload(300).await);
    // The bytes of this one have arrived, and it is not registered.
    let open = asset(&uuid::Uuid::new_v4().to_string(), 400);
    assert_eq!(put(&anna.upload_link(&open).await, png(400)).await, 200);
    push(&anna, "device", 1, "kept", None).await.expect(200);

    let said = old.succeed(&["backup", text(&backups)]).await;
    let bytes = 200 + LARGE + 300;
    assert!(said.contains(&format!("3 files of {bytes} bytes; 3 of them were copied now")), "{said}");

    // What the backup does not have.
    let answer = push(&anna, "device", 2, "lost", None).await.expect(200);
    let cursor = answer["cursor"].as_str().unwrap().to_owned();
    let lost = anna.upload(500).await;
    let epoch = anna.get("/api/sync/init").await.expect(200)["epoch"].clone();
    stop(server).await;

    let said = new.succeed(&["restore", text(&backups)]).await;
    assert!(said.contains("3 files were sent, and the bucket had 0"), "{said}");
    let server = new.serve().await;
    let (anna, bert) = (anna.at(&server.url), bert.at(&server.url));
    // The session of before is valid.
    assert_ne!(anna.get("/api/sync/init").await.expect(200)["epoch"], epoch);
    let messages = anna.get(&format!("/api/chat/{session}/messages")).await.expect(200);
    assert_eq!(messages["messages"][0]["content"], "kept", "{messages}");
    assert_eq!(anna.download(&small).await, png(200));
    assert!(anna.download(&large).await == png(LARGE), "the large file has other bytes");
    assert_eq!(bert.download(&berts).await, png(300));
    assert_problem(&anna.get(&format!("/api/assets/{lost}")).await, 404, "not_found", "");
    // An upload under way is sent again.
    assert_eq!(put(&anna.upload_link(&open).await, png(400)).await, 200);
    anna.post("/api/assets", &open).await.expect(201);

    // A device finds out, and offers again what was lost.
    let stale = push(&anna, "device", 3, "newer", Some(&cursor)).await;
    assert_problem(&stale, 410, "resync_required", "");
    assert_eq!(stale.json["reason"], "epoch");
    assert_eq!(tags(&anna).await, ["kept"]);
    assert_problem(&push(&anna, "device", 3, "newer", None).await, 409, "mutation_gap", "/mutations/0/id");
    for (id, key) in [(1, "lost"), (2, "newer")] {
        let again = push(&anna, "device-again", id, key, None).await.expect(200);
        assert_eq!(again["results"][0]["status"], "applied", "{again}");
    }
    assert_eq!(tags(&anna).await, ["kept", "lost", "newer"]);
    stop(server).await;

    // The restored database is one that the next release can migrate, and that jobs can use.
    assert!(new.succeed(&["jobs"]).await.contains("reconcile"));
    programs.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_of_a_folder_share_their_files_and_old_ones_are_removed() {
    let Some(programs) = Programs::start().await else { return };
    let (old, new) = (programs.place("before").await, programs.place("after").await);
    let folder = tempfile::tempdir().unwrap();
    let backups = folder.path().join("backups");
    let server = old.serve().await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let (deleted, kept) = (anna.upload(200).await, anna.upload(300).await);
    old.succeed(&["backup", text(&backups)]).await;
    anna.delete(&format!("/api/assets/{deleted}")).await.expect(204);
    anna.upload(400).await;
    let said = old.succeed(&["backup", text(&backups)]).await;
    assert!(said.contains("2 files of 700 bytes; 1 of them were copied now"), "{said}");
    assert_eq!(count_files(&backups.join("files")), 3);
    stop(server).await;

    // Copies of a backup that was interrupted stay, and are not made again.
    std::fs::create_dir_all(backups.join("unfinished")).unwrap();
    let said = old.succeed(&["backup", text(&backups), "--keep", "1"]).await;
    assert!(said.contains("0 of them were copied now") && said.contains("Removed: "), "{said}");
    assert_eq!(count_files(&backups.join("files")), 2, "the deleted file is in no backup any more");
    let (code, _, errors) = new.run(&["restore", text(&backups), "--backup", "2026"]).await;
    assert!(code == Some(1) && errors.contains("no such backup; it has 20"), "{errors}");

    // A damaged file: everything else is restored, and the command fails.
    let object = format!("{}/{}/{kept}-Boat-1.png", text(&backups.join("files")), anna.id);
    std::fs::write(&object, [0; 299]).unwrap();
    let (code, said, errors) = new.run(&["restore", text(&backups)]).await;
    assert!(code == Some(1) && errors.contains("1 of its files are missing or damaged"), "{errors}");
    assert!(said.contains("1 files were sent") && said.contains("has a new epoch"), "{said}");
    let server = new.serve().await;
    assert_eq!(anna.at(&server.url).get("/api/assets").await.expect(200)["items"].as_array().unwrap().len(), 2);
    stop(server).await;
    programs.stop().await;
}
