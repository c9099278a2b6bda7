-- Files: what is known of each. The bytes are in the object storage. One table and one state machine for what browsers send straight to the
-- storage (assets) and what passes through the server (media).
CREATE TABLE assets (
    user_id text NOT NULL REFERENCES space (user_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    project_id text,
    file_name text NOT NULL,
    file_type text NOT NULL CHECK (file_type IN ('image', 'video', 'audio', 'document', 'other')),
    mime_type text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    width int4,
    height int4,
    -- Lower-case hex; checked against the bytes before the row is completed.
    sha256 text,
    status text NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'deleted')),
    -- Why it failed, for people.
    error text,
    -- The user's version that last changed the row.
    revision bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    PRIMARY KEY (user_id, id),
    CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
);
-- Serves the list (last changed first) and the pull (what changed after a version).
CREATE INDEX assets_revision ON assets (user_id, revision, id);
-- For the jobs that look over all users.
CREATE INDEX assets_pending ON assets (updated_at) WHERE status = 'pending';

-- Where an asset's bytes are and how they get there: one row for each asset. No device reads it, so changing it raises no version.
CREATE TABLE asset_objects (
    user_id text NOT NULL,
    id uuid NOT NULL,
    -- Where the bytes are once the asset is completed. Links for uploading lead to `staging_key`, never here.
    object_key text NOT NULL,
    staging_key text NOT NULL,
    -- The storage's name for the bytes: the reconciler sees by it that they were replaced.
    etag text,
    -- A resumable upload that is under way, and the size of its parts.
    upload_id text,
    part_size bigint,
    -- Who is copying to `object_key` right now, and until when nobody else may.
    claim uuid,
    claimed_until timestamptz(3),
    -- When the reconciler last saw the object.
    checked_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, id) REFERENCES assets (user_id, id) ON DELETE CASCADE,
    CHECK ((upload_id IS NULL) = (part_size IS NULL))
);
CREATE INDEX asset_objects_checked ON asset_objects (checked_at);
