//! Files through the server, in flat memory: what arrives goes on to the storage part by part, and is refused where it becomes too much or shows to be of
//! another type. Until the row is stored a job stands ready to remove the object, so a broken upload leaves nothing behind.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use uuid::Uuid;

use super::{Files, new_asset};
use crate::error::{ApiError, ErrorCode};
use crate::models::OwnerId;
use crate::models::asset::{self, AssetContent, AssetLabel, AssetRecord};
use crate::models::job::{self, Job};
use crate::storage::media_type::HEAD_BYTES;
use crate::storage::{MIN_PART_BYTES, MediaType, Part, keys};
use crate::sync::assets::{self, NewAsset, ObjectKeys, StoredMedia};
use crate::sync::door;
use crate::wire::{FileSpace, FileType};

/// When the job that removes the object runs if this server dies: no upload takes so long.
const DISCARD_AFTER: Duration = Duration::from_secs(24 * 3600);
/// A buffer grows step by step up to here, and then to a whole part at once.
const SMALL_BUFFER: usize = 1024 * 1024;

/// The form around the file. What is declared is checked against the bytes.
#[derive(Debug, Default, Clone)]
pub struct MediaForm {
    /// Chosen by the device, so that a repeat is no second file.
    pub id: Option<Uuid>,
    pub file_name: Option<String>,
    pub file_type: Option<FileType>,
    pub mime_type: Option<String>,
    pub width: Option<i32>,
    pub height: Option<i32>,
}

/// What the part with the file says of itself; the form goes first.
#[derive(Debug, Default, Clone)]
pub struct MediaPart {
    pub file_name: Option<String>,
    pub media_type: Option<String>,
}

/// An upload on its way through.
pub struct MediaUpload {
    files: Files,
    owner: OwnerId,
    /// Of the object; of the row too unless the device chose one.
    id: Uuid,
    object_key: String,
    declared: Option<MediaType>,
    /// What is left of the quota, in bytes.
    room: FileSpace,
    used: FileSpace,
    received: i64,
    head: Vec<u8>,
    checked: bool,
    buffer: BytesMut,
    upload: Option<String>,
    parts: Vec<Part>,
    discard: Vec<Uuid>,
    settled: bool,
}

