//! `/api/assets/*`: files that browsers send to the object storage directly.

pub mod multipart;
pub mod presign;
pub mod read;
pub mod register;
pub mod requests;
pub mod types;
pub mod write;
