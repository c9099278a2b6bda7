DROP TABLE swept_chat_sessions;
DROP INDEX receipts_created_at;
DROP INDEX records_deleted_at;
DROP INDEX projects_deleted_at;
DROP INDEX chat_messages_deleted_at;
DROP INDEX chat_sessions_deleted_at;
ALTER TABLE space DROP COLUMN horizon;
