-- The condition of a list over all users, for `EXECUTE .. USING status, words, author`: the scope `public` has the rows that are public and published,
-- `review` the rows that are no drafts. Its text is made of constants.
CREATE OR REPLACE FUNCTION assistants_condition(p_scope text, p_status text, p_words text, p_author text)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT 'a.deleted_at IS NULL AND '
        || CASE p_scope WHEN 'review' THEN 'a.status <> ''draft''' ELSE 'a.is_public AND a.status = ''published''' END
        || CASE WHEN p_status IS NULL THEN '' ELSE ' AND a.status = $1' END
        || CASE WHEN p_words IS NULL THEN '' ELSE ' AND to_tsvector(''pg_catalog.simple'', a.words) @@ to_tsquery(''pg_catalog.simple'', $2)' END
        || CASE WHEN p_author IS NULL THEN '' ELSE ' AND a.author = $3' END
$$
