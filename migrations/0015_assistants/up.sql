-- Assistants of the market. Their owners write them, administrators review them, and all users read those that are public and published.

-- The number of bytes of a list in JSON. It is declared immutable, which generated columns need: the text of a list never changes.
CREATE FUNCTION text_array_bytes(list text[]) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN octet_length(array_to_json(list)::text);
END $$;

-- `id` is a nanoid and unique over all users, because public assistants are addressed by it alone.
-- `temp_id` is the name that a device gave the assistant before the server knew it; a repeated create is found by it.
-- `words` are the words of title, description and tags in lower case, as the server splits and folds them: PostgreSQL folds by the database's locale.
-- `bytes` does not count the note of a review, so that a full quota of the owner holds no review back.
-- `revision` counts the row's accepted writes and is `version` on the wire. `version` is the owner's version that last changed the row.
CREATE TABLE assistants (
    owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
    id text NOT NULL CHECK (char_length(id) BETWEEN 1 AND 128),
    temp_id text,
    author text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    emoji text NOT NULL,
    prompt text NOT NULL,
    tags text[] NOT NULL,
    words text NOT NULL,
    category text[] NOT NULL,
    is_public boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('draft', 'pending', 'published', 'rejected')),
    review_note text,
    usage_count bigint NOT NULL DEFAULT 0,
    rating double precision,
    revision bigint NOT NULL CHECK (revision > 0),
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    published_at timestamptz(3),
    reviewed_at timestamptz(3),
    deleted_at timestamptz(3),
    bytes bigint NOT NULL GENERATED ALWAYS AS (
        json_bytes(title) + json_bytes(description) + json_bytes(emoji) + json_bytes(prompt) + json_bytes(author)
        + text_array_bytes(tags) + text_array_bytes(category) + json_bytes(words) + 1000) STORED,
    PRIMARY KEY (owner, id)
);
CREATE UNIQUE INDEX assistants_id ON assistants (id);
CREATE UNIQUE INDEX assistants_temp_id ON assistants (owner, temp_id) WHERE temp_id IS NOT NULL;
-- The owner's list (last changed first) and the pull (rows changed after a version).
CREATE INDEX assistants_version ON assistants (owner, version, id);
-- The removal of old tombstones.
CREATE INDEX assistants_deleted_at ON assistants (owner, deleted_at) WHERE deleted_at IS NOT NULL;
-- The public list: newest first, by author, and by words.
CREATE INDEX assistants_published ON assistants (published_at DESC, id) WHERE is_public AND status = 'published' AND deleted_at IS NULL;
CREATE INDEX assistants_author ON assistants (author, published_at DESC) WHERE is_public AND status = 'published' AND deleted_at IS NULL;
CREATE INDEX assistants_search ON assistants USING gin (to_tsvector('pg_catalog.simple', words)) WHERE status <> 'draft' AND deleted_at IS NULL;
-- The reviewers' list: the longest waiting first.
CREATE INDEX assistants_review ON assistants (status, updated_at, id) WHERE status <> 'draft' AND deleted_at IS NULL;
CREATE INDEX assistants_review_all ON assistants (updated_at, id) WHERE status <> 'draft' AND deleted_at IS NULL;
CREATE INDEX assistants_review_author ON assistants (author, updated_at, id) WHERE status <> 'draft' AND deleted_at IS NULL;

CREATE TRIGGER count_inserted AFTER INSERT ON assistants REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT WHEN (current_setting('app.counts_rows', true) IS DISTINCT FROM 'off') EXECUTE FUNCTION count_inserted_rows();
CREATE TRIGGER count_updated AFTER UPDATE ON assistants REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT WHEN (current_setting('app.counts_rows', true) IS DISTINCT FROM 'off') EXECUTE FUNCTION count_updated_rows();
CREATE TRIGGER count_deleted AFTER DELETE ON assistants REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_rows();

-- An owner sees and writes the own rows. In any user's transaction the rows that are public and published are seen too.
ALTER TABLE assistants ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner ON assistants USING (owner = nullif(current_setting('app.owner', true), '')::bigint);
CREATE POLICY published ON assistants FOR SELECT USING (
    is_public AND status = 'published' AND deleted_at IS NULL AND nullif(current_setting('app.owner', true), '') IS NOT NULL);

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        CREATE POLICY jobs ON assistants TO landfall_jobs USING (true);
        -- Retention, and the counts of administrators.
        GRANT SELECT (owner, deleted_at, updated_at, status) ON assistants TO landfall_jobs;
    END IF;
END $$;
