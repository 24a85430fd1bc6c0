//! The figures as tables.

use std::fmt::Write as _;

use serde_json::Value;

use crate::bench::results::{Measurement, Results};
use crate::bench::rounds::COMMANDS;

/// A table in Markdown.
pub(super) fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}", head.join(" | "), " --- |".repeat(head.len()));
    for row in rows {
        let _ = write!(text, "\n| {} |", row.join(" | "));
    }
    text
}

/// The figure as text with its unit, or that it is not there.
fn figure(measurement: &Measurement, name: &str, unit: &str) -> String {
    match &measurement.figures[name] {
        Value::Number(number) => format!("{}{unit}", grouped(&number.to_string())),
        _ => "not measured".to_owned(),
    }
}

/// A number with commas between groups of three digits.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text}{}", rest.strip_suffix(".0").unwrap_or(rest))
}

/// Start, memory, size and codec.
pub(super) fn process(results: &Results) -> String {
    let rows = [
        ("Start to handshake", "start_to_handshake", "milliseconds", " ms"),
        ("Resident memory after the handshake", "resident_memory_after_handshake", "megabytes", " MB"),
        ("of that, not pages of a file", "resident_memory_after_handshake", "of_its_own_megabytes", " MB"),
        ("Size of the binary", "binary_size", "megabytes", " MB"),
    ];
    let rows = rows.into_iter().filter_map(|(what, name, key, unit)| {
        let measurement = results.find(name, &[])?;
        let idle = figure(measurement, &format!("idle_{key}"), unit);
        Some(vec![what.to_owned(), figure(measurement, key, unit), idle])
    });
    let starts =
        results.find("start_to_handshake", &[]).map_or(Value::Null, |it| it.parameters["starts"].clone());
    format!(
        "{}\n\nMedians of {starts} starts, in turn.\n\n{}",
        table(&["", "this provider", "one that does nothing"], rows),
        codec(results),
    )
}

fn codec(results: &Results) -> String {
    let rows = [
        (
            "A plan request from bytes to bytes: configuration and proposal read, planned, the plan written",
            "codec_plan_request",
        ),
        ("One value read against its type and written again", "codec_value"),
    ];
    let measured: Vec<(&str, &Measurement)> =
        rows.into_iter().filter_map(|(what, name)| Some((what, results.find(name, &[])?))).collect();
    let mut text = table(
        &["codec", "bytes", "time", "instructions", "per byte"],
        measured.iter().map(|(what, it)| {
            let cell = |name, unit| figure(it, name, unit);
            let (bytes, time) = (cell("bytes", ""), cell("milliseconds", " ms"));
            vec![(*what).to_owned(), bytes, time, cell("instructions", ""), cell("instructions_per_byte", "")]
        }),
    );
    if measured.iter().any(|(_, it)| it.figures["instructions"].is_u64()) {
        text.push_str("\n\nInstructions are counted by callgrind (`tf-provider/examples/codec.rs`): two passes less one.");
    }
    for missing in measured.iter().filter_map(|(_, it)| it.figures["instructions_missing"].as_str()).take(1) {
        let _ = write!(text, "\n\nNote: {missing}.");
    }
    text
}

/// A table for each latency and parallelism, in the order of the results, and the growth of CPU.
pub(super) fn commands(results: &Results) -> String {
    let mut settings: Vec<(u64, u64)> = Vec::new();
    for measurement in results.named("plan") {
        let setting = setting(measurement);
        if !settings.contains(&setting) {
            settings.push(setting);
        }
    }
    settings.sort_by_key(|(latency, parallelism)| (*parallelism, *latency));
    let mut sections: Vec<String> = settings
        .into_iter()
        .map(|it| format!("### {} ms of latency, `-parallelism={}`\n\n{}", it.0, it.1, runs(results, it)))
        .collect();
    sections.extend(growth(results));
    sections.join("\n\n")
}

fn setting(measurement: &Measurement) -> (u64, u64) {
    let of = |name: &str| measurement.parameters[name].as_u64().unwrap_or_default();
    (of("latency_ms"), of("parallelism"))
}

fn runs(results: &Results, wanted: (u64, u64)) -> String {
    let mut rows = Vec::new();
    for plan in results.named("plan").filter(|it| setting(it) == wanted) {
        for (name, _) in COMMANDS {
            let Some(it) = results.named(name).find(|it| it.parameters == plan.parameters) else { continue };
            let beside = |name: &str, unit: &str| {
                format!("{} / {}", figure(it, name, unit), figure(it, &format!("idle_{name}"), unit))
            };
            rows.push(vec![
                grouped(&it.parameters["users"].to_string()),
                name.replace("no_op", "no-op").replace('_', " "),
                beside("seconds", " s"),
                figure(it, "ratio", ""),
                figure(it, "requests", ""),
                beside("cpu_seconds", " s"),
                beside("peak_megabytes", " MB"),
                it.parameters["rounds"].to_string(),
            ]);
        }
    }
    let head = [
        "users",
        "command",
        "time / idle",
        "ratio",
        "requests",
        "CPU / idle",
        "peak memory / idle",
        "rounds",
    ];
    table(&head, rows.into_iter())
}

fn growth(results: &Results) -> Option<String> {
    let measured: Vec<&Measurement> = results.named("cpu_growth").collect();
    let first = measured.first()?;
    let of = |name: &str| grouped(&first.parameters[name].to_string());
    let mut head = vec!["latency".to_owned()];
    head.extend(COMMANDS.iter().map(|(name, _)| name.replace("no_op", "no-op").replace('_', " ")));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows = measured.iter().map(|it| {
        let mut row = vec![format!("{} ms", it.parameters["latency_ms"])];
        row.extend(COMMANDS.iter().map(|(name, _)| figure(it, name, "")));
        row
    });
    Some(format!("### CPU at {} users over CPU at {}\n\n{}", of("users"), of("of_users"), table(&head, rows)))
}
