//! The tables without row-level security, and why. All other tables hold user data and have a policy by `owner` (docs/adr/0028). A test checks that each
//! table has a policy or is listed here.

/// Pairs of table and reason.
pub const EXEMPT: &[(&str, &str)] = &[
    ("user", "read before the user is known: by email address at a sign-in, with the session at each request"),
    ("session", "found by the token's hash, before the user is known"),
    ("account", "found by issuer and subject, before the user is known"),
    ("verification", "belongs to sign-ins that are not completed, without a user"),
    ("signing_key", "belongs to the server"),
    ("audit", "outlives the user, and administrators read it over all users"),
    ("job", "outlives the user, and jobs of all users share one queue"),
    (
        "user_version",
        "one number for each user: locked first in every write, and read for many users at once by the events",
    ),
    ("day_writes", "counts the writes of all users, and outlives them"),
    ("database_state", "one row, belongs to the server"),
    ("__diesel_schema_migrations", "belongs to the server"),
    ("schema_function", "belongs to the server"),
];
