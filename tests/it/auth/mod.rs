mod dev_sign_in;
mod erase;
pub mod jwt;
mod keys;
mod provider;
mod session;
mod sessions;
mod social;
mod user;
