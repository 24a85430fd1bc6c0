//! Several runs at a time: most of the time of a run goes into waiting.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// Does `work` for each of `jobs`, `threads` at a time, and returns the results in the order of the jobs. A failed
/// expectation of the harness is the text of an error.
pub fn run<J: Sync, R: Send>(
    jobs: &[J],
    threads: usize,
    work: impl Fn(&J) -> R + Sync,
) -> Vec<Result<R, String>> {
    let waiting: Mutex<VecDeque<(usize, &J)>> = Mutex::new(jobs.iter().enumerate().collect());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some((index, job)) = next else { break };
                    let result = attempt(|| work(job));
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The result of `work`, or the text of the expectation that failed in it.
///
/// # Errors
///
/// That text.
pub fn attempt<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_a_failure_stops_nobody() {
        let jobs: Vec<u32> = (0..20).collect();
        let results = run(&jobs, 4, |job| {
            assert_ne!(*job, 7, "seven");
            job * 2
        });
        assert_eq!(results.len(), 20);
        for (index, result) in results.iter().enumerate() {
            match result {
                Ok(double) => assert_eq!(*double as usize, index * 2),
                Err(text) => assert!(index == 7 && text.contains("seven"), "{index}: {text}"),
            }
        }
    }
}
