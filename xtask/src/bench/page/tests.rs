use super::*;

const LINES: &str = r#"
{"name":"machine","parameters":{},"figures":{"date":"2026-01-01","cpu":"X","cores":2,"memory":"24683652 kB","kernel":null,"load":"0.1","system":"linux x86_64","terraform":"Terraform v1","rustc":"rustc 1"}}
{"name":"start_to_handshake","parameters":{"starts":41},"figures":{"milliseconds":4.2,"idle_milliseconds":3.0,"ratio":1.4}}
{"name":"resident_memory_after_handshake","parameters":{"starts":41},"figures":{"megabytes":12.3,"idle_megabytes":8.0}}
{"name":"codec_value","parameters":{"bytes":5242880},"figures":{"bytes":5285059,"milliseconds":39.8,"instructions":1000000000,"instructions_per_byte":189.2}}
{"name":"plan","parameters":{"users":1000,"latency_ms":100,"parallelism":10,"rounds":3},"figures":{"seconds":1.0,"idle_seconds":0.9,"ratio":1.25,"requests":12,"cpu_seconds":0.5,"idle_cpu_seconds":0.2,"peak_megabytes":20.0,"idle_peak_megabytes":10.0}}
{"name":"apply","parameters":{"users":1000,"latency_ms":100,"parallelism":10,"rounds":3},"figures":{"seconds":12.0,"idle_seconds":1.5,"ratio":8.0,"requests":2012,"cpu_seconds":1.0,"idle_cpu_seconds":0.4,"peak_megabytes":21.5,"idle_peak_megabytes":11.0}}
{"name":"cpu_growth","parameters":{"users":5000,"of_users":1000,"latency_ms":0},"figures":{"plan":5.1,"apply":5.2,"no_op_plan":6.1,"destroy":4.9}}
"#;

fn page() -> String {
    generated(&Results::parse(LINES).unwrap())
}

#[test]
fn what_is_written_by_hand_stays() {
    let before = format!("# Performance\n\nFirst.\n\n{BEGIN}\nold\n{END}\n\n## Why\n\nBecause.\n");
    let after = filled(&before, "new").unwrap();
    assert_eq!(after, format!("# Performance\n\nFirst.\n\n{BEGIN}\n\nnew\n\n{END}\n\n## Why\n\nBecause.\n"));
    assert_eq!(filled(&after, "new").unwrap(), after);
    assert!(filled("# Performance\n", "new").is_none());
}

#[test]
fn a_page_without_its_marks_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("performance.md");
    let results = Results::parse(LINES).unwrap();
    write(&path, &results).unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().contains("| Start to handshake | 4.2 ms | 3 ms |"));
    std::fs::write(&path, "by hand\n").unwrap();
    assert!(write(&path, &results).is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "by hand\n");
}

#[test]
fn expectations_are_met_up_to_their_limit_and_unknown_without_a_figure() {
    let page = page();
    for row in [
        "| Plan of 1,000 users at 100 ms, beside the provider that does nothing | at most 1.25 times | 1.25 times | met |",
        "| Apply of 1,000 users at 100 ms, beside the provider that does nothing | at most 2 times | 8 times | **not met** |",
        "| The same with `-parallelism=50` | at most 2 times | not measured | unknown |",
        "| Memory after the handshake | at most 12 MB | 12.3 MB | **not met** |",
        "| Most memory at 5,000 users, of any command | at most 40 MB | not measured | unknown |",
        "| CPU at 5,000 users over CPU at 1,000, of the worst command | at most 6 times | 6.1 times | **not met** |",
    ] {
        assert!(page.contains(row), "{row}\n{page}");
    }
}

#[test]
fn commands_stand_beside_those_of_the_idle_provider() {
    let page = page();
    assert!(page.contains("### 100 ms of latency, `-parallelism=10`"), "{page}");
    let row = "| 1,000 | apply | 12 s / 1.5 s | 8 | 2,012 | 1 s / 0.4 s | 21.5 MB / 11 MB | 3 |";
    assert!(page.contains(row), "{page}");
    assert!(page.contains("| 0 ms | 5.1 | 5.2 | 6.1 | 4.9 |"), "{page}");
}

#[test]
fn the_machine_and_what_is_unknown_of_it_are_told() {
    let start = "Measured on 2026-01-01: X, 2 cores, 25 GB of memory, linux x86_64, kernel unknown; Terraform v1, rustc 1.";
    assert!(page().starts_with(start), "{}", page());
}

#[test]
fn instructions_that_could_not_be_counted_are_said_to_be_missing() {
    assert!(page().contains("| 5,285,059 | 39.8 ms | 1,000,000,000 | 189.2 |"), "{}", page());
    let line = r#"{"name":"codec_value","parameters":{},"figures":{"bytes":5,"milliseconds":1.0,"instructions_missing":"valgrind is not installed: instructions were not counted"}}"#;
    let page = generated(&Results::parse(line).unwrap());
    assert!(page.contains("not measured | not measured |"), "{page}");
    assert!(page.contains("Note: valgrind is not installed"), "{page}");
}
