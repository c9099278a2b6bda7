-- The role itself stays: other databases of the cluster may use it.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_app') THEN
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM landfall_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM landfall_app;
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM landfall_app;
        REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM landfall_app;
        REVOKE USAGE ON SCHEMA public FROM landfall_app;
    END IF;
END $$;
