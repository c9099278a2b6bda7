-- A chat's revision counts its messages too, so it does not tell whether a device knows the chat's title, project and metadata. This one does. It is null
-- for rows from before, where `revision` counts instead.

-- One block: a cluster reads the text of an ALTER again, and refuses a text of several statements.
DO $migration$ BEGIN
ALTER TABLE chat_sessions ADD COLUMN content_revision bigint;
ALTER TABLE chat_sessions ALTER COLUMN content_revision SET DEFAULT 1;

-- A trigger, so that servers of the release before keep it too. It does not run for messages, which set none of these columns.
CREATE FUNCTION keep_content_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.content_revision := NEW.revision;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_content_revision BEFORE UPDATE OF title, project_id, metadata ON chat_sessions
    FOR EACH ROW EXECUTE FUNCTION keep_content_revision();
END $migration$;
