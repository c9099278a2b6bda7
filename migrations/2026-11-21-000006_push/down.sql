DROP FUNCTION write_messages_v2;
