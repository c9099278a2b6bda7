//! Where budgets are kept: a map that never grows beyond its bound, however many callers come.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;

/// Maps, each with its own lock, so that requests rarely wait for each other.
const SHARDS: usize = 16;
/// Callers in each. With 16 bytes a caller and the map's own needs: at most 2 MiB for a class.
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
            // Somebody gets a fresh budget too early. A crowd can win that; it can't win memory.
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
    fn a_crowd_does_not_grow_the_store() {
        let store = BoundedStore::default();
        for key in 0..200_000u64 {
            let kept = store.measure_and_replace(&key, |_| Ok::<_, ()>(((), Nanos::new(key))));
            assert_eq!(kept, Ok(()));
        }
        let callers: usize = store.shards.iter().map(|shard| shard.lock().map_or(0, |shard| shard.len())).sum();
        assert_eq!(callers, SHARDS * CALLERS);
    }

    #[test]
    fn budget_is_remembered() {
        let store = BoundedStore::default();
        let seen = |key: u64| store.measure_and_replace(&key, |before| Ok::<_, ()>((before, Nanos::new(7))));
        assert_eq!((seen(1), seen(1), seen(2)), (Ok(None), Ok(Some(Nanos::new(7))), Ok(None)));
    }
}
