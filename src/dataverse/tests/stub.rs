//! An HTTPS server that says what a test tells it to say, and may break off instead.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::dataverse::{Client, Credential, Secret, Settings};

/// A request as it came in.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) method: String,
    /// Path and query; below the service root without it.
    pub(super) path: String,
    pub(super) head: String,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn is_token(&self) -> bool {
        self.path.ends_with("/oauth2/v2.0/token")
    }

    /// A header of the request.
    pub(super) fn header(&self, wanted: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    }
}

/// What the server does.
pub(super) enum Answer {
    /// Status, header lines, body.
    Say(u16, String, String),
    /// Close the connection.
    Cut,
    /// Bytes as they are, then others so often, then the end of the connection.
    Flood(String, Vec<u8>, usize),
}

/// An answer with a JSON body.
pub(super) fn json(status: u16, body: impl Into<String>) -> Answer {
    Answer::Say(status, "Content-Type: application/json\r\n".into(), body.into())
}

/// An error of the service.
pub(super) fn refusal(status: u16, code: &str) -> Answer {
    json(status, format!(r#"{{"error":{{"code":"{code}","message":"said so"}}}}"#))
}

/// A success without content.
pub(super) fn done() -> Answer {
    Answer::Say(204, String::new(), String::new())
}

type Handler = dyn Fn(&Seen, usize) -> Answer + Send + Sync;

pub(super) struct Stub {
    url: Url,
    ca_pem: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stub {
    /// Starts a server. `handler` gets each request and the number of requests of the same method and path before it;
    /// tokens are given without asking it.
    pub(super) async fn start(handler: impl Fn(&Seen, usize) -> Answer + Send + Sync + 'static) -> Stub {
        Stub::start_raw(move |seen, before| {
            if seen.is_token() {
                return json(
                    200,
                    format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"t{before}"}}"#),
                );
            }
            handler(seen, before)
        })
        .await
    }

    /// As [`Stub::start`], with token requests going to the handler as well.
    pub(super) async fn start_raw(handler: impl Fn(&Seen, usize) -> Answer + Send + Sync + 'static) -> Stub {
        let (acceptor, ca_pem) = acceptor();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, handler): (_, Arc<Handler>) = (Arc::clone(&seen), Arc::new(handler));
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let (acceptor, log, handler) = (acceptor.clone(), Arc::clone(&log), Arc::clone(&handler));
                tokio::spawn(async move {
                    if let Ok(tls) = acceptor.accept(tcp).await {
                        let _ = serve(BufReader::new(tls), &log, &*handler).await;
                    }
                });
            }
        });
        Stub { url: Url::parse(&format!("https://localhost:{port}")).unwrap(), ca_pem, seen }
    }

    pub(super) fn settings(&self) -> Settings {
        let credential = Credential::ClientSecret {
            tenant_id: "tenant".into(),
            client_id: "client".into(),
            client_secret: Secret::new("hunter2"),
        };
        let mut settings = Settings::new(self.url.clone(), credential);
        settings.authority_host = self.url.clone();
        settings.extra_ca_pem = self.ca_pem.clone().into_bytes();
        settings
    }

    pub(super) fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    /// All requests so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Number of requests of a method, token requests not counted.
    pub(super) fn count(&self, method: &str) -> usize {
        self.seen().iter().filter(|seen| seen.method == method && !seen.is_token()).count()
    }

    /// Number of token requests.
    pub(super) fn tokens(&self) -> usize {
        self.seen().iter().filter(|seen| seen.is_token()).count()
    }
}

fn acceptor() -> (TlsAcceptor, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&ca_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let issuer = Issuer::new(params, ca_key);
    let leaf = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
    (TlsAcceptor::from(Arc::new(config)), ca.pem())
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    log: &Mutex<Vec<Seen>>,
    handler: &Handler,
) -> std::io::Result<()> {
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let mut seen = Seen {
            method: head.split(' ').next().unwrap_or_default().into(),
            path: head.split(' ').nth(1).unwrap_or_default().replace("/api/data/v9.2/", ""),
            head,
            body: String::new(),
        };
        let length = seen.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        seen.body = String::from_utf8_lossy(&body).into();
        let before = {
            let mut log = log.lock().unwrap();
            let before =
                log.iter().filter(|other| other.method == seen.method && other.path == seen.path).count();
            log.push(seen.clone());
            before
        };
        match handler(&seen, before) {
            Answer::Cut => return Ok(()),
            Answer::Flood(begin, again, times) => {
                stream.write_all(begin.as_bytes()).await?;
                for _ in 0..times {
                    stream.write_all(&again).await?;
                }
                return stream.shutdown().await;
            }
            Answer::Say(status, headers, body) => {
                let text =
                    format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
                stream.write_all(text.as_bytes()).await?;
                stream.flush().await?;
            }
        }
    }
}
