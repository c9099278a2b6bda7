//! Counters and gauges for Prometheus. Labels are templates of the document and statuses, never text of a caller, so the page has nothing private and
//! no caller can make it grow.

use std::time::Duration;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};

use crate::counts::Counts;
use crate::db::PoolUse;
use crate::error::ErrorCode;
use crate::sync::push::{PushResult, PushStatus};

/// Bounds of the histogram in seconds. A hot write takes a few milliseconds; a JSON request ends after ten seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// All metrics of the process.
pub struct Metrics {
    /// What the subjects count.
    pub counts: Counts,
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGaugeVec,
    waiting: IntGauge,
    listeners: IntGauge,
    streams: IntGauge,
    body_bytes: IntGauge,
    open: IntGauge,
    up: IntGaugeVec,
    missing_files: IntGauge,
}

/// Values that are read when the page is requested.
pub struct Gauges {
    pub pool: PoolUse,
    /// Users with a device that listens for events at this process.
    pub listeners: usize,
    /// Open event streams.
    pub streams: usize,
    /// What bodies of requests and large answers take up, in bytes.
    pub body_bytes: usize,
    /// Open connections of clients.
    pub open: usize,
    /// Names of the dependencies, and whether no outage is known.
    pub dependencies: [(&'static str, bool); 2],
    /// Stored files that are not in the bucket.
    pub missing_files: i64,
}

impl Metrics {
    /// # Errors
    /// If two metrics have one name.
    pub fn new(counts: Counts) -> prometheus::Result<Self> {
        let metrics = Self {
            counts,
            registry: Registry::new(),
            requests: IntCounterVec::new(
                Opts::new("landfall_http_requests_total", "Answered requests."),
                &["method", "route", "status"],
            )?,
            seconds: HistogramVec::new(
                HistogramOpts::new(
                    "landfall_http_request_duration_seconds",
                    "Time from the head of a request to the head of its answer. Streams continue after that.",
                )
                .buckets(BUCKETS.to_vec()),
                &["method", "route"],
            )?,
            connections: IntGaugeVec::new(
                Opts::new("landfall_database_connections", "Connections of the pool, by state."),
                &["state"],
            )?,
            waiting: IntGauge::new("landfall_database_waiting", "Requests that wait for a connection of the pool.")?,
            listeners: IntGauge::new(
                "landfall_event_listeners",
                "Users with a device that listens for events at this process.",
            )?,
            streams: IntGauge::new("landfall_event_streams", "Open event streams.")?,
            body_bytes: IntGauge::new(
                "landfall_body_memory_bytes",
                "Memory of the bodies of requests, and of large answers that were not read yet.",
            )?,
            open: IntGauge::new("landfall_http_connections", "Open connections of clients.")?,
            up: IntGaugeVec::new(
                Opts::new("landfall_dependency_up", "0 during an outage of the dependency."),
                &["dependency"],
            )?,
            missing_files: IntGauge::new(
                "landfall_files_missing",
                "Stored files that were not in the bucket at the last look of this process.",
            )?,
        };
        for collector in metrics.counts.collectors() {
            metrics.registry.register(collector)?;
        }
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.seconds.clone()))?;
        metrics.registry.register(Box::new(metrics.connections.clone()))?;
        metrics.registry.register(Box::new(metrics.waiting.clone()))?;
        metrics.registry.register(Box::new(metrics.listeners.clone()))?;
        metrics.registry.register(Box::new(metrics.streams.clone()))?;
        metrics.registry.register(Box::new(metrics.body_bytes.clone()))?;
        metrics.registry.register(Box::new(metrics.open.clone()))?;
        metrics.registry.register(Box::new(metrics.up.clone()))?;
        metrics.registry.register(Box::new(metrics.missing_files.clone()))?;
        Ok(metrics)
    }

    /// Counts one answered request. `route` is the template of the document.
    pub fn count_request(&self, method: &str, route: &str, status: &str, took: Duration) {
        self.requests.with_label_values(&[method, route, status]).inc();
        self.seconds.with_label_values(&[method, route]).observe(took.as_secs_f64());
    }

    /// Counts an error that a request was answered with.
    pub fn count_refusal(&self, code: ErrorCode) {
        self.counts.refusals.with_label_values(&["request", code.into_str()]).inc();
    }

    /// Counts the result of one mutation of a push.
    pub fn count_mutation(&self, result: &PushResult) {
        let outcome = match &result.status {
            PushStatus::Applied { .. } => "applied",
            PushStatus::Duplicate { .. } => "duplicate",
            PushStatus::Conflict(_) => "conflict",
            PushStatus::Rejected(error) => {
                self.counts.refusals.with_label_values(&["mutation", error.code.into_str()]).inc();
                "rejected"
            }
        };
        self.counts.mutations.with_label_values(&[result.collection.unwrap_or("unknown"), outcome]).inc();
    }

    /// The page, in Prometheus' text format.
    ///
    /// # Errors
    /// If a metric can't be encoded.
    pub fn page(&self, now: &Gauges) -> prometheus::Result<String> {
        let gauge = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.connections.with_label_values(&["busy"]).set(gauge(now.pool.busy));
        self.connections.with_label_values(&["idle"]).set(gauge(now.pool.idle));
        self.waiting.set(gauge(now.pool.waiting));
        self.missing_files.set(now.missing_files);
        self.listeners.set(gauge(now.listeners));
        self.streams.set(gauge(now.streams));
        self.body_bytes.set(gauge(now.body_bytes));
        self.open.set(gauge(now.open));
        for (dependency, up) in now.dependencies {
            self.up.with_label_values(&[dependency]).set(i64::from(up));
        }
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
