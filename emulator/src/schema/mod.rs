//! The tables the emulator keeps: columns, lookups, collections and choices.

mod activities;
mod business;
mod column;
mod column_security;
mod metadata;
mod navigation;
mod organization;
mod people;
mod security;
mod sharing;
mod state;
mod table;
mod units;
mod user_settings;
mod views;

pub(crate) use column::{Column, Kind, Use};
pub(crate) use navigation::{Collection, Link};
pub(crate) use state::{default_status, state_of};
pub(crate) use table::{TableDef, TableId};
