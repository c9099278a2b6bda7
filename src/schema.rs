//! The tables as diesel sees them. Kept in step with `migrations/` by a test that asks PostgreSQL.

diesel::table! {
    user (id) {
        id -> Text,
        key -> BigInt,
        name -> Text,
        email -> Text,
        email_verified -> Bool,
        image -> Nullable<Text>,
        role -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    session (id) {
        id -> Text,
        user_id -> Text,
        token_hash -> Bytea,
        expires_at -> Timestamptz,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    account (id) {
        id -> Text,
        user_id -> Text,
        provider_id -> Text,
        issuer -> Text,
        account_id -> Text,
        scope -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    verification (id) {
        id -> Text,
        identifier -> Text,
        value -> Text,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    signing_key (kid) {
        kid -> Text,
        public_key -> Bytea,
        sealed_private_key -> Bytea,
        created_at -> Timestamptz,
        verifies_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit (id) {
        id -> Uuid,
        at -> Timestamptz,
        actor -> Nullable<Text>,
        action -> Text,
        entity -> Text,
        entity_id -> Nullable<Text>,
        changed -> Array<Text>,
        request_id -> Nullable<Text>,
    }
}

diesel::table! {
    user_version (owner) {
        owner -> BigInt,
        version -> BigInt,
        horizon -> BigInt,
        row_bytes -> BigInt,
        row_count -> BigInt,
        stored_bytes -> BigInt,
        stored_count -> BigInt,
        used_bytes -> BigInt,
        used_count -> BigInt,
        write_day -> Date,
        day_writes -> BigInt,
        largest_row -> BigInt,
    }
}

diesel::table! {
    database_state (only_row) {
        only_row -> Bool,
        epoch -> Uuid,
    }
}

diesel::table! {
    chat_sessions (owner, id) {
        owner -> BigInt,
        id -> Uuid,
        title -> Text,
        project_id -> Nullable<Text>,
        metadata -> Nullable<Jsonb>,
        revision -> BigInt,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        bytes -> BigInt,
        content_revision -> Nullable<BigInt>,
    }
}

diesel::table! {
    expired_chat_sessions (owner, id) {
        owner -> BigInt,
        id -> Uuid,
    }
}

diesel::table! {
    chat_messages (owner, id) {
        owner -> BigInt,
        id -> Uuid,
        session_id -> Uuid,
        temp_id -> Nullable<Text>,
        role -> Text,
        content -> Text,
        metadata -> Nullable<Jsonb>,
        position -> BigInt,
        version -> BigInt,
        created_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        bytes -> BigInt,
    }
}

diesel::table! {
    projects (owner, id) {
        owner -> BigInt,
        id -> Text,
        name -> Text,
        data -> Nullable<Jsonb>,
        parent_id -> Nullable<Text>,
        thumbnail_asset_id -> Nullable<Text>,
        client_updated_at -> Nullable<Timestamptz>,
        revision -> BigInt,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        bytes -> BigInt,
    }
}

diesel::table! {
    idempotency_records (owner, client_id, mutation_id) {
        owner -> BigInt,
        client_id -> Text,
        mutation_id -> Text,
        number -> Nullable<BigInt>,
        request_hash -> Bytea,
        outcome -> Jsonb,
        version -> BigInt,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    records (owner, collection, id) {
        owner -> BigInt,
        collection -> Text,
        id -> Text,
        value -> Jsonb,
        unique_name -> Nullable<Text>,
        links -> Array<Nullable<Text>>,
        revision -> BigInt,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        bytes -> BigInt,
    }
}

diesel::table! {
    assets (owner, id) {
        owner -> BigInt,
        id -> Uuid,
        project_id -> Nullable<Text>,
        file_name -> Text,
        file_type -> Text,
        mime_type -> Text,
        size -> BigInt,
        width -> Nullable<Int4>,
        height -> Nullable<Int4>,
        sha256 -> Nullable<Text>,
        status -> Text,
        error -> Nullable<Text>,
        revision -> BigInt,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    assistants (owner, id) {
        owner -> BigInt,
        id -> Text,
        temp_id -> Nullable<Text>,
        author -> Text,
        title -> Text,
        description -> Text,
        emoji -> Text,
        prompt -> Text,
        tags -> Array<Text>,
        words -> Text,
        category -> Array<Text>,
        is_public -> Bool,
        status -> Text,
        review_note -> Nullable<Text>,
        usage_count -> BigInt,
        rating -> Nullable<Float8>,
        revision -> BigInt,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        published_at -> Nullable<Timestamptz>,
        reviewed_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        bytes -> BigInt,
    }
}

diesel::table! {
    asset_objects (owner, id) {
        owner -> BigInt,
        id -> Uuid,
        object_key -> Text,
        staging_key -> Text,
        etag -> Nullable<Text>,
        upload_id -> Nullable<Text>,
        part_size -> Nullable<BigInt>,
        lease -> Nullable<Uuid>,
        leased_until -> Nullable<Timestamptz>,
        checked_at -> Timestamptz,
        missing_since -> Nullable<Timestamptz>,
        missing_looks -> Int4,
    }
}

diesel::table! {
    upload_links (owner, id, staging_key) {
        owner -> BigInt,
        id -> Uuid,
        staging_key -> Text,
        size -> BigInt,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    job (id) {
        id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
        unique_key -> Nullable<Text>,
        run_at -> Timestamptz,
        attempts -> Int4,
        locked_until -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        dead -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(session -> user (user_id));
diesel::joinable!(account -> user (user_id));
diesel::allow_tables_to_appear_in_same_query!(user, session, account, user_version, chat_sessions, chat_messages);
diesel::allow_tables_to_appear_in_same_query!(assets, asset_objects);
