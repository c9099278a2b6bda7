DROP FUNCTION IF EXISTS list_assistants, assistant_to_review;
DROP TABLE assistants;
DROP FUNCTION IF EXISTS assistants_condition, count_assistants, taken_assistants;
DROP FUNCTION text_array_bytes;
DELETE FROM schema_function WHERE name IN ('assistant_to_review', 'assistants_condition', 'count_assistants', 'list_assistants', 'taken_assistants');
