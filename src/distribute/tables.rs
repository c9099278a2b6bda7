//! Where each table is in a cluster. A test checks that every table of the schema is named once.

/// A table whose rows are on the shard of their owner.
#[derive(Debug, Clone, Copy)]
pub struct Distributed {
    pub name: &'static str,
    /// The column with the owner's key.
    pub column: &'static str,
}

const fn by_owner(name: &'static str) -> Distributed {
    Distributed { name, column: "owner" }
}

/// The tables that are distributed, in the order of their foreign keys. All rows of one owner are on one worker, so that a write of a user is a
/// transaction of one worker.
pub const DISTRIBUTED: &[Distributed] = &[
    by_owner(FIRST),
    by_owner("chat_sessions"),
    by_owner("expired_chat_sessions"),
    by_owner("chat_messages"),
    by_owner("projects"),
    by_owner("records"),
    by_owner("idempotency_records"),
    by_owner("assets"),
    by_owner("asset_objects"),
    by_owner("upload_links"),
    by_owner("imports"),
    by_owner("import_rows"),
    Distributed { name: "day_writes", column: "part" },
];

/// The table whose shards the others are placed beside.
pub const FIRST: &str = "user_version";

/// Pairs of a table that stays on the coordinator and the reason.
pub const ON_COORDINATOR: &[(&str, &str)] = &[
    ("user", "sign-in finds a user by email address; the key of the owner is given here"),
    ("session", "each request finds its session by the token's hash, before the owner is known"),
    ("account", "sign-in finds an account by issuer and subject"),
    ("verification", "belongs to sign-ins that are not completed, without an owner"),
    ("signing_key", "belongs to the servers"),
    ("audit", "outlives the user, and administrators read it over all users"),
    ("job", "jobs of all users share one queue"),
    ("assistants", "ids are unique over all users, and the market lists the rows of all users"),
    ("database_state", "one row, belongs to the servers"),
    ("__diesel_schema_migrations", "belongs to the servers"),
    ("schema_function", "belongs to the servers"),
];

/// Functions that run on the worker of their owner: name and the parameter with the owner's key.
pub const DELEGATED: &[(&str, &str)] = &[("write_messages", "p_owner"), ("store_project", "p_owner")];
