DROP TABLE database_state;
DROP TABLE space CASCADE;
DROP TABLE verification;
DROP TABLE account;
DROP TABLE session;
DROP TABLE "user";
DROP FUNCTION create_space();
