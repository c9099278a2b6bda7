-- Which of these ids belong to other users than the given one.
CREATE OR REPLACE FUNCTION taken_assistants(p_owner bigint, p_ids text[])
RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM assistants a WHERE a.id = ANY (p_ids) AND a.owner <> p_owner
$$
