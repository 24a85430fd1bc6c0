//! The part of OData the service understands: literals, filters, options, paths and the JSON it writes.

mod bind;
mod eval;
mod filter;
mod json;
mod lexer;
mod options;
mod path;
mod split;
#[cfg(feature = "fuzzing")]
mod texts;

pub(crate) use bind::{Expr, Operand, Path, bind_filter, bind_path};
pub(crate) use eval::{Rows, follow, matches};
pub(crate) use json::JsonOut;
pub(crate) use lexer::{Literal, literal};
pub(crate) use options::{Aggregate, Expand, Query, parse_query};
pub(crate) use path::{Key, Segment, parse_path};
pub(crate) use split::{decode, split_top};
#[cfg(feature = "fuzzing")]
pub(crate) use texts::texts;
