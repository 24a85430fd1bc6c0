//! What the emulator does and how well each behaviour is known: one table per area, rendered as COVERAGE.md.

mod admin_api;
mod column_security;
mod faults;
mod metadata;
mod people;
mod queries;
mod render;
mod roles;
mod rule;
mod service_root;
mod sharing;
mod signing_in;
mod teams;
mod units;
mod users;
mod views;
mod writes;

pub use render::coverage;
