-- The version of each user's data, and the lock of all writes to it. Every table of user data refers to this table, so that all of a user's rows
-- can be distributed by `owner` in a cluster.

-- `version` counts the writes that changed a row of the user; a write stamps the rows that it changed with the new version. A write locks the row
-- first (SELECT .. FOR UPDATE) and raises `version` last. `horizon` is the highest version of which tombstones were removed: a cursor below it
-- may have missed deletes.
CREATE TABLE user_version (
    owner bigint PRIMARY KEY REFERENCES "user" (key) ON DELETE CASCADE,
    version bigint NOT NULL DEFAULT 0,
    horizon bigint NOT NULL DEFAULT 0 CHECK (horizon BETWEEN 0 AND version)
);

-- The trigger inserts the row together with the user, so that every user has one.
CREATE FUNCTION create_user_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_version (owner) VALUES (NEW.key);
    RETURN NULL;
END $$;
CREATE TRIGGER user_has_version AFTER INSERT ON "user" FOR EACH ROW EXECUTE FUNCTION create_user_version();

-- One row. `epoch` is part of cursors and ETags. `landfall restore` sets a new epoch after a restore from a backup, which invalidates all of them.
CREATE TABLE database_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO database_state DEFAULT VALUES;
