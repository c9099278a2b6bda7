//! The API's own description. Paths and schemas come from the handlers; what holds for all of them is added here.

mod collections;
mod finish;
mod indexed_db;
pub mod rate_limit;

use actix_web::App;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_actix_web::AppExt as _;

pub use indexed_db::IndexedTable;

use crate::routes::http::Problem;

/// The title page.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Landfall",
        description = "An offline-first backend: nothing that was acknowledged is ever lost, and every device ends up with the same data.\n\nErrors are `application/problem+json`; branch on `code`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "sign-in", description = "Who is calling. Shapes follow Better Auth."),
        (name = "chat", description = "Sessions and their messages."),
        (name = "projects", description = "Documents with a revision, in a tree."),
        (name = "assets", description = "Files that browsers send straight to the object storage, by signed links."),
        (name = "media", description = "Files through the server. The same files as under assets."),
        (name = "collections", description = "Rows of an application's own kinds, with a revision each."),
        (name = "sync", description = "What devices need to be up to date."),
        (name = "transfer", description = "Everything that a person has, out and in again."),
        (name = "operations", description = "For those who run the server."),
    ),
    security(("cookie" = []), ("bearer" = [])),
    components(schemas(Problem)),
)]
struct Base;

/// The document of a server with or without the development sign-in.
pub fn document(dev_sign_in: bool) -> OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(crate::routes::configure(dev_sign_in))
        .split_for_parts();
    collections::add_schemas(&mut document);
    rate_limit::declare(&mut document);
    finish::finish(&mut document);
    indexed_db::extend(&mut document);
    collections::mark_tables(&mut document);
    document
}

/// What a path offers, by method in upper case.
pub fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
