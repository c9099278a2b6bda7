DROP TRIGGER measure_message ON chat_messages;
DROP FUNCTION measure_message();

ALTER TABLE chat_messages DROP COLUMN bytes;
ALTER TABLE chat_messages ADD COLUMN bytes bigint NOT NULL
    GENERATED ALWAYS AS (json_bytes(content) + coalesce(octet_length(metadata::text), 0) + 300) STORED;
