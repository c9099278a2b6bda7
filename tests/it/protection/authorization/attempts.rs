//! Requests with another user's ids for every operation. Every id of a request is covered.

use reqwest::Method;
use serde_json::{Value, json};

use super::ids::Ids;
use crate::support::message;

#[derive(Debug)]
pub struct Attempt {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

/// `None` where the operation has no entry.
pub fn attempts(operation: &str, ids: &Ids) -> Option<Vec<Attempt>> {
    let Ids { session, message: message_id, temp_id, project, row, asset, assistant, cursor, user, sign_in } = ids;
    let (method, _) = operation.split_once(' ')?;
    let method: Method = method.parse().ok()?;
    let at = |path: String, body: Option<Value>| Attempt { method: method.clone(), path, body };
    let in_collections = |body: Option<Value>| {
        let at_row = |collection| at(format!("/api/collections/{collection}/{row}"), body.clone());
        Ids::collections().map(at_row).collect::<Vec<_>>()
    };
    let own = at(operation.split_once(' ')?.1.to_owned(), None);
    Some(match operation {
        // Operations without ids.
        "GET /health/live"
        | "GET /health/ready"
        | "GET /metrics"
        | "GET /api/auth/get-session"
        | "GET /api/collections" => vec![own],
        "POST /api/auth/sign-out" => vec![own],
        "POST /api/auth/dev/sign-in" => vec![at(own.path, Some(json!({ "email": "new-user@example.com" })))],

        "GET /api/chat/sessions" => vec![at(format!("{}?projectId={project}", own.path), None)],
        "POST /api/chat/sessions" => {
            let body = |id: &str| json!({ "id": id, "title": "mine", "projectId": project });
            vec![at(own.path.clone(), Some(body(session))), at(own.path, Some(body(&uuid::Uuid::new_v4().to_string())))]
        }
        "GET /api/chat/sessions/{sessionId}" | "DELETE /api/chat/sessions/{sessionId}" => {
            vec![at(format!("/api/chat/sessions/{session}"), None)]
        }
        "PATCH /api/chat/sessions/{sessionId}" => {
            vec![at(format!("/api/chat/sessions/{session}"), Some(json!({ "title": "mine" })))]
        }
        "GET /api/chat/{sessionId}/messages" => vec![at(format!("/api/chat/{session}/messages"), None)],
        "POST /api/chat/messages/batch" => {
            let mut with_id = message(session, "temp-mine", "mine");
            with_id["id"] = json!(message_id);
            let all = [message(session, "temp-mine", "mine"), message(session, temp_id, "mine"), with_id];
            all.into_iter().map(|one| at(own.path.clone(), Some(json!({ "messages": [one] })))).collect()
        }

        "GET /api/projects" => vec![at(format!("{}?includeDeleted=1", own.path), None)],
        "POST /api/projects" => vec![
            at(own.path.clone(), Some(json!({ "id": "mine", "name": "mine", "parentId": project }))),
            at(own.path, Some(json!({ "id": project, "name": "mine", "thumbnailAssetId": asset }))),
        ],
        "GET /api/projects/{id}" => vec![at(format!("/api/projects/{project}?includeDeleted=1"), None)],
        "PUT /api/projects/{id}" => {
            let bodies = [
                json!({ "name": "mine", "baseRevision": 1 }),
                json!({ "name": "mine", "baseRevision": 0, "parentId": project }),
                json!({ "name": "mine", "baseRevision": 0 }),
            ];
            bodies.into_iter().map(|body| at(format!("/api/projects/{project}"), Some(body))).collect()
        }
        "DELETE /api/projects/{id}" => vec![at(format!("/api/projects/{project}"), Some(json!({ "baseRevision": 1 })))],

        "GET /api/collections/{collection}" => {
            Ids::collections().map(|name| at(format!("/api/collections/{name}?includeDeleted=1"), None)).collect()
        }
        "GET /api/collections/{collection}/{id}" => in_collections(None),
        "PUT /api/collections/{collection}/{id}" => {
            let value = json!({ "tagId": row, "ruleId": row, "name": "mine", "conversationId": row });
            [
                in_collections(Some(json!({ "value": value, "baseRevision": 1 }))),
                in_collections(Some(json!({ "value": value, "baseRevision": 0 }))),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
        "DELETE /api/collections/{collection}/{id}" => in_collections(Some(json!({ "baseRevision": 1 }))),

        "GET /api/assistants" => ["mine", "public", "review"]
            .map(|scope| at(format!("{}?scope={scope}&search=canary&author=ben", own.path), None))
            .into(),
        // An id is unique over all users, so a create with a taken one is refused. It can't be guessed.
        "POST /api/assistants" => {
            let body = json!({ "tempId": temp_id, "title": "mine", "desc": "mine", "prompt": "mine" });
            vec![at(own.path, Some(body))]
        }
        "GET /api/assistants/{id}" => vec![at(format!("/api/assistants/{assistant}"), None)],
        "PUT /api/assistants/{id}" => [0, 1]
            .map(|version| {
                at(format!("/api/assistants/{assistant}"), Some(json!({ "version": version, "title": "mine" })))
            })
            .into(),
        "DELETE /api/assistants/{id}" => {
            vec![at(format!("/api/assistants/{assistant}"), Some(json!({ "version": 1 })))]
        }
        "PATCH /api/assistants/{id}/status" => {
            vec![at(format!("/api/assistants/{assistant}/status"), Some(json!({ "status": "published" })))]
        }
        "GET /api/compat/assistants" => vec![at(format!("{}?scope=public&search=canary", own.path), None)],
        "POST /api/compat/assistants" => {
            let body = json!({ "id": assistant, "tempId": temp_id, "title": "mine", "desc": "mine", "prompt": "mine" });
            vec![at(own.path, Some(body))]
        }
        "GET /api/compat/assistants/{id}" => vec![at(format!("/api/compat/assistants/{assistant}"), None)],
        "PUT /api/compat/assistants/{id}" => {
            vec![at(format!("/api/compat/assistants/{assistant}"), Some(json!({ "version": 1, "title": "mine" })))]
        }
        "DELETE /api/compat/assistants/{id}" => vec![at(format!("/api/compat/assistants/{assistant}"), None)],
        "GET /api/admin/audit" => vec![at(format!("{}?actor={user}", own.path), None)],
        "GET /api/admin/stats" => vec![own],

        "GET /api/sync/init" => vec![at(format!("{}?currentSessionId={session}", own.path), None)],
        "GET /api/sync/changes" => vec![at(format!("{}?cursor={cursor}", own.path), None), at(own.path, None)],
        "GET /api/sync/row" => {
            [("projects", project), ("tags", row), ("chatSessions", session), ("assistants", assistant)]
                .map(|(collection, key)| at(format!("{}?collection={collection}&key={key}", own.path), None))
                .into()
        }
        "GET /api/sync/events" => vec![own],
        "POST /api/sync" => {
            let push = |mutations: Value| json!({ "clientId": "mine", "cursor": cursor, "mutations": mutations });
            let change = |collection: &str, key: &str, value: Value| json!([{ "id": 1, "collection": collection, "op": "put", "key": key, "baseRevision": 1, "value": value }]);
            let delete = |collection: &str, key: &str| json!([{ "id": 1, "collection": collection, "op": "delete", "key": key, "baseRevision": 1 }]);
            vec![
                at(own.path.clone(), Some(push(json!([])))),
                at(own.path.clone(), Some(push(change("projects", project, json!({ "name": "mine" }))))),
                at(own.path.clone(), Some(push(change("tags", row, json!({ "name": "mine" }))))),
                at(own.path.clone(), Some(push(change("assistants", assistant, json!({ "title": "mine" }))))),
                at(own.path.clone(), Some(push(delete("assistants", assistant)))),
                at(own.path.clone(), Some(push(delete("projects", project)))),
                at(own.path.clone(), Some(push(delete("tags", row)))),
                at(own.path, Some(push(delete("chatSessions", session)))),
            ]
        }

        "POST /api/sync/outcomes" => {
            // The other user's client name.
            [false, true]
                .map(|close| at(own.path.clone(), Some(json!({ "clientId": "theirs", "from": 1, "close": close }))))
                .into()
        }

        // Sign-in.
        "GET /api/auth/jwks" | "GET /api/auth/providers" | "GET /api/auth/token" => vec![own],
        "GET /api/auth/list-sessions" | "GET /api/auth/list-accounts" => vec![own],
        "POST /api/auth/revoke-sessions" | "POST /api/auth/revoke-other-sessions" => {
            vec![at(own.path, Some(json!({})))]
        }
        "POST /api/auth/revoke-session" => {
            vec![at(own.path.clone(), Some(json!({ "token": sign_in }))), at(own.path, Some(json!({ "id": sign_in })))]
        }
        "POST /api/auth/update-user" => vec![at(own.path, Some(json!({ "name": "mine", "id": user, "userId": user })))],
        "POST /api/auth/delete-user" => vec![at(own.path, Some(json!({ "userId": user })))],
        "POST /api/auth/unlink-account" => {
            vec![at(own.path, Some(json!({ "providerId": "google", "accountId": user })))]
        }
        "POST /api/auth/sign-in/social" | "POST /api/auth/link-social" => {
            vec![at(own.path, Some(json!({ "provider": "google", "callbackURL": "/" })))]
        }
        "POST /api/auth/sign-in/code" => {
            let verifier = format!("{user}{user}");
            vec![at(own.path, Some(json!({ "code": sign_in, "codeVerifier": verifier })))]
        }
        "GET /api/auth/callback/{provider}" => {
            vec![at(format!("/api/auth/callback/google?state={sign_in}&code={user}"), None)]
        }
        "GET /api/auth/{provider}/accounts" => vec![at("/api/auth/google/accounts".into(), None)],
        "DELETE /api/auth/{provider}/accounts" => {
            vec![at(format!("/api/auth/google/accounts?accountId={user}"), None)]
        }

        // Export and import.
        "GET /api/export" | "GET /api/import" => vec![own],
        "POST /api/import" => {
            vec![at(own.path, Some(json!({ "version": 1, "projects": [{ "id": project, "name": "mine" }] })))]
        }
        "GET /api/conversations/{id}/export" => vec![at(format!("/api/conversations/{row}/export"), None)],
        "GET /api/projects/{id}/export" => vec![at(format!("/api/projects/{project}/export"), None)],

        // Assets.
        "GET /api/assets" | "GET /api/media/assets" => vec![at(format!("{}?projectId={project}", own.path), None)],
        "POST /api/assets/presign" => vec![
            at(own.path.clone(), Some(json!({ "operation": "download", "assetIds": [asset] }))),
            at(own.path, Some(json!({ "operation": "upload", "assetIds": [asset] }))),
        ],
        "POST /api/assets" => {
            let body = json!({ "id": asset, "fileName": "mine.png", "mimeType": "image/png", "size": 100 });
            vec![at(own.path, Some(body))]
        }
        "POST /api/media/assets" => vec![own],
        "PATCH /api/assets/{id}" => vec![at(format!("/api/assets/{asset}"), Some(json!({ "fileName": "mine.png" })))],
        "POST /api/assets/{id}/multipart/complete" => {
            vec![at(format!("/api/assets/{asset}/multipart/complete"), Some(json!({ "parts": [] })))]
        }
        "POST /api/assets/{id}/multipart" => {
            let body = json!({ "id": asset, "fileName": "mine.png", "mimeType": "image/png", "size": 100 });
            let path = format!("/api/assets/{asset}/multipart");
            vec![at(path.clone(), None), at(path, Some(body))]
        }
        "GET /api/assets/{id}"
        | "DELETE /api/assets/{id}"
        | "GET /api/assets/{id}/download-url"
        | "GET /api/assets/{id}/content"
        | "GET /api/assets/{id}/multipart"
        | "DELETE /api/assets/{id}/multipart"
        | "GET /api/media/assets/{id}"
        | "DELETE /api/media/assets/{id}"
        | "GET /api/media/assets/{id}/content" => {
            vec![at(own.path.replace("{id}", asset), None)]
        }
        _ => return None,
    })
}
