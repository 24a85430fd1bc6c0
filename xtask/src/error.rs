//! What can go wrong, in sentences for the person at the terminal.

use std::io;

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Somebody pressed Ctrl-C.
    #[error("Interrupted. Everything that was started has been stopped and removed.")]
    Interrupted,
    /// A file, a process or a socket failed.
    #[error("{doing}: {source}.")]
    Io {
        /// What was being done, from the capital letter to the verb's object.
        doing: String,
        /// Why it failed.
        source: io::Error,
    },
    /// Anything else, said in full.
    #[error("{0}")]
    Said(String),
}

/// The result of most functions here.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error that is told by a sentence of its own.
    pub(crate) fn said(sentence: impl Into<String>) -> Self {
        Self::Said(sentence.into())
    }
}

/// Says what was being done when the system refused.
pub(crate) trait Doing<T> {
    /// `doing` reads as "Cannot write the file x".
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io { doing: doing(), source })
    }
}
