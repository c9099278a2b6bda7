//! The document as text that is the same in every run.

use utoipa::openapi::OpenApi;

/// Pretty JSON. utoipa keeps the extensions of an operation in a `HashMap`, whose order differs between runs, so they are sorted here.
///
/// # Errors
/// If a value can't be serialised.
pub fn to_json(document: &OpenApi) -> serde_json::Result<String> {
    let text = document.to_pretty_json()?;
    let lines: Vec<&str> = text.lines().collect();
    let runs = lines.chunk_by(|one, next| is_extension(one) && is_extension(next) && indent(one) == indent(next));
    Ok(runs.map(sorted).collect::<Vec<_>>().join("\n"))
}

/// An extension whose value is a string.
fn is_extension(line: &str) -> bool {
    line.trim_start().starts_with("\"x-") && line.trim_end_matches(',').ends_with('"')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The last line keeps or lacks its comma.
fn sorted(run: &[&str]) -> String {
    let end = if run.last().is_some_and(|last| last.ends_with(',')) { "," } else { "" };
    let mut members: Vec<&str> = run.iter().map(|line| line.trim_end_matches(',')).collect();
    if run.len() > 1 {
        members.sort_unstable();
    }
    members.join(",\n") + end
}

#[cfg(test)]
mod tests {
    use super::sorted;

    #[test]
    fn order_of_extensions_does_not_matter() {
        assert_eq!(sorted(&["  \"x-b\": \"1\",", "  \"x-a\": \"2\""]), "  \"x-a\": \"2\",\n  \"x-b\": \"1\"");
        assert_eq!(sorted(&["  \"x-a\": \"2\",", "  \"x-b\": \"1\","]), "  \"x-a\": \"2\",\n  \"x-b\": \"1\",");
        assert_eq!(sorted(&["{"]), "{");
        assert_eq!(sorted(&["  },"]), "  },");
    }
}
