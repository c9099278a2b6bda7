DROP FUNCTION write_messages_v1;
DROP TABLE chat_messages;
DROP TABLE chat_sessions;
