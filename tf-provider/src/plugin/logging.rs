//! The log: JSON lines on stderr, in the form that the host parses (hclog of HashiCorp) and filters again.
//!
//! The level is that of the first of these variables that is set: `TF_LOG_PROVIDER_<NAME>` (upper case, `-` as `_`),
//! `TF_LOG_PROVIDER`, `TF_LOG`. Without any, nothing is formatted at all.

mod fields;
mod level;

use std::io::Write;
use std::time::SystemTime;

use serde_json::{Map, Value};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};
use tracing_subscriber::util::SubscriberInitExt;

use fields::Fields;

/// Longest line that the host reads in one piece is 64 KiB; longer ones lose their form.
const MAX_LINE: usize = 60 * 1024;

/// Libraries of the transport: their details are no news to anyone and could repeat what passes through them.
const TRANSPORT: [&str; 13] = [
    "azure_core",
    "azure_identity",
    "h2",
    "hyper",
    "hyper_util",
    "mio",
    "reqwest",
    "rustls",
    "tokio",
    "tokio_util",
    "tonic",
    "tower",
    "typespec_client_core",
];

/// Sends the events of this process to stderr, at the level that the environment asks for.
///
/// `provider_name` is the short name, `dataverse` for example. Does nothing if logging is off or if the process has a
/// subscriber already.
pub fn init(provider_name: &str) {
    let level = level::from_vars(provider_name, |name| std::env::var(name).ok());
    if level == LevelFilter::OFF {
        return;
    }
    let layer = HclogLayer::new(provider_name, |line| {
        // There is nowhere to report to that the log cannot be written.
        let _ = std::io::stderr().lock().write_all(line);
    });
    let quiet = TRANSPORT.map(|target| (target, level.min(LevelFilter::WARN)));
    let filter = Targets::new().with_default(level).with_targets(quiet);
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
}

/// A layer that writes each event as one JSON line.
///
/// Keys: `@level`, `@message`, `@module`, `@timestamp`, then the fields of the spans around the event from the outermost
/// inwards, then those of the event; a later one of the same name wins.
pub struct HclogLayer<W> {
    module: String,
    write: W,
}

impl<W: Fn(&[u8])> HclogLayer<W> {
    /// `write` gets whole lines, each with its line break.
    pub fn new(provider_name: &str, write: W) -> Self {
        Self { module: format!("provider.{provider_name}"), write }
    }

    fn line(&self, level: Level, target: &str, mut fields: Map<String, Value>) -> Vec<u8> {
        let message = match fields.remove("message") {
            Some(Value::String(message)) => message,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let mut line = self.encode(level, target, &message, &fields);
        if line.len() > MAX_LINE {
            fields.clear();
            fields.insert("truncated".to_owned(), Value::Bool(true));
            // A character takes at most six bytes in JSON, as `\u0000`.
            let short: String = message.chars().take(MAX_LINE / 8).collect();
            line = self.encode(level, target, &short, &fields);
        }
        line
    }

    fn encode(&self, level: Level, target: &str, message: &str, fields: &Map<String, Value>) -> Vec<u8> {
        let mut object = Map::new();
        object.insert("@level".to_owned(), level.as_str().to_ascii_lowercase().into());
        object.insert("@message".to_owned(), message.into());
        object.insert("@module".to_owned(), format!("{}.{}", self.module, target.replace("::", ".")).into());
        object.insert("@timestamp".to_owned(), timestamp(SystemTime::now()).into());
        object.extend(fields.clone());
        let mut line = Value::Object(object).to_string().into_bytes();
        line.push(b'\n');
        line
    }
}

impl<S, W> Layer<S> for HclogLayer<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&[u8]) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut all = Fields::default();
        for span in ctx.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(fields) = span.extensions().get::<Fields>() {
                all.0.extend(fields.0.clone());
            }
        }
        event.record(&mut all);
        let metadata = event.metadata();
        (self.write)(&self.line(*metadata.level(), metadata.target(), all.0));
    }
}

/// The time in UTC with six digits of fraction: with any other number the host takes the line for plain text.
fn timestamp(time: SystemTime) -> String {
    let utc = time::OffsetDateTime::from(time);
    let (year, month, day) = utc.to_calendar_date();
    let (hour, minute, second, micro) = utc.to_hms_micro();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z")
}

#[cfg(test)]
mod tests;
