//! A load: several users, each with two tabs that write and a device that pulls. At the end, all acknowledged rows must be stored.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::task::JoinHandle;

use super::device::{Device, Rows};
use super::load_state::{LoadState, Outage};
use super::write_log::WriteLog;
use super::writer::Writer;
use crate::support::{Fault, FaultKind, SeededRng, TestUser, Verdict, require};

const USERS: usize = 4;
const TABS: usize = 2;

/// The tasks of one user.
struct UserTasks {
    user: TestUser,
    tabs: Vec<JoinHandle<Result<WriteLog, Fault>>>,
    device: JoinHandle<Result<Rows, Fault>>,
}

pub struct Load {
    pub state: Arc<LoadState>,
    users: Vec<UserTasks>,
}

impl Load {
    pub async fn start(servers: Vec<String>, outage: Outage, rng: &SeededRng) -> Self {
        Self::with_users("user", servers, outage, rng).await
    }

    /// Starts a load. A `name` that was used before means the same users.
    pub async fn with_users(name: &str, servers: Vec<String>, outage: Outage, rng: &SeededRng) -> Self {
        let server = servers[0].clone();
        let state = Arc::new(LoadState::new(servers, outage));
        let mut users = Vec::new();
        for number in 0..USERS {
            let user = TestUser::sign_in(&server, &format!("{name}-{number}")).await;
            let session = user.chat().await;
            let tabs = (0..TABS).map(|tab| {
                let (user, session, state) = (user.clone(), session.clone(), state.clone());
                let (name, rng) = (format!("{number}{tab}"), rng.of_task(number * TABS + tab));
                spawn_reporting(
                    state.clone(),
                    async move { Writer::new(user, session, name, &state, rng).write().await },
                )
            });
            let tabs = tabs.collect();
            let device = {
                let (user, state) = (user.clone(), state.clone());
                spawn_reporting(state.clone(), async move { Device::new(user, &state).follow().await })
            };
            users.push(UserTasks { user, tabs, device });
        }
        Self { state, users }
    }

    /// Replaces the URL of a restarted server.
    pub fn set_url(&self, index: usize, url: &str) {
        self.state.servers.write().unwrap()[index] = url.to_owned();
    }

    /// Stops the writers and compares all rows. Returns the number of acknowledged rows.
    pub async fn finish(self) -> Result<usize, Fault> {
        self.state.stopping.store(true, Ordering::SeqCst);
        let mut written = Vec::new();
        for tasks in self.users {
            let mut logs = Vec::new();
            for tab in tasks.tabs {
                logs.push(tab.await.unwrap()?);
            }
            written.push((tasks.user, logs, tasks.device));
        }
        self.state.all_written.store(true, Ordering::SeqCst);
        let mut acknowledged = 0;
        for (user, logs, device) in written {
            let followed = device.await.unwrap()?;
            let stored = Device::new(user, &self.state).follow().await?;
            compare(&logs, &stored)?;
            followed.compare(&stored)?;
            acknowledged += logs.iter().map(WriteLog::len).sum::<usize>();
        }
        Ok(acknowledged)
    }
}

/// Checks that all acknowledged rows are stored, and no others.
fn compare(logs: &[WriteLog], stored: &Rows) -> Verdict {
    for log in logs {
        log.compare(stored)?;
    }
    let acknowledged: usize = logs.iter().map(WriteLog::len).sum();
    let found = stored.count(&["chatMessages", "tags", "projects"]);
    require(acknowledged == found, FaultKind::Twice, || {
        format!("{acknowledged} rows were written, and {found} are stored")
    })
}

fn spawn_reporting<T: Send + 'static>(
    state: Arc<LoadState>,
    task: impl Future<Output = Result<T, Fault>> + Send + 'static,
) -> JoinHandle<Result<T, Fault>> {
    tokio::spawn(async move { task.await.inspect_err(|fault| state.report(fault)) })
}
