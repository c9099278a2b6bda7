//! `/api/media/assets/*`: files through the server. The same rows as under `/api/assets`.

mod form;
pub mod read;
mod types;
pub mod upload;
