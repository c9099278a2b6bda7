-- Who somebody is at a provider is the issuer's name and the subject there; an address is none, it may change hands.
ALTER TABLE account ADD COLUMN issuer text NOT NULL;
ALTER TABLE account DROP CONSTRAINT account_provider_id_account_id_key;
ALTER TABLE account ADD CONSTRAINT account_identity UNIQUE (issuer, account_id);

-- Sign-ins under way that nobody came back to are taken away by their end.
CREATE INDEX verification_expires_at ON verification (expires_at);

-- The keys of the JWTs. One signs; those that it replaced verify until their tokens have expired.
CREATE TABLE signing_key (
    kid text PRIMARY KEY,
    public_key bytea NOT NULL,
    -- Sealed with a key that the database doesn't hold.
    sealed_private_key bytea NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    -- Null: this one signs.
    verifies_until timestamptz(3)
);
CREATE UNIQUE INDEX signing_key_one_signs ON signing_key ((true)) WHERE verifies_until IS NULL;
