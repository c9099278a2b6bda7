DROP TABLE chat_messages, expired_chat_sessions, chat_sessions;
