//! The handlers and wire types, one folder per resource. This file is the only registration of routes.

mod admin;
mod assets;
mod assistants;
mod auth;
mod chat;
mod collections;
mod docs;
pub mod health;
mod media;
mod metrics;
mod projects;
mod sync;
mod transfer;

pub use docs::register as register_docs;
pub use transfer::document::ExportDocument;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every operation of the API. `dev_sign_in` is false in production: the development sign-in does not exist there.
pub fn configure(dev_sign_in: bool) -> impl FnOnce(&mut ServiceConfig) {
    move |routes| {
        if dev_sign_in {
            routes.service(auth::dev_sign_in::dev_sign_in);
        }
        routes
            .service(auth::session::get_session)
            .service(auth::session::sign_out)
            .service(auth::social::list_providers)
            .service(auth::social::sign_in_social)
            .service(auth::social::social_callback)
            .service(auth::code::sign_in_code)
            .service(auth::social::link_social)
            .service(auth::sessions::list_auth_sessions)
            .service(auth::sessions::revoke_session)
            .service(auth::sessions::revoke_sessions)
            .service(auth::sessions::revoke_other_sessions)
            .service(auth::accounts::list_accounts)
            .service(auth::accounts::unlink_account)
            .service(auth::accounts::list_provider_accounts)
            .service(auth::accounts::delete_provider_accounts)
            .service(auth::user::update_user)
            .service(auth::user::delete_user)
            .service(auth::token::get_token)
            .service(auth::token::get_jwks)
            .service(chat::sessions::list_sessions)
            .service(chat::sessions::create_session)
            .service(chat::sessions::get_chat_session)
            .service(chat::sessions::update_session)
            .service(chat::sessions::delete_session)
            .service(chat::messages::send_messages)
            .service(chat::messages::list_messages)
            .service(projects::read::list_projects)
            .service(projects::write::create_project)
            .service(projects::read::get_project)
            .service(projects::write::put_project)
            .service(projects::write::delete_project)
            .service(assets::presign::presign_assets)
            .service(assets::register::register_asset)
            .service(assets::read::list_assets)
            .service(assets::read::get_asset)
            .service(assets::write::update_asset)
            .service(assets::write::delete_asset)
            .service(assets::read::get_download_url)
            .service(assets::read::get_asset_content)
            .service(assets::multipart::begin_multipart)
            .service(assets::multipart::get_multipart)
            .service(assets::multipart::complete_multipart)
            .service(assets::multipart::abort_multipart)
            .service(media::upload::upload_media)
            .service(media::read::list_media)
            .service(media::read::get_media)
            .service(media::read::delete_media)
            .service(media::read::get_media_content)
            .service(assistants::read::list_assistants)
            .service(assistants::write::create_assistant)
            .service(assistants::read::get_assistant)
            .service(assistants::write::update_assistant)
            .service(assistants::write::delete_assistant)
            .service(assistants::review::review_assistant)
            .service(assistants::compat::read::list_compat_assistants)
            .service(assistants::compat::write::create_compat_assistant)
            .service(assistants::compat::read::get_compat_assistant)
            .service(assistants::compat::write::update_compat_assistant)
            .service(assistants::compat::write::delete_compat_assistant)
            .service(collections::registry::list_collections)
            .service(collections::read::list_rows)
            .service(collections::read::get_row)
            .service(collections::write::put_row)
            .service(collections::write::delete_row)
            .service(sync::init::sync_init)
            .service(sync::push::sync)
            .service(sync::outcomes::sync_outcomes)
            .service(sync::changes::sync_changes)
            .service(sync::row::sync_row)
            .service(sync::events::sync_events)
            .service(transfer::export::export_all)
            .service(transfer::import::import_document)
            .service(transfer::import::get_import)
            .service(collections::export::export_conversation)
            .service(projects::export::export_project)
            .service(admin::audit::list_audit)
            .service(admin::stats::get_stats)
            .service(health::live)
            .service(health::ready)
            .service(metrics::metrics);
    }
}

/// Registers what the health listener answers.
pub fn configure_health(routes: &mut web::ServiceConfig) {
    routes.service(health::live).service(health::ready).service(metrics::metrics);
}
