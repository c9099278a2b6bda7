DROP TABLE erasure;
DROP TABLE audit;
