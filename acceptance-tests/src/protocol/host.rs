//! The plugin as a child process, and the connection to it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::UnixStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint, Uri};

use super::goplugin::grpc_controller_client::GrpcControllerClient;
use super::tfplugin5::provider_client::ProviderClient;
use super::tls::{Identity, client_config};
use crate::binary;

/// The variable that tells a plugin that a host started it.
pub const COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";

/// The value of [`COOKIE`], the same for Terraform and OpenTofu.
#[must_use]
pub fn magic_cookie() -> &'static str {
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
}

/// What the host asks of the plugin.
#[derive(Debug, Default)]
pub struct HostOptions {
    /// More environment variables for the plugin, such as those that configure it.
    pub env: BTreeMap<String, OsString>,
    /// No TLS, as with `TF_DISABLE_PLUGIN_TLS`.
    pub plain_text: bool,
}

/// The handshake line in parts.
#[derive(Debug, Clone)]
pub struct Handshake {
    /// The whole line, without the line break.
    pub line: String,
    /// The segments.
    pub segments: Vec<String>,
}

impl Handshake {
    /// Splits a line.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        let line = line.trim_end_matches('\n').to_owned();
        let segments = line.split('|').map(str::to_owned).collect();
        Self { line, segments }
    }

    /// The path of the socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        assert_eq!(self.segments.get(2).map(String::as_str), Some("unix"), "the handshake {:?}", self.line);
        PathBuf::from(&self.segments[3])
    }

    /// The server's certificate.
    #[must_use]
    pub fn certificate(&self) -> Vec<u8> {
        STANDARD_NO_PAD.decode(&self.segments[5]).expect("the certificate is base64 without padding")
    }
}

/// A running plugin with a host's connection to it. Dropping it kills the process.
pub struct Host {
    /// What the plugin announced.
    pub handshake: Handshake,
    /// The plugin's process.
    pub child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    runtime: Runtime,
    channel: Channel,
    /// Where the plugin puts its socket: a killed process does not tidy up behind itself.
    _sockets: tempfile::TempDir,
}

impl Host {
    /// Starts the provider and connects.
    #[must_use]
    pub fn start(options: &HostOptions) -> Self {
        let sockets = tempfile::tempdir().expect("a temporary directory");
        let mut command = Self::command(options);
        command.env("TMPDIR", sockets.path());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the provider starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("stdout can be read");
        let handshake = Handshake::parse(&line);
        assert!(handshake.segments.len() >= 6, "the handshake is {line:?}");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let identity = (!options.plain_text).then_some(Identity::HOST);
        let channel = runtime.block_on(connect(&handshake, identity)).expect("the plugin accepts its host");
        Self { handshake, child, stdout: Some(stdout), runtime, channel, _sockets: sockets }
    }

    /// The rest of its stdout, once.
    pub fn take_stdout(&mut self) -> BufReader<ChildStdout> {
        self.stdout.take().expect("stdout is taken once")
    }

    /// The provider's command with the environment that Terraform gives it, not yet started.
    #[must_use]
    pub fn command(options: &HostOptions) -> Command {
        let mut command = Command::new(binary::provider());
        command
            .env_clear()
            .stdin(Stdio::null())
            .env(COOKIE, magic_cookie())
            .env("PLUGIN_PROTOCOL_VERSIONS", "6,5");
        command.env("PLUGIN_MIN_PORT", "10000").env("PLUGIN_MAX_PORT", "25000");
        if !options.plain_text {
            command.env("PLUGIN_CLIENT_CERT", Identity::HOST.pem());
        }
        command.envs(&options.env);
        command
    }

    /// Calls one method: `host.call(async |mut provider| provider.get_schema(..).await)`.
    ///
    /// # Errors
    ///
    /// The gRPC status, when the answer is one.
    pub fn call<T>(
        &self,
        method: impl AsyncFnOnce(ProviderClient<Channel>) -> Result<tonic::Response<T>, tonic::Status>,
    ) -> Result<T, tonic::Status> {
        let client = ProviderClient::new(self.channel.clone())
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX);
        self.runtime.block_on(method(client)).map(tonic::Response::into_inner)
    }

    /// Asks the plugin to end, as the host does after each of its walks.
    ///
    /// # Errors
    ///
    /// The gRPC status, when the answer is one.
    pub fn shut_down(&self) -> Result<(), tonic::Status> {
        let mut client = GrpcControllerClient::new(self.channel.clone());
        self.runtime.block_on(client.shutdown(super::goplugin::Empty {})).map(|_| ())
    }

    /// Tries to make a second connection as somebody else, and to use it.
    ///
    /// # Errors
    ///
    /// What the attempt ended with.
    pub fn connect_as(&self, identity: Option<Identity>) -> Result<(), String> {
        self.runtime.block_on(async {
            let channel = connect(&self.handshake, identity).await.map_err(|error| format!("{error:?}"))?;
            // With TLS 1.3 a client learns from its first read that it was refused.
            let mut client = ProviderClient::new(channel);
            let answer = client.get_metadata(super::tfplugin5::get_metadata::Request {}).await;
            answer.map(|_| ()).map_err(|status| format!("{status:?}"))
        })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn connect(
    handshake: &Handshake,
    identity: Option<Identity>,
) -> Result<Channel, tonic::transport::Error> {
    let socket = handshake.socket();
    let with_tls = !handshake.segments[5].is_empty();
    let config = with_tls.then(|| Arc::new(client_config(handshake.certificate(), identity)));
    let connector = tower::service_fn(move |_: Uri| {
        let (socket, config) = (socket.clone(), config.clone());
        async move {
            let stream = UnixStream::connect(socket).await?;
            let io: Box<dyn Io> = match config {
                None => Box::new(stream),
                Some(config) => {
                    let name = ServerName::try_from("localhost").expect("a valid name");
                    Box::new(TlsConnector::from(config).connect(name, stream).await?)
                }
            };
            Ok::<_, std::io::Error>(TokioIo::new(io))
        }
    });
    Endpoint::from_static("http://plugin").connect_with_connector(connector).await
}

trait Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Io for T {}
