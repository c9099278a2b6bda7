//! The settings of a harness from the environment, and a seeded random number generator.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// A number from the environment, or the default. Long runs set larger numbers.
pub fn figure(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// The generator of all random choices of a run. A seed does not reproduce the scheduling of tasks.
pub struct SeededRng {
    seed: u64,
    rng: StdRng,
}

impl SeededRng {
    /// Uses LANDFALL_SEED, or a new seed.
    pub fn new() -> Self {
        Self::of(std::env::var("LANDFALL_SEED").map_or_else(|_| rand::random(), |text| text.parse().unwrap()))
    }

    fn of(seed: u64) -> Self {
        Self { seed, rng: StdRng::seed_from_u64(seed) }
    }

    /// A generator for one of several tasks, independent of the others.
    pub fn of_task(&self, task: usize) -> Self {
        Self::of(self.seed.wrapping_add(task as u64 + 1))
    }

    pub fn between(&mut self, least: usize, most: usize) -> usize {
        self.rng.random_range(least..=most)
    }

    /// The command that runs `test` with the same seed.
    pub fn replay(&self, test: &str) -> String {
        format!("LANDFALL_SEED={} cargo test --locked --test it {test}", self.seed)
    }
}
