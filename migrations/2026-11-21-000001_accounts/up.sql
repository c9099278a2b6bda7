-- Who people are. Names and shapes follow Better Auth (singular tables, text ids), so that its client and tools fit.
CREATE TABLE "user" (
    id text PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    email_verified boolean NOT NULL DEFAULT false,
    image text,
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE session (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    -- SHA-256 of the token; the token itself is never stored.
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz(3) NOT NULL,
    ip_address text,
    user_agent text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX session_user_id ON session (user_id);

-- A way to sign in. A provider's tokens are not stored at all.
CREATE TABLE account (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    account_id text NOT NULL,
    provider_id text NOT NULL,
    scope text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    UNIQUE (provider_id, account_id)
);
CREATE INDEX account_user_id ON account (user_id);

CREATE TABLE verification (
    id text PRIMARY KEY,
    identifier text NOT NULL UNIQUE,
    value text NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- One row for each user: the version that every write to that user's data raises (rule 1), and the lock of all of them.
CREATE TABLE space (
    user_id text PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    version bigint NOT NULL DEFAULT 0
);

-- A user without a space can't exist: whoever inserts the user, the space comes with it.
CREATE FUNCTION create_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO space (user_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER user_has_space AFTER INSERT ON "user" FOR EACH ROW EXECUTE FUNCTION create_space();

-- One row: which life of the database this is. A restore from a backup sets a new epoch, so that cursors and ETags end.
CREATE TABLE database_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO database_state DEFAULT VALUES;
