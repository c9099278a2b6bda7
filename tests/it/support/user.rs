//! A client with or without a session, and its answers.

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, RequestBuilder};
use serde_json::{Value, json};

/// A client with or without a session.
#[derive(Clone)]
pub struct TestUser {
    pub http: Client,
    pub base: String,
    pub id: String,
    pub token: Option<String>,
}

/// A complete answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// Null if the body is no JSON.
    pub json: Value,
    pub text: String,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    pub fn etag(&self) -> String {
        self.headers["etag"].to_str().unwrap().to_owned()
    }

    /// The body of a problem without the members that differ between requests.
    pub fn without_request(&self) -> Value {
        let mut body = self.json.clone();
        let members = body.as_object_mut().unwrap();
        members.remove("requestId");
        members.remove("instance");
        body
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }
}

/// A client with its own connections, which follows no redirect.
pub fn http_client() -> Client {
    http_client_builder().build().unwrap()
}

/// What clients of the tests have in common. It installs the process's default TLS provider.
pub fn http_client_builder() -> ClientBuilder {
    // An error means that another test installed it first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Tests check redirects themselves. The server closes a connection that has sent nothing for five seconds.
    let idle = std::time::Duration::from_secs(4);
    // No test speaks TLS with HTTP, and to read the system's certificates takes longer than most tests.
    Client::builder().redirect(Policy::none()).pool_idle_timeout(idle).tls_certs_only([])
}

impl TestUser {
    pub fn anonymous(base: &str) -> Self {
        // The default pool opens several connections, so that concurrent requests of one user run concurrently.
        Self { http: http_client(), base: base.to_owned(), id: String::new(), token: None }
    }

    pub async fn sign_in(base: &str, name: &str) -> Self {
        let anonymous = Self::anonymous(base);
        let body = json!({ "email": format!("{name}@example.com"), "name": name });
        let answer = anonymous.post("/api/auth/dev/sign-in", &body).await.expect(200);
        Self {
            id: answer["user"]["id"].as_str().unwrap().to_owned(),
            token: answer["token"].as_str().map(str::to_owned),
            ..anonymous
        }
    }

    /// The session cookie of this user, for the header `cookie`. Its name has the port of the server's public URL.
    pub fn cookie(&self) -> String {
        session_cookie(&self.base, self.token.as_deref().unwrap())
    }

    /// The same user at another server.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Pulls all pages after a cursor (empty: from the beginning) with this query, and calls `each` with every page. Returns the last cursor.
    pub async fn pull_pages(&self, query: &str, cursor: &str, mut each: impl FnMut(&Value)) -> String {
        let mut cursor = cursor.to_owned();
        loop {
            let from = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let page = self.get(&format!("/api/sync/changes?{query}{from}")).await.expect(200);
            each(&page);
            cursor = page["cursor"].as_str().unwrap().to_owned();
            if page["hasMore"] == false {
                return cursor;
            }
        }
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// Posts text unchanged, for bodies that a JSON library does not write.
    pub async fn post_text(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        send(self.request(Method::POST, path).header("content-type", "application/json").body(body)).await
    }

    /// Creates a chat session. Its id.
    pub async fn chat(&self) -> String {
        let body = json!({ "title": "Harbour" });
        self.post("/api/chat/sessions", &body).await.expect(201)["id"].as_str().unwrap().to_owned()
    }
}

/// A session cookie of the server with this public URL.
pub fn session_cookie(public_url: &str, token: &str) -> String {
    let port = public_url.rsplit_once(':').unwrap().1;
    format!("landfall_session_{port}={token}")
}

pub async fn send(request: RequestBuilder) -> Answer {
    try_send(request).await.unwrap()
}

/// Sends a request. An error if no complete answer arrived.
pub async fn try_send(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await?;
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Answer { status, headers, json, text })
}

/// A message of a batch.
pub fn message(session: &str, temp_id: &str, content: &str) -> Value {
    json!({
        "tempId": temp_id, "sessionId": session, "role": "user", "content": content,
        "createdAt": "2026-11-21T08:00:00.000Z",
    })
}
