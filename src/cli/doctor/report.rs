//! The results of the checks, as text and as JSON.

use serde::Serialize;
use strum::IntoStaticStr;

/// The result of one check. The order is that of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// There was nothing to check.
    Skipped,
    Ok,
    /// The server works, and something should be changed.
    Warning,
    /// The server does not work, or users are not safe.
    Error,
}

/// One line of the report.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// The subject and the check, such as `database.version`.
    pub check: &'static str,
    pub status: Status,
    pub message: String,
    /// What to do. `None` where there is nothing to do.
    pub advice: Option<String>,
}

/// All lines, in the order of the checks.
#[derive(Debug, Serialize)]
pub struct Report {
    version: &'static str,
    status: Status,
    checks: Vec<Finding>,
}

impl Report {
    pub fn new(checks: Vec<Finding>) -> Self {
        let status = checks.iter().map(|finding| finding.status).max().unwrap_or(Status::Ok).max(Status::Ok);
        Self { version: env!("CARGO_PKG_VERSION"), status, checks }
    }

    /// The number of checks that found an error.
    pub fn errors(&self) -> usize {
        self.checks.iter().filter(|finding| finding.status == Status::Error).count()
    }

    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for Finding { check, status, message, advice } in &self.checks {
            let status: &str = status.into();
            text.push_str(&format!("{status:<8} {check:<24} {message}\n"));
            if let Some(advice) = advice {
                text.push_str(&format!("{:<8} {:<24} -> {advice}\n", "", ""));
            }
        }
        text
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl Finding {
    pub fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, status: Status::Ok, message: message.into(), advice: None }
    }

    pub fn skipped(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, status: Status::Skipped, message: message.into(), advice: None }
    }

    pub fn warning(check: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, status: Status::Warning, message: message.into(), advice: Some(advice.into()) }
    }

    pub fn error(check: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, status: Status::Error, message: message.into(), advice: Some(advice.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, Report};

    #[test]
    fn report_has_the_worst_status_and_every_advice() {
        let report = Report::new(vec![
            Finding::ok("a.b", "fine"),
            Finding::warning("a.c", "odd", "change it"),
            Finding::skipped("a.d", "nothing there"),
        ]);
        assert_eq!(report.errors(), 0);
        let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap_or_default();
        assert_eq!((&json["status"], &json["checks"][1]["advice"]), (&"warning".into(), &"change it".into()));
        assert!(report.to_text().contains("-> change it"));
        let with_error = Report::new(vec![Finding::error("a.e", "broken", "repair it")]);
        assert_eq!((with_error.errors(), Report::new(Vec::new()).errors()), (1, 0));
    }
}
