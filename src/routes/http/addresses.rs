//! The addresses of the document, for what has to be known of a request before a handler has it: its budget, whether strangers may make it, its name
//! in the metrics, and what an address takes instead.

use std::collections::HashMap;

use utoipa::openapi::OpenApi;

use crate::config::LimitClass;
use crate::openapi::{operations, rate_limit};

/// One address of the document.
pub struct Address {
    /// As in the document: `/api/projects/{id}`.
    pub template: String,
    operations: Vec<(&'static str, Operation)>,
}

/// What is known of a method at an address.
#[derive(Clone, Copy)]
pub struct Operation {
    /// `None`: not limited.
    pub class: Option<LimitClass>,
    /// Only for who is signed in.
    pub closed: bool,
}

impl Address {
    pub fn operation(&self, method: &str) -> Option<Operation> {
        self.operations.iter().find(|(known, _)| *known == method).map(|(_, operation)| *operation)
    }

    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        self.operations.iter().map(|(method, _)| *method)
    }
}

/// All addresses, as a tree of their segments: finding one takes as many steps as it has segments.
#[derive(Default)]
pub struct Addresses {
    here: Option<Address>,
    fixed: HashMap<String, Addresses>,
    any: Option<Box<Addresses>>,
}

impl Addresses {
    pub fn of(document: &OpenApi) -> Self {
        let mut root = Self::default();
        for (path, item) in &document.paths.paths {
            let operations = operations(item).map(|(method, operation)| {
                let class = rate_limit::class_of(operation);
                (method, Operation { class, closed: operation.security.is_none() })
            });
            root.place(path).here = Some(Address { template: path.clone(), operations: operations.collect() });
        }
        root
    }

    fn place(&mut self, path: &str) -> &mut Self {
        path.split('/').fold(self, |node, segment| match segment.starts_with('{') {
            true => node.any.get_or_insert_default(),
            false => node.fixed.entry(segment.to_owned()).or_default(),
        })
    }

    /// The address of a path. One that is written out goes before one with a parameter.
    pub fn find<'a>(&'a self, path: &str) -> Option<&'a Address> {
        let (segment, rest) = path.split_once('/').map_or((path, None), |(segment, rest)| (segment, Some(rest)));
        let step = |node: Option<&'a Self>| {
            let node = node?;
            rest.map_or(node.here.as_ref(), |rest| node.find(rest))
        };
        step(self.fixed.get(segment)).or_else(|| step(self.any.as_deref().filter(|_| !segment.is_empty())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_is_found_by_its_segments() {
        let addresses = Addresses::of(&crate::openapi::document(true));
        let template = |path| addresses.find(path).map(|address| address.template.as_str());
        assert_eq!(template("/health/live"), Some("/health/live"));
        assert_eq!(template("/api/projects/p1"), Some("/api/projects/{id}"));
        assert_eq!(template("/api/assets/presign"), Some("/api/assets/presign"));
        assert_eq!(template("/api/assets/presign/content"), Some("/api/assets/{id}/content"));
        assert_eq!(template("/api/chat/sessions/messages"), Some("/api/chat/sessions/{sessionId}"));
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
        ] {
            assert_eq!(template(nowhere), None, "{nowhere}");
        }
        let known = addresses.find("/api/projects/p1");
        assert_eq!(known.map(|address| address.methods().collect()), Some(vec!["GET", "PUT", "DELETE"]));
        assert!(
            known
                .and_then(|address| address.operation("PUT"))
                .is_some_and(|put| put.closed && put.class == Some(LimitClass::Write))
        );
        assert!(known.is_some_and(|address| address.operation("PATCH").is_none()));
    }
}
