//! How much a harness does and what it chooses: settings of the environment, and dice with a seed that a failure names.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// A figure of a harness: `name` in the environment, which the long runs set, or what `make test` does.
pub fn figure(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Every choice of a run comes from here. What the machine does between two choices is its own.
pub struct Dice {
    seed: u64,
    rng: StdRng,
}

impl Dice {
    /// LANDFALL_SEED, or a new seed.
    pub fn new() -> Self {
        Self::of(std::env::var("LANDFALL_SEED").map_or_else(|_| rand::random(), |text| text.parse().unwrap()))
    }

    fn of(seed: u64) -> Self {
        Self { seed, rng: StdRng::seed_from_u64(seed) }
    }

    /// Dice for one of several tasks, whatever the others throw.
    pub fn of_task(&self, task: usize) -> Self {
        Self::of(self.seed.wrapping_add(task as u64 + 1))
    }

    pub fn between(&mut self, least: usize, most: usize) -> usize {
        self.rng.random_range(least..=most)
    }

    /// The command that throws the same dice.
    pub fn replay(&self, test: &str) -> String {
        format!("LANDFALL_SEED={} cargo test --locked --test it {test}", self.seed)
    }
}
