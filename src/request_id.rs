//! The id of the request that a task works for: part of answers, log lines and audit entries.

tokio::task_local! {
    static REQUEST_ID: String;
}

/// Runs `work` as a part of the request.
pub async fn scope<F: Future>(id: String, work: F) -> F::Output {
    REQUEST_ID.scope(id, work).await
}

/// The id of the request. `None` outside of one: in background work and in commands.
pub fn current() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// `work` as a part of the request that calls this, for a task of its own.
pub async fn carried<F: Future>(id: Option<String>, work: F) -> F::Output {
    match id {
        Some(id) => scope(id, work).await,
        None => work.await,
    }
}
