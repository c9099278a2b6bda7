-- The role that a server in production connects as: it reads and writes rows, owns nothing and can change no table. `landfall migrate` runs as the
-- owner. A role belongs to the whole cluster: another database may have made it, or be making it now. It can't log in until somebody lets it:
-- ALTER ROLE landfall_app LOGIN PASSWORD '...'.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_app') THEN
        CREATE ROLE landfall_app NOLOGIN;
        -- No statement waits for a lock, or works, or leaves a transaction open, for longer. The longest of ours is an import.
        ALTER ROLE landfall_app SET lock_timeout = '2s';
        ALTER ROLE landfall_app SET statement_timeout = '60s';
        ALTER ROLE landfall_app SET idle_in_transaction_session_timeout = '60s';
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE WARNING 'the role landfall_app was not made: the owner may make no roles, so the server has to connect as the owner';
END $$;

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_app') THEN
        GRANT USAGE ON SCHEMA public TO landfall_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO landfall_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO landfall_app;
        -- Tables of later migrations too.
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO landfall_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO landfall_app;
        -- Which migrations ran, it may read.
        REVOKE INSERT, UPDATE, DELETE ON __diesel_schema_migrations FROM landfall_app;
    END IF;
END $$;
