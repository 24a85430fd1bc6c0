//! See `fuzzing` of the crate.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| terraform_provider_dataverse::fuzzing::odata(
    data,
    dataverse_emulator::fuzzing::texts
));
