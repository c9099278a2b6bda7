//! The spans that a receiver got.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use prost::Message as _;

use super::receiver::Receiver;

#[derive(Debug, Clone)]
pub struct Span {
    pub trace: String,
    pub id: String,
    /// Empty: it is the first of its trace.
    pub parent: String,
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// Nanoseconds since 1970.
    pub start: u64,
    pub end: u64,
}

/// The spans of all requests, and the attributes of the service.
pub fn spans_of(receiver: &Receiver) -> (Vec<Span>, BTreeMap<String, String>) {
    let (mut spans, mut service) = (Vec::new(), BTreeMap::new());
    for request in receiver.received() {
        assert_eq!(request.path, "/v1/traces");
        for resource in ExportTraceServiceRequest::decode(&request.body[..]).unwrap().resource_spans {
            service.extend(texts(resource.resource.unwrap().attributes));
            for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                assert!(span.events.is_empty() && span.links.is_empty(), "{span:?}");
                spans.push(Span {
                    trace: hex::encode(span.trace_id),
                    id: hex::encode(span.span_id),
                    parent: hex::encode(span.parent_span_id),
                    name: span.name,
                    attributes: texts(span.attributes),
                    start: span.start_time_unix_nano,
                    end: span.end_time_unix_nano,
                });
            }
        }
    }
    (spans, service)
}

fn texts(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |value: Option<AnyValue>| match value.and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    attributes.into_iter().map(|one| (one.key, text(one.value))).collect()
}

/// The names of the spans below this one, in the order of their beginning.
pub fn below<'s>(spans: &'s [Span], above: &Span) -> Vec<&'s Span> {
    let mut found: Vec<&Span> =
        spans.iter().filter(|span| span.trace == above.trace && span.parent == above.id).collect();
    found.sort_by_key(|span| span.start);
    found
}

/// The only span with this name.
pub fn only<'s>(spans: &'s [Span], name: &str) -> &'s Span {
    let named: Vec<&Span> = spans.iter().filter(|span| span.name == name).collect();
    assert_eq!(named.len(), 1, "{name}: {:?}", spans.iter().map(|span| &span.name).collect::<Vec<_>>());
    named[0]
}
