-- The row of any user that an administrator may review: no draft and no tombstone.
CREATE OR REPLACE FUNCTION assistant_to_review(p_id text)
RETURNS SETOF assistants LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.* FROM assistants a WHERE a.id = p_id AND a.status <> 'draft' AND a.deleted_at IS NULL
$$
