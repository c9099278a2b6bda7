-- The second wall: a statement sees and writes the rows of the person that its transaction says it is about (app.user_id), whatever it asks for, and
-- none where nothing is said. The first wall is that every query asks for an owner. docs/adr/0028 says why it is built like this.

-- A server of the release before says nothing: it would find nothing, and tell devices so. It has to be stopped first. Servers that are connected as
-- the owner of the tables are not subject to the policies, and may run on.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'landfall_app') THEN
        RAISE EXCEPTION 'servers of the release before are connected as landfall_app and would find no rows after this: stop them, migrate, start the new ones';
    END IF;
END $$;

-- The role that upkeep takes on for a transaction (SET LOCAL ROLE): it looks over all people, and may read the columns that say what there is to do.
-- landfall_app may take it on and has none of its rights before.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        CREATE ROLE landfall_jobs NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE WARNING 'the role landfall_jobs was not made: the owner may make no roles, so the server has to connect as the owner';
END $$;
DO $$ BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('landfall_app', 'landfall_jobs')) = 2 AND NOT EXISTS (
        SELECT FROM pg_auth_members m WHERE m.roleid = to_regrole('landfall_jobs') AND m.member = to_regrole('landfall_app')) THEN
        IF current_setting('server_version_num')::integer >= 160000 THEN
            EXECUTE 'GRANT landfall_jobs TO landfall_app WITH INHERIT FALSE, SET TRUE';
        ELSE
            -- Inheriting is a property of the member there. A policy for a role also holds for whoever inherits from it.
            ALTER ROLE landfall_app NOINHERIT;
            GRANT landfall_jobs TO landfall_app;
        END IF;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['chat_sessions', 'swept_chat_sessions', 'chat_messages', 'projects', 'records', 'receipts', 'assets', 'asset_objects',
                             'imports', 'import_rows'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I USING (user_id = current_setting(''app.user_id'', true))', t);
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        RETURN;
    END IF;
    FOREACH t IN ARRAY ARRAY['chat_sessions', 'chat_messages', 'projects', 'records', 'receipts', 'assets', 'asset_objects', 'imports',
                             'import_rows'] LOOP
        EXECUTE format('CREATE POLICY jobs ON %I TO landfall_jobs USING (true)', t);
    END LOOP;
    GRANT USAGE ON SCHEMA public TO landfall_jobs;
    -- The sweep of what was deleted long ago: who has any.
    GRANT SELECT (user_id) ON space TO landfall_jobs;
    GRANT SELECT (user_id, deleted_at) ON chat_sessions, chat_messages, projects, records, assets TO landfall_jobs;
    GRANT SELECT (user_id, request_hash, created_at) ON receipts TO landfall_jobs;
    -- Uploads that were not finished, and objects to be looked at.
    GRANT SELECT (id, status, updated_at) ON assets TO landfall_jobs;
    GRANT SELECT (user_id, id, object_key, etag, upload_id, checked_at), UPDATE (checked_at) ON asset_objects TO landfall_jobs;
    -- What imports left behind.
    GRANT SELECT (user_id, id, touched_at), DELETE ON imports TO landfall_jobs;
    GRANT SELECT (user_id, import_id), DELETE ON import_rows TO landfall_jobs;
END $$;

-- The hot writes are one call, and so say by themselves whose rows it is about. Nothing else of them changed, so they keep their names: what servers of
-- both releases call is the same.
CREATE OR REPLACE FUNCTION write_messages_v2(
    p_user_id text, p_ids uuid[], p_id_given boolean[], p_temp_ids text[], p_session_ids uuid[],
    p_roles text[], p_contents text[], p_metadata jsonb[], p_created_at timestamptz[],
    p_stamp bigint, p_first_index integer,
    OUT version bigint, OUT known_ords integer[], OUT known_ids uuid[], OUT known_positions bigint[],
    OUT known_revisions bigint[], OUT known_temp_ids text[], OUT refusal text, OUT refused_ord integer
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_version bigint;
BEGIN
    PERFORM set_config('app.user_id', p_user_id, true);
    IF p_stamp IS NULL THEN
        SELECT s.version INTO v_version FROM space s WHERE s.user_id = p_user_id FOR UPDATE;
        IF NOT FOUND THEN
            refusal := 'user_gone';
            RETURN;
        END IF;
    ELSE
        v_version := p_stamp - 1;
    END IF;

    -- What is stored already, deleted or not: a repeat is answered before anything else is checked (rule 3).
    WITH hit AS (
        SELECT n.ord, m.id, m.temp_id, m.position, m.revision,
               m.session_id = n.session_id AND m.role = n.role AND m.content = n.content AND m.created_at = n.created_at::timestamptz(3)
                   AND m.metadata IS NOT DISTINCT FROM n.metadata
                   AND (m.id = n.id OR NOT n.id_given)
                   AND coalesce(m.temp_id = n.temp_id, n.temp_id IS NULL) AS same
        FROM unnest(p_ids, p_id_given, p_temp_ids, p_session_ids, p_roles, p_contents, p_metadata, p_created_at)
                 WITH ORDINALITY AS n (id, id_given, temp_id, session_id, role, content, metadata, created_at, ord)
        CROSS JOIN LATERAL (
            SELECT * FROM chat_messages m WHERE m.user_id = p_user_id AND m.temp_id = n.temp_id
            UNION ALL
            SELECT * FROM chat_messages m WHERE n.id_given AND m.user_id = p_user_id AND m.id = n.id
                AND (n.temp_id IS NULL OR m.temp_id IS DISTINCT FROM n.temp_id)
        ) AS m
    )
    SELECT array_agg(ord::integer ORDER BY ord), array_agg(id ORDER BY ord), array_agg(position ORDER BY ord),
           array_agg(revision ORDER BY ord), array_agg(temp_id ORDER BY ord), min(ord) FILTER (WHERE NOT same)
    INTO known_ords, known_ids, known_positions, known_revisions, known_temp_ids, refused_ord
    FROM hit;
    version := v_version;
    IF refused_ord IS NOT NULL THEN
        refusal := 'id_conflict';
        RETURN;
    END IF;
    IF cardinality(known_ords) = cardinality(p_ids) THEN
        RETURN;
    END IF;

    SELECT CASE WHEN s.id IS NULL THEN 'unknown_session' ELSE 'session_deleted' END, n.ord INTO refusal, refused_ord
    FROM unnest(p_session_ids) WITH ORDINALITY AS n (session_id, ord)
    LEFT JOIN chat_sessions s ON s.user_id = p_user_id AND s.id = n.session_id
    WHERE (s.id IS NULL OR s.deleted_at IS NOT NULL) AND (known_ords IS NULL OR n.ord <> ALL (known_ords))
    ORDER BY n.ord LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;

    version := v_version + 1;
    INSERT INTO chat_messages (user_id, id, session_id, temp_id, role, content, metadata, position, revision, created_at)
    SELECT p_user_id, n.id, n.session_id, n.temp_id, n.role, n.content, n.metadata,
           ((v_version + 1) << 20) + p_first_index + n.ord - 1, v_version + 1, n.created_at
    FROM unnest(p_ids, p_temp_ids, p_session_ids, p_roles, p_contents, p_metadata, p_created_at)
             WITH ORDINALITY AS n (id, temp_id, session_id, role, content, metadata, created_at, ord)
    WHERE known_ords IS NULL OR n.ord <> ALL (known_ords);

    UPDATE chat_sessions s SET revision = v_version + 1, updated_at = now()
    WHERE s.user_id = p_user_id AND s.deleted_at IS NULL AND s.id IN (
        SELECT n.session_id FROM unnest(p_session_ids) WITH ORDINALITY AS n (session_id, ord)
        WHERE known_ords IS NULL OR n.ord <> ALL (known_ords));

    IF p_stamp IS NULL THEN
        UPDATE space s SET version = v_version + 1 WHERE s.user_id = p_user_id;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION write_project_v1(
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
    PERFORM set_config('app.user_id', p_user_id, true);
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
