//! What was measured, in the form in which it is printed, kept and read back.

use std::path::Path;

use serde_json::{Value, json};

use crate::error::{Doing, Error, Result};
use crate::screen;

/// One measurement: its name, what it was measured with, and the figures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measurement {
    /// What was measured.
    pub(crate) name: String,
    /// With what.
    pub(crate) parameters: Value,
    /// The outcome.
    pub(crate) figures: Value,
}

impl Measurement {
    /// One line of JSON, written out because an object would be sorted and the name would not come first.
    fn line(&self) -> String {
        let Self { name, parameters, figures } = self;
        format!("{{\"name\":{},\"parameters\":{parameters},\"figures\":{figures}}}", json!(name))
    }

    /// A figure by name.
    pub(crate) fn number(&self, figure: &str) -> Option<f64> {
        self.figures[figure].as_f64()
    }

    /// Whether these parameters have these values.
    pub(crate) fn is_with(&self, parameters: &[(&str, usize)]) -> bool {
        parameters.iter().all(|(name, value)| self.parameters[name] == json!(value))
    }
}

/// All measurements of a run, in their order.
#[derive(Debug, Default)]
pub(crate) struct Results(Vec<Measurement>);

impl Results {
    /// Keeps a measurement and prints it.
    pub(crate) fn add(&mut self, name: &str, parameters: Value, figures: Value) {
        let measurement = Measurement { name: name.to_owned(), parameters, figures };
        screen::line(&measurement.line());
        self.0.push(measurement);
    }

    /// Reads what a run printed.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or a line is no measurement.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).doing(|| format!("Cannot read {}", path.display()))?;
        Self::parse(&text)
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(measurement).collect::<Result<_>>().map(Self)
    }

    /// The measurements of this name, in their order.
    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Measurement> {
        self.0.iter().filter(move |it| it.name == name)
    }

    /// The measurement of this name with these parameters.
    pub(crate) fn find(&self, name: &str, parameters: &[(&str, usize)]) -> Option<&Measurement> {
        self.0.iter().find(|it| it.name == name && it.is_with(parameters))
    }
}

fn measurement(line: &str) -> Result<Measurement> {
    let wrong = || Error::said(format!("This line is no measurement: {line}"));
    let value: Value = serde_json::from_str(line).map_err(|_| wrong())?;
    Ok(Measurement {
        name: value["name"].as_str().ok_or_else(wrong)?.to_owned(),
        parameters: value["parameters"].clone(),
        figures: value["figures"].clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"name":"plan","parameters":{"users":100},"figures":{"ratio":1.1,"seconds":0.4}}"#;

    #[test]
    fn a_measurement_is_one_line_of_json_that_is_read_back_as_it_was() {
        let results = Results::parse(&format!("{LINE}\n\n")).unwrap();
        let plan = results.find("plan", &[("users", 100)]).unwrap();
        assert_eq!(plan.line(), LINE);
        assert_eq!(plan.number("ratio"), Some(1.1));
        assert_eq!(plan.number("peak"), None);
    }

    #[test]
    fn only_the_measurement_with_these_parameters_is_found() {
        let results = Results::parse(LINE).unwrap();
        assert!(results.find("plan", &[("users", 1000)]).is_none());
        assert!(results.find("apply", &[("users", 100)]).is_none());
        assert!(Results::parse("plan: 3 s").is_err());
    }
}