impl MediaUpload {
    /// Begins with the file's first byte. `form` is what came before it, `name` what the part itself is called.
    pub async fn begin(files: &Files, owner: &OwnerId, form: &MediaForm, part: &MediaPart) -> Result<Self, ApiError> {
        let declared = match form.mime_type.as_deref() {
            Some(name) => Some(known_type(name)?),
            None => part.media_type.as_deref().and_then(MediaType::named),
        };
        let id = Uuid::now_v7();
        let file_name = form.file_name.as_deref().or(part.file_name.as_deref()).unwrap_or("file");
        let object_key = keys::object_key(owner.as_str(), id, file_name);
        let used = door::read(&files.db, owner, async |conn| Ok(asset::used(conn, owner).await?)).await?;
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
            declared,
            room: FileSpace { bytes: allowed.bytes - used.bytes, files: 1 },
            used,
            received: 0,
            head: Vec::new(),
            checked: false,
            buffer: BytesMut::new(),
            upload: None,
            parts: Vec::new(),
            discard,
            settled: false,
        })
    }

    /// Takes the next bytes; waits while a part goes out.
    pub async fn write(&mut self, mut chunk: Bytes) -> Result<(), ApiError> {
        self.received += chunk.len() as i64;
        self.require_room()?;
        if self.head.len() < HEAD_BYTES {
            let missing = (HEAD_BYTES - self.head.len()).min(chunk.len());
            self.head.extend_from_slice(&chunk[..missing]);
        }
        if self.head.len() >= HEAD_BYTES && !self.checked {
            self.check_head()?;
        }
        while !chunk.is_empty() {
            let fitting = (MIN_PART_BYTES - self.buffer.len()).min(chunk.len());
            self.make_room(fitting);
            self.buffer.extend_from_slice(&chunk.split_to(fitting));
            // The last bytes wait: only then is it known whether there are more.
            if self.buffer.len() == MIN_PART_BYTES && !chunk.is_empty() {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    /// All has arrived: the row, and true if it is new.
    pub async fn finish(mut self, form: MediaForm, part: MediaPart) -> Result<(AssetRecord, bool), ApiError> {
        let mime_type = form
            .mime_type
            .as_deref()
            .or(part.media_type.as_deref())
            .ok_or_else(|| invalid("The form has no mimeType."))?;
        let media = known_type(mime_type)?;
        self.declared = Some(media);
        self.require_room()?;
        self.check_head()?;
        if form.file_type.is_some_and(|file_type| file_type != media.file_type) {
            return Err(invalid(format!("{} is no type of this fileType.", media.name)));
        }
        let etag = self.send_rest(media).await?;
        let file_name = form.file_name.or(part.file_name).unwrap_or_else(|| "file".to_owned());
        let label = AssetLabel { project_id: None, file_name, width: form.width, height: form.height };
        let content = AssetContent {
            file_type: media.file_type.as_str().to_owned(),
            mime_type: media.name.to_owned(),
            size: self.received,
            sha256: None,
        };
        let described = new_asset(&self.owner, form.id.unwrap_or(self.id), content, label);
        let keys = ObjectKeys { object: self.object_key.clone(), ..described.keys };
        let file = NewAsset { keys, ..described };
        let media = StoredMedia { file, etag, discard: self.discard.clone() };
        let (row, new) = assets::store_media(&self.files.spaces, &self.owner, self.files.config.quota, media).await?;
        // A repeat has stored its bytes a second time: those are removed.
        self.settled = new;
        Ok((row, new))
    }

    fn limit(&self) -> i64 {
        let file_type = self.declared.map_or(FileType::Document, |media| media.file_type);
        self.files.config.max_media_bytes(file_type)
    }

    fn require_room(&self) -> Result<(), ApiError> {
        let limit = self.limit();
        if self.received > limit {
            let detail = format!("A file of this type may have {limit} bytes at most.");
            return Err(ApiError::new(ErrorCode::PayloadTooLarge, detail));
        }
        match self.received > self.room.bytes {
            true => Err(ApiError::quota_exceeded(self.used, self.files.config.quota)),
            false => Ok(()),
        }
    }

    fn check_head(&mut self) -> Result<(), ApiError> {
        self.checked = true;
        let declared = self.declared.or_else(|| MediaType::found_in(&self.head));
        let Some(media) = declared else { return Ok(()) };
        self.declared = Some(media);
        media.check(&self.head).map_err(|mismatch| invalid(format!("This is no {}: {mismatch}.", media.name)))?;
        self.require_room()
    }

    /// Room for `more` bytes in the buffer, without ever doubling a large one.
    fn make_room(&mut self, more: usize) {
        let needed = self.buffer.len() + more;
        if needed > self.buffer.capacity() {
            let target = if needed <= SMALL_BUFFER { needed } else { MIN_PART_BYTES };
            self.buffer.reserve(target - self.buffer.len());
        }
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
        // The same memory takes the next part: an allocator keeps what is freed by the megabyte, on every thread that this task comes by.
        self.buffer = bytes.try_into_mut().unwrap_or_default();
        self.buffer.clear();
        Ok(())
    }

    async fn begin_parts(&mut self) -> Result<String, ApiError> {
        let media_type = self.declared.map_or("application/octet-stream", |media| media.name);
        let upload = self.files.storage.begin_parts(&self.object_key, media_type).await?;
        let work = Job::Discard { keys: Vec::new(), upload: Some((self.object_key.clone(), upload.clone())) };
        self.discard.push(job::enqueue(&mut *self.files.db.conn().await?, &work, DISCARD_AFTER).await?);
        self.upload = Some(upload.clone());
        Ok(upload)
    }

    async fn send_rest(&mut self, media: MediaType) -> Result<String, ApiError> {
        let Some(upload) = self.upload.clone() else {
            let bytes = std::mem::take(&mut self.buffer).freeze();
            return Ok(self.files.storage.put(&self.object_key, media.name, bytes).await?);
        };
        self.send_part().await?;
        Ok(self.files.storage.join_parts(&self.object_key, &upload, &self.parts).await?)
    }
}

impl Drop for MediaUpload {
    /// However it ended: what is not wanted is removed now, and not when the job would have run.
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let (db, discard) = (self.files.db.clone(), std::mem::take(&mut self.discard));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                for id in discard {
                    let hastened = match db.conn().await {
                        Ok(mut conn) => job::hasten(&mut conn, id).await.map_err(|error| error.to_string()),
                        Err(error) => Err(error.to_string()),
                    };
                    if let Err(error) = hastened {
                        tracing::warn!(error, "what is left of a broken upload is removed a day later");
                    }
                }
            });
        }
    }
}

fn known_type(name: &str) -> Result<MediaType, ApiError> {
    MediaType::named(name).ok_or_else(|| invalid(format!("Files of the type {name:?} are not taken.")))
}

fn invalid(detail: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidMedia, detail)
}
