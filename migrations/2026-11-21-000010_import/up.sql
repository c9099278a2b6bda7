-- Imports under way, one a person. Unlogged, as their rows are: after a crash of PostgreSQL both are empty, so an import that lost rows finds
-- itself gone and is told to begin anew.
CREATE UNLOGGED TABLE imports (
    user_id text PRIMARY KEY REFERENCES space (user_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    phase text NOT NULL CHECK (phase IN ('reading', 'applying')),
    -- Staged so far.
    row_count bigint NOT NULL DEFAULT 0,
    started_at timestamptz(3) NOT NULL DEFAULT now(),
    -- An import that nobody has touched for a while was left behind.
    touched_at timestamptz(3) NOT NULL DEFAULT now()
);

-- What an import has read, checked but not applied: nobody's data yet. `place` counts the rows of a section from 0.
CREATE UNLOGGED TABLE import_rows (
    user_id text NOT NULL,
    import_id uuid NOT NULL,
    section text COLLATE "C" NOT NULL,
    place integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    value jsonb NOT NULL,
    unique_name text COLLATE "C",
    -- The ids that the row refers to, in the order in which its section declares them.
    link_1 text,
    link_2 text,
    link_3 text,
    link_4 text,
    -- Why the row can't be taken, and which member is to blame.
    fault text,
    fault_member text,
    PRIMARY KEY (user_id, import_id, section, place)
);
-- It is compressed once, where it stays.
ALTER TABLE import_rows ALTER COLUMN value SET STORAGE EXTERNAL;
CREATE INDEX import_rows_id ON import_rows (user_id, import_id, section, id);
