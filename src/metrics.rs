//! What the process counts, for Prometheus. Labels are words of ours (an address as it stands in the document, a status), never what a caller sent: so
//! nothing private gets here, and no caller can make the page grow.

use std::time::Duration;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};

use crate::db::PoolUse;

/// Seconds. A hot write takes a few milliseconds, a JSON request ends after ten seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGaugeVec,
    waiting: IntGauge,
    listeners: IntGauge,
    up: IntGaugeVec,
}

/// What is looked at when somebody asks, and not counted all along.
pub struct Now {
    pub pool: PoolUse,
    /// People with a device that listens for events here.
    pub listeners: usize,
    /// Names of the parts that requests need, and whether they were there when one last needed them.
    pub parts: [(&'static str, bool); 2],
}

impl Metrics {
    pub fn new() -> prometheus::Result<Self> {
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(
                Opts::new("landfall_http_requests_total", "Requests that were answered."),
                &["method", "address", "status"],
            )?,
            seconds: HistogramVec::new(
                HistogramOpts::new(
                    "landfall_http_request_duration_seconds",
                    "Time from the head of a request to the head of its answer; streams go on after that.",
                )
                .buckets(BUCKETS.to_vec()),
                &["method", "address"],
            )?,
            connections: IntGaugeVec::new(
                Opts::new("landfall_database_connections", "Connections of the pool, by what they do."),
                &["state"],
            )?,
            waiting: IntGauge::new("landfall_database_waiting", "Requests that wait for a connection of the pool.")?,
            listeners: IntGauge::new("landfall_event_listeners", "People with a device that listens for events here.")?,
            up: IntGaugeVec::new(
                Opts::new("landfall_part_up", "0 while requests find a part away that they need."),
                &["part"],
            )?,
        };
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.seconds.clone()))?;
        metrics.registry.register(Box::new(metrics.connections.clone()))?;
        metrics.registry.register(Box::new(metrics.waiting.clone()))?;
        metrics.registry.register(Box::new(metrics.listeners.clone()))?;
        metrics.registry.register(Box::new(metrics.up.clone()))?;
        Ok(metrics)
    }

    /// A request was answered.
    pub fn answered(&self, method: &str, address: &str, status: &str, took: Duration) {
        self.requests.with_label_values(&[method, address, status]).inc();
        self.seconds.with_label_values(&[method, address]).observe(took.as_secs_f64());
    }

    /// The page, in Prometheus' text format.
    pub fn page(&self, now: &Now) -> prometheus::Result<String> {
        let gauge = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.connections.with_label_values(&["busy"]).set(gauge(now.pool.busy));
        self.connections.with_label_values(&["idle"]).set(gauge(now.pool.idle));
        self.waiting.set(gauge(now.pool.waiting));
        self.listeners.set(gauge(now.listeners));
        for (part, up) in now.parts {
            self.up.with_label_values(&[part]).set(i64::from(up));
        }
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
