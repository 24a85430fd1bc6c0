//! Manners of the process: how it starts, whom it serves, and when it ends.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use acceptance_tests::binary;
use acceptance_tests::protocol::tfplugin5 as pb;
use acceptance_tests::protocol::{COOKIE, Host, HostOptions, Identity};
use acceptance_tests::{Target, Workspace};
use rustix::process::{Pid, Signal, kill_process};

/// How long an ending process may take, which is part of what is promised.
const SOON: Duration = Duration::from_secs(1);

/// Fails unless the pipe's writers, the provider among them, are gone soon.
fn assert_ends(mut pipe: impl Read + Send + 'static) {
    let (send, ended) = mpsc::channel();
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        let _ = send.send(pipe.read_to_end(&mut rest).map(|_| rest));
    });
    let rest =
        ended.recv_timeout(SOON).expect("the process ends within a second").expect("stdout can be read");
    assert_eq!(String::from_utf8_lossy(&rest), "", "nothing but the handshake belongs on stdout");
}

#[test]
fn without_the_cookie_it_explains_itself_on_stderr_and_fails() {
    for cookie in [None, Some("wrong")] {
        let mut command = Command::new(binary::provider());
        command.env_clear().stdin(Stdio::null());
        if let Some(cookie) = cookie {
            command.env(COOKIE, cookie);
        }
        let output = command.output().expect("the provider can be run");
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(output.stdout, b"");
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert!(stderr.contains("Terraform") && stderr.lines().count() <= 3, "{stderr}");
    }
}

#[test]
fn only_the_host_that_started_it_is_served() {
    let host = Host::start(&HostOptions::default());
    for (who, identity) in [("nobody", None), ("a stranger", Some(Identity::STRANGER))] {
        assert!(host.connect_as(identity).is_err(), "{who} was served");
    }
    assert_eq!(host.connect_as(Some(Identity::HOST)), Ok(()));
}

#[test]
fn plain_text_on_the_socket_is_not_answered() {
    let host = Host::start(&HostOptions::default());
    // The preface of HTTP/2 with empty settings: a gRPC server would answer with its own settings.
    let mut stream = UnixStream::connect(host.handshake.socket()).expect("the socket is there");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket has a limit");
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("it is accepted");
    let mut answer = Vec::new();
    // The end may be a reset, as what was sent is not read to its end.
    let _ = stream.read_to_end(&mut answer);
    let is_alert = answer.first().is_none_or(|kind| *kind == 0x15);
    assert!(is_alert, "more than an alert of TLS came: {answer:?}");
    assert_eq!(host.connect_as(Some(Identity::HOST)), Ok(()));
}

#[test]
fn the_socket_is_for_its_owner_and_goes_with_the_process() {
    use std::os::unix::fs::MetadataExt;
    let host = Host::start(&HostOptions::default());
    let socket = host.handshake.socket();
    let socket_mode = socket.metadata().expect("the socket exists").mode() & 0o077;
    let dir_mode = socket.parent().expect("a directory").metadata().expect("it exists").mode() & 0o077;
    assert!(socket_mode == 0 || dir_mode == 0, "others can open {}", socket.display());
    host.shut_down().expect("an answer");
    let mut host = host;
    assert_eq!(host.child.wait().expect("the process ends").code(), Some(0));
    assert!(!socket.exists(), "{} is left", socket.display());
}

#[test]
fn it_answers_shutdown_and_ends_within_a_second() {
    let mut host = Host::start(&HostOptions::default());
    host.shut_down().expect("an answer");
    assert_ends(host.take_stdout());
    assert_eq!(host.child.wait().expect("the process ends").code(), Some(0));
}

#[test]
fn it_ends_within_a_second_when_its_parent_is_killed() {
    let provider = Host::command(&HostOptions::default());
    // The shell stands for Terraform: the parent, and nobody tells the provider when it is gone.
    let mut shell = Command::new("sh");
    shell.args(["-c", "\"$0\" & wait"]).arg(provider.get_program()).env_clear().stdin(Stdio::null());
    shell.envs(provider.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let mut parent = shell.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a shell");
    let mut stdout = BufReader::new(parent.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a handshake");
    assert!(line.starts_with("1|5|"), "{line}");
    parent.kill().expect("the shell runs");
    parent.wait().expect("the shell is gone");
    assert_ends(stdout);
}

#[test]
fn an_interrupt_that_is_meant_for_terraform_does_not_end_it() {
    let host = Host::start(&HostOptions::default());
    let process = Pid::from_child(&host.child);
    for _ in 0..3 {
        kill_process(process, Signal::INT).expect("the process lives");
    }
    let stop = host.call(async |mut it| it.stop(pb::stop::Request {}).await).expect("the process serves");
    assert_eq!(stop.error, "");
    let schema = host.call(async |mut it| it.get_schema(pb::get_provider_schema::Request {}).await);
    assert!(schema.expect("a schema after Stop").provider.is_some());
}

#[test]
fn in_debug_mode_terraform_attaches_to_it_and_an_interrupt_ends_it() {
    let target = Target::new();
    let mut command = Command::new(binary::provider());
    command.arg("--debug").env_clear().envs(target.env()).stdin(Stdio::null());
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the provider starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let reattach = reattach_value(&mut stdout);

    let mut workspace = Workspace::new(&target);
    workspace.set_env("TF_REATTACH_PROVIDERS", &reattach);
    // Only the debugged process knows the environment: Terraform's own child would fail without it.
    workspace.remove_env("ARM_CLIENT_SECRET");
    let name = target.name("role");
    workspace.write(
        "main.tf",
        &format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"{name}\"\n}}\n"),
    );
    workspace.apply();
    workspace.assert_plan_is_empty();
    workspace.destroy();
    assert!(still_runs(&mut child), "the debugged provider must outlive Terraform's walks");

    kill_process(Pid::from_child(&child), Signal::INT).expect("the process lives");
    let (send, ended) = mpsc::channel();
    std::thread::spawn(move || send.send(std::io::copy(&mut stdout, &mut std::io::sink()).is_ok()));
    assert_eq!(ended.recv_timeout(SOON), Ok(true), "Ctrl-C ends the debugged provider");
    child.wait().expect("the process ends");
}

fn still_runs(child: &mut Child) -> bool {
    child.try_wait().expect("the child is ours").is_none()
}

fn reattach_value(stdout: &mut impl BufRead) -> String {
    let mut seen = String::new();
    loop {
        let start = seen.len();
        assert!(stdout.read_line(&mut seen).expect("stdout can be read") > 0, "no instructions in {seen:?}");
        if let Some((_, rest)) = seen[start..].split_once("TF_REATTACH_PROVIDERS='") {
            return rest.trim_end().trim_end_matches('\'').to_owned();
        }
    }
}
