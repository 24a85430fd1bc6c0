//! What it costs to read and write a large value: instructions, which do not depend on what else the machine does.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::results::Results;
use super::statistics::rounded;
use crate::error::{Doing, Error, Result};
use crate::interrupt::Interrupt;
use crate::screen;

/// Measures and adds the figures. `program` is the example `codec` of the SDK.
///
/// # Errors
///
/// When the program cannot be run, or valgrind is there and does not say what it counted.
pub(crate) fn measure(
    results: &mut Results,
    program: &Path,
    bytes: usize,
    interrupt: &Interrupt,
) -> Result<()> {
    for (name, what) in [("codec_plan_request", "plan"), ("codec_value", "value")] {
        screen::note(&format!("{name}: {bytes} bytes"));
        interrupt.check()?;
        let size = bytes.to_string();
        let native = run(Command::new(program).args([what, &size, "5"]))?.0;
        let native: Value = serde_json::from_str(&native)
            .map_err(|error| Error::said(format!("The codec did not say its figures: {error}.")))?;
        let mut figures = json!({ "bytes": native["bytes"], "milliseconds": native["milliseconds"].as_f64().map(|it| rounded(it, 1)) });
        if has_valgrind() {
            let instructions = instructions(program, what, &size)?;
            figures["instructions"] = json!(instructions);
            let bytes = native["bytes"].as_f64().filter(|bytes| *bytes > 0.0);
            let per_byte = bytes.map(|bytes| rounded(instructions as f64 / bytes, 1));
            figures["instructions_per_byte"] = json!(per_byte);
        } else {
            figures["instructions_missing"] =
                json!("valgrind is not installed: instructions were not counted");
        }
        results.add(name, json!({ "bytes": bytes, "counted_by": "callgrind" }), figures);
    }
    Ok(())
}

/// The instructions of one pass: what two passes take more than one. The binary has no symbols to begin and end at.
fn instructions(program: &Path, what: &str, size: &str) -> Result<u64> {
    let of = |passes: &str| {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        let (_, said) = run(command.arg(program).args([what, size, passes]))?;
        collected(&said).ok_or_else(|| Error::said(format!("Callgrind did not say what it counted:\n{said}")))
    };
    Ok(of("2")?.saturating_sub(of("1")?))
}

fn has_valgrind() -> bool {
    let mut command = Command::new("valgrind");
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn run(command: &mut Command) -> Result<(String, String)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().doing(|| format!("Cannot run {name}"))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(Error::said(format!("{name} failed:\n{}", said.trim())));
    }
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), said))
}

/// The number in callgrind's line `==1== Collected : 42`.
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callgrind_counted_is_read_from_its_words() {
        let said = "==7== Events    : Ir\n==7== Collected : 145082\n==7== \n";
        assert_eq!(collected(said), Some(145_082));
        assert_eq!(collected("==7== Events    : Ir\n"), None);
    }
}
