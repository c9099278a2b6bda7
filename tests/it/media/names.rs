//! File names and types of the form's parts, as browsers and other clients write them.

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{
    Answer, Sample, TestApp, TestUser, assert_problem, asset, http_client, iso_media, png, put, samples, send,
};

/// A form with one file, whose part has exactly these headers. `fields` precede it.
async fn post(user: &TestUser, headers: &[u8], bytes: &[u8], fields: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--b\r\n");
    body.extend(headers);
    body.extend(b"\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    let request =
        user.request(Method::POST, "/api/media/assets").header("content-type", "multipart/form-data; boundary=b");
    send(request.body(body)).await
}

fn disposition(file_name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"")
}

/// The part as a browser writes it, which sends `application/octet-stream` where it knows no type.
async fn by_form(user: &TestUser, sample: &Sample, fields: &[(&str, &str)]) -> Answer {
    let declared = if sample.declared.is_empty() { "application/octet-stream" } else { sample.declared };
    let headers = format!("{}\r\nContent-Type: {declared}", disposition(sample.name));
    post(user, headers.as_bytes(), &sample.bytes, fields).await
}

#[tokio::test]
async fn files_of_real_devices_are_taken_by_the_form_and_read_back_unchanged() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for sample in samples() {
        for fields in [&[][..], &[("mimeType", sample.declared)]] {
            let what = format!("{} as {:?}", sample.name, sample.declared);
            let stored = by_form(&anna, &sample, fields).await.expect(201);
            let expected = (&json!(sample.stored), &json!(sample.file_type), &json!(sample.name));
            assert_eq!((&stored["mimeType"], &stored["fileType"], &stored["fileName"]), expected, "{what}");
            assert!(anna.download(stored["id"].as_str().unwrap()).await == sample.bytes, "{what}");
        }
    }
}

#[tokio::test]
async fn part_without_a_type_gets_it_from_its_name_and_bytes() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (name, bytes, expected) in [
        ("a.png", png(100), "image/png"),
        ("IMG_1.HEIC", iso_media(&["heic", "mif1"]), "image/heic"),
        ("a.md", b"# x".to_vec(), "text/markdown"),
    ] {
        let stored = post(&anna, disposition(name).as_bytes(), &bytes, &[]).await.expect(201);
        assert_eq!(stored["mimeType"], expected);
        let octets = [("mimeType", "application/octet-stream")];
        assert_eq!(post(&anna, disposition(name).as_bytes(), &bytes, &octets).await.expect(201)["mimeType"], expected);
    }
}

