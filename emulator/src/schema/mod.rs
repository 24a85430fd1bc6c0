//! The tables the emulator keeps: columns, lookups, collections and choices.

mod column;
mod navigation;
mod organization;
mod people;
mod security;
mod table;
mod units;

pub(crate) use column::{Column, Kind, Use};
pub(crate) use navigation::{Collection, Link};
pub(crate) use table::{TableDef, TableId};
