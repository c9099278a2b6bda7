//! Which tables no policy guards, and why. All others hold what people own: row-level security is on, by `user_id` (docs/adr/0028). A new table is
//! guarded or stands here; a test looks.

/// Table and reason.
pub const EXEMPT: &[(&str, &str)] = &[
    (
        "user",
        "who somebody is, is asked before anybody is known: by address at a sign-in, with the session at each request",
    ),
    ("session", "found by the token's hash, which is how a person becomes known"),
    ("account", "found by issuer and subject, which is how a person becomes known"),
    ("verification", "of sign-ins under way: of nobody yet"),
    ("signing_key", "the server's own"),
    ("audit", "outlives the person, and is read by administrators over all people"),
    ("job", "outlives the person, and is worked on over all people"),
    (
        "space",
        "one number for each person: locked before anything is known of the rest, and read for many at once by the events",
    ),
    ("database_state", "one row, nobody's"),
    ("__diesel_schema_migrations", "nobody's"),
];