#[tokio::test]
async fn name_of_the_part_is_kept_exactly() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let emoji = "\u{1f600}".repeat(255);
    for (written, expected) in [
        ("say %22hi%22 100% C:\\\\x;y=z.txt", "say \"hi\" 100% C:\\\\x;y=z.txt"),
        ("C:\\fakepath\\x.txt", "C:\\fakepath\\x.txt"),
        ("ends\\", "ends\\"),
        ("cafe\u{301}.txt", "cafe\u{301}.txt"),
        ("caf\u{e9}.txt", "caf\u{e9}.txt"),
        ("\u{202e}txt.exe.txt", "\u{202e}txt.exe.txt"),
        (".hidden", ".hidden"),
        (" spaces .txt", " spaces .txt"),
        (emoji.as_str(), emoji.as_str()),
        ("", "file"),
    ] {
        let fields = [("mimeType", "text/plain")];
        let stored = post(&anna, disposition(written).as_bytes(), b"x", &fields).await.expect(201);
        assert_eq!(stored["fileName"], expected);
        if !written.is_empty() {
            let fields = [("mimeType", "text/plain"), ("fileName", expected)];
            let stored = post(&anna, disposition("blob").as_bytes(), b"x", &fields).await.expect(201);
            assert_eq!(stored["fileName"], expected);
        }
        let object = http_client().get(stored["cloudUrl"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(object.status(), 200, "{expected}");
        assert!(object.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; "));
    }
    let extended = "Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''%C3%BC%20%22.txt";
    assert_eq!(post(&anna, extended.as_bytes(), b"x", &[]).await.expect(201)["fileName"], "ü \".txt");
}

#[tokio::test]
async fn name_that_no_row_can_have_is_refused_unless_a_field_has_another() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let long = "x".repeat(256);
    let latin = [&b"Content-Disposition: form-data; name=\"file\"; filename=\""[..], b"\xfc.txt\""].concat();
    for (headers, code) in [
        (disposition("tab\there.txt").into_bytes(), "control_character"),
        (disposition("line%0D%0Abreak.txt").into_bytes(), "control_character"),
        (disposition(&long).into_bytes(), "too_long"),
        (latin, "invalid_value"),
    ] {
        let answer = post(&anna, &headers, b"x", &[("mimeType", "text/plain")]).await;
        assert_problem(&answer, 422, "validation_failed", "/fileName");
        assert_eq!(answer.json["errors"][0]["code"], code);
        let fields = [("mimeType", "text/plain"), ("fileName", "a.txt")];
        assert_eq!(post(&anna, &headers, b"x", &fields).await.expect(201)["fileName"], "a.txt");
    }
    let nameless = post(&anna, b"Content-Disposition: form-data", b"x", &[]).await;
    assert_problem(&nameless, 400, "invalid_media", "");
}

#[tokio::test]
async fn long_names_are_stored_by_a_link_and_by_the_form() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for length in [80, 85, 90, 255] {
        let name = format!("{}.png", "x".repeat(length - 4));
        let stored = post(&anna, disposition(&name).as_bytes(), &png(100), &[]).await.expect(201);
        assert_eq!(stored["fileName"], name);
        let mut asset = asset(&app.random_id(), 100);
        asset["fileName"] = json!(name);
        assert_eq!(put(&anna.upload_link(&asset).await, png(100)).await, 200);
        assert_eq!(anna.post("/api/assets", &asset).await.expect(201)["fileName"], name, "{length} characters");
    }
    // In parts of the storage.
    let name = format!("{}.png", "y".repeat(251));
    let large = png(6 * 1024 * 1024);
    let stored = post(&anna, disposition(&name).as_bytes(), &large, &[]).await.expect(201);
    assert!(anna.download(stored["id"].as_str().unwrap()).await == large);
}

#[tokio::test]
async fn empty_picture_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for headers in [disposition("a.png"), format!("{}\r\nContent-Type: image/png", disposition("a.png"))] {
        let answer = post(&anna, headers.as_bytes(), b"", &[]).await;
        assert_problem(&answer, 400, "invalid_media", "");
        assert!(answer.json["detail"].as_str().unwrap().contains("0 bytes"), "{}", answer.text);
    }
    for name in ["logo.svg", "page.html"] {
        let answer = post(&anna, disposition(name).as_bytes(), b"<svg/>", &[]).await;
        assert_problem(&answer, 400, "invalid_media", "");
    }
}

#[tokio::test]
async fn request_that_is_too_long_for_its_type_is_refused_before_its_bytes() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let host = app.url.trim_start_matches("http://");
    let mut socket = TcpStream::connect(host).await.unwrap();
    let part = format!("--b\r\n{}\r\nContent-Type: image/png\r\n\r\n", disposition("a.png"));
    let head = format!(
        "POST /api/media/assets HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\ncontent-length: 20000000\r\n\
         content-type: multipart/form-data; boundary=b\r\n\r\n{part}",
        anna.token.as_deref().unwrap()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&png(100)).await.unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while !String::from_utf8_lossy(&answer).contains("payload_too_large") {
        let read = tokio::time::timeout(std::time::Duration::from_secs(20), socket.read(&mut piece)).await;
        let count = read.expect("an answer before the bytes").unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..count]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 413"));
}
