DROP FUNCTION write_project_v1;
DROP TABLE receipts;
DROP TABLE projects;
