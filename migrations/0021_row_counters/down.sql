CREATE OR REPLACE FUNCTION keep_day_writes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO day_writes AS d (day, part, writes) VALUES (OLD.write_day, OLD.owner % 16, OLD.day_writes)
    ON CONFLICT (day, part) DO UPDATE SET writes = d.writes + excluded.writes;
    RETURN NULL;
END $$;

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

ALTER TABLE user_version DROP COLUMN largest_row;
