-- The size of a user's largest row bounds a page of them, so that most pages are read without adding up their sizes.

-- It never shrinks. Projects do not count: their lists have no documents. Column and triggers are one migration, so that no write is missed.
ALTER TABLE user_version ADD COLUMN largest_row bigint NOT NULL DEFAULT 0;

UPDATE user_version u SET largest_row = s.bytes
FROM (
    SELECT r.owner, max(r.bytes) AS bytes FROM (
        SELECT owner, bytes FROM chat_sessions
        UNION ALL SELECT owner, bytes FROM chat_messages
        UNION ALL SELECT owner, bytes FROM records
        UNION ALL SELECT owner, bytes FROM assistants
    ) AS r GROUP BY r.owner
) AS s WHERE u.owner = s.owner;

-- Triggers whose statements each name one owner, so that they also run in a cluster, where a row's shard has the owner's other rows beside it
-- (docs/SCALE.md).

CREATE OR REPLACE FUNCTION count_inserted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d record;
BEGIN
    FOR d IN
        SELECT owner, coalesce(sum(bytes) FILTER (WHERE deleted_at IS NULL), 0) AS bytes, count(*) FILTER (WHERE deleted_at IS NULL) AS n,
               sum(bytes) AS all_bytes, count(*) AS all_n, max(bytes) FILTER (WHERE TG_TABLE_NAME <> 'projects') AS largest
        FROM new_rows GROUP BY owner
    LOOP
        UPDATE user_version u SET row_bytes = u.row_bytes + d.bytes, row_count = u.row_count + d.n,
            stored_bytes = u.stored_bytes + d.all_bytes, stored_count = u.stored_count + d.all_n,
            largest_row = greatest(u.largest_row, d.largest)
        WHERE u.owner = d.owner;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_updated_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d record;
BEGIN
    FOR d IN
        SELECT c.owner, coalesce(sum(c.bytes) FILTER (WHERE c.lives), 0) AS bytes, coalesce(sum(c.n) FILTER (WHERE c.lives), 0) AS n,
               sum(c.bytes) AS all_bytes, max(c.bytes) FILTER (WHERE TG_TABLE_NAME <> 'projects') AS largest
        FROM (
            SELECT owner, bytes, 1 AS n, deleted_at IS NULL AS lives FROM new_rows
            UNION ALL SELECT owner, -bytes, -1, deleted_at IS NULL FROM old_rows
        ) AS c GROUP BY c.owner
    LOOP
        UPDATE user_version u SET row_bytes = u.row_bytes + d.bytes, row_count = u.row_count + d.n, stored_bytes = u.stored_bytes + d.all_bytes,
            largest_row = greatest(u.largest_row, d.largest)
        WHERE u.owner = d.owner AND (d.bytes <> 0 OR d.n <> 0 OR d.all_bytes <> 0 OR d.largest > u.largest_row);
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_deleted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d record;
BEGIN
    FOR d IN
        SELECT owner, coalesce(sum(bytes) FILTER (WHERE deleted_at IS NULL), 0) AS bytes, count(*) FILTER (WHERE deleted_at IS NULL) AS n,
               sum(bytes) AS all_bytes, count(*) AS all_n
        FROM old_rows GROUP BY owner
    LOOP
        UPDATE user_version u SET row_bytes = u.row_bytes - d.bytes, row_count = u.row_count - d.n,
            stored_bytes = u.stored_bytes - d.all_bytes, stored_count = u.stored_count - d.all_n
        WHERE u.owner = d.owner;
    END LOOP;
    RETURN NULL;
END $$;

-- In a cluster `part` is a bigint with the owner key, so that the row is beside the owner's other rows: the trigger has the argument `owner` there.
CREATE OR REPLACE FUNCTION keep_day_writes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_part bigint := CASE WHEN TG_ARGV[0] = 'owner' THEN OLD.owner ELSE OLD.owner % 16 END;
BEGIN
    INSERT INTO day_writes AS d (day, part, writes) VALUES (OLD.write_day, v_part, OLD.day_writes)
    ON CONFLICT (day, part) DO UPDATE SET writes = d.writes + excluded.writes;
    RETURN NULL;
END $$;
