//! The memory that bodies of requests, and answers that are not read yet, take up in this process. A body reserves its bytes before they are in memory;
//! beyond the limit of the process or of its caller it is refused, so that no number of bodies ends the process, and no caller takes the memory of all
//! others.

use std::collections::HashMap;
use std::hash::RandomState;
use std::sync::{Arc, Mutex, PoisonError};

use super::RateLimitKey;
use crate::error::{ApiError, ErrorCode};

/// The limits and what is reserved. Cheap to clone.
#[derive(Clone)]
pub struct BodyMemory(Arc<Shared>);

struct Shared {
    /// The limit of this process in bytes.
    total: usize,
    /// The limit of one caller in bytes.
    per_caller: usize,
    /// Callers are kept as a keyed hash, as in the rate limits.
    hasher: RandomState,
    reserved: Mutex<Reserved>,
}

#[derive(Default)]
struct Reserved {
    bytes: usize,
    /// Callers with reserved bytes. A caller without any has no entry.
    callers: HashMap<u64, usize>,
}

impl BodyMemory {
    /// `total`: the limit of this process in bytes. `largest`: the largest body with its overhead; a caller may have one of them at least, and a quarter
    /// of the whole.
    pub fn new(total: usize, largest: usize) -> Self {
        let per_caller = (total / 4).max(largest);
        Self(Arc::new(Shared { total, per_caller, hasher: RandomState::new(), reserved: Mutex::default() }))
    }

    /// A share of the memory for one body, empty at first.
    pub fn share(&self, caller: RateLimitKey<'_>) -> BodyShare {
        let caller = caller.hashed(&self.0.hasher);
        BodyShare { memory: self.0.clone(), caller, bytes: 0 }
    }

    /// What all bodies and answers have reserved, in bytes.
    pub fn reserved(&self) -> usize {
        self.0.reserved.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}

/// What one body has reserved. It is free again when this is dropped.
pub struct BodyShare {
    memory: Arc<Shared>,
    caller: u64,
    bytes: usize,
}

impl BodyShare {
    /// Changes the reservation to `bytes`.
    ///
    /// # Errors
    /// `rate_limited` if the caller's bodies have too much, `busy` if all bodies have too much. The reservation is unchanged then.
    pub fn resize(&mut self, bytes: usize) -> Result<(), ApiError> {
        let mut reserved = self.memory.reserved.lock().unwrap_or_else(PoisonError::into_inner);
        let others = reserved.bytes.saturating_sub(self.bytes);
        let of_caller = reserved.callers.get(&self.caller).copied().unwrap_or_default().saturating_sub(self.bytes);
        if bytes > self.bytes {
            if of_caller.saturating_add(bytes) > self.memory.per_caller {
                return Err(caller_has_too_much());
            }
            if others.saturating_add(bytes) > self.memory.total {
                return Err(too_much_waits());
            }
        }
        reserved.bytes = others.saturating_add(bytes);
        match of_caller.saturating_add(bytes) {
            0 => reserved.callers.remove(&self.caller),
            bytes => reserved.callers.insert(self.caller, bytes),
        };
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for BodyShare {
    fn drop(&mut self) {
        // Less is never refused.
        let _ = self.resize(0);
    }
}

fn caller_has_too_much() -> ApiError {
    let detail = "Your other requests have to finish first. Send the same request again.";
    ApiError { retry_after_secs: Some(1), ..ApiError::new(ErrorCode::RateLimited, detail) }
}

fn too_much_waits() -> ApiError {
    ApiError::new(ErrorCode::Busy, "Other requests have to finish first. Send the same request again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: RateLimitKey<'_> = RateLimitKey::User("anna");

    fn refusal(share: &mut BodyShare, bytes: usize) -> Option<ErrorCode> {
        share.resize(bytes).err().map(|error| error.code)
    }

    #[test]
    fn caller_has_a_quarter_and_the_process_has_a_limit() {
        let memory = BodyMemory::new(400, 10);
        let mut shares: Vec<BodyShare> = ["a", "b", "c", "d"].map(|name| memory.share(RateLimitKey::User(name))).into();
        for share in &mut shares {
            assert_eq!(refusal(share, 100), None);
        }
        let (mut second, mut other) = (memory.share(RateLimitKey::User("a")), memory.share(ANNA));
        assert_eq!(refusal(&mut second, 1), Some(ErrorCode::RateLimited));
        assert_eq!(refusal(&mut other, 1), Some(ErrorCode::Busy));
        assert_eq!(memory.reserved(), 400);
        shares.pop();
        assert_eq!(refusal(&mut other, 100), None);
    }

    #[test]
    fn share_grows_shrinks_and_is_free_when_dropped() {
        let memory = BodyMemory::new(100, 100);
        let mut share = memory.share(ANNA);
        assert_eq!([refusal(&mut share, 90), refusal(&mut share, 20), refusal(&mut share, 100)], [None; 3]);
        assert_eq!(refusal(&mut share, 101), Some(ErrorCode::RateLimited));
        assert_eq!(memory.reserved(), 100);
        drop(share);
        assert_eq!(memory.reserved(), 0);
        assert!(memory.0.reserved.lock().is_ok_and(|reserved| reserved.callers.is_empty()));
    }
}
