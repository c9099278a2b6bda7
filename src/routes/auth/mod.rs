//! `/api/auth/*`, in the shapes of Better Auth. Unknown members of a body are ignored, because its client sends more than this server uses.

pub mod accounts;
mod client;
pub mod code;
pub mod dev_sign_in;
pub mod session;
pub mod sessions;
pub mod social;
pub mod token;
mod types;
pub mod user;

pub use types::User;
