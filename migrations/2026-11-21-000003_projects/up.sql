-- Projects: documents in a tree, each with a revision.
CREATE TABLE projects (
    user_id text NOT NULL REFERENCES space (user_id) ON DELETE CASCADE,
    id text NOT NULL CHECK (char_length(id) BETWEEN 1 AND 128),
    name text NOT NULL,
    data jsonb,
    -- No foreign key: parents are checked and children buried under the user's lock. A living project's parent lives.
    parent_id text,
    thumbnail_asset_id text,
    -- The client's clock. Decides nothing.
    client_updated_at timestamptz(3),
    -- Counts the row's accepted writes, burial and restore included; what clients send as baseRevision.
    revision bigint NOT NULL CHECK (revision > 0),
    -- The user's version that last changed the row.
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    PRIMARY KEY (user_id, id)
);
-- Serves the list (last changed first) and the pull (what changed after a version).
CREATE INDEX projects_version ON projects (user_id, version, id);
CREATE INDEX projects_parent_id ON projects (user_id, parent_id) WHERE parent_id IS NOT NULL;

-- What repeatable writes came to (rule 3), stored in the transaction of their effect.
CREATE TABLE receipts (
    user_id text NOT NULL REFERENCES space (user_id) ON DELETE CASCADE,
    -- Empty for single writes, whose ids are free text.
    client_id text NOT NULL DEFAULT '',
    mutation_id text NOT NULL,
    -- For clients whose mutations count up, mutation_id as a number: the highest tells where such a client stands.
    number bigint,
    -- SHA-256 of the request: the same id with another one is a conflict.
    request_hash bytea NOT NULL,
    outcome jsonb NOT NULL,
    -- The user's version after the write.
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, client_id, mutation_id)
);
CREATE UNIQUE INDEX receipts_number ON receipts (user_id, client_id, number) WHERE number IS NOT NULL;

