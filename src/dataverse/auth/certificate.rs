//! A certificate that stands in for a client secret: read from PFX or PEM, and used to sign an assertion.
//!
//! `azure_identity` has this with OpenSSL only. The form of the assertion is that of "Microsoft identity platform
//! application authentication certificate credentials" (RFC 7523).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use azure_core::error::ErrorKind;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use p12_keystore::{Pkcs12Archive, error::Error as PfxError};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair as RsaKeyPair;
use ring::signature::RSA_PSS_SHA256;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use uuid::Uuid;
use x509_parser::prelude::{FromDer, X509Certificate};

/// How long an assertion is valid; Entra takes up to 24 hours, and one is made for each request.
const ASSERTION_LIFETIME: Duration = Duration::from_secs(600);

/// A certificate with its private key. Cheap to clone; never shows the key.
#[derive(Clone)]
pub struct ClientCertificate(Arc<Inner>);

struct Inner {
    key: RsaKeyPair,
    /// SHA-1 in hexadecimal, as Entra shows it.
    thumbprint: String,
    /// SHA-256 in base64url, as the header of an assertion names it.
    x5t_s256: String,
    expires: SystemTime,
}

/// Why no certificate could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The data is neither PFX nor PEM.
    #[error("it is neither a PKCS#12 (PFX) file nor PEM text")]
    Form,
    /// The PFX file cannot be opened with this password.
    #[error("its password is wrong, or it is damaged")]
    Password,
    /// The PFX file uses something unknown.
    #[error("it cannot be read as a PKCS#12 (PFX) file: {0}")]
    Unreadable(String),
    /// The private key in the PEM text is encrypted.
    #[error("its private key is encrypted; only a PFX file may have a password")]
    EncryptedPem,
    /// There is no private key in it.
    #[error("it has no private key")]
    NoKey,
    /// The private key is not of a kind that Entra takes here.
    #[error("its private key is not an RSA key of 2048 to 4096 bits")]
    NotRsa,
    /// None of its certificates belongs to the private key.
    #[error("it has no certificate that belongs to its private key")]
    NoCertificate,
    /// The certificate is out of date.
    #[error("the certificate with the thumbprint {0} has expired")]
    Expired(String),
}

impl ClientCertificate {
    /// Reads a PFX file (modern or old encryption, opened with `password`), or PEM text with certificate and key.
    ///
    /// # Errors
    /// When there is no certificate with an RSA key in it that is still valid.
    pub fn read(data: &[u8], password: &str) -> Result<ClientCertificate, CertificateError> {
        let (key, certificates) = if data.windows(11).any(|window| window == b"-----BEGIN ") {
            from_pem(data)?
        } else {
            from_pfx(data, password)?
        };
        let own =
            certificates.iter().find(|certificate| public_key(certificate) == Some(key.public().as_ref()));
        let own = own.ok_or(CertificateError::NoCertificate)?;
        let (_, parsed) = X509Certificate::from_der(own).map_err(|_| CertificateError::NoCertificate)?;
        let seconds = u64::try_from(parsed.validity().not_after.timestamp()).unwrap_or_default();
        let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, own);
        let certificate = ClientCertificate(Arc::new(Inner {
            key,
            thumbprint: sha1.as_ref().iter().map(|byte| format!("{byte:02X}")).collect(),
            x5t_s256: BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, own)),
            expires: UNIX_EPOCH + Duration::from_secs(seconds),
        }));
        if certificate.0.expires < SystemTime::now() {
            return Err(CertificateError::Expired(certificate.0.thumbprint.clone()));
        }
        Ok(certificate)
    }

    /// The thumbprint as Entra shows it: SHA-1 in hexadecimal.
    pub fn thumbprint(&self) -> &str {
        &self.0.thumbprint
    }

    /// A signed assertion that the bearer is the application, for the token endpoint `audience`.
    fn assertion(&self, client_id: &str, audience: &str) -> Result<String, ring::error::Unspecified> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": self.0.x5t_s256 }));
        let claims = part(json!({
            "aud": audience, "iss": client_id, "sub": client_id, "jti": Uuid::new_v4(),
            "iat": now.as_secs(), "nbf": now.as_secs(), "exp": (now + ASSERTION_LIFETIME).as_secs(),
        }));
        let message = format!("{header}.{claims}");
        let mut signature = vec![0; self.0.key.public().modulus_len()];
        self.0.key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)?;
        Ok(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate").field("thumbprint", &self.0.thumbprint).finish_non_exhaustive()
    }
}

