//! Files, and the way of a browser with them: link, PUT, register.

use reqwest::Client;
use serde_json::{Value, json};
use uuid::Uuid;

use super::user::TestUser;

/// Bytes that begin as a PNG and are as many as asked for.
pub fn png(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".to_vec();
    assert!(size >= bytes.len());
    bytes.extend((bytes.len()..size).map(|index| (index % 251) as u8));
    bytes
}

/// A picture as a device describes it.
pub fn asset(id: &str, size: usize) -> Value {
    json!({ "id": id, "fileName": "Boat 1.png", "mimeType": "image/png", "size": size })
}

/// Sends bytes as a link says; the status.
pub async fn put(link: &Value, bytes: Vec<u8>) -> u16 {
    assert_eq!(link["method"], "PUT", "{link}");
    let mut request = Client::new().put(link["url"].as_str().unwrap()).body(bytes);
    for (name, value) in link["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    request.send().await.unwrap().status().as_u16()
}

impl TestUser {
    /// A link for uploading this file.
    pub async fn upload_link(&self, asset: &Value) -> Value {
        let body = json!({ "operation": "upload", "assets": [asset] });
        self.post("/api/assets/presign", &body).await.expect(200)["urls"][0].clone()
    }

    /// Uploads a picture of this many bytes; its id.
    pub async fn upload(&self, size: usize) -> String {
        let id = Uuid::new_v4().to_string();
        let asset = asset(&id, size);
        assert_eq!(put(&self.upload_link(&asset).await, png(size)).await, 200);
        self.post("/api/assets", &asset).await.expect(201);
        id
    }

    /// The bytes behind a link of ours.
    pub async fn download(&self, id: &str) -> Vec<u8> {
        let link = self.get(&format!("/api/assets/{id}/download-url")).await.expect(200);
        let answer = Client::new().get(link["url"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }
}
