//! Files, and their upload as a browser does it: presign, PUT, register.

use serde_json::{Value, json};
use uuid::Uuid;

use super::user::{TestUser, http_client};

/// A file of `size` bytes that begins like a PNG.
pub fn png(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".to_vec();
    assert!(size >= bytes.len());
    bytes.extend((bytes.len()..size).map(|index| (index % 251) as u8));
    bytes
}

/// The description of an image of `size` bytes.
pub fn asset(id: &str, size: usize) -> Value {
    json!({ "id": id, "fileName": "Boat 1.png", "mimeType": "image/png", "size": size })
}

/// Sends bytes by a presigned link. The status.
pub async fn put(link: &Value, bytes: Vec<u8>) -> u16 {
    assert_eq!(link["method"], "PUT", "{link}");
    // The client leaves the length of an empty body out, which browsers send and which is signed.
    let length = bytes.len();
    let mut request = http_client().put(link["url"].as_str().unwrap()).header("content-length", length).body(bytes);
    for (name, value) in link["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    request.send().await.unwrap().status().as_u16()
}

impl TestUser {
    /// A presigned link for the upload of this asset.
    pub async fn upload_link(&self, asset: &Value) -> Value {
        let body = json!({ "operation": "upload", "assets": [asset] });
        self.post("/api/assets/presign", &body).await.expect(200)["urls"][0].clone()
    }

    /// Uploads an image of `size` bytes. Its id.
    pub async fn upload(&self, size: usize) -> String {
        let id = Uuid::new_v4().to_string();
        let asset = asset(&id, size);
        assert_eq!(put(&self.upload_link(&asset).await, png(size)).await, 200);
        self.post("/api/assets", &asset).await.expect(201);
        id
    }

    /// Downloads the bytes of an asset.
    pub async fn download(&self, id: &str) -> Vec<u8> {
        let link = self.get(&format!("/api/assets/{id}/download-url")).await.expect(200);
        let answer = http_client().get(link["url"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }
}
