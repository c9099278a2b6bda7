DROP TRIGGER keep_day_writes ON user_version;
DROP TRIGGER keep_day_writes_of_deleted ON user_version;
DROP FUNCTION keep_day_writes;
DROP TABLE day_writes;
ALTER TABLE user_version DROP COLUMN write_day, DROP COLUMN day_writes;
