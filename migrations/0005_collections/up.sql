-- The rows of all collections. A collection is declared in the program and has no table and no SQL of its own.

-- `collection` and `id` are opaque text, compared by bytes (COLLATE "C"), so that the order is the same on every machine.
-- `unique_name` is the value that no other living row of the collection may have; null where the collection declares none.
-- `links` are the ids that the row refers to, in the order in which its collection declares its references.
-- `revision` counts the row's accepted writes, delete and restore included; clients send it as baseRevision.
-- `version` is the user's version that last changed the row.
CREATE TABLE records (
    owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
    collection text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 1 AND 128),
    value jsonb NOT NULL,
    unique_name text COLLATE "C",
    links text[] NOT NULL DEFAULT '{}',
    revision bigint NOT NULL CHECK (revision > 0),
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    PRIMARY KEY (owner, collection, id)
);
-- The pull: rows of a collection that changed after a version.
CREATE INDEX records_version ON records (owner, collection, version, id);
CREATE UNIQUE INDEX records_unique_name ON records (owner, collection, unique_name)
    WHERE unique_name IS NOT NULL AND deleted_at IS NULL;
-- The rows that refer to a row, for deletes that cascade or unlink. The indexes are empty for collections without references.
CREATE INDEX records_link_1 ON records (owner, collection, (links[1])) WHERE links[1] IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX records_link_2 ON records (owner, collection, (links[2])) WHERE links[2] IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX records_link_3 ON records (owner, collection, (links[3])) WHERE links[3] IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX records_link_4 ON records (owner, collection, (links[4])) WHERE links[4] IS NOT NULL AND deleted_at IS NULL;
-- The removal of old tombstones.
CREATE INDEX records_deleted_at ON records (owner, deleted_at) WHERE deleted_at IS NOT NULL;
