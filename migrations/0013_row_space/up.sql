-- The size of each row, and what all rows of a user take up. Pages are cut by size before contents are read, and writes are refused at the quota.

-- The number of bytes of a text in JSON, without its quotation marks and with its escapes.
CREATE FUNCTION json_bytes(value text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN octet_length(to_json(value)::text) - 2;
END $$;

-- `bytes` is the approximate size of the row in an answer. It is computed when its content is written, so that a read of the size reads no content.
ALTER TABLE chat_sessions ADD COLUMN bytes bigint NOT NULL
    GENERATED ALWAYS AS (json_bytes(title) + coalesce(octet_length(metadata::text), 0) + 300) STORED;
ALTER TABLE chat_messages ADD COLUMN bytes bigint NOT NULL
    GENERATED ALWAYS AS (json_bytes(content) + coalesce(octet_length(metadata::text), 0) + 300) STORED;
ALTER TABLE projects ADD COLUMN bytes bigint NOT NULL
    GENERATED ALWAYS AS (json_bytes(name) + coalesce(octet_length(data::text), 0) + 300) STORED;
ALTER TABLE records ADD COLUMN bytes bigint NOT NULL
    GENERATED ALWAYS AS (octet_length(value::text) + 200) STORED;

-- The bytes and the number of the user's living rows.
ALTER TABLE user_version
    ADD COLUMN row_bytes bigint NOT NULL DEFAULT 0,
    ADD COLUMN row_count bigint NOT NULL DEFAULT 0;

UPDATE user_version u SET row_bytes = s.bytes, row_count = s.n
FROM (
    SELECT r.owner, sum(r.bytes) AS bytes, count(*) AS n FROM (
        SELECT owner, bytes FROM chat_sessions WHERE deleted_at IS NULL
        UNION ALL SELECT owner, bytes FROM chat_messages WHERE deleted_at IS NULL
        UNION ALL SELECT owner, bytes FROM projects WHERE deleted_at IS NULL
        UNION ALL SELECT owner, bytes FROM records WHERE deleted_at IS NULL
    ) AS r GROUP BY r.owner
) AS s WHERE u.owner = s.owner;

-- Triggers keep the two numbers exact, whichever statement writes: a batch, a push, an import, a cascade, retention. Each runs once for a statement.
-- The writer holds the user's lock already, so that no write waits here. The functions of the frequent writes count themselves, by the statement that
-- raises the version, and switch the triggers off (`app.counts_rows`).
CREATE FUNCTION count_inserted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_version u SET row_bytes = u.row_bytes + d.bytes, row_count = u.row_count + d.n
    FROM (SELECT owner, sum(bytes) AS bytes, count(*) AS n FROM new_rows WHERE deleted_at IS NULL GROUP BY owner) AS d
    WHERE u.owner = d.owner;
    RETURN NULL;
END $$;

CREATE FUNCTION count_updated_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_version u SET row_bytes = u.row_bytes + d.bytes, row_count = u.row_count + d.n
    FROM (
        SELECT c.owner, sum(c.bytes) AS bytes, sum(c.n) AS n FROM (
            SELECT owner, bytes, 1 AS n FROM new_rows WHERE deleted_at IS NULL
            UNION ALL SELECT owner, -bytes, -1 FROM old_rows WHERE deleted_at IS NULL
        ) AS c GROUP BY c.owner HAVING sum(c.bytes) <> 0 OR sum(c.n) <> 0
    ) AS d WHERE u.owner = d.owner;
    RETURN NULL;
END $$;

CREATE FUNCTION count_deleted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_version u SET row_bytes = u.row_bytes - d.bytes, row_count = u.row_count - d.n
    FROM (SELECT owner, sum(bytes) AS bytes, count(*) AS n FROM old_rows WHERE deleted_at IS NULL GROUP BY owner) AS d
    WHERE u.owner = d.owner;
    RETURN NULL;
END $$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['chat_sessions', 'chat_messages', 'projects', 'records'] LOOP
        EXECUTE format('CREATE TRIGGER count_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT WHEN (current_setting(''app.counts_rows'', true) IS DISTINCT FROM ''off'')
                        EXECUTE FUNCTION count_inserted_rows()', t);
        EXECUTE format('CREATE TRIGGER count_updated AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                        FOR EACH STATEMENT WHEN (current_setting(''app.counts_rows'', true) IS DISTINCT FROM ''off'')
                        EXECUTE FUNCTION count_updated_rows()', t);
        EXECUTE format('CREATE TRIGGER count_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_rows()', t);
    END LOOP;
END $$;
