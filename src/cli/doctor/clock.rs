//! The difference of two clocks.

use chrono::{DateTime, TimeDelta, Utc};

use super::report::Finding;

/// Signed links and tokens hold for minutes, so a smaller difference does no harm.
const TOLERATED: TimeDelta = TimeDelta::seconds(30);
/// S3 refuses signatures that are older or newer than 15 minutes. Links of browsers are used some time after they were signed.
const TOO_MUCH: TimeDelta = TimeDelta::minutes(5);

/// Compares the clock of `whose` with this machine's. `here` is the time at which `there` was read.
pub fn compare(check: &'static str, whose: &str, there: DateTime<Utc>, here: DateTime<Utc>) -> Finding {
    let difference = there - here;
    let message = format!("the clock of {whose} is {} ahead of this machine's", seconds(difference));
    let advice = "let both machines set their clocks by NTP";
    match difference.abs() {
        size if size > TOO_MUCH => Finding::error(check, message, advice),
        size if size > TOLERATED => Finding::warning(check, message, advice),
        _ => Finding::ok(check, message),
    }
}

fn seconds(difference: TimeDelta) -> String {
    format!("{:.1} s", difference.num_milliseconds() as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::super::report::Status;
    use super::compare;

    #[test]
    fn difference_counts_in_both_directions() {
        let now = Utc::now();
        let of = |secs: i64| compare("x.clock", "x", now + TimeDelta::seconds(secs), now).status;
        assert_eq!([of(0), of(-29), of(31), of(-31)], [Status::Ok, Status::Ok, Status::Warning, Status::Warning]);
        assert_eq!([of(301), of(-301)], [Status::Error, Status::Error]);
    }
}
