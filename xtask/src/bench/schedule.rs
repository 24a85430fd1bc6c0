//! Which sizes are measured how often, and what becomes of the rounds.

use serde_json::{Value, json};

use super::configuration::PER_MODULE;
use super::results::Results;
use super::rounds::{self, COMMANDS, Sample, Samples};
use super::statistics::{median, median_of, rounded};
use super::{Options, Subjects};
use crate::error::Result;

/// Terraform's own parallelism.
pub(super) const USUAL: usize = 10;

/// A parallelism that shows what the usual one costs where the service answers slowly.
pub(super) const HIGH: usize = 50;

/// Numbers of users at which one round takes as long as several of the smaller ones.
const LARGE: usize = 2000;

/// Rounds of all commands with the same parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// Application users.
    pub(super) users: usize,
    /// Milliseconds that the emulator adds to each answer.
    pub(super) latency: usize,
    /// Terraform's `-parallelism`.
    pub(super) parallelism: usize,
    /// How often all commands run with each provider.
    pub(super) rounds: usize,
}

impl Cell {
    /// With what it is measured.
    pub(super) fn parameters(&self) -> Value {
        json!({
            "users": self.users, "latency_ms": self.latency, "parallelism": self.parallelism, "rounds": self.rounds,
            "roles_per_user": 2, "modules_of": PER_MODULE, "state": "http",
        })
    }
}

/// The cells that the options ask for.
pub(super) fn cells(options: &Options) -> Vec<Cell> {
    if options.quick {
        let cell = |latency| Cell { users: 100, latency, parallelism: USUAL, rounds: 1 };
        return vec![cell(0), cell(100)];
    }
    let mut cells = Vec::new();
    for &users in &options.users {
        let rounds = options.rounds.unwrap_or(if users < LARGE { 3 } else { 1 });
        let cell = |latency, parallelism| Cell { users, latency, parallelism, rounds };
        cells.extend(options.latency_ms.iter().map(|&latency| cell(latency, options.parallelism)));
        let slow = options.latency_ms.iter().max().filter(|latency| **latency > 0);
        if let Some(&latency) = slow.filter(|_| users == 1000 && options.parallelism != HIGH) {
            cells.push(cell(latency, HIGH));
        }
    }
    cells
}

/// Measures all cells.
///
/// # Errors
///
/// When a command fails.
pub(super) fn measure(results: &mut Results, subjects: &Subjects, cells: &[Cell]) -> Result<()> {
    for cell in cells {
        let rounds = rounds::run(subjects, cell)?;
        for (index, (name, _)) in COMMANDS.iter().enumerate() {
            results.add(name, cell.parameters(), figures(&rounds, index));
        }
    }
    for (small, large) in pairs(cells) {
        let mut growth = json!({});
        for (name, _) in COMMANDS {
            let cpu = |users| results.find(name, &with(users, &small))?.number("cpu_seconds");
            let ratio =
                cpu(large.users).zip(cpu(small.users)).map(|(large, small)| rounded(large / small, 2));
            growth[*name] = json!(ratio);
        }
        let parameters = json!({
            "users": large.users, "of_users": small.users, "latency_ms": small.latency, "parallelism": small.parallelism,
        });
        results.add("cpu_growth", parameters, growth);
    }
    Ok(())
}

