//! Schemas: what a block may hold, declared once for codec, plan, validation and docs.

use std::collections::BTreeMap;

use super::{Path, Step, Type, Validator, Value};

/// Who decides the value of an attribute. One choice, so that a contradiction cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The configuration, always.
    Required,
    /// The configuration; absent stays absent.
    Optional,
    /// The provider.
    Computed,
    /// The configuration if it says something, else the provider.
    OptionalComputed,
}

/// When a computed attribute keeps its value in the plan of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Any change may change it: it is known after apply.
    Never,
    /// It is fixed for the life of the object.
    Always,
    /// It changes only with one of these attributes.
    Unless(&'static [&'static str]),
}

/// Decides whether two known values mean the same; the prior spelling then stands.
pub type Equivalence = fn(prior: &Value, config: &Value) -> bool;

/// One attribute: name, type, who decides it, how it behaves in plans, what it allows, what it means.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Name in the configuration.
    pub name: &'static str,
    /// Type of the value.
    pub ty: Type,
    /// Who decides the value.
    pub mode: Mode,
    /// What it means, in Markdown.
    pub doc: String,
    /// Value when the configuration says nothing.
    pub default: Option<Value>,
    /// Whether it keeps its value in updates.
    pub keep: Keep,
    /// Whether another value makes another object.
    pub replaces: bool,
    /// Whether the value is hidden on screen. State still holds it.
    pub sensitive: bool,
    /// Whether the value never reaches plan or state.
    pub write_only: bool,
    /// Why not to use it any more.
    pub deprecated: Option<&'static str>,
    /// When two spellings mean the same.
    pub equivalent: Option<Equivalence>,
    /// What known values must satisfy.
    pub validators: Vec<Validator>,
}

macro_rules! attribute_of_mode {
    ($($(#[$doc:meta])* $name:ident => $mode:ident;)*) => {
        $($(#[$doc])* pub fn $name() -> Attribute { Attribute::new(Mode::$mode) })*
    };
}

attribute_of_mode! {
    /// An attribute that every configuration must set.
    required => Required;
    /// An attribute that may be left out; absent stays absent.
    optional => Optional;
    /// An attribute that only the provider sets.
    computed => Computed;
    /// An attribute that the provider sets when the configuration does not.
    optional_computed => OptionalComputed;
}

impl Attribute {
    fn new(mode: Mode) -> Self {
        Attribute {
            name: "",
            ty: Type::String,
            mode,
            doc: String::new(),
            default: None,
            keep: Keep::Never,
            replaces: false,
            sensitive: false,
            write_only: false,
            deprecated: None,
            equivalent: None,
            validators: Vec::new(),
        }
    }

    /// Sets name, type and meaning; `model!` calls it.
    #[must_use]
    pub fn named(mut self, name: &'static str, ty: Type, doc: &str) -> Self {
        self.name = name;
        self.ty = ty;
        self.doc = doc.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned();
        self
    }

    /// The value when the configuration says nothing. Only for attributes that the provider may set.
    #[must_use]
    pub fn default(mut self, value: Value) -> Self {
        self.default = Some(value);
        self
    }

    /// Fixed for the life of the object, so known in every later plan.
    #[must_use]
    pub fn keep(mut self) -> Self {
        self.keep = Keep::Always;
        self
    }

    /// Known in later plans unless one of `inputs` changes.
    #[must_use]
    pub fn follows(mut self, inputs: &'static [&'static str]) -> Self {
        self.keep = Keep::Unless(inputs);
        self
    }

    /// Another value makes another object.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Hidden on screen.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Never in plan or state.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Not to be used any more, and why.
    #[must_use]
    pub fn deprecated(mut self, why: &'static str) -> Self {
        self.deprecated = Some(why);
        self
    }

    /// Two known values for which `same` holds make no difference.
    #[must_use]
    pub fn equivalent(mut self, same: Equivalence) -> Self {
        self.equivalent = Some(same);
        self
    }

    /// Known values must satisfy `validator`.
    #[must_use]
    pub fn check(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// Whether the provider may choose the value.
    pub fn is_computed(&self) -> bool {
        matches!(self.mode, Mode::Computed | Mode::OptionalComputed)
    }

    /// Whether the two values mean the same.
    pub fn same(&self, prior: &Value, config: &Value) -> bool {
        prior == config
            || self.equivalent.is_some_and(|same| {
                prior.is_wholly_known()
                    && config.is_wholly_known()
                    && !prior.is_null()
                    && !config.is_null()
                    && same(prior, config)
            })
    }
}

/// How often a nested block may stand, and what it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once: an object or null.
    Single,
    /// Any number of times: a list of objects.
    List,
    /// Any number of times: a set of objects. Its attributes cannot be computed.
    Set,
    /// Any number of times, each with its own label: a map of objects.
    Map,
}

/// A nested block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// Name in the configuration.
    pub name: &'static str,
    /// How it nests.
    pub nesting: Nesting,
    /// What it holds.
    pub block: Block,
}

/// What a block holds.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What it is for, in Markdown.
    pub doc: String,
    /// Its attributes, in the order of the docs.
    pub attributes: Vec<Attribute>,
    /// Its nested blocks.
    pub blocks: Vec<NestedBlock>,
}

impl Block {
    /// The attribute `name`.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The type of the objects that fit the block.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name, attribute.ty.clone()));
        let blocks = self.blocks.iter().map(|nested| (nested.name, nested.ty()));
        Type::Object(attributes.chain(blocks).map(|(name, ty)| (name.to_owned(), ty)).collect())
    }

    /// An object of the block with everything absent: null attributes, no blocks.
    pub fn empty(&self) -> Value {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name.to_owned(), Value::Null));
        let blocks = self.blocks.iter().map(|nested| (nested.name.to_owned(), nested.none()));
        Value::Object(attributes.chain(blocks).collect())
    }

    /// Whether an attribute or block stands at `path`.
    pub fn has(&self, path: &Path) -> bool {
        match path.steps().first() {
            None => true,
            Some(Step::Attribute(name)) => {
                self.attribute(name).is_some() || self.blocks.iter().any(|nested| nested.name == name)
            }
            Some(_) => false,
        }
    }
}

impl NestedBlock {
    /// The type of the block's value.
    pub fn ty(&self) -> Type {
        match self.nesting {
            Nesting::Single => self.block.ty(),
            Nesting::List => Type::list(self.block.ty()),
            Nesting::Set => Type::set(self.block.ty()),
            Nesting::Map => Type::map(self.block.ty()),
        }
    }

    /// The value when the block does not stand: collections of blocks are empty, never null.
    pub fn none(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::Null,
            Nesting::List => Value::List(Vec::new()),
            Nesting::Set => Value::Set(Vec::new()),
            Nesting::Map => Value::Map(BTreeMap::new()),
        }
    }
}

/// The schema of a resource, data source or provider block.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Stored with each instance; raised when the stored shape changes.
    pub version: i64,
    /// What it holds.
    pub block: Block,
}

impl Schema {
    /// A schema of version 0.
    pub fn new(block: Block) -> Self {
        Schema { version: 0, block }
    }
}
