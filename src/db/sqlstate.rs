//! The one table of what PostgreSQL's error codes mean for a request. A message is never read: it is in the server's language, and an extension or
//! a function may choose its own.

use diesel::result::DatabaseErrorInformation;

/// What an error of a statement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The server can't do its work now: it stops, is full, or takes no writes. A later repeat may succeed.
    Unavailable,
    /// Others were in the way: locks, deadlocks, timeouts. The statement was rolled back, and a repeat is safe.
    Busy,
    /// The code of this project's functions for a user who was deleted at the same time.
    UserGone,
    /// The statement is wrong, or its data are refused.
    Fault,
}

/// The meaning of an SQLSTATE. <https://www.postgresql.org/docs/current/errcodes-appendix.html>
pub fn meaning(sqlstate: &str) -> Meaning {
    match sqlstate {
        "LF001" => Meaning::UserGone,
        // Read-only: a standby, or a primary that was demoted or protects its disk.
        "25006" => Meaning::Unavailable,
        // PostgreSQL ended the session for its idle transaction (25P03), or for the age of the transaction (25P04).
        "25P03" | "25P04" => Meaning::Unavailable,
        // A prepared statement is not known, or known already: this session is not the one that prepared it.
        "26000" | "42P05" => Meaning::Unavailable,
        // Whether the statement was completed is not known.
        "40003" => Meaning::Unavailable,
        // A statement that was cancelled, by its timeout or by an operator.
        "57014" => Meaning::Busy,
        // An object is in use (55006), a lock is not free (55P03).
        "55006" | "55P03" => Meaning::Busy,
        _ => match sqlstate.get(..2) {
            // 08 connection, 53 resources (disk, memory, connections), 57 operator intervention, 58 system, F0 and XX the server's own files and state.
            Some("08" | "53" | "57" | "58" | "F0" | "XX") => Meaning::Unavailable,
            // Serialization failures and deadlocks.
            Some("40") => Meaning::Busy,
            _ => Meaning::Fault,
        },
    }
}

/// Whether other connections of the same age are likely to fail in the same way, though a new one may not: another server may answer at the address
/// by now, or the state of the session is wrong.
pub fn wants_new_connections(sqlstate: &str) -> bool {
    matches!(sqlstate, "25006" | "26000" | "42P05") || sqlstate.starts_with("08") || sqlstate.starts_with("57P")
}

/// The SQLSTATE of an error. The copy of diesel-async in `third_party` has it as the hint (docs/adr/0043). `None` for an error without an answer of the
/// server.
pub fn of(info: &dyn DatabaseErrorInformation) -> Option<&str> {
    let is_code = |code: &&str| code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    info.hint().filter(is_code)
}

#[cfg(test)]
mod tests {
    use super::{Meaning, meaning};

    #[test]
    fn meaning_follows_the_code_and_its_class() {
        for code in ["08006", "25006", "53100", "53200", "53300", "57P01", "57P03", "57P05", "58030", "F0001", "XX000"]
        {
            assert_eq!(meaning(code), Meaning::Unavailable, "{code}");
        }
        for code in ["40001", "40P01", "55P03", "57014", "55006"] {
            assert_eq!(meaning(code), Meaning::Busy, "{code}");
        }
        for code in ["22P02", "23505", "42P01", "P0001", "54000", "0A000", ""] {
            assert_eq!(meaning(code), Meaning::Fault, "{code}");
        }
    }
}
