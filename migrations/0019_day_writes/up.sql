-- The accepted writes of each day, for the counts of administrators.

-- The statement that raises a user's version also counts: `day_writes` are the user's writes on `write_day`, the day of the last one in UTC.
ALTER TABLE user_version
    ADD COLUMN write_day date NOT NULL DEFAULT '1970-01-01',
    ADD COLUMN day_writes bigint NOT NULL DEFAULT 0;

-- The writes on earlier days, of all users. A day has 16 parts, so that the first writes of a day seldom wait for each other.
CREATE TABLE day_writes (
    day date NOT NULL,
    part smallint NOT NULL,
    writes bigint NOT NULL,
    PRIMARY KEY (day, part)
);

-- Runs at a user's first write of a day, and when a user is deleted.
CREATE FUNCTION keep_day_writes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO day_writes AS d (day, part, writes) VALUES (OLD.write_day, OLD.owner % 16, OLD.day_writes)
    ON CONFLICT (day, part) DO UPDATE SET writes = d.writes + excluded.writes;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_day_writes AFTER UPDATE ON user_version
    FOR EACH ROW WHEN (OLD.write_day <> NEW.write_day AND OLD.day_writes > 0) EXECUTE FUNCTION keep_day_writes();
CREATE TRIGGER keep_day_writes_of_deleted AFTER DELETE ON user_version
    FOR EACH ROW WHEN (OLD.day_writes > 0) EXECUTE FUNCTION keep_day_writes();

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON day_writes TO landfall_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        GRANT SELECT (write_day, day_writes) ON user_version TO landfall_jobs;
        GRANT SELECT ON day_writes TO landfall_jobs;
    END IF;
END $$;
