//! What a request's method and path say about it. Resolved once per request by `normalize_path`; the other middleware and the fallback read it.

use std::sync::Arc;

use actix_web::{HttpMessage as _, HttpRequest};

use crate::config::LimitClass;

/// What all paths below a prefix have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Area {
    /// `/api/auth/`: Better Auth's client reads the member `message` of problems.
    Auth,
    /// `/api/admin/`: for administrators. Its operations do not exist for others.
    Admin,
    /// Everything else below `/api/`.
    Api,
    /// `/docs/`: Swagger UI and the page of error codes.
    Documentation,
    #[default]
    Other,
}

/// A path is in the area of the first prefix that it begins with.
const AREAS: [(&str, Area); 4] =
    [("/api/auth/", Area::Auth), ("/api/admin/", Area::Admin), ("/api/", Area::Api), ("/docs/", Area::Documentation)];

impl Area {
    /// The area of a normalised path.
    pub fn of(path: &str) -> Self {
        AREAS.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, area)| *area).unwrap_or_default()
    }

    /// Whether answers are data of the API.
    pub fn is_api(self) -> bool {
        matches!(self, Self::Auth | Self::Admin | Self::Api)
    }
}

/// How long the work on a request may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimeLimit {
    /// `LANDFALL_REQUEST_TIMEOUT_SECS`, 10 s by default.
    #[default]
    Request,
    /// As long as its bytes move: the handler watches their progress.
    Stream,
}

/// What the document says of one method of a path.
#[derive(Debug)]
pub(super) struct Declared {
    pub rate_class: Option<LimitClass>,
    pub needs_session: bool,
    /// The operation takes a session, and no JWT of one.
    pub refuses_jwt: bool,
    pub needs_fresh_session: bool,
    pub time_limit: TimeLimit,
    /// The names of its query parameters. `None`: it takes any.
    pub query_names: Option<Vec<String>>,
}

/// One path of the document.
#[derive(Debug, Default)]
pub(super) struct Route {
    pub template: Option<String>,
    pub area: Area,
    /// False: no request to this path takes from a budget.
    pub is_limited: bool,
    pub operations: Vec<(&'static str, Declared)>,
}

/// What is known of one request. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct RouteInfo {
    route: Arc<Route>,
    /// The place in the route's operations. A HEAD has the GET.
    operation: Option<usize>,
    is_head: bool,
    /// The budget that the request takes from; `None`: not limited.
    pub rate_class: Option<LimitClass>,
}

impl RouteInfo {
    /// `rate_class`: `None` if the request takes from no budget.
    pub(super) fn new(
        route: Arc<Route>,
        operation: Option<usize>,
        is_head: bool,
        rate_class: Option<LimitClass>,
    ) -> Self {
        Self { route, operation, is_head, rate_class }
    }

    fn declared(&self) -> Option<&(&'static str, Declared)> {
        self.route.operations.get(self.operation?)
    }

    /// What `normalize_path` stored; a request that has not come through it has an empty one.
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    /// The path as in the document, for example `/api/projects/{id}`; `None`: the document has no such path.
    pub fn template(&self) -> Option<&str> {
        self.route.template.as_deref()
    }

    /// Method and template, where the document has this operation.
    pub fn operation(&self) -> Option<(&'static str, &str)> {
        let (method, _) = self.declared()?;
        Some((if self.is_head { "HEAD" } else { method }, self.template()?))
    }

    /// Whether the request is a HEAD. Its operation is that of the GET.
    pub fn is_head(&self) -> bool {
        self.is_head
    }

    /// The methods that the path takes, in upper case.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        let head_of = |method| (method == "GET").then_some("HEAD");
        self.route
            .operations
            .iter()
            .flat_map(move |(method, _)| [Some(*method), head_of(*method)].into_iter().flatten())
    }

    /// The names of the operation's query parameters. `None`: it takes any, or there is no such operation.
    pub fn query_names(&self) -> Option<&[String]> {
        self.declared()?.1.query_names.as_deref()
    }

    /// The area of the path.
    pub fn area(&self) -> Area {
        self.route.area
    }

    /// Whether the operation answers administrators only.
    pub fn needs_admin(&self) -> bool {
        self.area() == Area::Admin && self.declared().is_some()
    }

    /// Whether the operation answers 401 to requests without a session.
    pub fn needs_session(&self) -> bool {
        self.declared().is_some_and(|(_, declared)| declared.needs_session)
    }

    /// Whether the operation refuses callers with a JWT. True for operations without callers too if they look at one.
    pub fn refuses_jwt(&self) -> bool {
        self.declared().is_some_and(|(_, declared)| declared.refuses_jwt)
    }

    /// Whether the caller must have signed in a short time ago (`LANDFALL_FRESH_SESSION_SECS`).
    pub fn needs_fresh_session(&self) -> bool {
        self.declared().is_some_and(|(_, declared)| declared.needs_fresh_session)
    }

    /// The time limit of the operation.
    pub fn time_limit(&self) -> TimeLimit {
        self.declared().map(|(_, declared)| declared.time_limit).unwrap_or_default()
    }
}
