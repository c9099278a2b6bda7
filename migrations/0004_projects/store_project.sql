-- Writes one project: one call, one round trip, one transaction. It is VOLATILE, so that every statement inside sees what was committed before that
-- statement began: the first one takes the lock, and those that decide come after it. In a cluster the call is routed by `p_owner`.
--
-- A NULL name keeps the name. The other members have a flag each that says whether they were given, since NULL is a value of theirs.
-- `p_data_bytes` is the size of the document as text, or NULL without one. The caller has the text; to write a jsonb out only to measure it would be a
-- tenth of this call.
-- `p_stamp` is NULL for a write of its own, which locks the user's version and raises it. A caller that holds the lock gives the version that it
-- will raise to. `p_quota_bytes` and `p_quota_rows` are what the user's rows may take up: a write of its own that exceeds them and takes up more than
-- before is undone by an error (quota_exceeded). A caller that holds the lock checks them itself.
--
-- Answers one row. A refusal is an outcome, not an error, so that a caller can go on with other writes; nothing is written then. Only a deleted
-- user is an error (user_gone).
--   created, updated  done; all columns but `data` are those stored now
--   unchanged         the project is stored like this already; no version was raised
--   conflict          another revision is stored: this row (all NULL where there is none). It has its `data` in a write of its own only, because a push
--                     may have many conflicts and reads their rows at its end
--   cycle             the parent is the project itself or below it
--   unknown_parent    the parent does not exist or is deleted
CREATE OR REPLACE FUNCTION store_project(
    p_owner bigint, p_id text, p_base_revision bigint, p_name text, p_data_given boolean, p_data jsonb, p_data_bytes bigint,
    p_parent_given boolean, p_parent_id text, p_thumbnail_given boolean, p_thumbnail_asset_id text,
    p_client_updated_at timestamptz, p_stamp bigint, p_quota_bytes bigint, p_quota_rows bigint,
    OUT outcome text, OUT name text, OUT data jsonb, OUT parent_id text, OUT thumbnail_asset_id text,
    OUT client_updated_at timestamptz, OUT revision bigint, OUT version bigint,
    OUT created_at timestamptz, OUT updated_at timestamptz, OUT deleted_at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_stamp bigint := p_stamp;
    v_revision bigint;
    v_old_bytes bigint;
    v_new_bytes bigint;
    v_new_row integer;
    v_deleted boolean;
    v_differs boolean;
    v_old_parent_id text;
    v_parent_id text;
    v_below_itself boolean;
    v_parent_lives boolean;
    v_bytes_before bigint;
    v_rows_before bigint;
    v_bytes bigint;
    v_rows bigint;
    v_today date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
    PERFORM set_config('app.owner', p_owner::text, true);
    IF p_stamp IS NULL THEN
        SELECT u.version + 1, u.used_bytes, u.used_count INTO v_stamp, v_bytes_before, v_rows_before FROM user_version u WHERE u.owner = p_owner FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'user_gone' USING ERRCODE = 'LF001', DETAIL = '0';
        END IF;
    END IF;

    -- `data` is compared last, and only where the revision is right: it may be large.
    SELECT p.revision, p.deleted_at IS NOT NULL, p.bytes, p.parent_id,
           CASE WHEN p.revision = p_base_revision THEN
               p.deleted_at IS NOT NULL OR p.name <> p_name
               OR p_parent_given AND p.parent_id IS DISTINCT FROM p_parent_id
               OR p_thumbnail_given AND p.thumbnail_asset_id IS DISTINCT FROM p_thumbnail_asset_id
               OR p_data_given AND p.data IS DISTINCT FROM p_data
           END IS TRUE
    INTO v_revision, v_deleted, v_old_bytes, v_old_parent_id, v_differs
    FROM projects p WHERE p.owner = p_owner AND p.id = p_id;

    IF p_base_revision <> coalesce(v_revision, 0) THEN
        outcome := 'conflict';
        SELECT p.name, CASE WHEN p_stamp IS NULL THEN p.data END, p.parent_id, p.thumbnail_asset_id, p.client_updated_at, p.revision, p.version,
               p.created_at, p.updated_at, p.deleted_at
        INTO name, data, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at, deleted_at
        FROM projects p WHERE p.owner = p_owner AND p.id = p_id;
        RETURN;
    END IF;
    IF v_revision IS NOT NULL AND NOT v_differs THEN
        outcome := 'unchanged';
        SELECT p.name, p.parent_id, p.thumbnail_asset_id, p.client_updated_at, p.revision, p.version, p.created_at, p.updated_at
        INTO name, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at
        FROM projects p WHERE p.owner = p_owner AND p.id = p_id;
        RETURN;
    END IF;

    v_parent_id := CASE WHEN p_parent_given THEN p_parent_id ELSE v_old_parent_id END;
    IF v_parent_id = p_id THEN
        outcome := 'cycle';
        RETURN;
    END IF;
    IF v_parent_id IS NOT NULL AND (v_deleted IS NOT FALSE OR v_parent_id IS DISTINCT FROM v_old_parent_id) THEN
        WITH RECURSIVE upwards AS (
            SELECT p.id, p.parent_id, p.deleted_at FROM projects p WHERE p.owner = p_owner AND p.id = v_parent_id
            UNION
            SELECT p.id, p.parent_id, p.deleted_at
            FROM upwards u JOIN projects p ON p.owner = p_owner AND p.id = u.parent_id
            WHERE u.id <> p_id
        )
        SELECT bool_or(u.id = p_id), bool_or(u.id = v_parent_id AND u.deleted_at IS NULL)
        INTO v_below_itself, v_parent_lives FROM upwards u;
        IF v_parent_lives IS NOT TRUE THEN
            IF p_parent_given THEN
                outcome := 'unknown_parent';
                RETURN;
            END IF;
            -- A restore that does not name the parent, which is gone: the project comes back at the top.
            v_parent_id := NULL;
        ELSIF v_below_itself THEN
            outcome := 'cycle';
            RETURN;
        END IF;
    END IF;

    -- Counted here, because a trigger would cost this write too much.
    v_new_row := (v_deleted IS NOT FALSE)::integer;
    PERFORM set_config('app.counts_rows', 'off', true), set_config('app.row_bytes', 'given', true);
    IF v_revision IS NULL THEN
        outcome := 'created';
        INSERT INTO projects AS p (owner, id, name, data, parent_id, thumbnail_asset_id, client_updated_at, revision, version, bytes)
        VALUES (p_owner, p_id, coalesce(p_name, 'Untitled'), p_data, v_parent_id, p_thumbnail_asset_id, p_client_updated_at, 1, v_stamp,
                json_bytes(coalesce(p_name, 'Untitled')) + coalesce(p_data_bytes, 0) + 300)
        RETURNING p.name, p.parent_id, p.thumbnail_asset_id, p.client_updated_at, p.revision, p.version, p.created_at, p.updated_at, p.bytes
        INTO name, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at, v_new_bytes;
    ELSE
        outcome := 'updated';
        UPDATE projects p SET
            name = coalesce(p_name, p.name),
            data = CASE WHEN p_data_given THEN p_data ELSE p.data END,
            parent_id = v_parent_id,
            thumbnail_asset_id = CASE WHEN p_thumbnail_given THEN p_thumbnail_asset_id ELSE p.thumbnail_asset_id END,
            client_updated_at = coalesce(p_client_updated_at, p.client_updated_at),
            revision = p.revision + 1, version = v_stamp, updated_at = now(), deleted_at = NULL,
            bytes = CASE WHEN p_data_given THEN json_bytes(coalesce(p_name, p.name)) + coalesce(p_data_bytes, 0) + 300
                         ELSE p.bytes - json_bytes(p.name) + json_bytes(coalesce(p_name, p.name)) END
        WHERE p.owner = p_owner AND p.id = p_id
        RETURNING p.name, p.parent_id, p.thumbnail_asset_id, p.client_updated_at, p.revision, p.version, p.created_at, p.updated_at, p.bytes
        INTO name, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at, v_new_bytes;
    END IF;
    PERFORM set_config('app.counts_rows', '', true), set_config('app.row_bytes', '', true);

    UPDATE user_version u SET version = CASE WHEN p_stamp IS NULL THEN v_stamp ELSE u.version END,
        row_bytes = u.row_bytes + v_new_bytes - CASE WHEN v_deleted IS FALSE THEN v_old_bytes ELSE 0 END, row_count = u.row_count + v_new_row,
        stored_bytes = u.stored_bytes + v_new_bytes - coalesce(v_old_bytes, 0), stored_count = u.stored_count + (v_revision IS NULL)::integer,
        day_writes = CASE WHEN p_stamp IS NOT NULL THEN u.day_writes WHEN u.write_day = v_today THEN u.day_writes + 1 ELSE 1 END,
        write_day = CASE WHEN p_stamp IS NULL THEN v_today ELSE u.write_day END
    WHERE u.owner = p_owner
    RETURNING u.used_bytes, u.used_count INTO v_bytes, v_rows;
    IF p_stamp IS NULL THEN
        IF v_bytes > p_quota_bytes AND v_bytes > v_bytes_before OR v_rows > p_quota_rows AND v_rows > v_rows_before THEN
            RAISE EXCEPTION 'quota_exceeded' USING ERRCODE = 'LF002', DETAIL = v_bytes_before || ' ' || v_rows_before;
        END IF;
    END IF;
END $$;
