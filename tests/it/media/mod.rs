//! `/api/media/assets/*`: uploads through the server.

mod broken;
mod names;
mod read;
mod upload;

use reqwest::Method;
use reqwest::multipart::{Form, Part};

use crate::support::{Answer, TestUser, send};

/// A form as the media library sends it, with the file first.
fn form(bytes: Vec<u8>, mime_type: &'static str, file_type: &'static str) -> Form {
    let file = Part::bytes(bytes).file_name("Boat 1.png").mime_str(mime_type).unwrap();
    Form::new()
        .part("file", file)
        .text("fileName", "Boat 1.png")
        .text("fileType", file_type)
        .text("mimeType", mime_type)
        .text("width", "640")
}

async fn post(user: &TestUser, form: Form) -> Answer {
    send(user.request(Method::POST, "/api/media/assets").multipart(form)).await
}
