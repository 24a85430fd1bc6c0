//! COVERAGE.md says what the tables in `src/coverage` say.

#[test]
fn the_coverage_document_is_that_of_the_tables() {
    let kept = include_str!("../COVERAGE.md");
    assert!(
        kept == dataverse_emulator::coverage(),
        "COVERAGE.md is stale; renew it with `cargo run -p dataverse-emulator -- coverage > emulator/COVERAGE.md`"
    );
}
