DROP TRIGGER keep_content_revision ON chat_sessions;
DROP FUNCTION keep_content_revision();

ALTER TABLE chat_sessions DROP COLUMN content_revision;
