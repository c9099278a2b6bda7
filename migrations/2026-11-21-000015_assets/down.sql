DROP TABLE asset_objects;
DROP TABLE assets;
