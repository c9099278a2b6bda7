-- write_messages_v2 took its place; no server calls this one any more.
DROP FUNCTION write_messages_v1;
