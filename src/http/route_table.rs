//! The paths of the OpenAPI document, and what it declares for each of their methods. `normalize_path` resolves each request once.

use std::sync::Arc;

use matchit::{InsertError, Router};
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr, SecurityRequirement};

use super::route_info::{Area, Declared, Route, RouteInfo, TimeLimit};
use crate::config::LimitClass;

/// The extension of an operation that names its rate class: `extensions(("x-rate-limit" = json!("batch")))`.
pub const RATE_LIMIT: &str = "x-rate-limit";
/// The extension of an operation without the ordinary time limit: `extensions(("x-timeout" = json!("stream")))`.
pub const TIMEOUT: &str = "x-timeout";

/// The extension of an operation that takes a fresh session only: `extensions(("x-session" = json!("fresh")))`.
pub const SESSION: &str = "x-session";

/// The security schemes of the document.
pub const COOKIE: &str = "cookie";
pub const BEARER: &str = "session";
pub const JWT: &str = "jwt";

/// Where the document itself is served. It is part of the API and has no rate limit.
pub const DOCUMENT_PATH: &str = "/api/openapi.json";

/// All paths of the document.
pub struct RouteTable {
    router: Router<Arc<Route>>,
    /// For each area, the route of paths that the document does not have.
    unknown: [Arc<Route>; 5],
}

impl RouteTable {
    /// # Errors
    /// If two paths of the document differ only in the names of their parameters.
    pub fn new(document: &OpenApi) -> Result<Self, InsertError> {
        let mut router = Router::new();
        for (path, item) in &document.paths.paths {
            let area = Area::of(path);
            let operations =
                operations(item).map(|(method, operation)| (method, Declared::of(operation, area))).collect();
            let route = Route { template: Some(path.clone()), area, is_limited: area.is_api(), operations };
            router.insert(path, Arc::new(route))?;
        }
        router.insert(DOCUMENT_PATH, Arc::new(Route { area: Area::of(DOCUMENT_PATH), ..Route::default() }))?;
        let unknown = [Area::Auth, Area::Admin, Area::Api, Area::Documentation, Area::Other]
            .map(|area| Arc::new(Route { area, is_limited: area.is_api(), ..Route::default() }));
        Ok(Self { router, unknown })
    }

    /// `path` must be normalised. Written-out segments win over parameters. A HEAD is resolved as the GET of its path.
    pub fn resolve(&self, method: &str, path: &str) -> RouteInfo {
        let route = match self.router.at(path) {
            Ok(found) => found.value.clone(),
            Err(_) => self.unknown[Area::of(path) as usize].clone(),
        };
        let is_head = method == "HEAD";
        let looked_up = if is_head { "GET" } else { method };
        let operation = route.operations.iter().position(|(known, _)| *known == looked_up);
        let declared = operation.and_then(|index| route.operations[index].1.rate_class);
        let rate_class = route.is_limited.then(|| declared.unwrap_or_else(|| class_of_method(method)));
        RouteInfo::new(route, operation, is_head, rate_class)
    }
}

impl Declared {
    fn of(operation: &Operation, area: Area) -> Self {
        let is_stream = extension(operation, TIMEOUT) == Some("stream");
        Self {
            rate_class: rate_class(operation),
            needs_session: !is_open(operation),
            refuses_jwt: !takes(operation, JWT) && takes(operation, BEARER),
            needs_fresh_session: needs_fresh_session(operation),
            time_limit: if is_stream { TimeLimit::Stream } else { TimeLimit::Request },
            // Better Auth's client and sign-in providers send more parameters than the server uses.
            query_names: (area != Area::Auth).then(|| query_names(operation)),
        }
    }
}

/// Whether an operation answers callers without a session.
pub fn is_open(operation: &Operation) -> bool {
    operation.security.as_ref().is_some_and(|ways| ways.contains(&SecurityRequirement::default()))
}

/// Whether an operation takes callers of this security scheme. An operation that declares nothing takes every scheme of a session.
pub fn takes(operation: &Operation, scheme: &str) -> bool {
    let way = SecurityRequirement::new(scheme, [""; 0]);
    operation.security.as_ref().is_none_or(|ways| ways.contains(&way))
}

/// Whether an operation takes a fresh session only.
pub fn needs_fresh_session(operation: &Operation) -> bool {
    extension(operation, SESSION) == Some("fresh")
}

fn query_names(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().flatten();
    let names = parameters.filter_map(|parameter| match parameter {
        RefOr::T(known) if known.parameter_in == ParameterIn::Query => Some(known.name.clone()),
        _ => None,
    });
    names.collect()
}

/// The rate class that an operation declares.
pub fn rate_class(operation: &Operation) -> Option<LimitClass> {
    extension(operation, RATE_LIMIT).and_then(|word| word.parse().ok())
}

/// The rate class of an operation that declares none.
pub fn class_of_method(method: &str) -> LimitClass {
    if matches!(method, "GET" | "HEAD" | "OPTIONS") { LimitClass::Read } else { LimitClass::Write }
}

fn extension<'a>(operation: &'a Operation, name: &str) -> Option<&'a str> {
    operation.extensions.as_ref()?.get(name)?.as_str()
}

