//! Traces: what a request or a job did, as a tree of OpenTelemetry spans. `ops::traces` installs a tracer where the settings name a receiver. Without one,
//! a span costs one atomic read and allocates nothing.
//!
//! Spans are made here and not from those of the log: a line of the log has the caller's address and a path with ids, and a span has words of the code,
//! counts and ids that the server made.

use std::sync::OnceLock;
use std::time::SystemTime;

use opentelemetry::trace::{
    FutureExt as _, Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId,
    TraceState, Tracer as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SdkTracer;
use uuid::Uuid;

pub use opentelemetry::{Context as Trace, KeyValue as Attribute};

/// The header by which a caller continues its trace (W3C Trace Context).
pub const TRACEPARENT: &str = "traceparent";

static TRACES: OnceLock<Traces> = OnceLock::new();

struct Traces {
    tracer: SdkTracer,
    /// The part of requests and jobs that is traced, 0 to 1.
    ratio: f64,
}

/// Begins to trace, once per process. `ratio`: the part of requests and jobs, 0 to 1.
pub fn install(tracer: SdkTracer, ratio: f64) {
    let _ = TRACES.set(Traces { tracer, ratio });
}

/// Whether anything is traced.
pub fn is_on() -> bool {
    TRACES.get().is_some()
}

/// The span that this task works for. `None` if it is not traced.
pub fn current() -> Option<Context> {
    TRACES.get()?;
    Context::map_current(|current| current.span().span_context().is_sampled().then(|| current.clone()))
}

/// Runs `work` as a part of the span, also in a task of its own.
pub async fn scope<F: Future>(trace: Option<Context>, work: F) -> F::Output {
    match trace {
        Some(trace) => work.with_context(trace).await,
        None => work.await,
    }
}

/// Runs `work` as a span below the current one. `attributes` is called only if there is one.
pub async fn span<F: Future>(name: &'static str, attributes: impl FnOnce() -> Vec<KeyValue>, work: F) -> F::Output {
    let (Some(parent), Some(traces)) = (current(), TRACES.get()) else { return work.await };
    let span = traces.tracer.span_builder(name).with_attributes(attributes());
    let span = parent.with_span(span.start_with_context(&traces.tracer, &parent));
    let output = work.with_context(span.clone()).await;
    span.span().end();
    output
}

/// Adds a span below `parent` that began at `began` and ends now.
pub fn record(parent: &Context, name: String, began: SystemTime, attributes: Vec<KeyValue>, has_failed: bool) {
    let Some(traces) = TRACES.get() else { return };
    let span = traces.tracer.span_builder(name).with_kind(SpanKind::Client).with_start_time(began);
    let mut span = span.with_attributes(attributes).start_with_context(&traces.tracer, parent);
    if has_failed {
        span.set_status(Status::error(""));
    }
    span.end();
}

/// The first span of a request. `traceparent`: of the caller, whose trace is continued unless it is not sampled. `None`: this request is not traced.
pub fn request(traceparent: Option<&str>, id: Uuid, name: String, attributes: Vec<KeyValue>) -> Option<Context> {
    let parent = traceparent.and_then(parse);
    let is_wanted = parent.as_ref().is_none_or(SpanContext::is_sampled);
    let parent = parent.map_or_else(Context::new, |parent| Context::new().with_remote_span_context(parent));
    is_wanted.then(|| root(&parent, SpanKind::Server, id, name, attributes)).flatten()
}

/// The first span of a job.
pub fn job(name: String) -> Option<Context> {
    TRACES.get()?;
    root(&Context::new(), SpanKind::Internal, Uuid::now_v7(), name, Vec::new())
}

/// The caller doesn't decide how much is traced: the dice fall here, by the random bits of `id`.
fn root(parent: &Context, kind: SpanKind, id: Uuid, name: String, attributes: Vec<KeyValue>) -> Option<Context> {
    let traces = TRACES.get()?;
    if !is_chosen(id, traces.ratio) {
        return None;
    }
    let span = traces.tracer.span_builder(name).with_kind(kind).with_attributes(attributes);
    Some(parent.with_span(span.start_with_context(&traces.tracer, parent)))
}

fn is_chosen(id: Uuid, ratio: f64) -> bool {
    // The last 32 bits of a UUID of version 7 are random.
    let (_, low) = id.as_u64_pair();
    f64::from(low as u32) < ratio * f64::from(u32::MAX) || ratio >= 1.0
}

/// Ends the first span. `error`: the code of the error, if there was one.
pub fn end(trace: &Context, attributes: Vec<KeyValue>, error: Option<&'static str>) {
    let span = trace.span();
    span.set_attributes(attributes);
    if let Some(code) = error {
        span.set_attribute(KeyValue::new("error.type", code));
    }
    span.end();
}

/// Marks the first span as a fault of the server.
pub fn fail(trace: &Context) {
    trace.span().set_status(Status::error(""));
}

/// `00-{trace id}-{span id}-{flags}`, in lower-case hexadecimal digits. Other versions may have more behind the flags.
fn parse(header: &str) -> Option<SpanContext> {
    let mut parts = header.trim().splitn(4, '-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let (flags, rest) = flags.split_at_checked(2)?;
    let is_complete = if version == "00" { rest.is_empty() } else { rest.is_empty() || rest.starts_with('-') };
    if !is_hex(version, 2)
        || version == "ff"
        || !is_hex(trace, 32)
        || !is_hex(span, 16)
        || !is_hex(flags, 2)
        || !is_complete
    {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{is_chosen, parse};

    #[test]
    fn traceparent_is_read_strictly() {
        let read = |text: &str| parse(text).map(|parent| (parent.trace_id().to_string(), parent.is_sampled()));
        let id = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(read(&format!("00-{id}-b7ad6b7169203331-01")), Some((id.to_owned(), true)));
        assert_eq!(read(&format!("00-{id}-b7ad6b7169203331-00")), Some((id.to_owned(), false)));
        assert_eq!(read(&format!("cc-{id}-b7ad6b7169203331-01-more")), Some((id.to_owned(), true)));
        for wrong in [
            String::new(),
            "anna@example.org".to_owned(),
            format!("00-{id}-b7ad6b7169203331"),
            format!("00-{id}-b7ad6b7169203331-01-more"),
            format!("ff-{id}-b7ad6b7169203331-01"),
            format!("00-{}-b7ad6b7169203331-01", id.to_uppercase()),
            format!("00-{id}-b7ad6b716920333-01"),
            format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            format!("00-{id}-0000000000000000-01"),
            format!("00-{id}-b7ad6b7169203331-0é"),
        ] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ratio_chooses_that_part_of_the_requests() {
        let chosen = |ratio: f64| (0..2_000).filter(|_| is_chosen(Uuid::now_v7(), ratio)).count();
        assert_eq!((chosen(0.0), chosen(1.0)), (0, 2_000));
        let half = chosen(0.5);
        assert!((800..1_200).contains(&half), "{half}");
    }
}
