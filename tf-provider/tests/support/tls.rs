//! A host's TLS client: trusts the certificate of the handshake line only.

use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme, SupportedProtocolVersion,
};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};

use super::handshake::Handshake;

/// A client configuration with this identity, or with none.
pub(crate) fn config(
    server: &Handshake,
    identity: Option<CertifiedKey>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let pinned = Arc::new(Pinned { expected: server.certificate(), provider: Arc::clone(&provider) });
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("known versions")
        .dangerous()
        .with_custom_certificate_verifier(pinned);
    let mut config = match identity {
        Some(identity) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity))),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// Connects and waits for the server's verdict on the client certificate: in TLS 1.3 it comes after the handshake.
pub(crate) async fn connect(
    server: &Handshake,
    config: Arc<ClientConfig>,
) -> io::Result<TlsStream<UnixStream>> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let stream = UnixStream::connect(server.socket()).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    let mut stream = TlsConnector::from(config).connect(name, stream).await?;
    // An HTTP/2 client's preface with empty settings, which an HTTP/2 server answers with its own settings.
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await?;
    stream.flush().await?;
    stream.read_u8().await?;
    Ok(stream)
}

/// A gRPC channel over mutual TLS.
pub(crate) async fn channel(
    server: &Handshake,
    config: Arc<ClientConfig>,
) -> Result<Channel, tonic::transport::Error> {
    let socket = server.socket();
    Endpoint::from_static("http://placeholder")
        .connect_with_connector(tower::service_fn(move |_| {
            let (socket, config) = (socket.clone(), Arc::clone(&config));
            async move {
                let stream = UnixStream::connect(socket).await?;
                let name = ServerName::try_from("localhost").expect("a name");
                let stream = TlsConnector::from(config).connect(name, stream).await?;
                io::Result::Ok(TokioIo::new(stream))
            }
        }))
        .await
}

/// A gRPC channel without TLS.
pub(crate) async fn plain_channel(socket: std::path::PathBuf) -> Result<Channel, tonic::transport::Error> {
    Endpoint::from_static("http://placeholder")
        .connect_with_connector(tower::service_fn(move |_| {
            let socket = socket.clone();
            async move { io::Result::Ok(TokioIo::new(UnixStream::connect(socket).await?)) }
        }))
        .await
}

/// Go takes a self-signed certificate as its own root; webpki does not, so the test compares bytes.
#[derive(Debug)]
struct Pinned {
    expected: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *end_entity == self.expected {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
