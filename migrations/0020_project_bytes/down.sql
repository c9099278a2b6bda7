DROP TRIGGER measure_project ON projects;
DROP FUNCTION measure_project();

ALTER TABLE projects DROP COLUMN bytes;
ALTER TABLE projects ADD COLUMN bytes bigint NOT NULL
    GENERATED ALWAYS AS (json_bytes(name) + coalesce(octet_length(data::text), 0) + 300) STORED;
