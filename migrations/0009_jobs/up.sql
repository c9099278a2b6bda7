-- Work after a commit. A job is queued in the transaction that causes it, so that it survives a stop of the servers.

-- A job names users and keys but refers to no row, since it must outlive them. `unique_key` is set for recurring jobs, of which there is one each.
-- `attempts` counts runs that failed by the job's own fault; an outage of storage or database does not count. `locked_until` is set while a
-- server works on it. A `dead` job does not run again and is kept for operators.
CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    unique_key text UNIQUE,
    run_at timestamptz(3) NOT NULL DEFAULT now(),
    attempts int4 NOT NULL DEFAULT 0,
    locked_until timestamptz(3),
    last_error text,
    dead boolean NOT NULL DEFAULT false,
    created_at timestamptz(3) NOT NULL DEFAULT now()
);
-- The next job that is due.
CREATE INDEX job_due ON job (run_at) WHERE NOT dead;
