DROP INDEX chat_messages_revision;
CREATE INDEX chat_messages_revision ON chat_messages (user_id, revision);