fn with(users: usize, cell: &Cell) -> [(&'static str, usize); 3] {
    [("users", users), ("latency_ms", cell.latency), ("parallelism", cell.parallelism)]
}

/// Cells of 1,000 and of 5,000 users that are otherwise alike.
fn pairs(cells: &[Cell]) -> Vec<(Cell, Cell)> {
    let of = |users| cells.iter().filter(move |cell| cell.users == users);
    let alike =
        |small: &Cell, large: &Cell| small.latency == large.latency && small.parallelism == large.parallelism;
    of(1000)
        .filter_map(|small| Some((small.clone(), of(5000).find(|large| alike(small, large))?.clone())))
        .collect()
}

/// The figures of one command: medians over the rounds. A ratio is that of two runs of one round.
fn figures(rounds: &[(Samples, Samples)], index: usize) -> Value {
    let pairs: Vec<(&Sample, &Sample)> =
        rounds.iter().filter_map(|(ours, idle)| Some((ours.get(index)?, idle.get(index)?))).collect();
    let ours = |of: fn(&Sample) -> f64, decimals| median_of(pairs.iter().map(|it| of(it.0)), decimals);
    let idle = |of: fn(&Sample) -> f64, decimals| median_of(pairs.iter().map(|it| of(it.1)), decimals);
    let counted = |of: fn(&Sample) -> Option<f64>| {
        median(pairs.iter().filter_map(|it| of(it.0)).collect()).map(|it| it.round() as u64)
    };
    let all = |of: fn(&(&Sample, &Sample)) -> f64| -> Vec<f64> {
        pairs.iter().map(|pair| rounded(of(pair), 2)).collect()
    };
    json!({
        "seconds": ours(|it| it.seconds, 2),
        "idle_seconds": idle(|it| it.seconds, 2),
        "ratio": median_of(pairs.iter().map(|(ours, idle)| ours.seconds / idle.seconds), 2),
        "cpu_seconds": ours(|it| it.used.cpu_seconds, 3),
        "idle_cpu_seconds": idle(|it| it.used.cpu_seconds, 3),
        "peak_megabytes": ours(|it| it.used.peak_megabytes, 1),
        "idle_peak_megabytes": idle(|it| it.used.peak_megabytes, 1),
        "processes": ours(|it| it.used.processes as f64, 0),
        "requests": counted(|it| it.requests),
        "requests_for_tokens": counted(|it| it.requests_for_tokens),
        "all_seconds": all(|pair| pair.0.seconds),
        "all_idle_seconds": all(|pair| pair.1.seconds),
    })
}

#[cfg(test)]
mod tests {
    use super::super::meter::Used;
    use super::*;

    fn sample(seconds: f64) -> Sample {
        let used = Used { processes: 3, cpu_seconds: seconds / 2.0, peak_megabytes: 20.0 };
        Sample { seconds, used, requests: Some(7.0), requests_for_tokens: Some(1.0) }
    }

    fn options() -> Options {
        Options {
            users: vec![100, 1000, 5000],
            latency_ms: vec![0, 100],
            parallelism: USUAL,
            ..Options::default()
        }
    }

    #[test]
    fn a_ratio_is_that_within_a_round_and_not_of_medians() {
        let rounds: Vec<(Samples, Samples)> = [(2.0, 1.0), (30.0, 10.0), (4.0, 4.0)]
            .map(|(ours, idle)| (vec![sample(ours)], vec![sample(idle)]))
            .into();
        let figures = figures(&rounds, 0);
        assert_eq!(figures["seconds"], 4.0);
        assert_eq!(figures["idle_seconds"], 4.0);
        assert_eq!(figures["ratio"], 2.0);
        assert_eq!(figures["cpu_seconds"], 2.0);
        assert_eq!(figures["requests"], 7);
        assert_eq!(figures["all_idle_seconds"], json!([1.0, 10.0, 4.0]));
    }

    #[test]
    fn the_largest_size_has_one_round_and_a_thousand_also_runs_at_a_high_parallelism() {
        let cells = cells(&options());
        assert_eq!(cells.len(), 7);
        assert!(cells.iter().all(|cell| cell.rounds == if cell.users == 5000 { 1 } else { 3 }));
        let high: Vec<&Cell> = cells.iter().filter(|cell| cell.parallelism == HIGH).collect();
        assert_eq!(high, [&Cell { users: 1000, latency: 100, parallelism: HIGH, rounds: 3 }]);
    }

    #[test]
    fn a_given_number_of_rounds_is_that_of_all_sizes() {
        let cells = cells(&Options { rounds: Some(2), ..options() });
        assert!(cells.iter().all(|cell| cell.rounds == 2));
    }

    #[test]
    fn growth_is_told_of_sizes_that_are_otherwise_alike() {
        let pairs = pairs(&cells(&options()));
        let told: Vec<_> = pairs.iter().map(|(small, large)| (small.latency, large.users)).collect();
        assert_eq!(told, [(0, 5000), (100, 5000)]);
    }
}
