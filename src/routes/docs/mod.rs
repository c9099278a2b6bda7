//! The pages of the documentation: Swagger UI with the OpenAPI document, and the descriptions of the error codes. They are not part of the document.

mod markdown;

use std::future::ready;
use std::sync::LazyLock;

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, guard, web};
use bytes::Bytes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::http::problem::ERRORS_PATH;
use crate::http::route_table::DOCUMENT_PATH;

/// docs/ERRORS.md as a page. The `type` of every problem leads to a heading of it.
static ERRORS_PAGE: LazyLock<String> =
    LazyLock::new(|| markdown::to_page("Errors", include_str!("../../../docs/ERRORS.md")));

/// Registers the pages below `/docs/`, and the OpenAPI document. `document` is its JSON, which all workers share: as values it takes megabytes in each.
pub fn register(document: Bytes) -> impl FnOnce(&mut web::ServiceConfig) {
    move |routes| {
        let swagger = SwaggerUi::new("/docs/{_:.*}").config(
            Config::new([DOCUMENT_PATH])
                .persist_authorization(true)
                .try_it_out_enabled(true)
                .filter(true)
                .display_request_duration(true),
        );
        let json = move || ready(HttpResponse::Ok().content_type(ContentType::json()).body(document.clone()));
        routes
            .service(web::redirect("/docs", "/docs/"))
            .service(web::resource(["/docs/", "/docs/index.html"]).route(web::get().to(swagger_page)))
            .service(web::resource("/docs/index.css").route(web::get().to(swagger_rules)))
            .service(web::resource(DOCUMENT_PATH).guard(guard::Get()).to(json))
            .service(web::resource(ERRORS_PATH).route(web::get().to(errors_page)))
            .service(swagger);
    }
}

/// Swagger UI's page with a viewport: without one, phones show it as wide as a desktop.
async fn swagger_page() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::html()).body(include_str!("index.html"))
}

async fn swagger_rules() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("index.css"))
}

async fn errors_page() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::html()).body(ERRORS_PAGE.as_str())
}
