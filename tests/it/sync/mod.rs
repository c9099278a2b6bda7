mod changes;
pub mod events;
mod growth;
mod init;
mod outcomes;
mod push;
mod push_messages;
mod restore;
mod retention;
