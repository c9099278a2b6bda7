-- Deleted rows are stored until retention removes them, with their content. They count too, so that a loop of creates and deletes ends at a quota.

-- `stored_` is about all rows of the user, the deleted ones included. `used_` is what counts at the quota: the living rows, or half of all that are
-- stored if that is more. A quota that is full of living rows thus leaves as much room again for deleted ones, and a delete never takes up room.
ALTER TABLE user_version
    ADD COLUMN stored_bytes bigint NOT NULL DEFAULT 0,
    ADD COLUMN stored_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN used_bytes bigint NOT NULL GENERATED ALWAYS AS (greatest(row_bytes, stored_bytes / 2)) STORED,
    ADD COLUMN used_count bigint NOT NULL GENERATED ALWAYS AS (greatest(row_count, stored_count / 2)) STORED;

UPDATE user_version u SET stored_bytes = s.bytes, stored_count = s.n
FROM (
    SELECT r.owner, sum(r.bytes) AS bytes, count(*) AS n FROM (
        SELECT owner, bytes FROM chat_sessions
        UNION ALL SELECT owner, bytes FROM chat_messages
        UNION ALL SELECT owner, bytes FROM projects
        UNION ALL SELECT owner, bytes FROM records
        UNION ALL SELECT owner, bytes FROM assistants
    ) AS r GROUP BY r.owner
) AS s WHERE u.owner = s.owner;

-- A delete is an update, which leaves the stored rows as many as they were.
CREATE OR REPLACE FUNCTION count_inserted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_version u SET row_bytes = u.row_bytes + d.bytes, row_count = u.row_count + d.n,
        stored_bytes = u.stored_bytes + d.all_bytes, stored_count = u.stored_count + d.all_n
    FROM (
        SELECT owner, coalesce(sum(bytes) FILTER (WHERE deleted_at IS NULL), 0) AS bytes, count(*) FILTER (WHERE deleted_at IS NULL) AS n,
               sum(bytes) AS all_bytes, count(*) AS all_n
        FROM new_rows GROUP BY owner
    ) AS d WHERE u.owner = d.owner;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_updated_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_version u SET row_bytes = u.row_bytes + d.bytes, row_count = u.row_count + d.n, stored_bytes = u.stored_bytes + d.all_bytes
    FROM (
        SELECT c.owner, coalesce(sum(c.bytes) FILTER (WHERE c.lives), 0) AS bytes, coalesce(sum(c.n) FILTER (WHERE c.lives), 0) AS n,
               sum(c.bytes) AS all_bytes
        FROM (
            SELECT owner, bytes, 1 AS n, deleted_at IS NULL AS lives FROM new_rows
            UNION ALL SELECT owner, -bytes, -1, deleted_at IS NULL FROM old_rows
        ) AS c GROUP BY c.owner
    ) AS d WHERE u.owner = d.owner AND (d.bytes <> 0 OR d.n <> 0 OR d.all_bytes <> 0);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_deleted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_version u SET row_bytes = u.row_bytes - d.bytes, row_count = u.row_count - d.n,
        stored_bytes = u.stored_bytes - d.all_bytes, stored_count = u.stored_count - d.all_n
    FROM (
        SELECT owner, coalesce(sum(bytes) FILTER (WHERE deleted_at IS NULL), 0) AS bytes, count(*) FILTER (WHERE deleted_at IS NULL) AS n,
               sum(bytes) AS all_bytes, count(*) AS all_n
        FROM old_rows GROUP BY owner
    ) AS d WHERE u.owner = d.owner;
    RETURN NULL;
END $$;
