-- The roles themselves stay: other databases of the cluster may use them.
DO $$
DECLARE
    p record;
BEGIN
    FOR p IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND policyname IN ('owner', 'jobs') LOOP
        EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', p.tablename);
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM landfall_jobs;
        REVOKE USAGE ON SCHEMA public FROM landfall_jobs;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_app') THEN
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM landfall_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM landfall_app;
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM landfall_app;
        REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM landfall_app;
        REVOKE USAGE ON SCHEMA public FROM landfall_app;
    END IF;
END $$;
