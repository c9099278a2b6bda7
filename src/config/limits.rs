//! Settings of rate limits. Each class of requests has a burst and a rate at which it refills.

use std::num::NonZeroU32;

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{ConfigError, Env};

macro_rules! limit_classes {
    ($($(#[$doc:meta])* $variant:ident $word:literal $variable:literal $burst:literal / $per_second:literal;)*) => {
        /// The class of a request. Each user or address has a budget per class.
        ///
        /// `into_str()` is its name in the OpenAPI document (`x-rate-limit`) and in `RateLimit-Policy`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, EnumString, VariantArray)]
        #[strum(const_into_str)]
        pub enum LimitClass { $($(#[$doc])* #[strum(serialize = $word)] $variant,)* }

        impl LimitClass {
            /// The setting that overrides the default.
            fn variable(self) -> &'static str {
                match self { $(LimitClass::$variant => $variable,)* }
            }

            fn default_quota(self) -> Quota {
                match self { $(LimitClass::$variant => Quota::of($burst, $per_second),)* }
            }
        }
    };
}

limit_classes! {
    /// Sign-in. Counted by address, because the user is not known yet.
    Auth "auth" "LANDFALL_LIMIT_AUTH" 100/2;
    Read "read" "LANDFALL_LIMIT_READ" 600/100;
    Write "write" "LANDFALL_LIMIT_WRITE" 300/30;
    /// Requests with many rows: message batches, imports, exports.
    Batch "batch" "LANDFALL_LIMIT_BATCH" 600/50;
    /// Presigned URLs.
    Presign "presign" "LANDFALL_LIMIT_PRESIGN" 200/20;
    /// File bytes through the server.
    Upload "upload" "LANDFALL_LIMIT_UPLOAD" 100/5;
    /// Push, pull, init, events.
    Sync "sync" "LANDFALL_LIMIT_SYNC" 600/50;
}

/// `burst` requests at once, which refill at `per_second`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub burst: NonZeroU32,
    pub per_second: NonZeroU32,
}

impl Quota {
    const fn of(burst: u32, per_second: u32) -> Self {
        Self { burst: at_least_one(burst), per_second: at_least_one(per_second) }
    }

    /// Seconds until an empty budget is full again, rounded up.
    pub fn refill_secs(self) -> u32 {
        self.burst.get().div_ceil(self.per_second.get())
    }

    fn parse(text: &str) -> Option<Self> {
        let (burst, per_second) = text.split_once('/')?;
        Some(Self { burst: burst.trim().parse().ok()?, per_second: per_second.trim().parse().ok()? })
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

#[derive(Debug, Clone)]
pub struct LimitsConfig {
    pub enabled: bool,
    /// One for each of [`LimitClass::VARIANTS`], in the same order.
    pub quotas: Vec<Quota>,
}

impl LimitsConfig {
    pub(super) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let quota = |class: &LimitClass| match env.get(class.variable()) {
            None => Ok(class.default_quota()),
            Some(text) => Quota::parse(text).ok_or_else(|| {
                ConfigError(format!(
                    "{} is \"{text}\": write the burst and the rate per second, both 1 or more, like 300/30.",
                    class.variable()
                ))
            }),
        };
        Ok(Self {
            enabled: env.flag("LANDFALL_RATE_LIMITS", true)?,
            quotas: LimitClass::VARIANTS.iter().map(quota).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quota_is_a_burst_and_a_rate() {
        assert_eq!(Quota::parse("300/30"), Some(Quota::of(300, 30)));
        assert_eq!(Quota::of(300, 70).refill_secs(), 5);
        for text in ["300", "0/1", "1/0", "-1/2", "a/b", ""] {
            assert_eq!(Quota::parse(text), None, "{text}");
        }
    }
}
