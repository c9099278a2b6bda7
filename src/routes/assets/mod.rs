//! `/api/assets/*`: files that browsers send straight to the object storage.

pub mod multipart;
pub mod presign;
pub mod read;
pub mod register;
pub mod requests;
pub mod types;
pub mod write;
