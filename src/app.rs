//! The application: its state, and the HTTP server over it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, guard, web};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};
use uuid::Uuid;

use crate::auth::flow::Flow;
use crate::auth::signing_keys::SigningKeys;
use crate::auth::{Sessions, Tokens};
use crate::config::Config;
use crate::db::Database;
use crate::error::ApiError;
use crate::files::Files;
use crate::health::HealthProbe;
use crate::jobs::Worker;
use crate::limits::RateLimits;
use crate::metrics::Metrics;
use crate::models::database_state;
use crate::open_files;
use crate::routes::http::addresses::Addresses;
use crate::routes::http::fallback::fallback;
use crate::routes::http::plain_path::write_plainly;
use crate::routes::http::strangers::refuse_strangers;
use crate::routes::http::{cors, frontend, headers, limit, observe};
use crate::storage::Storage;
use crate::sync::collections::{self, Registry};
use crate::sync::events::Relay;
use crate::sync::init::LoginSync;
use crate::sync::sweep::keep_sweeping;
use crate::sync::{Events, Spaces, Transfers};

/// What handlers work with. Nothing in it outlives the process but caches that may be lost.
pub struct AppState {
    pub config: Arc<Config>,
    pub db: Database,
    pub files: Files,
    /// Scheme, host and port of links to files.
    pub storage_origin: String,
    pub sessions: Sessions,
    pub tokens: Tokens,
    /// Sign-ins at OpenID providers.
    pub sign_in: Flow,
    pub spaces: Spaces,
    pub events: Events,
    pub login_sync: LoginSync,
    pub transfers: Transfers,
    pub collections: Registry,
    pub health: Arc<HealthProbe>,
    pub metrics: Metrics,
    /// `None`: switched off.
    pub limits: Option<RateLimits>,
    pub epoch: Uuid,
}

impl AppState {
    /// The database must be migrated.
    pub async fn new(config: Arc<Config>, db: Database, storage: Storage) -> Result<Self, ApiError> {
        let events = Events::default();
        let epoch = database_state::epoch(&mut *db.conn().await?).await?;
        let sessions = Sessions::new(db.clone());
        let spaces = Spaces::new(db.clone(), events.clone());
        let storage_origin = storage.origin_of_links().await?;
        let files = Files::new(Arc::new(config.files.clone()), db.clone(), spaces.clone(), storage.clone());
        Ok(Self {
            tokens: Tokens::new(SigningKeys::of(&config, db.clone())?, &config.server.public_url),
            sign_in: Flow::new(config.clone(), db.clone(), sessions.clone()).map_err(ApiError::internal)?,
            sessions,
            spaces,
            files,
            storage_origin,
            events,
            login_sync: LoginSync::new(db.clone()),
            // A quarter of the connections may be with slow readers.
            transfers: Transfers::new(db.clone(), collections::REGISTRY, config.database.pool_size / 4),
            collections: collections::REGISTRY,
            health: Arc::new(HealthProbe::new(db.clone(), storage)),
            metrics: Metrics::new().map_err(ApiError::internal)?,
            limits: RateLimits::new(&config.limits),
            config,
            db,
            epoch,
        })
    }
}

impl AppState {
    /// What goes on beside the requests: hearing of revocations and writes elsewhere, telling of ours, sweeping, doing jobs. Stop it with the server.
    pub fn background(&self) -> Background {
        let revocations = self.sessions.clone().watch_revocations();
        let relay = Relay::new(self.events.clone(), self.db.clone()).run();
        let sweep = keep_sweeping(self.db.clone(), self.spaces.clone(), self.config.tombstone_days);
        let imports = self.transfers.clone().sweep_for_ever();
        let messages = tokio::spawn(async move {
            futures_util::join!(revocations, relay, sweep, imports);
        });
        let (stopping, stop) = watch::channel(false);
        let worker = Worker::new(self.files.clone(), self.db.clone(), stop);
        Background { messages, jobs: tokio::spawn(worker.run()), stopping }
    }
}

/// What [`AppState::background`] started.
pub struct Background {
    messages: JoinHandle<()>,
    jobs: JoinHandle<()>,
    stopping: watch::Sender<bool>,
}

impl Background {
    /// Lets go of the job under way, so that another server may take it at once.
    pub async fn stop(mut self) {
        self.messages.abort();
        let _ = self.stopping.send(true);
        if tokio::time::timeout(Duration::from_secs(5), &mut self.jobs).await.is_err() {
            self.abort();
        }
    }

    /// As if the process were killed.
    pub fn abort(&self) {
        self.messages.abort();
        self.jobs.abort();
    }
}

/// The server, ready to be awaited. Signals are the caller's.
pub fn serve(state: AppState, listener: TcpListener) -> std::io::Result<Server> {
    let config = state.config.clone();
    let server = config.server.clone();
    let document = crate::openapi::document(server.dev_sign_in);
    let addresses = web::Data::new(Addresses::of(&document));
    let storage_origin = state.storage_origin.clone();
    let state = web::Data::new(state);
    let is_https = server.is_https();
    let limits = server.clone();
    let http = HttpServer::new(move || {
        let swagger = SwaggerUi::new("/docs/{_:.*}")
            .config(SwaggerConfig::new(["/api/openapi.json"]).persist_authorization(true).try_it_out_enabled(true))
            .url("/api/openapi.json", document.clone());
        App::new()
            // Its other methods must not take `presign` for the id of a file.
            .service(web::resource("/api/assets/presign").guard(guard::Not(guard::Post())).to(fallback))
            .into_utoipa_app()
            .app_data(state.clone())
            .app_data(addresses.clone())
            .configure(crate::routes::configure(server.dev_sign_in))
            .into_app()
            .service(web::redirect("/docs", "/docs/"))
            .service(swagger)
            .configure(frontend::register(&server, &storage_origin))
            .default_service(web::to(fallback))
            .wrap(Compress::default())
            .wrap(from_fn(refuse_strangers))
            .wrap(from_fn(limit::limit))
            .wrap(from_fn(observe::observe))
            .wrap(cors::cors(&config))
            .wrap(from_fn(move |request, next| headers::protect(request, next, is_https)))
            .wrap(from_fn(write_plainly))
    });
    let connections = open_files::cap_connections(limits.max_connections);
    Ok(http
        .workers(limits.workers)
        .max_connections((connections / limits.workers).max(1))
        .client_request_timeout(limits.header_timeout)
        .keep_alive(limits.keep_alive)
        .shutdown_timeout(limits.shutdown_secs)
        .disable_signals()
        .listen(listener)?
        .run())
}
