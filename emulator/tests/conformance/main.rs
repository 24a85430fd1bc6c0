//! The behaviour of the emulator over HTTPS, against the public description of the API.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod admin;
mod admin_api;
mod assertions;
mod batches;
mod belongings;
mod column_security;
mod faults;
mod group_teams;
mod guards;
mod metadata;
mod page;
mod people;
mod queries;
mod records;
mod role_privileges;
mod roles;
mod setup;
mod sharing;
mod sign_in;
mod support;
mod teams;
mod units;
mod user_settings;
mod users;
mod views;
