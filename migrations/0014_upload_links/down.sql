DROP TABLE upload_links;
