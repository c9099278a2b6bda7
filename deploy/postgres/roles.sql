-- The database and its roles, as docs/PROTECTION.md describes them. psql runs this as a superuser before every migration; a repeat only sets the
-- passwords again, so a changed password in .env takes effect at the next start.
\set ON_ERROR_STOP on
\getenv owner_password LANDFALL_OWNER_PASSWORD
\getenv server_password LANDFALL_SERVER_PASSWORD

-- The owner of the tables, for migrations and backups. It is no superuser and makes no roles.
SELECT 'CREATE ROLE landfall' WHERE to_regrole('landfall') IS NULL \gexec
ALTER ROLE landfall LOGIN PASSWORD :'owner_password';

-- The role of servers, and the one that their jobs take on.
SELECT 'CREATE ROLE landfall_app' WHERE to_regrole('landfall_app') IS NULL \gexec
SELECT 'CREATE ROLE landfall_jobs NOLOGIN' WHERE to_regrole('landfall_jobs') IS NULL \gexec
ALTER ROLE landfall_app LOGIN NOINHERIT PASSWORD :'server_password';
ALTER ROLE landfall_app SET lock_timeout = '2s';
ALTER ROLE landfall_app SET statement_timeout = '60s';
ALTER ROLE landfall_app SET idle_in_transaction_session_timeout = '60s';
SELECT CASE WHEN current_setting('server_version_num')::integer >= 160000
            THEN 'GRANT landfall_jobs TO landfall_app WITH INHERIT FALSE, SET TRUE'
            ELSE 'GRANT landfall_jobs TO landfall_app' END \gexec

SELECT 'CREATE DATABASE landfall OWNER landfall'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'landfall') \gexec
REVOKE CONNECT ON DATABASE landfall FROM PUBLIC;
GRANT CONNECT ON DATABASE landfall TO landfall_app;
