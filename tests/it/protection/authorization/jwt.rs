//! The column "JWT" of the matrix: every operation with the JWT of a session is allowed or refused, as the document declares.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ids::{self, Ids};
use super::{attempt, attempts, is_documented, operations};
use crate::support::{TestApp, TestUser};

/// What needs the session itself. A JWT that was stolen from a service must not take over the user, sign anybody out, or renew itself.
const REFUSED: [&str; 10] = [
    "DELETE /api/auth/{provider}/accounts",
    "GET /api/auth/token",
    "POST /api/auth/delete-user",
    "POST /api/auth/link-social",
    "POST /api/auth/revoke-other-sessions",
    "POST /api/auth/revoke-session",
    "POST /api/auth/revoke-sessions",
    "POST /api/auth/sign-out",
    "POST /api/auth/unlink-account",
    "POST /api/auth/update-user",
];

/// The security schemes that an operation declares. Without a declaration it has those of the document.
fn schemes(document: &Value, operation: &Value) -> BTreeSet<String> {
    let ways = operation.get("security").unwrap_or(&document["security"]);
    ways.as_array().unwrap().iter().flat_map(|way| way.as_object().unwrap().keys().cloned()).collect()
}

async fn jwt_of(user: &TestUser) -> TestUser {
    let token = user.get("/api/auth/token").await.expect(200)["token"].as_str().unwrap().to_owned();
    TestUser { token: Some(token), ..user.clone() }
}

#[tokio::test]
async fn jwt_is_taken_where_the_document_declares_it_and_refused_elsewhere() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    let ben = app.user("ben").await;
    let bens = Ids::of_everything(&ben).await;
    let before = ids::everything(&ben).await;
    let bens_jwt = jwt_of(&ben).await;
    let mut refused = BTreeSet::new();
    for (number, (operation, described)) in operations(&app).await.into_iter().enumerate() {
        let schemes = schemes(&document, &described);
        let takes_jwt = schemes.contains("jwt");
        assert!(!takes_jwt || schemes.contains("session"), "{operation}: a session may do what its JWT may do");
        let one = attempts(&operation, &bens).unwrap().remove(0);
        if schemes.contains("session") && !takes_jwt {
            refused.insert(operation.clone());
            let answer = attempt(&bens_jwt, &one).await;
            let what = format!("{operation} answers {}", answer.text);
            assert_eq!((answer.status, answer.code()), (403, "session_required"), "{what}");
            assert!(is_documented(&described, 403), "{what}");
            // It comes before what else is wrong with the request.
            let wrong = bens_jwt.request(one.method.clone(), &one.path).header("content-type", "text/odd").body("{");
            assert_eq!(crate::support::send(wrong).await.code(), "session_required", "{operation}");
            continue;
        }
        // Two new users: one with a session and one with a JWT get the same answer.
        let (eve, ewa) = (app.user(&format!("eve{number}")).await, app.user(&format!("ewa{number}")).await);
        let (by_session, by_jwt) = (attempt(&eve, &one).await, attempt(&jwt_of(&ewa).await, &one).await);
        let codes = [&by_session, &by_jwt].map(|answer| (answer.status, answer.json["code"].clone()));
        assert_eq!(codes[0], codes[1], "{operation} answers {}", by_jwt.text);
        assert_ne!(by_jwt.json["code"], json!("session_required"), "{operation}");
    }
    assert_eq!(refused, REFUSED.map(str::to_owned).into());
    assert_eq!(ids::everything(&ben).await, before, "a JWT has changed Ben's data or sessions");
    bens_jwt.get("/api/chat/sessions").await.expect(200);
}
