//! Uploads in parts at the embedded storage. s3s-fs denies requests of an upload that it does not know, or lists the parts that a killed server left
//! behind. A storage answers NoSuchUpload, and the server then starts a new upload.

use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{StatusCode, Uri};
use s3s::{Body, HttpResponse};
use uuid::Uuid;

const NO_SUCH_UPLOAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>NoSuchUpload</Code><Message>The upload does not exist, or has ended.</Message></Error>";

/// The folder in which s3s-fs keeps a file for each open upload.
#[derive(Debug, Clone)]
pub struct OpenUploads(PathBuf);

impl OpenUploads {
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// True for a request of an upload that is not open.
    pub fn is_unknown(&self, uri: &Uri) -> bool {
        let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let id = pairs.find(|(name, _)| name == "uploadId").and_then(|(_, id)| Uuid::parse_str(&id).ok());
        id.is_some_and(|id| !self.file(id).exists())
    }

    /// The answer NoSuchUpload, after the body: a client that is still sending would see a broken connection instead.
    pub async fn refuse(mut body: Incoming) -> HttpResponse {
        while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
        let mut response = HttpResponse::new(Body::from(NO_SUCH_UPLOAD.to_owned()));
        *response.status_mut() = StatusCode::NOT_FOUND;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        response
    }

    /// Removes the parts of uploads that are not open: a storage that was killed while it joined them left them behind. A part that can't be removed
    /// takes room and does no other harm.
    pub fn remove_lost_parts(&self) {
        for entry in std::fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let part = name.to_str().and_then(|name| name.strip_prefix(".upload_id-")?.split_once(".part-"));
            if part.is_some_and(|(id, _)| Uuid::parse_str(id).is_ok_and(|id| !self.file(id).exists())) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    fn file(&self, id: Uuid) -> PathBuf {
        self.0.join(format!(".upload-{id}.json"))
    }
}
