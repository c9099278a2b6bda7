-- A page of a pull may end inside a version: one version may hold hundreds of thousands of messages.
DROP INDEX chat_messages_revision;
CREATE INDEX chat_messages_revision ON chat_messages (user_id, revision, id);
