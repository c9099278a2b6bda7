//! Uploads through the server, in flat memory. Received bytes go to the storage part by part. An upload is refused as soon as it exceeds a limit or
//! its bytes show another media type. A `discard` job is queued before the first byte and removed with the transaction that stores the row, so that
//! a broken upload leaves no object.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use uuid::Uuid;

use super::media_form::{MediaForm, MediaPart, invalid, sentence};
use super::{Files, new_asset};
use crate::db::OwnerId;
use crate::error::{ApiError, ErrorCode};
use crate::json::{FileSpace, FileType};
use crate::kinds::assets::{self, NewAsset, ObjectKeys, StoredMedia};
use crate::limits::body_memory::BodyShare;
use crate::models::asset::{self, AssetContent, AssetLabel, AssetRecord};
use crate::models::job::{self, Job};
use crate::storage::media_type::{HEAD_BYTES, Mismatch};
use crate::storage::{Declared, MIN_PART_BYTES, MediaType, Part, keys};
use crate::sync::user_tx;
use crate::trace::{self, Attribute};

/// The delay of the `discard` job, longer than any upload. It removes the object if this server dies during the upload.
const DISCARD_AFTER: Duration = Duration::from_secs(24 * 3600);
/// Bytes up to which a buffer grows as needed. Beyond this it is allocated for a whole part at once.
const SMALL_BUFFER: usize = 1024 * 1024;

/// What the reader of the form buffers, in bytes.
const READER_BYTES: usize = 64 * 1024;
/// Bytes of a request beside the file: the other fields, boundaries and headers.
const FORM_BYTES: i64 = 128 * 1024;

/// An upload that is being received.
pub struct MediaUpload {
    files: Files,
    owner: OwnerId,
    /// The id of the object, and of the row unless the device chose one.
    id: Uuid,
    object_key: String,
    file_name: String,
    declared: Declared,
    /// The part of the quota that is left.
    quota_left: FileSpace,
    used: FileSpace,
    received: i64,
    head: Vec<u8>,
    checked: bool,
    buffer: BytesMut,
    /// The memory of the buffer and of the form's reader.
    memory: BodyShare,
    upload: Option<String>,
    parts: Vec<Part>,
    discard: Vec<Uuid>,
    stored: bool,
}

impl MediaUpload {
    /// Starts an upload at the first byte of the file. `form` holds the fields that came before it.
    ///
    /// # Errors
    /// `invalid_media` for an unknown media type, `quota_exceeded` where the quota is used up.
    pub async fn begin(
        files: &Files,
        owner: &OwnerId,
        form: &MediaForm,
        part: &MediaPart,
        memory: BodyShare,
    ) -> Result<Self, ApiError> {
        let file_name = form.file_name(part);
        let declared = match (form.declared_type(part, &file_name), &form.mime_type) {
            (Err(refused), Some(_)) => return Err(refused),
            // A field behind the file may have the type.
            (declared, _) => declared.unwrap_or(Declared::Unknown),
        };
        if let (Declared::Type(_), Some(bytes)) = (declared, part.max_bytes) {
            let limit = max_bytes(files, declared, &file_name);
            if bytes - FORM_BYTES > limit {
                return Err(too_large(limit));
            }
        }
        let id = Uuid::now_v7();
        let object_key = keys::object_key(owner.user_id(), id, &file_name);
        let used = user_tx::read(&files.db, owner, async |reader| Ok(asset::used(reader).await?)).await?;
        let allowed = files.config.quota;
        if used.files >= allowed.files || used.bytes >= allowed.bytes {
            return Err(ApiError::quota_exceeded(used, allowed));
        }
        let work = Job::Discard { keys: vec![object_key.clone()], upload: None };
        let discard = vec![job::enqueue(&mut *files.db.conn().await?, &work, DISCARD_AFTER).await?];
        Ok(Self {
            files: files.clone(),
            owner: owner.clone(),
            id,
            object_key,
            file_name,
            declared,
            quota_left: FileSpace { bytes: allowed.bytes - used.bytes, files: 1 },
            used,
            received: 0,
            head: Vec::new(),
            checked: false,
            buffer: BytesMut::new(),
            memory,
            upload: None,
            parts: Vec::new(),
            discard,
            stored: false,
        })
    }

