//! Counts what each caller holds at this moment, so that no caller takes all of it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// How much of something each holder has. Clones share the counts.
pub struct Shares<K> {
    counts: Arc<Mutex<Counts<K>>>,
    per_holder: usize,
    total: usize,
}

struct Counts<K> {
    by_holder: HashMap<K, usize>,
    /// The sum of all holders, including those that have no entry of their own.
    sum: usize,
}

/// Why nothing was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The holder has its share.
    Holder,
    /// All holders together have everything.
    Total,
}

/// One part of a share. It is given back when it is dropped.
pub struct Held<K: Eq + Hash> {
    counts: Arc<Mutex<Counts<K>>>,
    holder: Option<K>,
}

impl<K: Eq + Hash + Clone> Shares<K> {
    /// `per_holder`: the most of one holder. `total`: the most of all together.
    pub fn new(per_holder: usize, total: usize) -> Self {
        let counts = Counts { by_holder: HashMap::new(), sum: 0 };
        Self { counts: Arc::new(Mutex::new(counts)), per_holder, total }
    }

    /// Takes one. A holder of `None` has no limit of its own.
    ///
    /// # Errors
    /// The limit that is reached.
    pub fn take(&self, holder: Option<K>) -> Result<Held<K>, Refused> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.sum >= self.total {
            return Err(Refused::Total);
        }
        if let Some(holder) = &holder {
            let count = counts.by_holder.get(holder).copied().unwrap_or_default();
            if count >= self.per_holder {
                return Err(Refused::Holder);
            }
            counts.by_holder.insert(holder.clone(), count + 1);
        }
        counts.sum += 1;
        Ok(Held { counts: self.counts.clone(), holder })
    }

    /// The number that all holders have.
    pub fn sum(&self) -> usize {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).sum
    }

    /// The most that all holders together may have.
    pub fn total(&self) -> usize {
        self.total
    }
}

impl<K> Clone for Shares<K> {
    fn clone(&self) -> Self {
        Self { counts: self.counts.clone(), per_holder: self.per_holder, total: self.total }
    }
}

impl<K: Eq + Hash> Drop for Held<K> {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.sum = counts.sum.saturating_sub(1);
        let Some(holder) = &self.holder else { return };
        match counts.by_holder.get_mut(holder) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                counts.by_holder.remove(holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holder_gets_its_share_and_others_get_theirs() {
        let shares = Shares::new(2, 4);
        let take = |holder| shares.take(holder);
        let mut held = vec![take(Some("anna")), take(Some("anna"))];
        assert_eq!(take(Some("anna")).err(), Some(Refused::Holder));
        held.push(take(Some("ben")));
        held.push(take(None));
        assert_eq!((take(None).err(), take(Some("ben")).err()), (Some(Refused::Total), Some(Refused::Total)));
        drop(held.remove(0));
        assert!(take(Some("anna")).is_ok());
        drop(held);
        assert_eq!(shares.sum(), 0);
        let counts = shares.counts.lock().map(|counts| counts.by_holder.len());
        assert!(matches!(counts, Ok(0)), "a holder of nothing is forgotten");
    }
}
