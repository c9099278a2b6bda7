//! What every operation has in common: security schemes, and the errors that follow from its parameters and body.

use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, KnownFormat, Schema, SchemaFormat};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

use super::operations::operations_mut;
use crate::http::problem::CONTENT_TYPE_PROBLEM;
use crate::http::route_table::{BEARER, COOKIE, JWT, is_open, needs_fresh_session, rate_class, takes};

/// Adds the security schemes and the common errors, and removes the format `int64`.
pub fn finish(document: &mut OpenApi) {
    if let Some(components) = &mut document.components {
        let named = "The name ends with `_` and the port of the public URL, where that has one (`landfall_session_8787`). With https it begins with `__Host-`.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description("landfall_session", named));
        components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(cookie));
        let bearer = |description| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build();
            SecurityScheme::Http(scheme)
        };
        let of_session = "The token of a session, for example from the development sign-in.";
        let jwt = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
        let of_token = "The JWT of `GET /api/auth/token`, for ten minutes. It reads and writes data, and changes nothing about the user or the sessions.";
        components.add_security_scheme(JWT, SecurityScheme::Http(jwt.description(Some(of_token)).build()));
        components.add_security_scheme("metrics", bearer("LANDFALL_METRICS_TOKEN of the server's configuration."));
        // Schemes are in the order of their names. Swagger UI puts the cursor into the last one.
        components.add_security_scheme("session", bearer(of_session));
        for schema in components.schemas.values_mut() {
            drop_int64(schema);
        }
    }
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations_mut(item) {
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter {
                    parameter.schema.iter_mut().for_each(drop_int64);
                }
            }
            add_common_errors(operation);
        }
    }
}

/// Adds the errors that follow from the operation's parameters and body. A handler declares the others.
fn add_common_errors(operation: &mut Operation) {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let takes = |place: ParameterIn| {
        parameters.iter().any(|parameter| matches!(parameter, RefOr::T(known) if known.parameter_in == place))
    };
    let (in_path, in_query) = (takes(ParameterIn::Path), takes(ParameterIn::Query));
    let has_body = operation.request_body.is_some();
    let limited = rate_class(operation).is_some();
    // A handler with `security(())` is open to everyone.
    let open = is_open(operation);
    let refused = refused(operation, has_body);
    let mut add = |when: bool, status: &str, description: &str| {
        if when && !operation.responses.responses.contains_key(status) {
            operation.responses.responses.insert(status.to_owned(), problem(description));
        }
    };
    add(!open, "401", "`unauthenticated`: no session, or one that has ended.");
    add(refused.is_some(), "403", refused.as_deref().unwrap_or_default());
    add(in_path, "404", "`not_found`: there is no such thing, or it is someone else's.");
    add(has_body, "400", "`malformed_json` or `bad_request`: the body can't be read.");
    add(has_body, "413", "`payload_too_large`: the body has too many bytes.");
    add(has_body, "415", "`unsupported_media_type`: the body is not application/json.");
    add(has_body || in_path || in_query, "422", "`validation_failed`: `errors` points to everything that is wrong.");
    add(limited, "429", "`rate_limited`: too many requests; `Retry-After` says when there is room again.");
    add(
        true,
        "default",
        "Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.",
    );
}

/// The description of 403, where an operation has one.
fn refused(operation: &Operation, has_body: bool) -> Option<String> {
    let refuses_jwt = takes(operation, BEARER) && !takes(operation, JWT);
    let reasons = [
        (!is_open(operation) && has_body, "`origin_not_allowed`: a cookie write from a foreign page."),
        (refuses_jwt, "`session_required`: the caller has a JWT."),
        (needs_fresh_session(operation), "`session_not_fresh`: the sign-in was too long ago."),
    ];
    let given: Vec<&str> = reasons.into_iter().filter(|(given, _)| *given).map(|(_, reason)| reason).collect();
    (!given.is_empty()).then(|| given.join(" "))
}

fn problem(description: &str) -> RefOr<utoipa::openapi::Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content(CONTENT_TYPE_PROBLEM, content).build().into()
}

/// Generators turn `int64` into BigInt. All numbers of this API are safe integers in JavaScript.
fn drop_int64(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            use SchemaFormat::KnownFormat as Known;
            object.format.take_if(|format| matches!(format, Known(KnownFormat::Int64 | KnownFormat::Int32)));
            object.properties.values_mut().for_each(drop_int64);
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                drop_int64(values);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                drop_int64(items);
            }
        }
        Schema::OneOf(one) => one.items.iter_mut().for_each(drop_int64),
        Schema::AllOf(all) => all.items.iter_mut().for_each(drop_int64),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(drop_int64),
        _ => {}
    }
}
