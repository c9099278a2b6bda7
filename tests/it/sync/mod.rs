mod events;
mod init;
