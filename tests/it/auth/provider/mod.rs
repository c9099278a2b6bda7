//! Sign-in with a real server, real signatures and a provider whose answers a test chooses.

mod addresses;
mod claims;
mod client;
mod hand_over;
mod server;

use landfall::config::Env;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestDatabase, TestUser, send, session_cookie};
use server::Provider;

/// A server and its provider.
pub struct Setting {
    pub app: TestApp,
    pub provider: Provider,
}

/// A sign-in that waits for the provider's answer.
pub struct Begun {
    state: String,
    pub nonce: String,
    /// The cookie of the browser. `None`: the server set none.
    pub cookie: Option<String>,
}

impl Setting {
    pub async fn start() -> Self {
        Self::configured("OIDC_NAME", "Harbour").await
    }

    /// With a further setting.
    pub async fn configured(name: &str, value: &str) -> Self {
        let provider = Provider::start();
        let env = Env::from_pairs([
            ("OIDC_ISSUER", provider.issuer.as_str()),
            ("OIDC_CLIENT_ID", "landfall"),
            ("OIDC_CLIENT_SECRET", "canary"),
            ("LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP", "true"),
            (name, value),
        ]);
        Self { app: TestApp::configured(TestDatabase::migrated().await, env).await, provider }
    }

    /// Starts a sign-in that returns to `/ok` or `/failed`.
    pub async fn begin(&self, more: Value) -> Begun {
        let mut body = json!({ "provider": "oidc", "callbackURL": "/ok", "errorCallbackURL": "/failed" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.app.anonymous().post("/api/auth/sign-in/social", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        Begun::of(&answer)
    }

    /// The answer of the callback, after the provider gave these claims.
    pub async fn finish(&self, begun: &Begun, claims: &Value) -> Answer {
        self.provider.set_id_token(&begun.state, claims.to_string());
        self.call_back(begun).await
    }

    pub async fn call_back(&self, begun: &Begun) -> Answer {
        // The state is the code too: each sign-in has its own.
        let path = format!("/api/auth/callback/oidc?code={0}&state={0}", begun.state);
        let request = self.app.anonymous().request(Method::GET, &path);
        let request = match &begun.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        send(request).await
    }

    /// Valid claims for this sign-in.
    pub fn claims(&self, begun: &Begun, sub: &str, email: &str) -> Value {
        let now = chrono::Utc::now().timestamp();
        json!({
            "iss": self.provider.issuer, "aud": "landfall", "sub": sub, "nonce": begun.nonce,
            "email": email, "email_verified": true, "iat": now, "exp": now + 300,
        })
    }

    /// Signs in with claims that `change` has changed. The session's user, or the code of the failure.
    pub async fn sign_in(&self, sub: &str, email: &str, change: impl FnOnce(&mut Value)) -> Result<Value, String> {
        let begun = self.begin(json!({})).await;
        let mut claims = self.claims(&begun, sub, email);
        change(&mut claims);
        let answer = self.finish(&begun, &claims).await;
        self.user_of(&answer).await
    }

    /// The user of the session that a callback began, or the code of its failure.
    pub async fn user_of(&self, answer: &Answer) -> Result<Value, String> {
        assert_eq!(answer.status, 302, "{}", answer.text);
        let target = Url::parse(answer.headers["location"].to_str().unwrap()).unwrap();
        if target.path() == "/failed" {
            return Err(query(&target, "error").unwrap());
        }
        assert_eq!(target.path(), "/ok");
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        let token = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
        assert!(cookie.starts_with(&session_cookie(&self.app.url, &token)), "{cookie}");
        let user = TestUser { token: Some(token), ..self.app.anonymous() };
        Ok(user.get("/api/auth/get-session").await.expect(200)["user"].clone())
    }
}

impl Begun {
    pub fn state(&self) -> &str {
        &self.state
    }

    pub fn of(answer: &Answer) -> Self {
        let address = Url::parse(answer.json["url"].as_str().unwrap()).unwrap();
        let cookie = answer.headers.get("set-cookie").map(|cookie| {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            pair.to_owned()
        });
        Self { state: query(&address, "state").unwrap(), nonce: query(&address, "nonce").unwrap(), cookie }
    }
}

/// A member of the address's query.
pub fn query(address: &Url, name: &str) -> Option<String> {
    address.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
