-- The functions of the frequent writes have files of their own, beside the tables that they write (such as 0003_chat/write_messages.sql). They are
-- applied after the migrations, and again whenever their text changes (src/db/functions.rs).

-- The applied functions: the SHA-256 of a function's text, and the release that applied it. A release leaves the text of a later one as it is.
CREATE TABLE schema_function (
    name text PRIMARY KEY,
    sha256 bytea NOT NULL,
    release text NOT NULL,
    applied_at timestamptz(3) NOT NULL DEFAULT now()
);
