//! The OpenAPI document. Paths and schemas come from the handlers; what all operations have in common is added here.

mod examples;
mod finish;
mod kinds;
mod operations;
mod rate_limit;
mod text;

use actix_web::App;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt as _;

pub use text::to_json;

use crate::http::Problem;
use crate::sync::registry::Registry;

/// Title, tags and security of the document.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Landfall",
        description = "An offline-first backend: no acknowledged write is lost, and every device reaches the same data.\n\nErrors are `application/problem+json`; branch on `code`. `/docs/errors` describes every code.\n\nHEAD is answered wherever GET is, with the status and the headers of the GET. Unknown and repeated query parameters are a 422, except below `/api/auth/`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "sign-in", description = "Sessions, sign-in and accounts. Shapes follow Better Auth."),
        (name = "sync", description = "Snapshot, push, pull and events: what the browser SDK uses."),
        (name = "chat", description = "Sessions and their messages."),
        (name = "projects", description = "Documents with a revision, in a tree."),
        (name = "collections", description = "Rows of the application's collections, with a revision each."),
        (name = "assistants", description = "The market of assistants: owners write, administrators review, all users read what is published."),
        (name = "assets", description = "Files that browsers send directly to the object storage, with signed links."),
        (name = "media", description = "Files through the server. The same files as under assets."),
        (name = "transfer", description = "Export and import of all data of a user."),
        (name = "admin", description = "The audit log and counts, for administrators."),
        (name = "operations", description = "Health and metrics."),
    ),
    security(("session" = []), ("cookie" = []), ("jwt" = [])),
    components(schemas(Problem)),
)]
struct Base;

/// The document of a server with these kinds, with or without the development sign-in.
pub fn document(dev_sign_in: bool, kinds: &Registry) -> OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(crate::routes::configure(dev_sign_in))
        .split_for_parts();
    kinds::add_schemas(&mut document, kinds);
    rate_limit::declare(&mut document);
    finish::finish(&mut document);
    kinds::mark_tables(&mut document, kinds);
    examples::add(&mut document);
    document
}
