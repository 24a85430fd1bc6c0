//! Mutual TLS between host and plugin, which go-plugin calls AutoMTLS.
//!
//! Both sides make a certificate for one run. The host passes its own through the environment, the plugin answers with
//! its own in the handshake line, and each accepts exactly the other's. Nothing is written to disk.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, PeerIncompatible, SignatureScheme};

use super::p521::ECDSA_P521_SHA512;

/// How far the certificate's validity starts in the past, for clocks that are not quite equal.
const BACKDATED: Duration = Duration::from_secs(60);

/// How long the certificate is valid: 30 years, as go-plugin does. Its key lives as long as the process.
const VALIDITY: Duration = Duration::from_secs(262_980 * 3600);

/// Why mutual TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// `PLUGIN_CLIENT_CERT` is set to something else than a certificate in PEM form.
    #[error("the certificate in PLUGIN_CLIENT_CERT cannot be read: {0}")]
    ClientCertificate(#[source] rustls::pki_types::pem::Error),
    /// The certificate of the plugin could not be made.
    #[error("cannot make a certificate: {0}")]
    OwnCertificate(#[from] rcgen::Error),
    /// The TLS library refused the configuration.
    #[error("cannot configure TLS: {0}")]
    Config(#[from] rustls::Error),
}

/// The plugin's side of mutual TLS.
pub(crate) struct ServerTls {
    /// Accepts the host's certificate and no other.
    pub(crate) config: Arc<rustls::ServerConfig>,
    /// The plugin's certificate as the handshake line wants it: base64 of the DER bytes, standard alphabet, no padding.
    pub(crate) certificate: String,
}

impl ServerTls {
    /// Makes a new certificate and a configuration that pins `client_pem`.
    ///
    /// TLS 1.3 only, which every host since Terraform 0.13 speaks: there the signature scheme names the curve, so that
    /// a key on P-521 signs with the one scheme that fits.
    pub(crate) fn new(client_pem: &str) -> Result<Self, TlsError> {
        let client =
            CertificateDer::from_pem_slice(client_pem.as_bytes()).map_err(TlsError::ClientCertificate)?;
        let (certificate, key) = own_certificate()?;
        let segment = STANDARD_NO_PAD.encode(&certificate);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Arc::new(PinnedClient { expected: client, provider: Arc::clone(&provider) });
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate], key.into())?;
        // Hosts with grpc-go 1.67 or later hang up if no protocol is agreed on.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self { config: Arc::new(config), certificate: segment })
    }
}

fn own_certificate() -> Result<(CertificateDer<'static>, PrivatePkcs8KeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign];
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let now = SystemTime::now();
    params.not_before = (now - BACKDATED).into();
    params.not_after = (now + VALIDITY).into();
    let certificate = params.self_signed(&key)?;
    Ok((certificate.into(), PrivatePkcs8KeyDer::from(key.serialize_der())))
}

/// Accepts one certificate, byte for byte, and proof that the peer holds its key.
///
/// Pinning stands in for a chain, dates and purposes; webpki would refuse the host's certificate, because it is marked
/// as that of an authority.
#[derive(Debug)]
struct PinnedClient {
    expected: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

/// The one scheme that the provider lacks and hosts need: their keys are on P-521.
static P521_ONLY: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[ECDSA_P521_SHA512],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[ECDSA_P521_SHA512])],
};

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.expected {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = match dss.scheme {
            SignatureScheme::ECDSA_NISTP521_SHA512 => &P521_ONLY,
            _ => &self.provider.signature_verification_algorithms,
        };
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = P521_ONLY.supported_schemes();
        schemes.extend(self.provider.signature_verification_algorithms.supported_schemes());
        schemes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = include_str!("../../tests/fixtures/host.pem");

    #[test]
    fn a_thousand_certificates_decode_from_their_segment() {
        for _ in 0..1000 {
            let (certificate, _) = own_certificate().expect("a certificate");
            let segment = STANDARD_NO_PAD.encode(&certificate);
            assert!(
                segment.len() > 50
                    && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b))
            );
            assert_eq!(STANDARD_NO_PAD.decode(&segment).expect("it decodes"), certificate.as_ref());
        }
    }

    #[test]
    fn every_run_has_a_certificate_of_its_own() {
        let first = ServerTls::new(HOST).expect("a configuration");
        let second = ServerTls::new(HOST).expect("a configuration");
        assert_ne!(first.certificate, second.certificate);
    }

    #[test]
    fn the_certificate_serves_localhost_as_its_own_root() {
        let (certificate, _) = own_certificate().expect("a certificate");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate.clone()).expect("it can be a root");
        let verifier = rustls::client::WebPkiServerVerifier::builder_with_provider(
            Arc::new(roots),
            Arc::new(rustls::crypto::ring::default_provider()),
        )
        .build()
        .expect("a verifier");
        // webpki, unlike Go, lets no authority stand for itself as a server; that it says so and nothing else shows that
        // dates, purposes and name were all fine or not reached.
        let name = rustls::pki_types::ServerName::try_from("localhost").expect("a name");
        let result = rustls::client::danger::ServerCertVerifier::verify_server_cert(
            verifier.as_ref(),
            &certificate,
            &[],
            &name,
            &[],
            UnixTime::now(),
        );
        assert!(format!("{result:?}").contains("CaUsedAsEndEntity"), "{result:?}");
    }

    #[test]
    fn text_that_is_no_certificate_is_refused() {
        assert!(matches!(ServerTls::new("not a certificate"), Err(TlsError::ClientCertificate(_))));
    }

    #[test]
    fn the_host_is_offered_the_scheme_of_its_key() {
        let verifier = PinnedClient {
            expected: CertificateDer::from_pem_slice(HOST.as_bytes()).expect("a certificate"),
            provider: Arc::new(rustls::crypto::ring::default_provider()),
        };
        assert!(verifier.supported_verify_schemes().contains(&SignatureScheme::ECDSA_NISTP521_SHA512));
        assert!(verifier.client_auth_mandatory());
    }
}
