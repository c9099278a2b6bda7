//! Counters and gauges for Prometheus. Labels are templates of the document and statuses, never text of a caller, so the page has nothing private and
//! no caller can make it grow.

use std::time::Duration;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};

use crate::db::PoolUse;

/// Bounds of the histogram in seconds. A hot write takes a few milliseconds; a JSON request ends after ten seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// All metrics of the process.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGaugeVec,
    waiting: IntGauge,
    listeners: IntGauge,
    open: IntGauge,
    up: IntGaugeVec,
    missing_files: IntGauge,
}

/// Values that are read when the page is requested.
pub struct Gauges {
    pub pool: PoolUse,
    /// Users with a device that listens for events at this process.
    pub listeners: usize,
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
    pub fn new() -> prometheus::Result<Self> {
        let metrics = Self {
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
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.seconds.clone()))?;
        metrics.registry.register(Box::new(metrics.connections.clone()))?;
        metrics.registry.register(Box::new(metrics.waiting.clone()))?;
        metrics.registry.register(Box::new(metrics.listeners.clone()))?;
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
        self.open.set(gauge(now.open));
        for (dependency, up) in now.dependencies {
            self.up.with_label_values(&[dependency]).set(i64::from(up));
        }
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
