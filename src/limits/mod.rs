//! Limits of callers: rate limits count requests in this process by caller and class, and shares count what a caller holds at this moment. Knows no HTTP and
//! no database.

pub mod body_memory;
mod client;
pub mod shares;
mod store;

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{Quota as GovernorQuota, RateLimiter};
use strum::VariantArray as _;

use crate::config::{LimitClass, LimitsConfig, Quota};
pub use client::ClientAddress;
use store::BoundedStore;

/// The caller whose budget a request takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateLimitKey<'a> {
    User(&'a str),
    /// The budget is that of the client's network.
    Address(&'a ClientAddress),
}

impl RateLimitKey<'_> {
    /// The hash of the caller, the same for all addresses of one network.
    fn hashed(self, hasher: &RandomState) -> u64 {
        match self {
            Self::User(_) => hasher.hash_one(self),
            Self::Address(address) => hasher.hash_one(RateLimitKey::Address(&address.network())),
        }
    }
}

/// Whether a request is within its budget, and what is left of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub class: LimitClass,
    pub quota: Quota,
    /// Requests that are left now.
    pub remaining: u32,
    /// `Some`: refused; the budget has one request again after this time.
    pub retry_after: Option<Duration>,
}

type Limiter = RateLimiter<u64, BoundedStore, DefaultClock, StateInformationMiddleware>;

/// The budgets of all keys in all classes.
pub struct RateLimits {
    limiters: Vec<(LimitClass, Quota, Limiter)>,
    /// Callers are kept as 64 bits of a keyed hash. The key is random, so no caller can choose the hash of another.
    hasher: RandomState,
    clock: DefaultClock,
}

impl RateLimits {
    /// `None` if limits are switched off.
    pub fn new(config: &LimitsConfig) -> Option<Self> {
        let clock = DefaultClock::default();
        let limiter = |(class, quota): (&LimitClass, &Quota)| {
            let governed = GovernorQuota::per_second(quota.per_second).allow_burst(quota.burst);
            (*class, *quota, Limiter::new(governed, BoundedStore::default(), clock.clone()))
        };
        config.enabled.then(|| Self {
            limiters: LimitClass::VARIANTS.iter().zip(&config.quotas).map(limiter).collect(),
            hasher: RandomState::new(),
            clock: clock.clone(),
        })
    }

    /// Takes one request from the caller's budget, if one is left. `None`: the class has no budget.
    pub fn consume(&self, class: LimitClass, caller: RateLimitKey<'_>) -> Option<Decision> {
        let (class, quota, limiter) = self.limiters.iter().find(|(known, ..)| *known == class)?;
        let decision = |remaining, retry_after| Decision { class: *class, quota: *quota, remaining, retry_after };
        Some(match limiter.check_key(&caller.hashed(&self.hasher)) {
            Ok(state) => decision(state.remaining_burst_capacity(), None),
            Err(refusal) => decision(0, Some(refusal.wait_time_from(self.clock.now()))),
        })
    }
}

impl Decision {
    /// Seconds until the budget is full again, rounded up.
    pub fn reset_secs(&self) -> u32 {
        (self.quota.burst.get() - self.remaining.min(self.quota.burst.get())).div_ceil(self.quota.per_second.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Env;

    fn limits(quota: &'static str) -> Option<RateLimits> {
        let env = Env::from_pairs([("LANDFALL_LIMIT_WRITE", quota)]);
        crate::config::Config::from_env(&env).ok().and_then(|config| RateLimits::new(&config.limits))
    }

    fn left(limits: &Option<RateLimits>, caller: RateLimitKey<'_>) -> Option<u32> {
        let decision = limits.as_ref()?.consume(LimitClass::Write, caller)?;
        decision.retry_after.is_none().then_some(decision.remaining)
    }

    #[test]
    fn each_caller_has_a_budget_of_its_own() {
        let limits = limits("2/1");
        let (anna, ben) = (RateLimitKey::User("anna"), RateLimitKey::User("ben"));
        assert_eq!([left(&limits, anna), left(&limits, anna), left(&limits, anna)], [Some(1), Some(0), None]);
        assert_eq!(left(&limits, ben), Some(1));
    }

    #[test]
    fn network_of_ipv6_is_one_caller_and_a_mapped_address_is_the_one_it_maps() {
        let limits = limits("2/1");
        let left = |text: &str| {
            let address = text.parse::<std::net::IpAddr>().map(ClientAddress::Ip);
            left(&limits, RateLimitKey::Address(address.as_ref().unwrap_or(&ClientAddress::LOCAL)))
        };
        assert_eq!(left("2001:db8:1:2::1"), Some(1));
        assert_eq!(left("2001:db8:1:2:ffff::9"), Some(0));
        assert_eq!(left("2001:db8:1:3::1"), Some(1));
        assert_eq!(left("192.0.2.7"), Some(1));
        assert_eq!(left("::ffff:192.0.2.7"), Some(0));
    }

    #[test]
    fn limits_can_be_switched_off() {
        let env = Env::from_pairs([("LANDFALL_RATE_LIMITS", "off")]);
        assert!(crate::config::Config::from_env(&env).is_err(), "true or false");
        let env = Env::from_pairs([("LANDFALL_RATE_LIMITS", "false")]);
        let config = crate::config::Config::from_env(&env);
        assert!(config.is_ok_and(|config| RateLimits::new(&config.limits).is_none()));
    }
}
