DROP TABLE signing_key;
DROP INDEX verification_expires_at;
ALTER TABLE account DROP CONSTRAINT account_identity;
ALTER TABLE account ADD CONSTRAINT account_provider_id_account_id_key UNIQUE (provider_id, account_id);
ALTER TABLE account DROP COLUMN issuer;
