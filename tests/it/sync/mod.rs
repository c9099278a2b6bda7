mod changes;
pub mod events;
mod init;
mod push;
mod restore;
mod sweep;
