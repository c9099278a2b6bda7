//! Tells connected devices that their person's version advanced, whichever server wrote it. The version is all they are told: what changed
//! they pull. Nothing here is part of a write: a lost event costs a second, never data.

mod relay;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::models::OwnerId;

pub use relay::Relay;

/// The devices that are connected to this process, and the news that other processes don't have yet.
#[derive(Clone, Default)]
pub struct Events(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// The newest version known of each person with a connected device.
    connected: Mutex<HashMap<OwnerId, watch::Sender<i64>>>,
    /// Versions written here and not told to the other processes yet.
    untold: Mutex<HashMap<OwnerId, i64>>,
    /// Wakes the relay.
    written: Notify,
    /// True when the server stops.
    closing: watch::Sender<bool>,
}

/// A device that is told of every advance; several advances may come as one.
pub struct Subscription {
    events: Events,
    owner: OwnerId,
    receiver: watch::Receiver<i64>,
    closing: watch::Receiver<bool>,
}

impl Events {
    /// Ends every subscription: the server stops.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// After the commit of a write in this process.
    pub fn publish(&self, owner: &OwnerId, version: i64) {
        self.deliver(owner, version);
        let mut untold = lock(&self.0.untold);
        let newest = untold.entry(owner.clone()).or_default();
        *newest = version.max(*newest);
        self.0.written.notify_one();
    }

    /// From now on; `version` is what the device knows or is about to read.
    pub fn subscribe(&self, owner: &OwnerId, version: i64) -> Subscription {
        let mut connected = lock(&self.0.connected);
        let sender = connected.entry(owner.clone()).or_insert_with(|| watch::Sender::new(version));
        let receiver = sender.subscribe();
        let closing = self.0.closing.subscribe();
        Subscription { events: self.clone(), owner: owner.clone(), receiver, closing }
    }

    /// To the devices of this process. Versions only rise: what comes late is old news.
    fn deliver(&self, owner: &OwnerId, version: i64) {
        if let Some(sender) = lock(&self.0.connected).get(owner) {
            sender.send_if_modified(|known| {
                let newer = version > *known;
                *known = version.max(*known);
                newer
            });
        }
    }

    /// How many people have a connected device here.
    pub fn listeners(&self) -> usize {
        lock(&self.0.connected).len()
    }

    fn connected(&self) -> Vec<OwnerId> {
        lock(&self.0.connected).keys().cloned().collect()
    }

    fn take_untold(&self) -> HashMap<OwnerId, i64> {
        std::mem::take(&mut *lock(&self.0.untold))
    }
}

impl Subscription {
    /// The newest version known here, now.
    pub fn current(&mut self) -> i64 {
        *self.receiver.borrow_and_update()
    }

    /// Waits for an advance; `None` where the server stops.
    pub async fn next(&mut self) -> Option<i64> {
        // The senders live as long as this subscription, so neither wait fails.
        let advanced = tokio::select! {
            _ = self.receiver.changed() => true,
            _ = self.closing.wait_for(|closing| *closing) => false,
        };
        advanced.then(|| self.current())
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut connected = lock(&self.events.0.connected);
        // Ours is the last: subscriptions are only made under this lock.
        if connected.get(&self.owner).is_some_and(|sender| sender.receiver_count() == 1) {
            connected.remove(&self.owner);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn device_hears_the_newest_version_once_and_nothing_old() {
        let events = Events::default();
        let (anna, ben) = (OwnerId::of_authenticated("anna"), OwnerId::of_authenticated("ben"));
        let mut device = events.subscribe(&anna, 3);
        events.publish(&ben, 9);
        events.publish(&anna, 5);
        events.publish(&anna, 4);
        assert_eq!(device.next().await, Some(5));
        assert_eq!(events.take_untold(), HashMap::from([(anna, 5), (ben, 9)]));
        assert_eq!(events.connected().len(), 1);
        events.close();
        assert_eq!(device.next().await, None);
        drop(device);
        assert_eq!(events.connected(), []);
    }
}
