-- How many rows a list over all users has, counted up to `p_most`.
CREATE OR REPLACE FUNCTION count_assistants(p_scope text, p_status text, p_words text, p_author text, p_most bigint)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT FROM assistants a WHERE %s LIMIT $4) AS rows',
        assistants_condition(p_scope, p_status, p_words, p_author))
    INTO n USING p_status, p_words, p_author, p_most;
    RETURN n;
END $$
