//! `/api/media/assets/*`: uploads through the server. The rows are those of `/api/assets`.

mod disposition;
mod form;
pub mod read;
mod types;
pub mod upload;
