//! Counters that the subjects raise and `ops::metrics` shows. Labels are words of the code, never text of a caller, so that they hold nothing private
//! and their number is bounded. A clone counts for the same process.

use std::time::{Duration, Instant};

use prometheus::core::Collector;
use prometheus::{GaugeVec, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts};

/// Bounds in seconds of requests to the storage and of steps of jobs, whose time limits are 3, 30 and 45 s.
const SLOW_BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 3.0, 10.0, 45.0];

/// What the server counts besides requests.
#[derive(Clone)]
pub struct Counts {
    /// By collection and outcome: `applied`, `duplicate`, `conflict`, `rejected`.
    pub mutations: IntCounterVec,
    /// By what was refused, `request` or `mutation`, and the code of the error.
    pub refusals: IntCounterVec,
    /// Versions that were sent on event streams.
    pub events: IntCounter,
    /// By kind and state: `waiting`, `failing`, `dead`.
    pub jobs: IntGaugeVec,
    /// By kind and result: `done`, `waits` for an outage to end, `failed`.
    pub job_runs: IntCounterVec,
    job_seconds: HistogramVec,
    sweeps: IntCounterVec,
    swept: IntCounterVec,
    last_sweep: GaugeVec,
    storage_requests: IntCounterVec,
    storage_seconds: HistogramVec,
}

/// Work that every server repeats. `into_str()` is its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Sweep {
    /// Tombstones and idempotency records.
    Retention,
    /// Counters of rows that differ from the rows.
    Recount,
    /// Abandoned imports.
    Imports,
    /// Entries of the audit log.
    Audit,
}

impl Counts {
    /// # Errors
    /// If a name or a label is not valid.
    pub fn new() -> prometheus::Result<Self> {
        let counters = |name: &str, help: &str, labels: &[&str]| IntCounterVec::new(Opts::new(name, help), labels);
        let seconds = |name: &str, help: &str, label: &str| {
            HistogramVec::new(HistogramOpts::new(name, help).buckets(SLOW_BUCKETS.to_vec()), &[label])
        };
        Ok(Self {
            mutations: counters(
                "landfall_sync_mutations_total",
                "Mutations of pushes, by collection and outcome.",
                &["collection", "outcome"],
            )?,
            refusals: counters(
                "landfall_refusals_total",
                "Refused requests and mutations, by the code of the error.",
                &["of", "code"],
            )?,
            events: IntCounter::new("landfall_events_sent_total", "Versions that were sent on event streams.")?,
            jobs: IntGaugeVec::new(
                Opts::new("landfall_jobs", "Jobs in the queue of all servers, by kind and state."),
                &["kind", "state"],
            )?,
            job_runs: counters(
                "landfall_job_runs_total",
                "Steps of jobs that this process ran, by kind and result.",
                &["kind", "result"],
            )?,
            job_seconds: seconds("landfall_job_duration_seconds", "Time of a step of a job, by kind.", "kind")?,
            sweeps: counters(
                "landfall_sweeps_total",
                "Runs of repeated work of this process, by work and result.",
                &["work", "result"],
            )?,
            swept: counters(
                "landfall_swept_rows_total",
                "Rows that repeated work of this process removed or corrected.",
                &["work"],
            )?,
            last_sweep: GaugeVec::new(
                Opts::new(
                    "landfall_last_sweep_timestamp_seconds",
                    "When a run of repeated work of this process ended without an error, in seconds since 1970.",
                ),
                &["work"],
            )?,
            storage_requests: counters(
                "landfall_storage_requests_total",
                "Requests to the object storage, by operation and result.",
                &["operation", "result"],
            )?,
            storage_seconds: seconds(
                "landfall_storage_request_duration_seconds",
                "Time of a request to the object storage, by operation.",
                "operation",
            )?,
        })
    }

    /// All of them, for the page.
    pub fn collectors(&self) -> Vec<Box<dyn Collector>> {
        vec![
            Box::new(self.mutations.clone()),
            Box::new(self.refusals.clone()),
            Box::new(self.events.clone()),
            Box::new(self.jobs.clone()),
            Box::new(self.job_runs.clone()),
            Box::new(self.job_seconds.clone()),
            Box::new(self.sweeps.clone()),
            Box::new(self.swept.clone()),
            Box::new(self.last_sweep.clone()),
            Box::new(self.storage_requests.clone()),
            Box::new(self.storage_seconds.clone()),
        ]
    }

    /// A step of a job of `kind` ended.
    pub fn job(&self, kind: &str, result: &str, took: Duration) {
        self.job_runs.with_label_values(&[kind, result]).inc();
        self.job_seconds.with_label_values(&[kind]).observe(took.as_secs_f64());
    }

    /// A run of repeated work ended. `rows`: how many it removed or corrected; `None`: it failed.
    pub fn sweep(&self, work: Sweep, rows: Option<usize>) {
        let result = if rows.is_some() { "done" } else { "failed" };
        self.sweeps.with_label_values(&[work.into_str(), result]).inc();
        if let Some(rows) = rows {
            self.swept.with_label_values(&[work.into_str()]).inc_by(rows as u64);
            let now = chrono::Utc::now().timestamp_millis() as f64 / 1_000.0;
            self.last_sweep.with_label_values(&[work.into_str()]).set(now);
        }
    }

    /// A request to the storage ended. `operation` is its name in S3, `result` is `ok`, `refused` or `unavailable`.
    pub fn storage(&self, operation: &str, result: &str, began: Instant) {
        self.storage_requests.with_label_values(&[operation, result]).inc();
        self.storage_seconds.with_label_values(&[operation]).observe(began.elapsed().as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use prometheus::{Registry, TextEncoder};

    use super::{Counts, Sweep};

    #[test]
    fn runs_of_repeated_work_are_counted_with_their_rows_and_the_last_success() -> prometheus::Result<()> {
        let (counts, registry) = (Counts::new()?, Registry::new());
        for collector in counts.collectors() {
            registry.register(collector)?;
        }
        counts.sweep(Sweep::Retention, Some(7));
        counts.sweep(Sweep::Retention, Some(0));
        counts.sweep(Sweep::Audit, None);
        let page = TextEncoder::new().encode_to_string(&registry.gather())?;
        for line in [
            "landfall_sweeps_total{result=\"done\",work=\"retention\"} 2",
            "landfall_sweeps_total{result=\"failed\",work=\"audit\"} 1",
            "landfall_swept_rows_total{work=\"retention\"} 7",
        ] {
            assert!(page.lines().any(|known| known == line), "{line} is missing:\n{page}");
        }
        let ends = page.lines().filter(|line| line.starts_with("landfall_last_sweep_timestamp_seconds")).count();
        assert_eq!(ends, 1, "a run that failed is no success:\n{page}");
        Ok(())
    }
}
