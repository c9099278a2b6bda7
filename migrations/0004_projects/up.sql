-- Projects: documents in a tree.

-- `revision` counts the row's accepted writes, delete and restore included; clients send it as baseRevision.
-- `version` is the user's version that last changed the row. `client_updated_at` is the client's time and has no effect.
-- `parent_id` has no foreign key: parents are checked, and children deleted, under the user's lock. The parent of a living project is living.
CREATE TABLE projects (
    owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
    id text NOT NULL CHECK (char_length(id) BETWEEN 1 AND 128),
    name text NOT NULL,
    data jsonb,
    parent_id text,
    thumbnail_asset_id text,
    client_updated_at timestamptz(3),
    revision bigint NOT NULL CHECK (revision > 0),
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    PRIMARY KEY (owner, id)
);
-- The list (last changed first) and the pull (rows changed after a version).
CREATE INDEX projects_version ON projects (owner, version, id);
-- The children of a project, for deletes.
CREATE INDEX projects_parent_id ON projects (owner, parent_id) WHERE parent_id IS NOT NULL;
-- The removal of old tombstones.
CREATE INDEX projects_deleted_at ON projects (owner, deleted_at) WHERE deleted_at IS NOT NULL;
