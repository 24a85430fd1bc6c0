//! What there is to give: tables, their privileges, and the levels each allows.
//!
//! Metadata (`EntityDefinitions`) names all privileges of tables in one request, with ids and levels; the few that
//! belong to no table come from `privileges` (access right 0). That is cheaper than the two pages of all 7,300
//! privileges, which are read only for a name that is in neither: see [`CatalogueTable::with_names`].

mod load;
mod model;

pub use load::CatalogueTable;
pub use model::{Catalogue, Privilege, Table};
