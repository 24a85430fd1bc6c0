//! A service that signs everybody in and then answers every question with more than anybody can take.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

const MIB: usize = 1 << 20;

/// The service. It ends with its drop.
pub struct Flood {
    url: String,
    files: TempDir,
    sent: Arc<AtomicUsize>,
    _runtime: Runtime,
}

impl Flood {
    /// Starts a service whose answers have so many MiB of blanks, which JSON may begin with.
    #[must_use]
    pub fn start(mebibytes: usize) -> Self {
        let files = tempfile::tempdir().expect("a temporary directory");
        let (acceptor, ca) = tls();
        fs::write(files.path().join("ca.pem"), ca).expect("the directory can be written");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let url = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
        let sent = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&sent);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await?;
                    serve(BufReader::new(stream), mebibytes, &counter).await
                });
            }
        });
        Self { url, files, sent, _runtime: runtime }
    }

    /// The environment variables that configure the provider for it.
    #[must_use]
    pub fn env(&self) -> BTreeMap<String, OsString> {
        let mut env: BTreeMap<String, OsString> = [
            ("DATAVERSE_URL", self.url.as_str()),
            ("DATAVERSE_AUTHORITY_HOST", &self.url),
            ("ARM_TENANT_ID", "tenant"),
            ("ARM_CLIENT_ID", "client"),
            ("ARM_CLIENT_SECRET", "secret"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
        env.insert("SSL_CERT_FILE".to_owned(), self.files.path().join("ca.pem").into());
        env
    }

    /// How many MiB somebody took.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

fn tls() -> (TlsAcceptor, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().expect("a key");
    let ca = params.self_signed(&ca_key).expect("a certificate").pem();
    let issuer = Issuer::new(params, ca_key);
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    let leaf = leaf.signed_by(&key, &issuer).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("known versions")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("key and certificate fit");
    (TlsAcceptor::from(Arc::new(config)), ca)
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    mebibytes: usize,
    sent: &AtomicUsize,
) -> io::Result<()> {
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let length = head
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        stream.read_exact(&mut vec![0; length.unwrap_or(0)]).await?;
        let begin = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        if head.lines().next().is_some_and(|line| line.contains("/oauth2/v2.0/token")) {
            let token = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"token"}"#;
            let answer = format!("{begin}Content-Length: {}\r\n\r\n{token}", token.len());
            stream.write_all(answer.as_bytes()).await?;
            stream.flush().await?;
            continue;
        }
        stream.write_all(format!("{begin}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).await?;
        let chunk = [format!("{MIB:x}\r\n").as_bytes(), &vec![b' '; MIB], b"\r\n"].concat();
        for _ in 0..mebibytes {
            stream.write_all(&chunk).await?;
            sent.fetch_add(1, Ordering::SeqCst);
        }
        return stream.shutdown().await;
    }
}
