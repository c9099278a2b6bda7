-- The audit log for administrators. When a user is deleted, the lines stay without the user's id.
CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz(3) NOT NULL DEFAULT now(),
    actor text REFERENCES "user" (id) ON DELETE SET NULL,
    action text NOT NULL,
    entity text NOT NULL,
    entity_id text,
    details jsonb
);
-- The list by time.
CREATE INDEX audit_at ON audit (at);
-- The list of one actor, and the delete of a user.
CREATE INDEX audit_actor ON audit (actor, at) WHERE actor IS NOT NULL;
