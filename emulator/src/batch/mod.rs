//! `$batch`: many requests in one.

mod multipart;
mod run;

pub(crate) use run::run;
