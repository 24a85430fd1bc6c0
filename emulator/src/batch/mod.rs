//! `$batch`: many requests in one.

mod multipart;
mod run;
mod targets;

pub(crate) use run::run;
pub(crate) use targets::targets;
