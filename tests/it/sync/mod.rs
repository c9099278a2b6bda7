mod changes;
pub mod events;
mod init;
mod outcomes;
mod push;
mod push_messages;
mod restore;
mod retention;