type Parts = (RsaKeyPair, Vec<CertificateDer<'static>>);

fn from_pfx(data: &[u8], password: &str) -> Result<Parts, CertificateError> {
    let archive = Pkcs12Archive::from_pkcs12(data, password).map_err(|error| match error {
        PfxError::MacError(_) | PfxError::UnpadError => CertificateError::Password,
        PfxError::DerError(_) => CertificateError::Form,
        other => CertificateError::Unreadable(other.to_string()),
    })?;
    let key = archive.keys.first().ok_or(CertificateError::NoKey)?;
    let key = RsaKeyPair::from_pkcs8(key.key.as_der()).map_err(|_| CertificateError::NotRsa)?;
    let certificates = archive.certs.iter().map(|bag| CertificateDer::from(bag.cert.as_der().to_vec()));
    Ok((key, certificates.collect()))
}

fn from_pem(text: &[u8]) -> Result<Parts, CertificateError> {
    let key = match PrivateKeyDer::from_pem_slice(text) {
        Ok(PrivateKeyDer::Pkcs8(key)) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
        Ok(PrivateKeyDer::Pkcs1(key)) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
        Ok(_) => return Err(CertificateError::NotRsa),
        Err(_) if text.windows(9).any(|window| window == b"ENCRYPTED") => {
            return Err(CertificateError::EncryptedPem);
        }
        Err(_) => return Err(CertificateError::NoKey),
    };
    let certificates = CertificateDer::pem_slice_iter(text).collect::<Result<Vec<_>, _>>();
    Ok((
        key.map_err(|_| CertificateError::NotRsa)?,
        certificates.map_err(|_| CertificateError::NoCertificate)?,
    ))
}

/// The RSA public key of a certificate, in the form that `ring` gives it.
fn public_key<'c>(certificate: &'c CertificateDer<'_>) -> Option<&'c [u8]> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    Some(parsed.tbs_certificate.subject_pki.subject_public_key.data).and_then(|data| match data {
        std::borrow::Cow::Borrowed(bytes) => Some(bytes),
        std::borrow::Cow::Owned(_) => None,
    })
}

/// Makes a fresh assertion for each request of a token.
#[derive(Debug)]
pub(super) struct Signed {
    certificate: ClientCertificate,
    client_id: String,
    audience: String,
}

impl Signed {
    pub(super) fn new(certificate: ClientCertificate, client_id: String, audience: String) -> Signed {
        Signed { certificate, client_id, audience }
    }
}

#[async_trait::async_trait]
impl ClientAssertion for Signed {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.certificate.assertion(&self.client_id, &self.audience).map_err(|_| {
            azure_core::Error::with_message(ErrorKind::Credential, "the certificate's key cannot sign")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &[u8] = include_bytes!("../../../acceptance-tests/fixtures/sign-in/registered.pem");
    const PFX: &[u8] = include_bytes!("../../../acceptance-tests/fixtures/sign-in/registered.pfx");
    const LEGACY: &[u8] = include_bytes!("../../../acceptance-tests/fixtures/sign-in/registered-legacy.pfx");
    const OPEN: &[u8] = include_bytes!("../../../acceptance-tests/fixtures/sign-in/registered-open.pfx");
    const EXPIRED: &[u8] = include_bytes!("../../../acceptance-tests/fixtures/sign-in/expired.pfx");
    const ELLIPTIC: &[u8] = include_bytes!("../../../acceptance-tests/fixtures/sign-in/elliptic.pem");

    #[test]
    fn every_form_holds_the_same_certificate() {
        let thumbprint = ClientCertificate::read(PEM, "").unwrap().thumbprint().to_owned();
        assert_eq!(thumbprint.len(), 40);
        for (data, password) in [(PFX, "pfx-password"), (LEGACY, "pfx-password"), (OPEN, "")] {
            assert_eq!(ClientCertificate::read(data, password).unwrap().thumbprint(), thumbprint);
        }
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_told_apart() {
        let error = |data: &[u8], password: &str| ClientCertificate::read(data, password).unwrap_err();
        assert_eq!(error(PFX, "wrong"), CertificateError::Password);
        assert_eq!(error(LEGACY, "wrong"), CertificateError::Password);
        assert_eq!(error(PFX, ""), CertificateError::Password);
        assert_eq!(error(b"hello", ""), CertificateError::Form);
        assert_eq!(error(ELLIPTIC, ""), CertificateError::NotRsa);
        assert!(matches!(error(EXPIRED, "pfx-password"), CertificateError::Expired(_)));
        let text = String::from_utf8(PEM.to_vec()).unwrap();
        let key = text.find("-----BEGIN PRIVATE KEY").unwrap();
        assert_eq!(error(&PEM[..key], ""), CertificateError::NoKey);
        assert_eq!(error(&PEM[key..], ""), CertificateError::NoCertificate);
        let encrypted = text.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        assert_eq!(error(encrypted.as_bytes(), ""), CertificateError::EncryptedPem);
    }

    #[test]
    fn an_assertion_is_signed_and_nobody_sees_the_key() {
        let certificate = ClientCertificate::read(PEM, "").unwrap();
        let assertion = certificate.assertion("client", "https://login/tenant/oauth2/v2.0/token").unwrap();
        let (message, signature) = assertion.rsplit_once('.').unwrap();
        let key = ring::signature::UnparsedPublicKey::new(
            &ring::signature::RSA_PSS_2048_8192_SHA256,
            certificate.0.key.public(),
        );
        key.verify(message.as_bytes(), &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(message.split_once('.').unwrap().1).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("client"), &json!("client")));
        assert!(claims["exp"].as_u64() > claims["nbf"].as_u64());
        assert!(!format!("{certificate:?}").to_lowercase().contains("key"));
    }
}
