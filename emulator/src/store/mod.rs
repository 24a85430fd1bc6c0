//! The data in memory: rows of tables, pairs of relationships, privileges of roles, and an undo log.

mod grants;
mod pairs;
mod row;
mod rows;
mod snapshot;
mod value;

pub(crate) use grants::{Depth, Grants};
pub(crate) use pairs::PairKind;
pub(crate) use row::Row;
pub(crate) use rows::Store;
pub(crate) use snapshot::{RestoreError, restore, save};
pub(crate) use value::{Val, fold};
