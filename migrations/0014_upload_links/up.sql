-- Links that still allow an upload. A link can't be taken back, so that the bytes that it allows count against the quota until it has expired, even if
-- the asset is deleted meanwhile.

-- One row for each key that a link allows to write. `size` is the number of bytes that the links to this key allow together. `expires_at` is the time
-- after which no link to it is valid, with a margin for clocks.
CREATE TABLE upload_links (
    owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
    id uuid NOT NULL,
    staging_key text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    expires_at timestamptz(3) NOT NULL,
    PRIMARY KEY (owner, id, staging_key)
);
ALTER TABLE upload_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner ON upload_links USING (owner = nullif(current_setting('app.owner', true), '')::bigint);
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON upload_links TO landfall_app;
    END IF;
END $$;
