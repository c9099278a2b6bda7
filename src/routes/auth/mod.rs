//! `/api/auth/*`, in the shapes of Better Auth. Unknown members of a body are let through here: its client sends more than we use.

pub mod dev_sign_in;
pub mod session;
mod types;

pub use types::User;
