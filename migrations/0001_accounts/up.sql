-- Users, their accounts at sign-in providers, and their sessions. Table and column names follow Better Auth (singular tables, text ids), so that its
-- client and tools fit.

-- `id` is the public id, part of answers, tokens and object keys. `key` is the owner key of the user's data: 8 bytes in every row and index
-- in place of the 37 bytes of a text id (docs/adr/0030). It never leaves the server.
-- `email` is unique and stored in lower case: sign-in finds a user by it.
CREATE TABLE "user" (
    id text PRIMARY KEY,
    key bigint NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    email_verified boolean NOT NULL DEFAULT false,
    image text,
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- `token_hash` is the SHA-256 of the token; the token is never stored. Each request finds its session by the hash, hence the unique index.
CREATE TABLE session (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz(3) NOT NULL,
    ip_address text,
    user_agent text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);
-- The list of a user's sessions, and the delete of a user.
CREATE INDEX session_user_id ON session (user_id);
-- Each sign-in deletes the expired sessions.
CREATE INDEX session_expires_at ON session (expires_at);

-- An account at a provider. An identity at a provider is the issuer and the subject there (`account_id`), never the email address, which may pass to
-- another user.
-- The provider's tokens are not stored.
CREATE TABLE account (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    provider_id text NOT NULL,
    issuer text NOT NULL,
    account_id text NOT NULL,
    scope text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT account_identity UNIQUE (issuer, account_id)
);
-- The list of a user's accounts, and the delete of a user.
CREATE INDEX account_user_id ON account (user_id);

-- Secrets that work once, such as the state of a sign-in at a provider. `identifier` is the purpose and the hash of the secret.
CREATE TABLE verification (
    id text PRIMARY KEY,
    identifier text NOT NULL UNIQUE,
    value text NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);
-- The removal of expired rows.
CREATE INDEX verification_expires_at ON verification (expires_at);

-- The keys of the JWTs. One key signs (`verifies_until` is null); replaced keys verify until the last token that they signed has expired.
-- `sealed_private_key` is encrypted with a key that the database does not hold.
CREATE TABLE signing_key (
    kid text PRIMARY KEY,
    public_key bytea NOT NULL,
    sealed_private_key bytea NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    verifies_until timestamptz(3)
);
-- At most one key signs.
CREATE UNIQUE INDEX signing_key_one_signs ON signing_key ((true)) WHERE verifies_until IS NULL;
