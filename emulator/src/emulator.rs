//! Starting and stopping an emulator.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::faults;
use crate::server::{Certificates, Link, Shared, TlsError, TlsListener, app};
use crate::setup::Setup;
use crate::store::{RestoreError, restore, save};
use crate::world::World;

/// How an emulator starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// The TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Where the certificate authority is written in PEM form, for clients to trust.
    pub ca_file: Option<PathBuf>,
    /// Decides the identifiers that differ between environments; equal seeds give equal identifiers.
    pub seed: u64,
    /// A file the data is restored from at the start, if it exists, and saved to at the end.
    pub snapshot: Option<PathBuf>,
    /// A JSON file with what the environment holds beyond the seed: people, groups and service principals of the tenant,
    /// who signs in, and requests to carry out at the start. A snapshot that is restored replaces users and rows.
    pub setup: Option<PathBuf>,
    /// How long a token is valid.
    pub token_lifetime: Duration,
    /// Added to every API request.
    pub latency: Duration,
    /// The name of a built-in fault profile, or a JSON file with fault rules that are set at the start.
    pub faults: Option<PathBuf>,
    /// Ownership across business units: a user may hold the role copy of any business unit.
    pub modern_business_units: bool,
}

impl Default for Options {
    /// Port 0, no files, seed 0, tokens for 3599 seconds, no latency, classic business units.
    fn default() -> Self {
        Self {
            port: 0,
            ca_file: None,
            seed: 0,
            snapshot: None,
            setup: None,
            token_lifetime: Duration::from_secs(3599),
            latency: Duration::ZERO,
            faults: None,
            modern_business_units: false,
        }
    }
}

/// Why an emulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port cannot be bound.
    #[error("port {port} on 127.0.0.1 cannot be bound: {source}")]
    Bind {
        /// The port.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be read or written.
    #[error("the file {} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("the file {} is not valid: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The certificates cannot be made.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A running emulator; it ends with [`Emulator::stop`] or when it is dropped.
#[derive(Debug)]
pub struct Emulator {
    url: String,
    ca_pem: String,
    snapshot: Option<PathBuf>,
    shared: Shared,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<io::Result<()>>,
}

/// Open connections get this long to end.
const GRACE: Duration = Duration::from_millis(500);

impl Emulator {
    /// Starts an emulator on 127.0.0.1 and returns when it accepts connections.
    ///
    /// # Errors
    ///
    /// When the port is taken, a file cannot be used, or the certificates cannot be made.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let mut world = World::new(options.seed, options.modern_business_units, options.token_lifetime);
        if let Some(path) = &options.setup {
            set_up(&mut world, path)?;
        }
        world.switches.latency_ms = u64::try_from(options.latency.as_millis()).unwrap_or(u64::MAX);
        if let Some(path) = &options.faults {
            world.faults =
                faults::load(path).map_err(|reason| StartError::Content { path: path.clone(), reason })?;
        }
        if let Some(path) = options.snapshot.as_ref().filter(|path| path.exists()) {
            restore_file(&mut world, path)?;
        }
        let certificates = Certificates::make()?;
        if let Some(path) = &options.ca_file {
            std::fs::write(path, &certificates.ca_pem)
                .map_err(|source| StartError::File { path: path.clone(), source })?;
        }
        let bind = |source| StartError::Bind { port: options.port, source };
        let socket = TcpListener::bind(("127.0.0.1", options.port)).await.map_err(bind)?;
        let port = socket.local_addr().map_err(bind)?.port();
        let shared = Shared::new(world);
        let listener = TlsListener::new(socket, certificates.config, shared.clone()).map_err(bind)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let app = app(shared.clone()).into_make_service_with_connect_info::<Link>();
        let serve = axum::serve(listener, app).with_graceful_shutdown(async {
            // A dropped sender ends the server as well.
            let _ = stopped.await;
        });
        Ok(Self {
            url: format!("https://localhost:{port}"),
            ca_pem: certificates.ca_pem,
            snapshot: options.snapshot,
            shared,
            stop: Some(stop),
            server: tokio::spawn(serve.into_future()),
        })
    }

    /// The URL of the environment, `https://localhost:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The Entra authority, on the same host; the token endpoint is `{authority}/{tenant}/oauth2/v2.0/token`.
    #[must_use]
    pub fn authority_host(&self) -> String {
        self.url.clone()
    }

    /// The certificate authority to trust, in PEM form.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The emulator's own surface, `https://localhost:PORT/emulator`.
    #[must_use]
    pub fn admin_url(&self) -> String {
        format!("{}/emulator", self.url)
    }

    /// What was refused because the emulator does not know it, and how often.
    #[must_use]
    pub fn refusals(&self) -> Vec<(String, u64)> {
        self.shared.lock().watch.refusals().iter().map(|(what, times)| (what.clone(), *times)).collect()
    }

    /// Ends the server, and saves the snapshot when one was asked for. A snapshot that cannot be written is
    /// reported to the log.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone when the server has ended already.
            let _ = stop.send(());
        }
        if tokio::time::timeout(GRACE, &mut self.server).await.is_err() {
            self.server.abort();
        }
        let Some(path) = self.snapshot.take() else { return };
        let document = save(&self.shared.lock().store);
        let text = document.and_then(|document| serde_json::to_string_pretty(&document));
        let written = text.map_err(io::Error::other).and_then(|text| std::fs::write(&path, text));
        if let Err(error) = written {
            tracing::error!(%error, path = %path.display(), "the snapshot was not saved");
        }
    }
}

fn set_up(world: &mut World, path: &PathBuf) -> Result<(), StartError> {
    let text = std::fs::read(path).map_err(|source| StartError::File { path: path.clone(), source })?;
    let done = Setup::parse(&text).and_then(|setup| world.set_up(setup));
    done.map_err(|reason| StartError::Content { path: path.clone(), reason })
}

fn restore_file(world: &mut World, path: &PathBuf) -> Result<(), StartError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| StartError::File { path: path.clone(), source })?;
    let content = |reason: String| StartError::Content { path: path.clone(), reason };
    let document = serde_json::from_str(&text).map_err(|error| content(error.to_string()))?;
    let store = restore(document).map_err(|error: RestoreError| content(error.to_string()))?;
    world.take(store);
    Ok(())
}
