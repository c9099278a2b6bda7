-- The batch write: one call, one round trip, one transaction. VOLATILE, so that every statement inside sees what was committed
-- before it began: the first takes the lock, and all that decide come after it.
--
-- Arrays are parallel, one element a message. `p_ids` are the ids to store under; `p_id_given` says which of them the client chose.
-- Refusals are raised, so that nothing of the call commits: SQLSTATE LF001, the word as message, the index (from 0) as detail.
--   id_conflict      the id or temporary id is in use for other content
--   session_deleted  the session is a tombstone
--   unknown_session  there is no such session
-- Answers one row: the version of the new messages (the old one if there are none), when, and what was known already.
CREATE FUNCTION write_messages_v1(
    p_user_id text, p_ids uuid[], p_id_given boolean[], p_temp_ids text[], p_session_ids uuid[],
    p_roles text[], p_contents text[], p_metadata jsonb[], p_created_at timestamptz[],
    OUT version bigint, OUT known_ords integer[], OUT known_ids uuid[], OUT known_positions bigint[],
    OUT known_revisions bigint[], OUT known_temp_ids text[]
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_version bigint;
    v_bad integer;
    v_missing boolean;
BEGIN
    SELECT s.version INTO v_version FROM space s WHERE s.user_id = p_user_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'user_gone' USING ERRCODE = 'LF001', DETAIL = '0';
    END IF;

    -- What is stored already, deleted or not: a repeat is answered before anything else is checked (rule 3).
    WITH hit AS (
        SELECT n.ord, m.id, m.temp_id, m.position, m.revision,
               m.session_id = n.session_id AND m.role = n.role AND m.content = n.content AND m.created_at = n.created_at::timestamptz(3)
                   AND m.metadata IS NOT DISTINCT FROM n.metadata
                   AND (m.id = n.id OR NOT n.id_given)
                   AND (m.temp_id = n.temp_id OR m.temp_id IS NULL OR n.temp_id IS NULL) AS same
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
    INTO known_ords, known_ids, known_positions, known_revisions, known_temp_ids, v_bad
    FROM hit;
    IF v_bad IS NOT NULL THEN
        RAISE EXCEPTION 'id_conflict' USING ERRCODE = 'LF001', DETAIL = (v_bad - 1)::text;
    END IF;
    version := v_version;
    IF cardinality(known_ords) = cardinality(p_ids) THEN
        RETURN;
    END IF;

    SELECT n.ord, s.id IS NULL INTO v_bad, v_missing
    FROM unnest(p_session_ids) WITH ORDINALITY AS n (session_id, ord)
    LEFT JOIN chat_sessions s ON s.user_id = p_user_id AND s.id = n.session_id
    WHERE (s.id IS NULL OR s.deleted_at IS NOT NULL) AND (known_ords IS NULL OR n.ord <> ALL (known_ords))
    ORDER BY n.ord LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LF001', DETAIL = (v_bad - 1)::text,
            MESSAGE = CASE WHEN v_missing THEN 'unknown_session' ELSE 'session_deleted' END;
    END IF;

    version := v_version + 1;
    INSERT INTO chat_messages (user_id, id, session_id, temp_id, role, content, metadata, position, revision, created_at)
    SELECT p_user_id, n.id, n.session_id, n.temp_id, n.role, n.content, n.metadata,
           ((v_version + 1) << 20) + n.ord - 1, v_version + 1, n.created_at
    FROM unnest(p_ids, p_temp_ids, p_session_ids, p_roles, p_contents, p_metadata, p_created_at)
             WITH ORDINALITY AS n (id, temp_id, session_id, role, content, metadata, created_at, ord)
    WHERE known_ords IS NULL OR n.ord <> ALL (known_ords);

    UPDATE chat_sessions s SET revision = v_version + 1, updated_at = now()
    WHERE s.user_id = p_user_id AND s.deleted_at IS NULL AND s.id IN (
        SELECT n.session_id FROM unnest(p_session_ids) WITH ORDINALITY AS n (session_id, ord)
        WHERE known_ords IS NULL OR n.ord <> ALL (known_ords));

    UPDATE space s SET version = v_version + 1 WHERE s.user_id = p_user_id;
END $$;