-- The write of a project: one call, one round trip, one transaction. VOLATILE, so that every statement inside sees what was committed
-- before it began: the first takes the lock, and all that decide come after it.
--
-- A NULL name keeps the name; the other members have a flag each that says whether they were given, since NULL is a value of theirs.
-- `p_stamp` is NULL for a write of its own, which locks the space and raises its version. A caller that holds the lock already gives the
-- version that it will raise the space to.
--
-- Answers one row. A refusal is an outcome, not an error, so that a caller may go on with other writes; nothing was written then.
--   created, updated  done; all but `data` is what is stored now
--   unchanged         it is stored like this already; nothing was raised
--   conflict          another revision is stored: this one, whole (all NULL where there is none)
--   cycle             the parent is the project itself or below it
--   unknown_parent    the parent does not exist or is deleted
CREATE FUNCTION write_project_v1(
    p_user_id text, p_id text, p_base_revision bigint, p_name text, p_data_given boolean, p_data jsonb,
    p_parent_given boolean, p_parent_id text, p_thumbnail_given boolean, p_thumbnail_asset_id text,
    p_client_updated_at timestamptz, p_stamp bigint,
    OUT outcome text, OUT name text, OUT data jsonb, OUT parent_id text, OUT thumbnail_asset_id text,
    OUT client_updated_at timestamptz, OUT revision bigint, OUT version bigint,
    OUT created_at timestamptz, OUT updated_at timestamptz, OUT deleted_at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_stamp bigint := p_stamp;
    v_revision bigint;
    v_deleted boolean;
    v_differs boolean;
    v_old_parent_id text;
    v_parent_id text;
    v_below_itself boolean;
    v_parent_lives boolean;
BEGIN
    IF p_stamp IS NULL THEN
        SELECT s.version + 1 INTO v_stamp FROM space s WHERE s.user_id = p_user_id FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'user_gone' USING ERRCODE = 'LF001', DETAIL = '0';
        END IF;
    END IF;

    -- `data` is compared last, and only where the revision is right: it may be large.
    SELECT p.revision, p.deleted_at IS NOT NULL, p.parent_id,
           CASE WHEN p.revision = p_base_revision THEN
               p.deleted_at IS NOT NULL OR p.name <> p_name
               OR p_parent_given AND p.parent_id IS DISTINCT FROM p_parent_id
               OR p_thumbnail_given AND p.thumbnail_asset_id IS DISTINCT FROM p_thumbnail_asset_id
               OR p_data_given AND p.data IS DISTINCT FROM p_data
           END IS TRUE
    INTO v_revision, v_deleted, v_old_parent_id, v_differs
    FROM projects p WHERE p.user_id = p_user_id AND p.id = p_id;

    IF p_base_revision <> coalesce(v_revision, 0) THEN
        outcome := 'conflict';
        SELECT p.name, p.data, p.parent_id, p.thumbnail_asset_id, p.client_updated_at, p.revision, p.version,
               p.created_at, p.updated_at, p.deleted_at
        INTO name, data, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at, deleted_at
        FROM projects p WHERE p.user_id = p_user_id AND p.id = p_id;
        RETURN;
    END IF;
    IF v_revision IS NOT NULL AND NOT v_differs THEN
        outcome := 'unchanged';
        SELECT p.name, p.parent_id, p.thumbnail_asset_id, p.client_updated_at, p.revision, p.version, p.created_at, p.updated_at
        INTO name, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at
        FROM projects p WHERE p.user_id = p_user_id AND p.id = p_id;
        RETURN;
    END IF;

    v_parent_id := CASE WHEN p_parent_given THEN p_parent_id ELSE v_old_parent_id END;
    IF v_parent_id = p_id THEN
        outcome := 'cycle';
        RETURN;
    END IF;
    IF v_parent_id IS NOT NULL AND (v_deleted IS NOT FALSE OR v_parent_id IS DISTINCT FROM v_old_parent_id) THEN
        WITH RECURSIVE upwards AS (
            SELECT p.id, p.parent_id, p.deleted_at FROM projects p WHERE p.user_id = p_user_id AND p.id = v_parent_id
            UNION
            SELECT p.id, p.parent_id, p.deleted_at
            FROM upwards u JOIN projects p ON p.user_id = p_user_id AND p.id = u.parent_id
            WHERE u.id <> p_id
        )
        SELECT bool_or(u.id = p_id), bool_or(u.id = v_parent_id AND u.deleted_at IS NULL)
        INTO v_below_itself, v_parent_lives FROM upwards u;
        IF v_parent_lives IS NOT TRUE THEN
            IF p_parent_given THEN
                outcome := 'unknown_parent';
                RETURN;
            END IF;
            -- Restored without a word about the parent, which is gone: it comes back at the top.
            v_parent_id := NULL;
        ELSIF v_below_itself THEN
            outcome := 'cycle';
            RETURN;
        END IF;
    END IF;

    IF v_revision IS NULL THEN
        outcome := 'created';
        INSERT INTO projects AS p (user_id, id, name, data, parent_id, thumbnail_asset_id, client_updated_at, revision, version)
        VALUES (p_user_id, p_id, coalesce(p_name, 'Untitled'), p_data, v_parent_id, p_thumbnail_asset_id, p_client_updated_at, 1, v_stamp)
        RETURNING p.name, p.parent_id, p.thumbnail_asset_id, p.client_updated_at, p.revision, p.version, p.created_at, p.updated_at
        INTO name, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at;
    ELSE
        outcome := 'updated';
        UPDATE projects p SET
            name = coalesce(p_name, p.name),
            data = CASE WHEN p_data_given THEN p_data ELSE p.data END,
            parent_id = v_parent_id,
            thumbnail_asset_id = CASE WHEN p_thumbnail_given THEN p_thumbnail_asset_id ELSE p.thumbnail_asset_id END,
            client_updated_at = coalesce(p_client_updated_at, p.client_updated_at),
            revision = p.revision + 1, version = v_stamp, updated_at = now(), deleted_at = NULL
        WHERE p.user_id = p_user_id AND p.id = p_id
        RETURNING p.name, p.parent_id, p.thumbnail_asset_id, p.client_updated_at, p.revision, p.version, p.created_at, p.updated_at
        INTO name, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at;
    END IF;

    IF p_stamp IS NULL THEN
        UPDATE space s SET version = v_stamp WHERE s.user_id = p_user_id;
    END IF;
END $$;
