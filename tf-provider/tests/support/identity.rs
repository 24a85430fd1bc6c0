//! A client certificate with a key on P-521, as hosts have it. `ring` cannot sign with such a key.

use std::sync::Arc;

use p521::SecretKey;
use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{Signature, SigningKey as EcdsaKey};
use p521::pkcs8::DecodePrivateKey;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{SignatureAlgorithm, SignatureScheme};

/// The certificate that tests announce to the plugin.
pub(crate) const HOST_PEM: &str = include_str!("../fixtures/host.pem");

/// The host, with the key that belongs to its certificate.
pub(crate) fn host() -> CertifiedKey {
    certified(HOST_PEM, include_str!("../fixtures/host-key.pem"))
}

/// Somebody else with a certificate that says the same.
pub(crate) fn stranger() -> CertifiedKey {
    certified(include_str!("../fixtures/stranger.pem"), include_str!("../fixtures/stranger-key.pem"))
}

/// Somebody who shows the host's certificate without having its key.
pub(crate) fn impostor() -> CertifiedKey {
    certified(HOST_PEM, include_str!("../fixtures/stranger-key.pem"))
}

fn certified(certificate: &str, key: &str) -> CertifiedKey {
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("a certificate");
    let key = PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes()).expect("a key");
    let key = SecretKey::from_pkcs8_der(key.secret_pkcs8_der()).expect("a key on P-521");
    CertifiedKey::new(vec![certificate], Arc::new(Key(key)))
}

#[derive(Debug, Clone)]
struct Key(SecretKey);

impl SigningKey for Key {
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
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let key = EcdsaKey::from_slice(&self.0.to_bytes()).expect("a key on P-521");
        let signature: Signature = key.sign(message);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
