DROP TABLE database_state, user_version;
DROP TRIGGER user_has_version ON "user";
DROP FUNCTION create_user_version();
