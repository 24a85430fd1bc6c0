//! The host's side of AutoMTLS: a certificate on P-521 like Terraform's, and trust in exactly one server certificate.

use std::sync::Arc;

use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey};
use p521::pkcs8::DecodePrivateKey;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, Signer};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureAlgorithm, SignatureScheme,
};

/// A certificate with its key, in the form Terraform makes for every start of a plugin: ECDSA on P-521, CA:TRUE,
/// CN=localhost.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    certificate: &'static str,
    key: &'static str,
}

impl Identity {
    /// The host that started the plugin.
    pub const HOST: Self = Self {
        certificate: include_str!("../../fixtures/host.pem"),
        key: include_str!("../../fixtures/host-key.pem"),
    };

    /// Somebody else on the machine, with a certificate of the same form.
    pub const STRANGER: Self = Self {
        certificate: include_str!("../../fixtures/stranger.pem"),
        key: include_str!("../../fixtures/stranger-key.pem"),
    };

    /// The certificate as PEM text, for `PLUGIN_CLIENT_CERT`.
    #[must_use]
    pub fn pem(&self) -> &'static str {
        self.certificate
    }

    fn certified(&self) -> CertifiedKey {
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes()).expect("a certificate");
        let secret = p521::SecretKey::from_pkcs8_pem(self.key).expect("a key on P-521");
        let key = SigningKey::from_slice(&secret.to_bytes()).expect("a key on P-521");
        CertifiedKey::new(vec![certificate], Arc::new(Key(Arc::new(key))))
    }
}

/// TLS settings of a client that presents `identity`, if any, and accepts `server` and no other certificate.
pub(super) fn client_config(server: Vec<u8>, identity: Option<Identity>) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS 1.2 and 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned { server: server.into(), provider }));
    let mut config = match identity {
        Some(identity) => builder.with_client_cert_resolver(Arc::new(Always(Arc::new(identity.certified())))),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

#[derive(Debug)]
struct Pinned {
    server: CertificateDer<'static>,
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
    ) -> Result<ServerCertVerified, Error> {
        if *end_entity == self.server {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        _sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[derive(Clone)]
struct Key(Arc<SigningKey>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(P-521)")
    }
}

impl rustls::sign::SigningKey for Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered
            .contains(&SignatureScheme::ECDSA_NISTP521_SHA512)
            .then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: p521::ecdsa::Signature = self.0.sign(message);
        let der: DerSignature = signature.to_der();
        Ok(der.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
