//! The `timeouts` block that every resource has.

use std::time::Duration;

use super::{Block, Diagnostic, Diagnostics, NestedBlock, Nesting, Path, Type, Validator, Value, optional};

/// How long an operation on a resource may take before it is given up.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For creating, with everything that must be waited for.
    pub create: Duration,
    /// For reading.
    pub read: Duration,
    /// For updating.
    pub update: Duration,
    /// For deleting.
    pub delete: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Timeouts { create: minutes(20), read: minutes(10), update: minutes(20), delete: minutes(20) }
    }
}

impl Timeouts {
    /// The block, as part of a resource's schema.
    pub fn block(defaults: Timeouts) -> NestedBlock {
        let attribute = |name: &'static str, default: Duration| {
            let doc = format!(
                "How long to {name} may take, as a number with `s`, `m` or `h`, for example `90s`. Default `{}m`.",
                default.as_secs() / 60
            );
            optional().named(name, Type::String, &doc).check(Validator::text("", |text| {
                parse_duration(text).map(|_| ()).ok_or_else(|| {
                    format!("\"{text}\" is not a duration. Write a number with s, m or h, for example \"90s\" or \"10m\".")
                })
            }))
        };
        NestedBlock {
            name: "timeouts",
            nesting: Nesting::Single,
            block: Block {
                doc: "How long operations may take.".into(),
                attributes: vec![
                    attribute("create", defaults.create),
                    attribute("read", defaults.read),
                    attribute("update", defaults.update),
                    attribute("delete", defaults.delete),
                ],
                blocks: Vec::new(),
            },
        }
    }

    /// The time-outs that `object` (configuration or state of a resource) asks for.
    pub fn of(object: &Value, defaults: Timeouts) -> Timeouts {
        let block = object.get("timeouts");
        let read = |name: &str, default| block.get(name).as_str().and_then(parse_duration).unwrap_or(default);
        Timeouts {
            create: read("create", defaults.create),
            read: read("read", defaults.read),
            update: read("update", defaults.update),
            delete: read("delete", defaults.delete),
        }
    }

    /// What is said when `operation` took longer than `limit`.
    pub fn exceeded(operation: &str, limit: Duration) -> Diagnostics {
        let detail = format!(
            "The operation was given up after {} s. If it only needs longer, raise `timeouts {{ {operation} = \"...\" }}`.",
            limit.as_secs_f64()
        );
        Diagnostic::error(detail).at(Path::attribute("timeouts")).into()
    }
}

/// Reads `90s`, `10m`, `1h` and sums of these such as `1h30m`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let amount: f64 = rest[..end].parse().ok().filter(|amount: &f64| *amount >= 0.0 && *amount < 1e9)?;
        let unit_end = rest[end..].find(|c: char| !c.is_ascii_alphabetic()).map_or(rest.len(), |i| end + i);
        let seconds = match &rest[end..unit_end] {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        total += Duration::from_secs_f64(amount * seconds);
        rest = &rest[unit_end..];
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_write_them() {
        assert_eq!(parse_duration("90s"), Some(Duration::from_secs(90)));
        assert_eq!(parse_duration("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(parse_duration("1.5m"), Some(Duration::from_secs(90)));
        for wrong in ["", "90", "ten minutes", "-5s", "5d"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
