//! An OpenID provider whose tokens and user info a test chooses.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::Mutex;

use actix_web::{App, HttpResponse, HttpServer, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

pub struct Provider {
    pub issuer: String,
    shared: web::Data<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    issuer: String,
    key: Ed25519KeyPair,
    answers: Mutex<Answers>,
}

#[derive(Default, Clone)]
struct Answers {
    /// The payload of the id token, by code.
    id_tokens: HashMap<String, String>,
    user_info: String,
    /// The other members of the token response.
    token_response: Value,
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let answers = Mutex::new(Answers { token_response: json!({ "token_type": "Bearer" }), ..Answers::default() });
        let shared = web::Data::new(Shared { issuer: issuer.clone(), key, answers });
        let data = shared.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/.well-known/openid-configuration", web::get().to(discovery))
                .route("/keys", web::get().to(keys))
                .route("/token", web::post().to(token))
                .route("/userinfo", web::get().to(user_info))
        });
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        Self { issuer, shared, serving: tokio::spawn(async move { server.await.unwrap() }) }
    }

    /// The payload of the id token for a code, as it is signed.
    pub fn set_id_token(&self, code: &str, payload: String) {
        self.shared.answers.lock().unwrap().id_tokens.insert(code.to_owned(), payload);
    }

    /// The body of the next user infos.
    pub fn set_user_info(&self, body: &Value) {
        self.shared.answers.lock().unwrap().user_info = body.to_string();
    }

    /// The members of the next token responses besides the tokens.
    pub fn set_token_response(&self, members: Value) {
        self.shared.answers.lock().unwrap().token_response = members;
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn discovery(shared: web::Data<Shared>) -> HttpResponse {
    let at = |path: &str| format!("{}/{path}", shared.issuer);
    HttpResponse::Ok().json(json!({
        "issuer": shared.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "jwks_uri": at("keys"), "userinfo_endpoint": at("userinfo"),
    }))
}

async fn keys(shared: web::Data<Shared>) -> HttpResponse {
    let x = BASE64.encode(shared.key.public_key());
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k1", "x": x });
    HttpResponse::Ok().json(json!({ "keys": [key] }))
}

async fn token(shared: web::Data<Shared>, form: web::Form<HashMap<String, String>>) -> HttpResponse {
    let answers = shared.answers.lock().unwrap().clone();
    let header = json!({ "alg": "EdDSA", "kid": "k1", "typ": "JWT" });
    let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(&answers.id_tokens[&form["code"]]));
    let signature = BASE64.encode(shared.key.sign(signed.as_bytes()));
    let mut body = answers.token_response;
    body["access_token"] = json!("access");
    body["id_token"] = json!(format!("{signed}.{signature}"));
    HttpResponse::Ok().json(body)
}

async fn user_info(shared: web::Data<Shared>) -> HttpResponse {
    let body = shared.answers.lock().unwrap().user_info.clone();
    HttpResponse::Ok().content_type("application/json").body(body)
}
