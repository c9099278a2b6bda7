//! A load: several people, each with two tabs that write and a device that follows. What it was told must be true in the end.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::task::JoinHandle;

use super::device::{Device, Rows};
use super::journal::Journal;
use super::shared::{Outage, Shared};
use super::writer::Writer;
use crate::support::{Dice, Fault, FaultKind, TestUser, Verdict, require};

const PEOPLE: usize = 4;
const TABS: usize = 2;

/// One person's tasks.
struct Person {
    user: TestUser,
    tabs: Vec<JoinHandle<Result<Journal, Fault>>>,
    device: JoinHandle<Result<Rows, Fault>>,
}

pub struct Load {
    pub shared: Arc<Shared>,
    people: Vec<Person>,
}

impl Load {
    pub async fn start(servers: Vec<String>, outage: Outage, dice: &Dice) -> Self {
        Self::of_people("person", servers, outage, dice).await
    }

    /// The same people again where the name was there before.
    pub async fn of_people(name: &str, servers: Vec<String>, outage: Outage, dice: &Dice) -> Self {
        let server = servers[0].clone();
        let shared = Arc::new(Shared::new(servers, outage));
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let user = TestUser::sign_in(&server, &format!("{name}-{number}")).await;
            let session = user.chat().await;
            let tabs = (0..TABS).map(|tab| {
                let (user, session, shared) = (user.clone(), session.clone(), shared.clone());
                let (name, dice) = (format!("{number}{tab}"), dice.of_task(number * TABS + tab));
                reporting(shared.clone(), async move { Writer::new(user, session, name, &shared, dice).write().await })
            });
            let tabs = tabs.collect();
            let device = {
                let (user, shared) = (user.clone(), shared.clone());
                reporting(shared.clone(), async move { Device::new(user, &shared).follow().await })
            };
            people.push(Person { user, tabs, device });
        }
        Self { shared, people }
    }

    /// The server that had this index is elsewhere now.
    pub fn moved(&self, index: usize, url: &str) {
        self.shared.servers.write().unwrap()[index] = url.to_owned();
    }

    /// Ends the writing and compares everything; how many rows were acknowledged.
    pub async fn finish(self) -> Result<usize, Fault> {
        self.shared.stopping.store(true, Ordering::SeqCst);
        let mut written = Vec::new();
        for person in self.people {
            let mut journals = Vec::new();
            for tab in person.tabs {
                journals.push(tab.await.unwrap()?);
            }
            written.push((person.user, journals, person.device));
        }
        self.shared.all_written.store(true, Ordering::SeqCst);
        let mut acknowledged = 0;
        for (user, journals, device) in written {
            let followed = device.await.unwrap()?;
            let stored = Device::new(user, &self.shared).follow().await?;
            compare(&journals, &stored)?;
            followed.compare(&stored)?;
            acknowledged += journals.iter().map(Journal::len).sum::<usize>();
        }
        Ok(acknowledged)
    }
}

/// Everything that a person was told is stored, and nothing else is.
fn compare(journals: &[Journal], stored: &Rows) -> Verdict {
    for journal in journals {
        journal.compare(stored)?;
    }
    let told: usize = journals.iter().map(Journal::len).sum();
    let there = stored.count(&["chatMessages", "tags", "projects"]);
    require(told == there, FaultKind::Twice, || format!("{told} rows were written, and {there} are stored"))
}

fn reporting<T: Send + 'static>(
    shared: Arc<Shared>,
    task: impl Future<Output = Result<T, Fault>> + Send + 'static,
) -> JoinHandle<Result<T, Fault>> {
    tokio::spawn(async move { task.await.inspect_err(|fault| shared.report(fault)) })
}
