//! Trust: the machine's certificate authorities, and those that the user adds.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use super::settings::SettingsError;

/// TLS settings for all connections of a client.
///
/// # Errors
/// When `extra_ca_pem` holds something else than certificates, or no trust store can be read.
pub(super) fn client_config(extra_ca_pem: &[u8]) -> Result<rustls::ClientConfig, SettingsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(extra_roots(extra_ca_pem)?, Arc::clone(&provider))
        .map_err(|error| SettingsError::Certificates(error.to_string()))?;
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SettingsError::Http(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn extra_roots(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, SettingsError> {
    let roots = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(|error| {
        SettingsError::Certificates(format!("the added certificates are not PEM: {error}"))
    })?;
    if roots.is_empty() && !pem.trim_ascii().is_empty() {
        return Err(SettingsError::Certificates("the added PEM text contains no certificate".to_owned()));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_a_certificate_is_refused() {
        assert!(extra_roots(b"").unwrap().is_empty());
        assert!(extra_roots(b"hello").is_err());
        assert!(extra_roots(b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n").is_err());
    }
}
