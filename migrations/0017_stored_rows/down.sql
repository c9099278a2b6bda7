ALTER TABLE user_version DROP COLUMN used_bytes, DROP COLUMN used_count, DROP COLUMN stored_bytes, DROP COLUMN stored_count;
CREATE OR REPLACE FUNCTION count_inserted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_version u SET row_bytes = u.row_bytes + d.bytes, row_count = u.row_count + d.n
    FROM (SELECT owner, sum(bytes) AS bytes, count(*) AS n FROM new_rows WHERE deleted_at IS NULL GROUP BY owner) AS d
    WHERE u.owner = d.owner;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_updated_rows() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION count_deleted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_version u SET row_bytes = u.row_bytes - d.bytes, row_count = u.row_count - d.n
    FROM (SELECT owner, sum(bytes) AS bytes, count(*) AS n FROM old_rows WHERE deleted_at IS NULL GROUP BY owner) AS d
    WHERE u.owner = d.owner;
    RETURN NULL;
END $$;
