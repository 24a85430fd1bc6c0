//! The provider as a process of its own: exit codes, standard streams, signals.
//!
//! This program is host and plugin: with the argument `plugin` it serves, with others it panics, otherwise it runs the
//! tests.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends with what it did not expect")]

mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use tf_provider::plugin;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("plugin") => plugin::run(support::provider::Minimal, &support::options()),
        Some("debug") => {
            let options = plugin::ServeOptions { debug: true, ..support::options() };
            plugin::run(support::provider::Minimal, &options)
        }
        Some("panic") => {
            plugin::panics::install_panic_hook();
            panic!("the widget broke")
        }
        Some("caught-panic") => {
            plugin::panics::install_panic_hook();
            let caught = plugin::panics::catch_panic(async { panic!("the widget broke") });
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            let Err(panic) = runtime.block_on(caught);
            assert!(panic.location.is_some_and(|location| location.contains("process.rs:")));
            ExitCode::SUCCESS
        }
        _ => libtest_mimic::run(&Arguments::from_args(), tests()).exit_code(),
    }
}

#[cfg(not(unix))]
fn tests() -> Vec<Trial> {
    Vec::new()
}

#[cfg(unix)]
fn tests() -> Vec<Trial> {
    let test = |name, run: fn()| {
        Trial::test(name, move || {
            run();
            Ok::<(), Failed>(())
        })
    };
    vec![
        test("without_cookie_it_explains_itself_on_stderr_and_fails", unix::without_cookie),
        test("shutdown_ends_it_with_success_and_removes_the_socket", unix::shutdown),
        test("ctrl_c_does_not_end_it", unix::interrupt),
        test("sigterm_ends_it_with_success", unix::terminate),
        test("it_does_not_outlive_its_host", unix::orphan),
        test("in_debug_mode_ctrl_c_ends_it_with_success", unix::debug),
        test("a_deadly_panic_is_printed_for_the_host_to_recognise", unix::deadly_panic),
        test("a_caught_panic_is_no_crash", unix::caught_panic),
        test("stderr_has_json_lines_when_logging_is_on", unix::log),
        test("stderr_is_empty_when_logging_is_off", unix::no_log),
    ]
}

#[cfg(unix)]
mod unix {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Child, ChildStdout, Command, Stdio};
    use std::time::{Duration, Instant};

    use tf_provider::plugin::proto::goplugin::Empty;
    use tf_provider::plugin::proto::goplugin::grpc_controller_client::GrpcControllerClient;
    use tf_provider::plugin::proto::tfplugin5::get_provider_schema;
    use tf_provider::plugin::proto::tfplugin5::provider_client::ProviderClient;
    use tonic::transport::Channel;

    use crate::support::handshake::Handshake;
    use crate::support::{COOKIE, tls};

    fn program(mode: &str) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(mode).env_remove(COOKIE.0).env_remove("PLUGIN_CLIENT_CERT");
        command.env_remove("TF_LOG").env_remove("TF_LOG_PROVIDER").env_remove("TF_LOG_PROVIDER_WIDGET");
        command
    }

    fn start() -> (Child, BufReader<ChildStdout>, Handshake) {
        let mut child = program("plugin")
            .env(COOKIE.0, COOKIE.1)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the plugin starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        (child, stdout, Handshake::parse(&line))
    }

    fn connected<T>(handshake: &Handshake, call: impl AsyncFnOnce(Channel) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime
            .block_on(async { call(tls::plain_channel(handshake.socket()).await.expect("a channel")).await })
    }

    fn shut_down(handshake: &Handshake) {
        connected(handshake, async |channel| {
            GrpcControllerClient::new(channel).shutdown(Empty {}).await.expect("an answer");
        });
    }

    fn signal(child: &Child, name: &str) {
        let status = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
        assert!(status.success());
    }

    pub(super) fn without_cookie() {
        for cookie in [None, Some("wrong")] {
            let output =
                program("plugin").envs(cookie.map(|value| (COOKIE.0, value))).output().expect("it runs");
            assert_eq!(output.status.code(), Some(1));
            assert!(output.stdout.is_empty());
            assert!(
                String::from_utf8_lossy(&output.stderr).starts_with("This program is a Terraform provider.")
            );
        }
    }

    pub(super) fn shutdown() {
        let (mut child, mut stdout, handshake) = start();
        assert!(handshake.socket().exists());
        let asked = Instant::now();
        shut_down(&handshake);
        let status = child.wait().expect("it ends");
        assert!(status.success());
        assert!(
            asked.elapsed() < Duration::from_secs(1),
            "the host would wait for two seconds and then kill it"
        );
        assert!(!handshake.socket().exists());
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "", "stdout has one line");
    }

    pub(super) fn interrupt() {
        let (mut child, _stdout, handshake) = start();
        signal(&child, "-INT");
        connected(&handshake, async |channel| {
            let request = get_provider_schema::Request {};
            ProviderClient::new(channel).get_schema(request).await.expect("it serves on");
        });
        shut_down(&handshake);
        assert!(child.wait().expect("it ends").success());
    }

    pub(super) fn terminate() {
        let (mut child, _stdout, handshake) = start();
        signal(&child, "-TERM");
        assert!(child.wait().expect("it ends").success());
        assert!(!handshake.socket().exists());
    }

    /// The parent is a shell that waits for a line on its stdin and is killed; the plugin's stdout closes when it ends.
    pub(super) fn orphan() {
        let program = std::env::current_exe().expect("this program");
        let mut shell = Command::new("sh")
            .args(["-c", "\"$0\" plugin & wait"])
            .arg(program)
            .env(COOKIE.0, COOKIE.1)
            .env_remove("PLUGIN_CLIENT_CERT")
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut stdout = BufReader::new(shell.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        let handshake = Handshake::parse(&line);
        shell.kill().expect("it is killed");
        shell.wait().expect("it is gone");
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the pipe closes when the plugin ends");
        assert!(!handshake.socket().exists());
    }

    pub(super) fn debug() {
        let mut child = program("debug").stdout(Stdio::piped()).spawn().expect("the plugin starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        while !line.contains("TF_REATTACH_PROVIDERS=") {
            line.clear();
            assert_ne!(stdout.read_line(&mut line).expect("text"), 0, "the output names the variable");
        }
        signal(&child, "-INT");
        assert!(child.wait().expect("it ends").success());
    }

    fn stderr(mode: &str) -> (bool, String) {
        let output = program(mode).output().expect("it runs");
        (output.status.success(), String::from_utf8(output.stderr).expect("text"))
    }

    pub(super) fn deadly_panic() {
        let (success, text) = stderr("panic");
        assert!(!success);
        assert!(text.starts_with("panic: the widget broke\nat "), "{text}");
    }

    pub(super) fn caught_panic() {
        assert_eq!(stderr("caught-panic"), (true, String::new()));
    }

    /// What a plugin writes to stderr from its start to its shutdown.
    fn log_of(level: Option<&str>) -> String {
        let mut command = program("plugin");
        command.envs(level.map(|level| ("TF_LOG_PROVIDER_WIDGET", level)));
        let mut child = command
            .env(COOKIE.0, COOKIE.1)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the plugin starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        shut_down(&Handshake::parse(&line));
        let output = child.wait_with_output().expect("it ends");
        String::from_utf8(output.stderr).expect("text")
    }

    pub(super) fn log() {
        let log = log_of(Some("TRACE"));
        assert!(log.lines().count() > 0);
        for line in log.lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert!(line["@level"].is_string() && line["@message"].is_string());
        }
    }

    pub(super) fn no_log() {
        assert_eq!(log_of(None), "");
    }
}
