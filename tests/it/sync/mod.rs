mod changes;
pub mod events;
mod init;
mod push;
mod push_messages;
mod restore;
mod retention;
