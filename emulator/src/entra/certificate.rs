//! Certificates that applications are known by.

use base64::Engine;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::clock;

/// A registered certificate, without its private key.
#[derive(Debug)]
pub(crate) struct Certificate {
    sha1: Vec<u8>,
    sha256: Vec<u8>,
    /// RSA public key in PKCS#1 DER form.
    pub(crate) public_key: Vec<u8>,
    expires: i64,
}

impl Certificate {
    /// Reads PEM text.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn parse(pem: &str) -> Result<Self, String> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| format!("a certificate is not PEM text: {error}"))?;
        let (_, parsed) = X509Certificate::from_der(&der)
            .map_err(|error| format!("a certificate is not X.509: {error}"))?;
        Ok(Self {
            sha1: digest(&SHA1_FOR_LEGACY_USE_ONLY, &der).as_ref().to_vec(),
            sha256: digest(&SHA256, &der).as_ref().to_vec(),
            public_key: parsed.public_key().subject_public_key.data.to_vec(),
            expires: parsed.validity().not_after.timestamp(),
        })
    }

    /// Whether the header of an assertion names this certificate, by `x5t#S256` or `x5t`.
    pub(crate) fn is_named(&self, x5t_s256: &str, x5t: &str) -> bool {
        let same = |text: &str, hash: &[u8]| {
            let text = text.trim_end_matches('=');
            !text.is_empty() && BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes == hash)
        };
        same(x5t_s256, &self.sha256) || same(x5t, &self.sha1)
    }

    /// Whether it is out of date.
    pub(crate) fn has_expired(&self) -> bool {
        i64::try_from(clock::seconds()).is_ok_and(|now| self.expires < now)
    }
}

/// A thumbprint of a header in the hexadecimal form that Entra shows.
pub(crate) fn shown(thumbprint: &str) -> String {
    let padded = format!("{thumbprint}{}", "=".repeat((4 - thumbprint.len() % 4) % 4));
    let bytes = BASE64_URL_SAFE.decode(padded).unwrap_or_default();
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
