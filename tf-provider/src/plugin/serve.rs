//! Serving a provider, from the handshake to the end of the process.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use tonic_health::ServingStatus;

use super::connection::incoming;
use super::control::{Broker, Controller, Stdio};
use super::handshake::Host;
use super::lifecycle::{Lifecycle, watch_parent, watch_signals};
use super::listener::Listener;
use super::proto::goplugin::grpc_broker_server::GrpcBrokerServer;
use super::proto::goplugin::grpc_controller_server::GrpcControllerServer;
use super::proto::goplugin::grpc_stdio_server::GrpcStdioServer;
use super::proto::tfplugin5::provider_server::{Provider, ProviderServer};
use super::tls::{ServerTls, TlsError};
use super::{logging, panics, reattach};

/// The largest request that is read, in bytes. Providers in Go use the same limit.
const MAX_REQUEST: usize = 256 * 1024 * 1024;

/// What to serve and how.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The provider's short name, `dataverse` for example. It names the log's module and its variable.
    pub provider_name: String,
    /// The provider's source address, `registry.terraform.io/<namespace>/<name>`. Debug mode prints it.
    pub provider_address: String,
    /// Serve a host that attaches by itself, without handshake and TLS, until Ctrl-C.
    pub debug: bool,
}

/// Why a provider cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The environment lacks the cookie: a person ran the program.
    #[error(
        "This program is a Terraform provider. It is started by Terraform or OpenTofu and is of no use by itself; \
         see https://developer.hashicorp.com/terraform/language/providers for how to use one."
    )]
    NotStartedByHost,
    /// Mutual TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The system refused a socket.
    #[error("cannot listen on a local socket: {0}")]
    Listen(#[source] io::Error),
    /// The system refused a signal handler.
    #[error("cannot handle signals: {0}")]
    Signals(#[source] io::Error),
    /// The host closed the pipe that it reads the handshake from.
    #[error("cannot write to standard output: {0}")]
    Output(#[source] io::Error),
    /// The gRPC server failed.
    #[error("the gRPC server failed: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// A whole `main`: logging, panics, runtime, [`serve`], and what is left to say on stderr.
///
/// The runtime has a few threads, as calls wait for an API most of the time. It does not wait for what is still running
/// when the server has ended.
pub fn run<S: Provider>(service: S, options: &ServeOptions) -> ExitCode {
    panics::install_panic_hook();
    logging::init(&options.provider_name);
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return failed(&error),
        };
    let result = runtime.block_on(serve(service, options));
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    // Without stderr there is nobody to tell.
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::FAILURE
}

/// Serves a provider to the host that started this process, until the host ends it.
///
/// Writes one line to stdout and nothing else. Needs a Tokio runtime with time and I/O; a handler that panics or blocks
/// is the service's affair.
///
/// # Errors
///
/// See [`ServeError`]. Without the cookie nothing is written to stdout.
pub async fn serve<S: Provider>(service: S, options: &ServeOptions) -> Result<(), ServeError> {
    let lifecycle = Lifecycle::new();
    if !options.debug {
        Host::from_env().check_cookie()?;
        watch_parent(&lifecycle);
    }
    watch_signals(&lifecycle, options.debug).map_err(ServeError::Signals)?;
    serve_until(service, options, &Host::from_env(), &mut io::stdout(), lifecycle).await
}

/// Like [`serve`], for tests in which one process is host and plugin: takes the environment from `host`, writes the
/// handshake to `output`, and leaves signals and the parent process alone.
///
/// # Errors
///
/// As [`serve`].
pub async fn serve_host<S: Provider>(
    service: S,
    options: &ServeOptions,
    host: &Host,
    output: &mut (dyn Write + Send),
) -> Result<(), ServeError> {
    serve_until(service, options, host, output, Lifecycle::new()).await
}

async fn serve_until<S: Provider>(
    service: S,
    options: &ServeOptions,
    host: &Host,
    output: &mut (dyn Write + Send),
    lifecycle: Lifecycle,
) -> Result<(), ServeError> {
    let tls = if options.debug {
        None
    } else {
        host.check_cookie()?;
        host.client_certificate.as_deref().map(ServerTls::new).transpose()?
    };
    let listener = Listener::bind(host).map_err(ServeError::Listen)?;
    let text = if options.debug {
        reattach::instructions(&options.provider_address, listener.address())
    } else {
        host.line(listener.address(), tls.as_ref().map_or("", |tls| &tls.certificate))
    };
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(ServeError::Output)?;

    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_service_status("plugin", ServingStatus::Serving).await;
    let provider = ProviderServer::new(service)
        .max_decoding_message_size(MAX_REQUEST)
        .max_encoding_message_size(usize::MAX);
    let server = tonic::transport::Server::builder()
        .add_service(provider)
        .add_service(GrpcControllerServer::new(Controller(lifecycle.clone())))
        .add_service(GrpcStdioServer::new(Stdio(lifecycle.clone())))
        .add_service(GrpcBrokerServer::new(Broker))
        .add_service(health_service)
        .serve_with_incoming_shutdown(incoming(listener, tls.map(|tls| Arc::clone(&tls.config))), async {
            let ending = lifecycle.ended().await;
            tracing::debug!(?ending, "the server ends");
        });
    let too_long = async {
        let ending = lifecycle.ended().await;
        tokio::time::sleep(ending.grace()).await;
    };
    tokio::select! {
        result = server => Ok(result?),
        () = too_long => Ok(()),
    }
}
