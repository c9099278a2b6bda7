mod changes;
mod events;
mod init;
mod push;
