//! JSON web tokens: taken apart, checked and made.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::Value;

/// A token, not yet believed.
#[derive(Debug)]
pub(crate) struct Jwt {
    header: Value,
    claims: Value,
    message: String,
    signature: Vec<u8>,
}

impl Jwt {
    /// Takes a compact serialization apart; nothing when it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (message, signature) = text.trim().rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let part = |text: &str| -> Option<Value> {
            let value: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
            value.is_object().then_some(value)
        };
        Some(Self {
            header: part(header)?,
            claims: part(claims)?,
            message: message.to_owned(),
            signature: BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// A member of the header, empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.header[name].as_str().unwrap_or_default()
    }

    /// A claim that is text, empty when it is not there.
    pub(crate) fn claim(&self, name: &str) -> &str {
        self.claims[name].as_str().unwrap_or_default()
    }

    /// A claim that is a time.
    pub(crate) fn time(&self, name: &str) -> Option<u64> {
        self.claims[name].as_u64()
    }

    /// Whether the token is for one of these audiences.
    pub(crate) fn is_for(&self, audiences: &[String]) -> bool {
        let known = |value: &Value| value.as_str().is_some_and(|text| audiences.iter().any(|it| it == text));
        known(&self.claims["aud"]) || self.claims["aud"].as_array().is_some_and(|list| list.iter().any(known))
    }

    /// The audiences as text.
    pub(crate) fn audience(&self) -> String {
        match &self.claims["aud"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The way it is signed; nothing for algorithms that Entra does not take.
    pub(crate) fn algorithm(&self) -> Option<&'static dyn VerificationAlgorithm> {
        match self.header("alg") {
            "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
            "PS256" => Some(&RSA_PSS_2048_8192_SHA256),
            _ => None,
        }
    }

    /// Whether an RSA public key (PKCS#1, DER) made the signature.
    pub(crate) fn is_signed_by(&self, public_key: &[u8]) -> bool {
        self.algorithm().is_some_and(|algorithm| {
            let key = UnparsedPublicKey::new(algorithm, public_key);
            key.verify(self.message.as_bytes(), &self.signature).is_ok()
        })
    }
}

/// The part before the signature.
pub(crate) fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// The whole token.
pub(crate) fn seal(message: &str, signature: &[u8]) -> String {
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}