/// The operations of a path, with their methods in upper case.
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use utoipa::openapi::OpenApi;

    use super::*;

    /// A document with these paths; each takes GET and PUT, and `/stream` at the end of a path means a stream.
    fn table() -> RouteTable {
        let item = |path: &str| {
            let extensions = if path.ends_with("/stream") {
                json!({ "x-timeout": "stream", "x-rate-limit": "upload" })
            } else {
                json!({})
            };
            let mut operation = json!({ "responses": {} });
            if let (Some(operation), Some(extensions)) = (operation.as_object_mut(), extensions.as_object()) {
                operation.extend(extensions.clone());
            }
            json!({ "get": { "responses": {}, "security": [{}] }, "put": operation })
        };
        let paths: serde_json::Map<String, serde_json::Value> = [
            "/health/live",
            "/api/auth/get-session",
            "/api/projects",
            "/api/projects/{id}",
            "/api/assets/presign",
            "/api/assets/{id}",
            "/api/assets/{id}/content",
            "/api/assets/{id}/stream",
            "/api/chat/sessions",
            "/api/chat/sessions/{sessionId}",
            "/api/chat/{sessionId}/messages",
        ]
        .into_iter()
        .map(|path| (path.to_owned(), item(path)))
        .collect();
        let document = json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": paths });
        let document: OpenApi = serde_json::from_value(document).unwrap_or_default();
        let table = RouteTable::new(&document);
        assert!(table.is_ok());
        table.unwrap_or_else(|_| RouteTable { router: Router::new(), unknown: Default::default() })
    }

    #[test]
    fn path_is_found_by_its_segments_and_fixed_ones_win() {
        let table = table();
        let template = |path: &str| table.resolve("GET", path).template().map(str::to_owned);
        for (path, expected) in [
            ("/health/live", "/health/live"),
            ("/api/projects/p1", "/api/projects/{id}"),
            ("/api/projects/a%2Fb", "/api/projects/{id}"),
            ("/api/assets/presign", "/api/assets/presign"),
            ("/api/assets/presign/content", "/api/assets/{id}/content"),
            ("/api/chat/sessions/messages", "/api/chat/sessions/{sessionId}"),
            ("/api/chat/sessions", "/api/chat/sessions"),
            ("/api/chat/s1/messages", "/api/chat/{sessionId}/messages"),
        ] {
            assert_eq!(template(path).as_deref(), Some(expected), "{path}");
        }
        for nowhere in [
            "",
            "/",
            "/api",
            "/api/",
            "/api/projects/",
            "/api/projects//",
            "/api/projects/p1/",
            "api/projects",
            "/docs",
            "/api/openapi.json",
        ] {
            assert_eq!(template(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn info_is_what_the_operation_declares() {
        let table = table();
        let known = table.resolve("PUT", "/api/projects/p1");
        assert_eq!(known.methods().collect::<Vec<_>>(), ["GET", "HEAD", "PUT"]);
        assert_eq!(known.operation(), Some(("PUT", "/api/projects/{id}")));
        assert_eq!((known.rate_class, known.time_limit()), (Some(LimitClass::Write), TimeLimit::Request));
        assert!(known.needs_session() && !table.resolve("GET", "/api/projects/p1").needs_session());
        let head = table.resolve("HEAD", "/api/projects/p1");
        assert_eq!(head.operation(), Some(("HEAD", "/api/projects/{id}")));
        assert!(head.is_head() && !head.needs_session() && !known.is_head());
        assert_eq!(head.query_names(), Some(&[][..]));
        assert_eq!(table.resolve("HEAD", "/api/auth/get-session").query_names(), None);
        let stream = table.resolve("PUT", "/api/assets/a/stream");
        assert_eq!((stream.rate_class, stream.time_limit()), (Some(LimitClass::Upload), TimeLimit::Stream));
        let other_method = table.resolve("PATCH", "/api/assets/a/stream");
        assert_eq!((other_method.operation(), other_method.time_limit()), (None, TimeLimit::Request));
        assert!(!other_method.needs_session() && other_method.template().is_some());
    }

    #[test]
    fn every_path_of_the_api_is_limited_and_nothing_else() {
        let table = table();
        let class = |method, path| table.resolve(method, path).rate_class;
        assert_eq!(class("HEAD", "/api/projects"), Some(LimitClass::Read));
        assert_eq!(class("DELETE", "/api/nothing"), Some(LimitClass::Write));
        assert_eq!(class("GET", "/api/"), Some(LimitClass::Read));
        for path in ["/api/openapi.json", "/health/live", "/docs/", "/", "/apis/x", "/api"] {
            assert_eq!(class("GET", path), None, "{path}");
        }
    }

    #[test]
    fn area_is_known_for_paths_that_no_route_takes() {
        let table = table();
        let area = |path| table.resolve("GET", path).area();
        assert_eq!([area("/api/auth/x"), area("/api/auth/get-session")], [Area::Auth; 2]);
        assert_eq!(area("/api/admin/x"), Area::Admin);
        assert_eq!([area("/api/x"), area("/api/projects"), area("/api/openapi.json")], [Area::Api; 3]);
        assert_eq!(area("/docs/errors"), Area::Documentation);
        assert_eq!([area("/docs"), area("/"), area("/health/live"), area("/api")], [Area::Other; 4]);
    }
}
