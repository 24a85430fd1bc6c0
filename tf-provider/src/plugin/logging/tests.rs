use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;

/// The lines that `run` logs, parsed.
fn logged(run: impl FnOnce()) -> Vec<Value> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let layer = HclogLayer::new("dataverse", move |line: &[u8]| {
        sink.lock().expect("no panic").push(line.to_vec());
    });
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), run);
    let lines = lines.lock().expect("no panic");
    lines
        .iter()
        .map(|line| {
            assert!(line.ends_with(b"\n") && line.iter().filter(|byte| **byte == b'\n').count() == 1);
            assert!(line.len() < 64 * 1024, "the host reads it in one piece");
            serde_json::from_slice(line).expect("JSON")
        })
        .collect()
}

#[test]
fn an_event_has_the_keys_that_the_host_reads() {
    let lines = logged(|| tracing::warn!(target: "a::b", "two\nlines"));
    assert_eq!(lines[0]["@level"], "warn");
    assert_eq!(lines[0]["@message"], "two\nlines");
    assert_eq!(lines[0]["@module"], "provider.dataverse.a.b");
    assert!(lines[0]["@timestamp"].is_string());
}

#[test]
fn fields_keep_their_types() {
    let lines = logged(|| tracing::info!(count = 3, ok = true, name = "x", what = ?Some(1), "done"));
    assert_eq!(lines[0]["count"], 3);
    assert_eq!(lines[0]["ok"], true);
    assert_eq!(lines[0]["name"], "x");
    assert_eq!(lines[0]["what"], "Some(1)");
}

#[test]
fn fields_of_spans_come_along_and_the_nearest_wins() {
    let lines = logged(|| {
        let outer =
            tracing::info_span!("rpc", tf_rpc = "ReadResource", attempt = 1, late = tracing::field::Empty);
        outer.record("late", "yes");
        let _outer = outer.entered();
        let _inner = tracing::info_span!("send", attempt = 2).entered();
        tracing::info!("sent");
    });
    assert_eq!(lines[0]["tf_rpc"], "ReadResource");
    assert_eq!(lines[0]["attempt"], 2);
    assert_eq!(lines[0]["late"], "yes");
}

#[test]
fn an_event_without_message_has_an_empty_one() {
    assert_eq!(logged(|| tracing::info!(a = 1))[0]["@message"], "");
}

#[test]
fn a_line_that_the_host_would_split_is_cut() {
    let lines = logged(|| tracing::info!(body = "x".repeat(100_000), "{}", "\u{1}".repeat(100_000)));
    assert_eq!(lines[0]["truncated"], true);
    assert!(lines[0]["@message"].as_str().is_some_and(|message| message.len() > 1000));
    assert!(lines[0].get("body").is_none());
}

#[test]
fn the_timestamp_always_has_six_digits_of_fraction() {
    let at = |nanos| timestamp(SystemTime::UNIX_EPOCH + Duration::new(1_735_787_045, nanos));
    assert_eq!(at(0), "2025-01-02T03:04:05.000000Z");
    assert_eq!(at(123_456_789), "2025-01-02T03:04:05.123456Z");
}
