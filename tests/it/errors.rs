//! docs/ERRORS.md: every code of the API has its section, and every problem leads there.

use std::collections::BTreeSet;

use landfall::error::ErrorCode;
use strum::VariantArray as _;

use crate::support::TestApp;

/// The headings of level 2 before the codes of single members.
fn documented() -> Vec<&'static str> {
    let (problems, _) = include_str!("../../docs/ERRORS.md").split_once("\n# Codes of single members").unwrap();
    problems.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

#[test]
fn every_code_has_its_section_with_its_status_and_every_section_its_code() {
    let known: BTreeSet<&str> = ErrorCode::VARIANTS.iter().map(|code| code.into_str()).collect();
    assert_eq!(documented().iter().copied().collect::<BTreeSet<_>>(), known);
    assert_eq!(documented().len(), known.len(), "a section is there twice");
    for code in ErrorCode::VARIANTS {
        let section = format!("\n## {}\n\n**Status {}.**", code.into_str(), code.status());
        assert!(include_str!("../../docs/ERRORS.md").contains(&section), "{} has another status", code.into_str());
    }
}

#[tokio::test]
async fn type_of_a_problem_leads_to_the_section_of_its_code() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for (path, code) in [("/api/nothing", "not_found"), ("/api/projects", "unauthenticated")] {
        let problem = anonymous.get(path).await.json;
        let link = problem["type"].as_str().unwrap();
        let (page, anchor) = link.split_once('#').unwrap();
        assert_eq!((anchor, problem["code"].as_str()), (code, Some(code)));
        let page = anonymous.get(page).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.text.matches(&format!("id=\"{anchor}\"")).count(), 1, "{}", page.text);
    }
}
