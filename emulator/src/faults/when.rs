//! When a rule fires among the requests it matches.

use std::collections::HashSet;

use serde::Deserialize;

use super::matching::Facts;

/// Exactly one member; none means always.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct When {
    always: Option<bool>,
    nth: Option<u64>,
    every: Option<u64>,
    probability: Option<f64>,
    first_attempts: Option<bool>,
}

/// What a rule remembers to decide.
#[derive(Debug, Default)]
pub(super) struct Memory {
    seen: HashSet<[u8; 32]>,
}

impl When {
    /// Refuses what says nothing or too much.
    pub(super) fn check(&self) -> Result<(), String> {
        let given = [
            self.always.is_some(),
            self.nth.is_some(),
            self.every.is_some(),
            self.probability.is_some(),
            self.first_attempts.is_some(),
        ];
        if given.iter().filter(|given| **given).count() > 1 {
            return Err("when takes one member only".to_owned());
        }
        if self.always == Some(false) || self.first_attempts == Some(false) {
            return Err("always and first_attempts can only be true".to_owned());
        }
        if self.nth == Some(0) || self.every == Some(0) {
            return Err("nth and every count from 1".to_owned());
        }
        if self.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err("a probability lies between 0 and 1".to_owned());
        }
        Ok(())
    }

    /// Whether the rule fires at its `number`th match (from 1); `noise` is a random number for this match.
    pub(super) fn fires(&self, number: u64, noise: u64, facts: &Facts<'_>, memory: &mut Memory) -> bool {
        if self.first_attempts.is_some() {
            return memory.seen.insert(facts.key());
        }
        if let Some(nth) = self.nth {
            return number == nth;
        }
        if let Some(every) = self.every {
            return number.is_multiple_of(every);
        }
        match self.probability {
            // The upper 53 bits are the fraction that a double holds.
            Some(chance) => ((noise >> 11) as f64) / ((1u64 << 53) as f64) < chance,
            None => true,
        }
    }
}

/// A random number that follows from the seed, the rule and the number of the match alone (splitmix64): requests
/// that arrive in another order do not change how many are hit.
pub(super) fn noise(seed: u64, rule: u64, number: u64) -> u64 {
    let mut state = seed ^ rule.wrapping_mul(0xD1B5_4A32_D192_ED03);
    state = state.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}
