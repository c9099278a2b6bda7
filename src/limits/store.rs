//! The store of budgets: a map with a fixed maximum of entries.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;

/// Number of maps. Each has its own lock, so that requests rarely wait for each other.
const SHARDS: usize = 16;
/// Maximum of callers in each map. A caller takes 16 bytes and the map's overhead, so a class takes at most 2 MiB.
const CALLERS: usize = 2_048;

pub struct BoundedStore {
    shards: [Mutex<HashMap<u64, Nanos>>; SHARDS],
}

impl Default for BoundedStore {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()) }
    }
}

impl StateStore for BoundedStore {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut shard = self.shards[*key as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, next) = decide(shard.get(key).copied())?;
        if shard.len() >= CALLERS && !shard.contains_key(key) {
            // The evicted caller gets a full budget too early. That is better than memory without a bound.
            if let Some(other) = shard.keys().next().copied() {
                shard.remove(&other);
            }
        }
        shard.insert(*key, next);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_callers_do_not_grow_the_store() {
        let store = BoundedStore::default();
        for key in 0..200_000u64 {
            let kept = store.measure_and_replace(&key, |_| Ok::<_, ()>(((), Nanos::new(key))));
            assert_eq!(kept, Ok(()));
        }
        let callers: usize = store.shards.iter().map(|shard| shard.lock().map_or(0, |shard| shard.len())).sum();
        assert_eq!(callers, SHARDS * CALLERS);
    }

    #[test]
    fn budget_is_kept_between_requests() {
        let store = BoundedStore::default();
        let seen = |key: u64| store.measure_and_replace(&key, |before| Ok::<_, ()>((before, Nanos::new(7))));
        assert_eq!((seen(1), seen(1), seen(2)), (Ok(None), Ok(Some(Nanos::new(7))), Ok(None)));
    }
}
