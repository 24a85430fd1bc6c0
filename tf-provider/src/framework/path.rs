//! Attribute paths: where in a configuration something is.

use std::fmt;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into an attribute or a nested block.
    Attribute(String),
    /// Into an element of a map.
    Key(String),
    /// Into an element of a list.
    Index(i64),
}

/// The way from the root of an object to one of its parts; empty for the object itself.
///
/// Elements of sets have no address: a path ends at the set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

impl Path {
    /// The object itself.
    pub const ROOT: Path = Path(Vec::new());

    /// The attribute `name` of the root.
    pub fn attribute(name: impl Into<String>) -> Path {
        Path(vec![Step::Attribute(name.into())])
    }

    /// The path with the element under `key` of a map appended.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Path {
        self.step(Step::Key(key.into()))
    }

    /// The path with the element at `index` of a list appended.
    #[must_use]
    pub fn index(&self, index: usize) -> Path {
        self.step(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    /// The path with an attribute of an object or block appended.
    #[must_use]
    pub fn child(&self, name: impl Into<String>) -> Path {
        self.step(Step::Attribute(name.into()))
    }

    fn step(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl From<&str> for Path {
    fn from(name: &str) -> Self {
        Path::attribute(name)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_like_the_expression_that_reaches_it() {
        let path = Path::attribute("tables").key("account").key("read");
        assert_eq!(path.to_string(), r#"tables["account"]["read"]"#);
        assert_eq!(Path::attribute("rule").index(0).child("name").to_string(), "rule[0].name");
    }
}
