//! A span for each statement of a traced request. Its text has no parameter and no literal.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::time::SystemTime;

use diesel::connection::{Instrumentation, InstrumentationEvent};

use crate::trace::{self, Attribute, Trace};

/// The most bytes of a statement's text in a span.
const MAX_BYTES: usize = 400;
/// What diesel writes between a statement and its parameters.
const BINDS: &str = " -- binds:";

/// Follows the statements of one connection. Several may be on their way, and PostgreSQL answers them in order.
#[derive(Default)]
pub struct SqlSpans(VecDeque<Open>);

/// A statement that was sent.
struct Open {
    sql: String,
    trace: Trace,
    began: SystemTime,
}

impl Instrumentation for SqlSpans {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                // A statement whose answer nothing awaits, such as the COMMIT of a read, never ends. One request at a time uses a connection.
                let trace = trace::current();
                let of_this = |open: &Open| trace.as_ref().is_some_and(|trace| is_same(trace, &open.trace));
                self.0.retain(of_this);
                if let Some(trace) = trace {
                    self.0.push_back(Open { sql: beginning_of(query), trace, began: SystemTime::now() });
                }
            }
            InstrumentationEvent::FinishQuery { query, error, .. } if !self.0.is_empty() => {
                let sql = beginning_of(query);
                let Some(open) = self.0.iter().position(|open| open.sql == sql) else { return };
                let Some(Open { sql, trace, began }) = self.0.remove(open) else { return };
                let sql = without_literals(&sql);
                let name = sql.split_ascii_whitespace().next().unwrap_or("SQL").trim_end_matches(';').to_owned();
                let attributes =
                    vec![Attribute::new("db.system.name", "postgresql"), Attribute::new("db.query.text", sql)];
                trace::record(&trace, name, began, attributes, error.is_some());
            }
            _ => {}
        }
    }
}

fn is_same(one: &Trace, other: &Trace) -> bool {
    use opentelemetry::trace::TraceContextExt as _;
    one.span().span_context().span_id() == other.span().span_context().span_id()
}

/// The text up to the parameters. Writing ends there: the parameters are not rendered.
fn beginning_of(query: &dyn fmt::Display) -> String {
    let mut beginning = Beginning(String::new());
    let _ = write!(beginning, "{query}");
    beginning.0
}

struct Beginning(String);

impl fmt::Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let own = text.find(BINDS).map_or(text, |at| &text[..at]);
        let room = MAX_BYTES - self.0.len();
        let mut cut = room.min(own.len());
        while !own.is_char_boundary(cut) {
            cut -= 1;
        }
        self.0.push_str(&own[..cut]);
        if cut < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

/// The text with `?` in place of strings and numbers, and one space in place of white space. `$1` stays.
fn without_literals(sql: &str) -> String {
    let mut plain = String::with_capacity(sql.len());
    let mut letters = sql.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let in_word = before.is_alphanumeric() || matches!(before, '_' | '$' | '"' | '.');
        match letter {
            '\'' => {
                // A doubled quote is two strings, which are hidden alike. A string that was cut has no end.
                letters.by_ref().find(|letter| *letter == '\'');
                plain.push('?');
            }
            digit if digit.is_ascii_digit() && !in_word => {
                while letters.next_if(|letter| letter.is_ascii_alphanumeric() || *letter == '.').is_some() {}
                plain.push('?');
            }
            space if space.is_whitespace() => {
                if before != ' ' {
                    plain.push(' ');
                }
                before = ' ';
                continue;
            }
            other => plain.push(other),
        }
        before = letter;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{beginning_of, without_literals};

    #[test]
    fn literals_are_hidden_and_parameters_stay() {
        let hidden = [
            ("SET LOCAL app.owner = '17'", "SET LOCAL app.owner = ?"),
            ("SELECT 'it''s Anna', 42, 1.5e3 FROM t1 WHERE a = $12", "SELECT ??, ?, ? FROM t1 WHERE a = $12"),
            ("SELECT\n    x\n  FROM \"a1\".\"b\" LIMIT 5", "SELECT x FROM \"a1\".\"b\" LIMIT ?"),
            ("SELECT 'a string that was cut", "SELECT ?"),
        ];
        for (sql, plain) in hidden {
            assert_eq!(without_literals(sql), plain);
        }
    }

    #[test]
    fn text_ends_before_the_parameters_and_at_its_limit() {
        assert_eq!(beginning_of(&"SELECT $1 -- binds: [\"secret\"]"), "SELECT $1");
        assert_eq!(beginning_of(&format_args!("{} -- binds: {:?}", "SELECT $1", ["secret"])), "SELECT $1");
        let long = "é".repeat(1_000);
        assert!(beginning_of(&long).len() <= 400);
    }
}
