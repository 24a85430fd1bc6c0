//! Where it was measured.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Processor, cores, system and versions; what cannot be found out is null.
pub(crate) fn describe(terraform: &Path) -> Value {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| field(&text, "model name"));
    let memory = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| field(&text, "MemTotal"));
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    json!({
        "cpu": cpu,
        "cores": std::thread::available_parallelism().map(usize::from).ok(),
        "memory": memory,
        "load": load.as_deref().and_then(|text| text.split(' ').next()),
        "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        "rustc": first_line("rustc", &["--version"]),
        "terraform": first_line(terraform, &["version"]),
    })
}

/// The value of a line like `name : value`.
fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn first_line(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).env("CHECKPOINT_DISABLE", "1").env_remove("TF_CLI_CONFIG_FILE");
    let output = command.output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        assert_eq!(field("a\t: 1\nmodel name\t: X: Y\n", "model name").as_deref(), Some("X: Y"));
        assert_eq!(field("a: 1", "b"), None);
    }
}
