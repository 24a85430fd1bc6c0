//! ECDSA on the curve P-521, which hosts sign with and `ring` does not know.

use p521::ecdsa::signature::Verifier;
use p521::ecdsa::{Signature, VerifyingKey};
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};

/// ECDSA with SHA-512 and a key on P-521, signature in DER form.
pub(crate) static ECDSA_P521_SHA512: &dyn SignatureVerificationAlgorithm = &EcdsaP521Sha512;

#[derive(Debug)]
struct EcdsaP521Sha512;

impl SignatureVerificationAlgorithm for EcdsaP521Sha512 {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
mod tests {
    use p521::ecdsa::SigningKey;
    use p521::ecdsa::signature::Signer;

    use super::*;

    fn signed(message: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let key = SigningKey::from_slice(&[&[0], [7; 65].as_slice()].concat()).expect("a key");
        let signature: Signature = key.sign(message);
        let public = VerifyingKey::from(&key).to_encoded_point(false).as_bytes().to_vec();
        (public, signature.to_der().as_bytes().to_vec())
    }

    #[test]
    fn a_signature_is_valid_for_its_message_and_key_only() {
        let (key, signature) = signed(b"hello");
        assert!(ECDSA_P521_SHA512.verify_signature(&key, b"hello", &signature).is_ok());
        assert!(ECDSA_P521_SHA512.verify_signature(&key, b"hullo", &signature).is_err());
        assert!(ECDSA_P521_SHA512.verify_signature(&key[..9], b"hello", &signature).is_err());
        assert!(ECDSA_P521_SHA512.verify_signature(&key, b"hello", &signature[..9]).is_err());
    }
}
