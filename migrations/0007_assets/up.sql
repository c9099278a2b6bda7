-- Files. The bytes are in the object storage; the rows describe them. One table and one state machine serve files that browsers send
-- straight to the storage (assets) and files that pass through the server (media).

-- `sha256` is lower-case hex and is checked against the bytes before the row is completed. `error` says why an upload failed.
-- `revision` counts the changes of the row: 1 at insert, +1 with every change. `version` is the user's version that last changed the row.
CREATE TABLE assets (
    owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
    id uuid NOT NULL,
    project_id text,
    file_name text NOT NULL,
    file_type text NOT NULL CHECK (file_type IN ('image', 'video', 'audio', 'document', 'other')),
    mime_type text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    width int4,
    height int4,
    sha256 text,
    status text NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'deleted')),
    error text,
    revision bigint NOT NULL CHECK (revision > 0),
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    PRIMARY KEY (owner, id),
    CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
);
-- The list (last changed first) and the pull (rows changed after a version).
CREATE INDEX assets_version ON assets (owner, version, id);
-- The removal of old tombstones.
CREATE INDEX assets_deleted_at ON assets (owner, deleted_at) WHERE deleted_at IS NOT NULL;
-- The job that fails unfinished uploads of all users.
CREATE INDEX assets_pending ON assets (updated_at) WHERE status = 'pending';

-- The object of an asset and its upload: one row for each asset. No client reads it, so a change of it raises no version.
-- `object_key` is the key of the bytes once the asset is completed; upload links write to `staging_key` only.
-- `etag` is the storage's name for the bytes. An object that still has it needs no further check. `upload_id` and `part_size` describe a resumable
-- upload that is under way. `lease` is the id of the request that copies to `object_key`; until `leased_until` no other request may.
-- `checked_at` is the time at which the reconciler last looked for the object. `missing_since` is the time of the first look that did not find it as it was,
-- and `missing_looks` the number of such looks; a look that finds it ends both.
CREATE TABLE asset_objects (
    owner bigint NOT NULL,
    id uuid NOT NULL,
    object_key text NOT NULL,
    staging_key text NOT NULL,
    etag text,
    upload_id text,
    part_size bigint,
    lease uuid,
    leased_until timestamptz(3),
    checked_at timestamptz(3) NOT NULL DEFAULT now(),
    missing_since timestamptz(3),
    missing_looks int4 NOT NULL DEFAULT 0,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, id) REFERENCES assets (owner, id) ON DELETE CASCADE,
    CHECK ((upload_id IS NULL) = (part_size IS NULL))
);
-- The reconciler: objects of all users, the longest unchecked first.
CREATE INDEX asset_objects_checked_at ON asset_objects (checked_at);
-- The files that are missing now.
CREATE INDEX asset_objects_missing ON asset_objects (missing_since) WHERE missing_since IS NOT NULL;
