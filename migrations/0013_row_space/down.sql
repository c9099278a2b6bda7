DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['chat_sessions', 'chat_messages', 'projects', 'records'] LOOP
        EXECUTE format('DROP TRIGGER count_inserted ON %I', t);
        EXECUTE format('DROP TRIGGER count_updated ON %I', t);
        EXECUTE format('DROP TRIGGER count_deleted ON %I', t);
        EXECUTE format('ALTER TABLE %I DROP COLUMN bytes', t);
    END LOOP;
END $$;
ALTER TABLE user_version DROP COLUMN row_bytes, DROP COLUMN row_count;
DROP FUNCTION count_inserted_rows, count_updated_rows, count_deleted_rows, json_bytes;
