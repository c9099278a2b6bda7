-- The size of a project is given by its writer, who has the document as text. A generated column would write the jsonb out again for each change, which
-- is a tenth of the whole write.

ALTER TABLE projects ALTER COLUMN bytes DROP EXPRESSION;

-- Measures the rows of all other writers: an import, and servers of the release before. `store_project` gives the size and switches this off.
CREATE FUNCTION measure_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.bytes := json_bytes(NEW.name) + coalesce(octet_length(NEW.data::text), 0) + 300;
    RETURN NEW;
END $$;
CREATE TRIGGER measure_project BEFORE INSERT OR UPDATE OF name, data ON projects
    FOR EACH ROW WHEN (current_setting('app.row_bytes', true) IS DISTINCT FROM 'given') EXECUTE FUNCTION measure_project();
