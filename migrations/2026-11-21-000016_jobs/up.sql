-- Work that must happen after a commit, however often servers stop: queued in the transaction that causes it. It names users and keys but
-- refers to no row, since it must outlive them.
CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    -- Of recurring work: there is one of each.
    unique_key text UNIQUE,
    run_at timestamptz(3) NOT NULL DEFAULT now(),
    -- Runs that failed by their own fault; an outage of the storage or the database counts for none.
    attempts int4 NOT NULL DEFAULT 0,
    -- While a server works on it.
    locked_until timestamptz(3),
    last_error text,
    -- Given up: kept for people to look at.
    dead boolean NOT NULL DEFAULT false,
    created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX job_due ON job (run_at) WHERE NOT dead;
