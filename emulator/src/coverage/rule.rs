//! One behaviour and its evidence.

/// Where the knowledge of a behaviour comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Microsoft documentation, a sample or the published error-code list.
    Doc,
    /// Recorded answers, or client code that runs against the service.
    Seen,
    /// Contradictory or indirect evidence.
    Uncertain,
    /// An analogy.
    Assumed,
    /// Not evidence: something the emulator leaves out or does otherwise.
    Limit,
}

impl Evidence {
    /// Every mark, best first.
    pub(super) const ALL: [Self; 5] = [Self::Doc, Self::Seen, Self::Uncertain, Self::Assumed, Self::Limit];

    /// The word in COVERAGE.md.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Doc => "doc",
            Self::Seen => "seen",
            Self::Uncertain => "uncertain",
            Self::Assumed => "assumed",
            Self::Limit => "limit",
        }
    }
}

/// A behaviour: what, how it is known, and what is to be said about that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) what: &'static str,
    pub(super) evidence: &'static [Evidence],
    pub(super) note: &'static str,
}

impl Rule {
    /// A behaviour with its evidence, in Markdown.
    pub(super) const fn new(what: &'static str, evidence: &'static [Evidence]) -> Self {
        Self { what, evidence, note: "" }
    }

    /// Adds which part of it is known less well, or that it is a switch.
    pub(super) const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }
}

/// The behaviours of one part of the API.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) title: &'static str,
    pub(super) rules: &'static [Rule],
}
