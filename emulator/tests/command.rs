//! The program that runs a command against an emulated environment.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::process::{Command, Output, Stdio};
use std::thread;

fn run(options: &[&str], script: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataverse-emulator"));
    command.args(options).args(["--", "sh", "-c", script]).stdin(Stdio::null());
    command
}

fn text(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_command_gets_an_environment_of_its_own_and_gives_its_exit_code() {
    let script = "echo $DATAVERSE_URL $DATAVERSE_AUTHORITY_HOST $DATAVERSE_EMULATOR_URL $ARM_TENANT_ID $ARM_CLIENT_ID \
                  $ARM_CLIENT_SECRET; grep -c 'BEGIN CERTIFICATE' $SSL_CERT_FILE; echo $SSL_CERT_FILE; exit 7";
    // Two at once: neither a port nor a file is shared.
    let started: Vec<_> = (0..2).map(|_| run(&[], script).stdout(Stdio::piped()).spawn().unwrap()).collect();
    let outputs: Vec<_> = started.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    let mut seen = Vec::new();
    for output in &outputs {
        let (stdout, stderr) = text(output);
        assert_eq!(output.status.code(), Some(7), "{stdout}{stderr}");
        let lines: Vec<&str> = stdout.lines().collect();
        let [variables, certificates, bundle] = lines[..] else { panic!("{stdout}") };
        assert_eq!(variables.split(' ').count(), 6, "{variables}");
        assert!(certificates.parse::<u32>().unwrap() >= 1, "{stdout}");
        assert!(!std::path::Path::new(bundle).exists(), "{bundle} is left");
        seen.push((variables.to_owned(), bundle.to_owned()));
    }
    assert!(seen[0].0 != seen[1].0 && seen[0].1 != seen[1].1, "{seen:?}");
}

#[test]
fn a_command_that_is_missing_or_refused_is_said() {
    let mut missing = Command::new(env!("CARGO_BIN_EXE_dataverse-emulator"));
    let output = missing.args(["--", "no-such-program"]).output().unwrap();
    assert_eq!(output.status.code(), Some(127));
    assert!(text(&output).1.contains("the command cannot be run"), "{output:?}");
    let output = run(&["--setup", "no-such-file.json"], "echo ran").output().unwrap();
    assert_eq!((output.status.code(), text(&output).0), (Some(1), String::new()));
}

#[test]
fn a_request_to_terminate_reaches_the_command() {
    let script = "trap 'echo ended in order; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
    let mut child = run(&[], script).stdout(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    assert_eq!(line, "ready\n");
    let reader = thread::spawn(move || std::io::read_to_string(stdout).unwrap());
    assert!(Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert_eq!(reader.join().unwrap(), "ended in order\n");
}
