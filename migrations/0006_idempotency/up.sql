-- The outcomes of writes that a client may repeat, each stored in the transaction of its effect.

-- `client_id` is empty for single writes, whose mutation ids are free text. `number` is the mutation id as a number for clients whose mutations
-- count up. `request_hash` is the SHA-256 of the request: the same id with another request is a conflict. It is empty once the outcome was
-- removed and only the name is kept. `version` is the user's version after the write.
CREATE TABLE idempotency_records (
    owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
    client_id text NOT NULL DEFAULT '',
    mutation_id text NOT NULL,
    number bigint,
    request_hash bytea NOT NULL,
    outcome jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, client_id, mutation_id)
);
-- The highest number of a client, and the outcomes of a range of numbers.
CREATE UNIQUE INDEX idempotency_records_number ON idempotency_records (owner, client_id, number) WHERE number IS NOT NULL;
-- The removal of old outcomes.
CREATE INDEX idempotency_records_created_at ON idempotency_records (owner, created_at) WHERE request_hash <> '';
