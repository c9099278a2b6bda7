//! The part of Markdown that docs/ERRORS.md uses, as HTML: headings with anchors, paragraphs, tables, code, bold text (without code in it) and links.

use std::fmt::Write as _;

/// A complete page. Headings have the anchors that GitHub gives them.
pub fn to_page(title: &str, markdown: &str) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n"
    );
    for block in markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        page.push_str(&render_block(block));
        page.push('\n');
    }
    page
}

fn render_block(block: &str) -> String {
    let level = block.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&level)
        && let Some(text) = block[level..].strip_prefix(' ')
    {
        return format!("<h{level} id=\"{}\">{}</h{level}>", anchor(text), render_text(text));
    }
    if block.starts_with('|') {
        return render_table(block);
    }
    // A line that begins with bold text, such as `**Client:**`, begins a new line on the page.
    let parts: Vec<String> = block.replace("\n**", "\0**").split('\0').map(render_text).collect();
    format!("<p>{}</p>", parts.join("<br>\n"))
}

/// The second line of a table separates the header from the rows.
fn render_table(block: &str) -> String {
    let mut html = String::from("<table>");
    for (index, line) in block.lines().enumerate().filter(|(index, _)| *index != 1) {
        let cell = if index == 0 { "th" } else { "td" };
        html.push_str("<tr>");
        for text in line.trim().trim_matches('|').split('|') {
            let _ = write!(html, "<{cell}>{}</{cell}>", render_text(text.trim()));
        }
        html.push_str("</tr>");
    }
    html + "</table>"
}

/// The anchor that GitHub gives a heading: lower case, spaces as `-`, no punctuation but `-` and `_`.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

/// Text with `code`, `**bold**` and `[links](#anchor)`. A link to another file keeps only its text: this server does not serve that file.
fn render_text(text: &str) -> String {
    let mut html = String::new();
    // Every second piece between backquotes is code.
    for (index, piece) in escape(text).split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(html, "<code>{piece}</code>");
            continue;
        }
        for (index, piece) in piece.split("**").enumerate() {
            let linked = render_links(piece);
            html.push_str(&if index % 2 == 1 { format!("<b>{linked}</b>") } else { linked });
        }
    }
    html
}

fn render_links(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, label, target, after)) = split_link(rest) {
        html.push_str(before);
        match target.starts_with('#') || target.starts_with("https://") {
            true => {
                let _ = write!(html, "<a href=\"{target}\">{label}</a>");
            }
            false => html.push_str(label),
        }
        rest = after;
    }
    html + rest
}

fn split_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (label, rest) = rest.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    Some((before, label, target, after))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_text_are_rendered() {
        for (markdown, html) in [
            ("# Codes of `errors`", "<h1 id=\"codes-of-errors\">Codes of <code>errors</code></h1>"),
            ("## id_conflict", "<h2 id=\"id_conflict\">id_conflict</h2>"),
            ("#none", "<p>#none</p>"),
            ("a < b\n**Client:** wait", "<p>a &lt; b<br>\n<b>Client:</b> wait</p>"),
            (
                "| A | B |\n|---|---|\n| `x` | [y](#y) |",
                "<table><tr><th>A</th><th>B</th></tr><tr><td><code>x</code></td><td><a href=\"#y\">y</a></td></tr></table>",
            ),
            (
                "see [adr/1](adr/1.md) and [x](https://x.example)",
                "<p>see adr/1 and <a href=\"https://x.example\">x</a></p>",
            ),
            ("`**` is code, **x** is bold", "<p><code>**</code> is code, <b>x</b> is bold</p>"),
        ] {
            assert_eq!(render_block(markdown), html, "{markdown}");
        }
    }
}
