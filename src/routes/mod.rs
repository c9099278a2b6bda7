//! HTTP, and the ONLY place where routes are registered. One file per resource.

mod auth;
mod chat;
pub mod health;
pub mod http;
mod sync_events;
pub mod sync_init;

pub use chat::types as chat_types;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation of the API. `dev_sign_in` is false in production, where that route does not exist.
pub fn configure(dev_sign_in: bool) -> impl FnOnce(&mut ServiceConfig) {
    move |routes| {
        if dev_sign_in {
            routes.service(auth::dev_sign_in::dev_sign_in);
        }
        routes
            .service(auth::session::get_session)
            .service(auth::session::sign_out)
            .service(chat::sessions::list_sessions)
            .service(chat::sessions::create_session)
            .service(chat::sessions::get_chat_session)
            .service(chat::sessions::update_session)
            .service(chat::sessions::delete_session)
            .service(chat::messages::send_messages)
            .service(chat::messages::list_messages)
            .service(sync_init::sync_init)
            .service(sync_events::sync_events)
            .service(health::live)
            .service(health::ready);
    }
}
