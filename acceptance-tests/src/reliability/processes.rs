//! The processes of a run, as the system lists them (`/proc`).

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::binary;

/// How long a process may take to be gone that has nobody to work for. The provider looks once a second.
const FAREWELL: Duration = Duration::from_secs(10);

/// The provider that is a child of this process.
#[must_use]
pub fn provider_of(parent: Pid) -> Option<Pid> {
    let name = binary::provider().file_name()?.to_string_lossy().into_owned();
    let processes = fs::read_dir("/proc").expect("the system lists processes").flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    ids.filter_map(Pid::from_raw).find(|pid| {
        // The name is in parentheses and cut short by the system; the parent is the second word after it.
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
        let after = stat.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
        let is_child = after.split(' ').nth(1).is_some_and(|id| id == parent.as_raw_nonzero().to_string());
        is_child && command(*pid).is_some_and(|command| command.contains(&name))
    })
}

/// Kills a process without giving it time for anything. One that has ended by itself is fine.
pub fn kill(pid: Pid) {
    let _ = kill_process(pid, Signal::KILL);
}

/// Whether a process ends in due time.
#[must_use]
pub fn ends(pid: Pid) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < FAREWELL {
        if command(pid).is_none_or(|command| command.is_empty()) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

/// The command line of a process; empty for one that has ended and was not asked for its result yet.
fn command(pid: Pid) -> Option<String> {
    let bytes = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
