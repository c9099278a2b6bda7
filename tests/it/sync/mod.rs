mod changes;
mod events;
mod init;
