//! Live events: connected devices receive the user's new version, whichever server wrote it. The event has no rows: devices pull them.
//! Events are not part of a write: a lost event delays a device by a second and loses no data.

mod relay;

use crate::db::{OwnerId, OwnerKey};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

pub use relay::Relay;

/// The devices that are connected to this process, and the versions that are not sent to other processes yet.
#[derive(Clone, Default)]
pub struct Events(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// The newest known version of each user with a connected device.
    connected: Mutex<HashMap<OwnerKey, watch::Sender<i64>>>,
    /// Versions of this process's writes that are not sent to other processes yet.
    unsent: Mutex<HashMap<OwnerKey, i64>>,
    /// Wakes the relay.
    written: Notify,
    /// True when the server stops.
    closing: watch::Sender<bool>,
}

/// The subscription of a connected device. Several new versions may arrive as one.
pub struct Subscription {
    events: Events,
    owner: OwnerKey,
    receiver: watch::Receiver<i64>,
    closing: watch::Receiver<bool>,
}

impl Events {
    /// Ends every subscription, when the server stops.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Publishes the user's new version, after the commit of a write in this process.
    pub fn publish(&self, owner: &OwnerId, version: i64) {
        self.deliver(owner.key(), version);
        let mut unsent = lock(&self.0.unsent);
        let newest = unsent.entry(owner.key()).or_default();
        *newest = version.max(*newest);
        self.0.written.notify_one();
    }

    /// Subscribes a device from now on. `version` is the version that the device has or is about to read.
    pub fn subscribe(&self, owner: &OwnerId, version: i64) -> Subscription {
        let mut connected = lock(&self.0.connected);
        let sender = connected.entry(owner.key()).or_insert_with(|| watch::Sender::new(version));
        let receiver = sender.subscribe();
        let closing = self.0.closing.subscribe();
        Subscription { events: self.clone(), owner: owner.key(), receiver, closing }
    }

    /// Sends a version to the user's devices of this process. An older version than the known one is ignored.
    fn deliver(&self, owner: OwnerKey, version: i64) {
        if let Some(sender) = lock(&self.0.connected).get(&owner) {
            sender.send_if_modified(|known| {
                let newer = version > *known;
                *known = version.max(*known);
                newer
            });
        }
    }

    /// The number of users with a device that is connected to this process.
    pub fn listeners(&self) -> usize {
        lock(&self.0.connected).len()
    }

    fn connected(&self) -> Vec<OwnerKey> {
        lock(&self.0.connected).keys().copied().collect()
    }

    fn take_unsent(&self) -> HashMap<OwnerKey, i64> {
        std::mem::take(&mut *lock(&self.0.unsent))
    }
}

impl Subscription {
    /// The newest version that this process knows.
    pub fn current(&mut self) -> i64 {
        *self.receiver.borrow_and_update()
    }

    /// Waits for a new version. `None` when the server stops.
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
        // This is the last subscription of the user. Subscriptions are made only under this lock.
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
    async fn device_receives_the_newest_version_once_and_no_older_one() {
        let events = Events::default();
        let (anna, ben) =
            (OwnerId::of_authenticated(OwnerKey::new(1), "anna"), OwnerId::of_authenticated(OwnerKey::new(2), "ben"));
        let mut device = events.subscribe(&anna, 3);
        events.publish(&ben, 9);
        events.publish(&anna, 5);
        events.publish(&anna, 4);
        assert_eq!(device.next().await, Some(5));
        assert_eq!(events.take_unsent(), HashMap::from([(anna.key(), 5), (ben.key(), 9)]));
        assert_eq!(events.connected().len(), 1);
        events.close();
        assert_eq!(device.next().await, None);
        drop(device);
        assert_eq!(events.connected(), []);
    }
}
