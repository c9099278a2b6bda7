mod delete;
mod limits;
mod mutation_id;
mod read;
mod refusals;
mod tree;
mod write;

/// The path of a project.
fn path(id: &str) -> String {
    format!("/api/projects/{id}")
}
