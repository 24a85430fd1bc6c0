//! See `fuzzing` of the crate.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tf_provider::fuzzing::msgpack(data));
