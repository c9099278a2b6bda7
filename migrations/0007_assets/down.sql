DROP TABLE asset_objects, assets;
