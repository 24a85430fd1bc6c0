//! The handshake line, read the way a host does.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;

/// A line taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Handshake {
    pub(crate) segments: Vec<String>,
}

impl Handshake {
    pub(crate) fn parse(line: &str) -> Self {
        let line = line.strip_suffix('\n').expect("the line ends");
        let segments: Vec<String> = line.split('|').map(str::to_owned).collect();
        assert_eq!(segments[..2], ["1", "5"], "{line}");
        assert_eq!(segments[4], "grpc", "{line}");
        Self { segments }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        assert_eq!(self.segments[2], "unix");
        PathBuf::from(&self.segments[3])
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        STANDARD_NO_PAD.decode(&self.segments[5]).expect("unpadded base64").into()
    }
}
