//! The client against a scripted server, and against the emulator.

mod admin;
mod applying;
mod disabled;
mod emulator;
mod faults;
mod joined;
mod reading;
mod sign_in;
mod stub;
mod teams;
