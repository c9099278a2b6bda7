-- Stores a batch of messages: one call, one round trip, one transaction. It is VOLATILE, so that every statement inside sees what was committed
-- before that statement began: the first one takes the lock, and those that decide come after it.
--
-- Two callers: POST /api/chat/messages/batch, where the call is the whole transaction, and POST /api/sync, where it is one write among others.
-- In a cluster the call is routed by `p_owner`.
--
-- Arrays are parallel, one element a message. `p_ids` are the ids to store under; `p_id_given` says which of them the client chose.
-- `p_stamp` is NULL for a write of its own, which locks the user's version and raises it. A caller that holds the lock gives the version that it
-- will raise to, and the index in that version from which positions count (`p_first_index`).
-- `p_quota_bytes` and `p_quota_rows` are what the user's rows may take up. A write of its own that exceeds them is undone by an error (quota_exceeded).
-- A caller that holds the lock checks them itself.
--
-- A refusal is an outcome, not an error, so that a caller can go on with other writes; nothing is written then. `refused_ord` counts from 1:
--   id_conflict      the id or temporary id is in use for other content
--   session_deleted  the session is a tombstone
--   unknown_session  there is no such session
--   user_gone        the user was deleted
-- Otherwise: the version of the new messages (the old version if there are none), and the messages that were stored before.
CREATE OR REPLACE FUNCTION write_messages(
    p_owner bigint, p_ids uuid[], p_id_given boolean[], p_temp_ids text[], p_session_ids uuid[],
    p_roles text[], p_contents text[], p_metadata jsonb[], p_created_at timestamptz[],
    p_stamp bigint, p_first_index integer, p_quota_bytes bigint, p_quota_rows bigint,
    OUT version bigint, OUT known_ords integer[], OUT known_ids uuid[], OUT known_positions bigint[],
    OUT known_deleted boolean[], OUT known_temp_ids text[], OUT refusal text, OUT refused_ord integer
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_setting text;
    v_version bigint;
    v_has_exceptions boolean;
    v_new_bytes bigint;
    v_new_rows bigint;
    v_largest bigint;
    v_bytes_before bigint;
    v_rows_before bigint;
    v_bytes bigint;
    v_rows bigint;
    v_today date := (now() AT TIME ZONE 'UTC')::date;
    v_new_sessions uuid[] := p_session_ids;
BEGIN
    -- An assignment evaluates its expression without the executor, as PERFORM does not.
    v_setting := set_config('app.owner', p_owner::text, true);
    IF p_stamp IS NULL THEN
        SELECT u.version, u.used_bytes, u.used_count INTO v_version, v_bytes_before, v_rows_before FROM user_version u WHERE u.owner = p_owner FOR UPDATE;
        IF NOT FOUND THEN
            refusal := 'user_gone';
            RETURN;
        END IF;
    ELSE
        v_version := p_stamp - 1;
    END IF;

    -- Most batches have only new messages and living sessions. One statement finds that out, in place of two that compare everything. Each lookup stands
    -- in a subquery of its own, so that the planner can't read all of the user's rows in its place.
    v_has_exceptions := EXISTS (
            SELECT FROM unnest(p_temp_ids) AS n (temp_id)
            CROSS JOIN LATERAL (SELECT FROM chat_messages m WHERE m.owner = p_owner AND m.temp_id = n.temp_id OFFSET 0) AS m
        ) OR true = ANY (p_id_given) AND EXISTS (
            SELECT FROM unnest(p_ids) AS n (id)
            CROSS JOIN LATERAL (SELECT FROM chat_messages m WHERE m.owner = p_owner AND m.id = n.id OFFSET 0) AS m
        ) OR EXISTS (
            SELECT FROM (SELECT DISTINCT unnest(p_session_ids) AS session_id) AS n
            WHERE (SELECT s.id FROM chat_sessions s WHERE s.owner = p_owner AND s.id = n.session_id AND s.deleted_at IS NULL) IS NULL
        );
    version := v_version;
    IF v_has_exceptions THEN
        -- Messages that are stored already, deleted or not: a repeat is answered before anything else is checked.
        WITH hit AS (
            SELECT n.ord, m.id, m.temp_id, m.position, m.deleted_at IS NOT NULL AS deleted,
                   m.session_id = n.session_id AND m.role = n.role AND m.content = n.content AND m.created_at = n.created_at::timestamptz(3)
                       AND m.metadata IS NOT DISTINCT FROM n.metadata
                       AND (m.id = n.id OR NOT n.id_given)
                       AND coalesce(m.temp_id = n.temp_id, n.temp_id IS NULL) AS same
            FROM unnest(p_ids, p_id_given, p_temp_ids, p_session_ids, p_roles, p_contents, p_metadata, p_created_at)
                     WITH ORDINALITY AS n (id, id_given, temp_id, session_id, role, content, metadata, created_at, ord)
            CROSS JOIN LATERAL (
                SELECT * FROM chat_messages m WHERE m.owner = p_owner AND m.temp_id = n.temp_id
                UNION ALL
                SELECT * FROM chat_messages m WHERE n.id_given AND m.owner = p_owner AND m.id = n.id
                    AND (n.temp_id IS NULL OR m.temp_id IS DISTINCT FROM n.temp_id)
            ) AS m
        )
        SELECT array_agg(ord::integer ORDER BY ord), array_agg(id ORDER BY ord), array_agg(position ORDER BY ord),
               array_agg(deleted ORDER BY ord), array_agg(temp_id ORDER BY ord), min(ord) FILTER (WHERE NOT same)
        INTO known_ords, known_ids, known_positions, known_deleted, known_temp_ids, refused_ord
        FROM hit;
        IF refused_ord IS NOT NULL THEN
            refusal := 'id_conflict';
            RETURN;
        END IF;
        IF cardinality(known_ords) = cardinality(p_ids) THEN
            RETURN;
        END IF;

        SELECT CASE WHEN s.id IS NULL THEN 'unknown_session' ELSE 'session_deleted' END, n.ord INTO refusal, refused_ord
        FROM unnest(p_session_ids) WITH ORDINALITY AS n (session_id, ord)
        LEFT JOIN chat_sessions s ON s.owner = p_owner AND s.id = n.session_id
        WHERE (s.id IS NULL OR s.deleted_at IS NOT NULL) AND (known_ords IS NULL OR n.ord <> ALL (known_ords))
        ORDER BY n.ord LIMIT 1;
        IF FOUND THEN
            RETURN;
        END IF;
        SELECT array_agg(n.session_id) INTO v_new_sessions
        FROM unnest(p_session_ids) WITH ORDINALITY AS n (session_id, ord)
        WHERE known_ords IS NULL OR n.ord <> ALL (known_ords);
    END IF;

    version := v_version + 1;
    -- Counted here, because a trigger would cost this write more than the rows do.
    v_setting := set_config('app.counts_rows', 'off', true);
    -- `bytes` is that of measure_message() without its call of json_bytes(), which is plpgsql and would run for each row.
    WITH stored AS (
        INSERT INTO chat_messages (owner, id, session_id, temp_id, role, content, metadata, position, version, created_at, bytes)
        SELECT p_owner, n.id, n.session_id, n.temp_id, n.role, n.content, n.metadata,
               ((v_version + 1) << 20) + p_first_index + n.ord - 1, v_version + 1, n.created_at,
               octet_length(to_json(n.content)::text) - 2 + coalesce(octet_length(n.metadata::text), 0) + 300
        FROM unnest(p_ids, p_temp_ids, p_session_ids, p_roles, p_contents, p_metadata, p_created_at)
                 WITH ORDINALITY AS n (id, temp_id, session_id, role, content, metadata, created_at, ord)
        WHERE known_ords IS NULL OR n.ord <> ALL (known_ords)
        RETURNING bytes
    )
    SELECT sum(stored.bytes), count(*), max(stored.bytes) INTO v_new_bytes, v_new_rows, v_largest FROM stored;

    -- A run of messages may be stored in several calls of one transaction: they are one change of the session.
    UPDATE chat_sessions s
    SET revision = s.revision + (s.version <> v_version + 1)::integer, version = v_version + 1, updated_at = now()
    WHERE s.owner = p_owner AND s.deleted_at IS NULL AND s.id = ANY (v_new_sessions);
    IF p_stamp IS NOT NULL THEN
        v_setting := set_config('app.counts_rows', '', true);
    END IF;

    UPDATE user_version u SET version = CASE WHEN p_stamp IS NULL THEN v_version + 1 ELSE u.version END,
        row_bytes = u.row_bytes + v_new_bytes, row_count = u.row_count + v_new_rows,
        stored_bytes = u.stored_bytes + v_new_bytes, stored_count = u.stored_count + v_new_rows,
        largest_row = greatest(u.largest_row, v_largest),
        day_writes = CASE WHEN p_stamp IS NOT NULL THEN u.day_writes WHEN u.write_day = v_today THEN u.day_writes + v_new_rows ELSE v_new_rows END,
        write_day = CASE WHEN p_stamp IS NULL THEN v_today ELSE u.write_day END
    WHERE u.owner = p_owner
    RETURNING u.used_bytes, u.used_count INTO v_bytes, v_rows;
    IF p_stamp IS NULL THEN
        IF v_bytes > p_quota_bytes AND v_bytes > v_bytes_before OR v_rows > p_quota_rows AND v_rows > v_rows_before THEN
            RAISE EXCEPTION 'quota_exceeded' USING ERRCODE = 'LF002', DETAIL = v_bytes_before || ' ' || v_rows_before;
        END IF;
    END IF;
END $$;
