-- What was done, by whom. When a person is deleted, the lines stay and the name goes.
CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz(3) NOT NULL DEFAULT now(),
    actor text REFERENCES "user" (id) ON DELETE SET NULL,
    action text NOT NULL,
    entity text NOT NULL,
    entity_id text,
    details jsonb
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_actor ON audit (actor, at) WHERE actor IS NOT NULL;