    /// Buffers the next bytes and sends full parts to the storage.
    ///
    /// # Errors
    /// `payload_too_large`, `quota_exceeded`, `invalid_media`, `rate_limited`, `busy`, or an error of the storage.
    pub async fn write(&mut self, mut chunk: Bytes) -> Result<(), ApiError> {
        self.received += chunk.len() as i64;
        self.check_size()?;
        if self.head.len() < HEAD_BYTES {
            let missing = (HEAD_BYTES - self.head.len()).min(chunk.len());
            self.head.extend_from_slice(&chunk[..missing]);
        }
        if self.head.len() >= HEAD_BYTES && !self.checked {
            self.check_head()?;
        }
        while !chunk.is_empty() {
            let fitting = (MIN_PART_BYTES - self.buffer.len()).min(chunk.len());
            self.reserve(fitting)?;
            self.buffer.extend_from_slice(&chunk.split_to(fitting));
            // The last full part stays in the buffer until more bytes arrive: the last part may be of any size.
            if self.buffer.len() == MIN_PART_BYTES && !chunk.is_empty() {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    /// Stores the last bytes and the row. True if the row is new.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn finish(self, form: MediaForm, part: MediaPart) -> Result<(AssetRecord, bool), ApiError> {
        let (user, bytes) = (self.owner.clone(), self.received);
        let of_upload =
            || vec![Attribute::new("user.id", user.user_id().to_owned()), Attribute::new("landfall.bytes", bytes)];
        trace::span("upload", of_upload, self.store(form, part)).await
    }

    async fn store(mut self, form: MediaForm, part: MediaPart) -> Result<(AssetRecord, bool), ApiError> {
        self.file_name = form.file_name(&part);
        self.declared = form.declared_type(&part, &self.file_name)?;
        let media = self.check_head()?;
        if form.file_type.is_some_and(|file_type| file_type != media.file_type) {
            return Err(invalid(format!("{} is no type of this fileType.", media.name)));
        }
        let etag = self.finish_object(media).await?;
        let file_name = self.file_name.clone();
        let label = AssetLabel { project_id: None, file_name, width: form.width, height: form.height };
        let content = AssetContent {
            file_type: media.file_type.into_str().to_owned(),
            mime_type: media.name.to_owned(),
            size: self.received,
            sha256: None,
        };
        let described = new_asset(&self.owner, form.id.unwrap_or(self.id), content, label);
        let keys = ObjectKeys { object: self.object_key.clone(), ..described.keys };
        let file = NewAsset { keys, ..described };
        let media = StoredMedia { file, etag, discard: self.discard.clone() };
        let (row, new) = assets::store_media(&self.files.writer, &self.owner, self.files.config.quota, media).await?;
        // The object of a repeated upload is a duplicate, which the `discard` job removes.
        self.stored = new;
        Ok((row, new))
    }

    fn check_size(&self) -> Result<(), ApiError> {
        let limit = max_bytes(&self.files, self.declared, &self.file_name);
        if self.received > limit {
            return Err(too_large(limit));
        }
        match self.received > self.quota_left.bytes {
            true => Err(ApiError::quota_exceeded(self.used, self.files.config.quota)),
            false => Ok(()),
        }
    }

    /// Checks the received bytes and their size by the type. The type of the bytes.
    fn check_head(&mut self) -> Result<MediaType, ApiError> {
        self.checked = true;
        let found = self.declared.of_bytes(&self.file_name, &self.head);
        let media = found.map_err(|mismatch| match self.declared {
            Declared::Type(media) if mismatch != Mismatch::Empty => {
                invalid(format!("This is no {}: {mismatch}.", media.name))
            }
            _ => invalid(sentence(&mismatch)),
        })?;
        self.declared = Declared::Type(media);
        self.check_size()?;
        Ok(media)
    }

    /// Reserves `more` bytes in the buffer. A large buffer never doubles.
    fn reserve(&mut self, more: usize) -> Result<(), ApiError> {
        let needed = self.buffer.len() + more;
        if needed > self.buffer.capacity() {
            let target = if needed <= SMALL_BUFFER { needed } else { MIN_PART_BYTES };
            self.memory.resize(READER_BYTES + target)?;
            self.buffer.reserve(target - self.buffer.len());
        }
        Ok(())
    }

    async fn send_part(&mut self) -> Result<(), ApiError> {
        let upload = match &self.upload {
            Some(upload) => upload.clone(),
            None => self.begin_parts().await?,
        };
        let number = self.parts.len() as i32 + 1;
        let bytes = std::mem::take(&mut self.buffer).freeze();
        let sent = self.files.storage.put_part(&self.object_key, &upload, number, bytes.clone()).await?;
        self.parts.push(sent);
        // The allocation is used again for the next part. Allocators keep freed megabytes per thread, and a task moves between threads.
        self.buffer = bytes.try_into_mut().unwrap_or_default();
        self.buffer.clear();
        Ok(())
    }

    async fn begin_parts(&mut self) -> Result<String, ApiError> {
        let upload = self.files.storage.begin_parts(&self.object_key, self.declared.name()).await?;
        let work = Job::Discard { keys: Vec::new(), upload: Some((self.object_key.clone(), upload.clone())) };
        self.discard.push(job::enqueue(&mut *self.files.db.conn().await?, &work, DISCARD_AFTER).await?);
        self.upload = Some(upload.clone());
        Ok(upload)
    }

    async fn finish_object(&mut self, media: MediaType) -> Result<String, ApiError> {
        let Some(upload) = self.upload.clone() else {
            let bytes = std::mem::take(&mut self.buffer).freeze();
            return Ok(self.files.storage.put(&self.object_key, media.name, bytes).await?);
        };
        self.send_part().await?;
        Ok(self.files.storage.join_parts(&self.object_key, &upload, &self.parts).await?)
    }
}

impl Drop for MediaUpload {
    /// Runs the `discard` jobs now instead of a day later, unless the row was stored.
    fn drop(&mut self) {
        if self.stored {
            return;
        }
        let (db, discard) = (self.files.db.clone(), std::mem::take(&mut self.discard));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                for id in discard {
                    let moved = match db.conn().await {
                        Ok(mut conn) => job::hasten(&mut conn, id).await.map_err(|error| error.to_string()),
                        Err(error) => Err(error.to_string()),
                    };
                    if let Err(error) = moved {
                        tracing::warn!(error, "the parts of a broken upload are removed a day later");
                    }
                }
            });
        }
    }
}

/// The most bytes of a file of this type, or of the one that its name shows.
fn max_bytes(files: &Files, declared: Declared, file_name: &str) -> i64 {
    let expected = declared.expected(file_name);
    files.config.max_media_bytes(expected.map_or(FileType::Document, |media| media.file_type))
}

fn too_large(limit: i64) -> ApiError {
    ApiError::new(ErrorCode::PayloadTooLarge, format!("A file of this type may have {limit} bytes at most."))
}
