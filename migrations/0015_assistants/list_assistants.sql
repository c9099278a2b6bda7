-- A page of a list over all users: of `public` the newest first, of `review` the longest waiting first. Row-level security would keep PostgreSQL from
-- using the index of words, because the match of words is not leakproof. So this function has the rights of the tables' owner, and shows what
-- `assistants_condition` allows.
--
-- PostgreSQL can't estimate how many rows the beginning of a word matches. The caller counts them (`p_found`, from `count_assistants`). Few matches are
-- found by the index of words and then ordered; if there are many, the first rows of the order have enough of them.
CREATE OR REPLACE FUNCTION list_assistants(p_scope text, p_status text, p_words text, p_author text, p_found bigint, p_offset bigint, p_limit bigint)
RETURNS SETOF assistants LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    many CONSTANT bigint := 10000;
    condition text := assistants_condition(p_scope, p_status, p_words, p_author);
    ordered text := CASE p_scope WHEN 'review' THEN 'a.updated_at, a.id' ELSE 'a.published_at DESC, a.id' END;
    query text := 'SELECT a.* FROM assistants a WHERE %1$s ORDER BY %2$s OFFSET $4 LIMIT $5';
BEGIN
    IF p_words IS NOT NULL AND p_found < many THEN
        query := 'WITH found AS MATERIALIZED (SELECT a.owner, a.id, a.published_at, a.updated_at FROM assistants a WHERE %1$s)
            SELECT a.* FROM (SELECT a.owner, a.id FROM found a ORDER BY %2$s OFFSET $4 LIMIT $5) AS page JOIN assistants a USING (owner, id)
            ORDER BY %2$s';
    END IF;
    RETURN QUERY EXECUTE format(query, condition, ordered) USING p_status, p_words, p_author, p_offset, p_limit;
END $$
