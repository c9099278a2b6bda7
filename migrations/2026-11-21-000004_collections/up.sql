-- The rows of all collections. What a collection is stands in src/sync/collections: no table, and no SQL, of its own.
CREATE TABLE records (
    user_id text NOT NULL REFERENCES space (user_id) ON DELETE CASCADE,
    -- Ids are opaque: ordered by their bytes, the same on every machine.
    collection text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 1 AND 128),
    value jsonb NOT NULL,
    -- What no other living row of the collection may have; null where the collection declares nothing unique.
    unique_name text COLLATE "C",
    -- The ids that the row refers to, in the order in which its collection declares its references.
    links text[] NOT NULL DEFAULT '{}',
    -- The row's own counter: 1 when new, one more for each accepted write, tombstones too. What clients send as baseRevision.
    revision bigint NOT NULL,
    -- The user's version that last changed the row: what a pull goes by.
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    PRIMARY KEY (user_id, collection, id)
);
CREATE INDEX records_version ON records (user_id, collection, version, id);
CREATE UNIQUE INDEX records_unique_name ON records (user_id, collection, unique_name)
    WHERE unique_name IS NOT NULL AND deleted_at IS NULL;
-- Who refers to a row, for deletes that take along or unlink. Empty for collections without references, so they cost those nothing.
CREATE INDEX records_link_1 ON records (user_id, collection, (links[1])) WHERE links[1] IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX records_link_2 ON records (user_id, collection, (links[2])) WHERE links[2] IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX records_link_3 ON records (user_id, collection, (links[3])) WHERE links[3] IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX records_link_4 ON records (user_id, collection, (links[4])) WHERE links[4] IS NOT NULL AND deleted_at IS NULL;
