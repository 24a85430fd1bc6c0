//! The client against a scripted server, and against the emulator.

mod admin;
mod applying;
mod disabled;
mod elsewhere;
mod emulator;
mod faults;
mod hostile;
mod joined;
mod reading;
mod sign_in;
mod stub;
mod teams;
mod trap;
