//! SQL that the statements of an import share.

/// A condition: the staged row `s` belongs to the section and has no fault.
pub(in crate::models) const VALID: &str = "s.owner = $1 AND s.import_id = $2 AND s.section = $3 AND s.fault IS NULL";

/// `expression` in a subquery. In the assignments and conditions of an UPDATE itself, a cluster refuses functions that are not IMMUTABLE and have a column as
/// their argument, such as `to_jsonb` and the conversion of a text to a time.
pub(in crate::models) fn in_subquery(expression: &str) -> String {
    format!("(SELECT {expression})")
}
