-- Running imports. An import is staged row by row, then applied in one transaction.

-- One import per user. Both tables are unlogged: staged rows are not user data yet. A crash of PostgreSQL empties both, so that an
-- import that lost rows finds no row of its own, fails, and is started again by the client.
-- `row_count` is the number of rows staged so far. An import whose `touched_at` is old was abandoned.
CREATE UNLOGGED TABLE imports (
    owner bigint PRIMARY KEY REFERENCES user_version (owner) ON DELETE CASCADE,
    id uuid NOT NULL,
    phase text NOT NULL CHECK (phase IN ('reading', 'applying')),
    row_count bigint NOT NULL DEFAULT 0,
    started_at timestamptz(3) NOT NULL DEFAULT now(),
    touched_at timestamptz(3) NOT NULL DEFAULT now()
);

-- The staged rows: checked and not applied yet. `place` is the index (from 0) of the row in its section.
-- `link_1` to `link_4` are the ids that the row refers to, in the order in which its section declares them.
-- `fault` is the reason why the row cannot be applied, `fault_member` the invalid member.
-- No foreign key to imports: a job removes rows whose import is gone, in steps.
CREATE UNLOGGED TABLE import_rows (
    owner bigint NOT NULL,
    import_id uuid NOT NULL,
    section text COLLATE "C" NOT NULL,
    place integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    value jsonb NOT NULL,
    unique_name text COLLATE "C",
    link_1 text,
    link_2 text,
    link_3 text,
    link_4 text,
    fault text,
    fault_member text,
    PRIMARY KEY (owner, import_id, section, place)
);
-- The value is compressed once, in the table where it stays.
ALTER TABLE import_rows ALTER COLUMN value SET STORAGE EXTERNAL;
-- Rows by their ids, for references within the document.
CREATE INDEX import_rows_id ON import_rows (owner, import_id, section, id);
