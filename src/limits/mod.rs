//! Rate limits: counts requests in this process by caller and class. Knows no HTTP and no database.

mod store;

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{Quota as GovernorQuota, RateLimiter};
use strum::VariantArray as _;

use crate::config::{LimitClass, LimitsConfig, Quota};
use store::BoundedStore;

/// The caller whose budget a request takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateLimitKey<'a> {
    User(&'a str),
    Address(IpAddr),
}

impl RateLimitKey<'_> {
    /// A household or host has a whole /64 of IPv6, so a /64 is one caller.
    fn network(self) -> Self {
        match self {
            Self::Address(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(address) => Self::Address(IpAddr::V4(address)),
                None => Self::Address(IpAddr::V6((u128::from(address) >> 64 << 64).into())),
            },
            other => other,
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
        Some(match limiter.check_key(&self.hasher.hash_one(caller.network())) {
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
        let address = |text: &str| text.parse().map_or(RateLimitKey::User(""), RateLimitKey::Address);
        assert_eq!(left(&limits, address("2001:db8:1:2::1")), Some(1));
        assert_eq!(left(&limits, address("2001:db8:1:2:ffff::9")), Some(0));
        assert_eq!(left(&limits, address("2001:db8:1:3::1")), Some(1));
        assert_eq!(left(&limits, address("192.0.2.7")), Some(1));
        assert_eq!(left(&limits, address("::ffff:192.0.2.7")), Some(0));
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
