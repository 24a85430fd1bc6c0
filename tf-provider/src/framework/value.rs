//! Values as Terraform exchanges them: known, null or not known yet.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Number;

/// What is promised about a value that is not known yet, kept in the wire's own form so that an echo is exact.
///
/// Two unknown values are equal whatever is promised about them, as in Terraform's own comparison.
#[derive(Clone, Debug, Default)]
pub struct Refinements(Option<Box<[u8]>>);

impl Refinements {
    /// Refinements as the payload of the wire's extension 12.
    pub(crate) fn from_payload(payload: &[u8]) -> Self {
        Refinements(Some(payload.into()))
    }

    /// The payload of the wire's extension 12, if anything is promised.
    pub(crate) fn payload(&self) -> Option<&[u8]> {
        self.0.as_deref()
    }

    /// Whether the value is promised not to become null.
    pub fn not_null(&self) -> bool {
        // Key 1 (nullness) with false; keys are written in ascending order, so it comes first.
        self.payload().is_some_and(|payload| payload.get(1..3) == Some(&[0x01, 0xc2]))
    }
}

impl PartialEq for Refinements {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A value of any type.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Absent.
    #[default]
    Null,
    /// Known only after apply.
    Unknown(Refinements),
    /// Text, in Unicode normalization form C.
    String(String),
    /// A number.
    Number(Number),
    /// True or false.
    Bool(bool),
    /// A list or tuple.
    List(Vec<Value>),
    /// A set; equal whatever the order.
    Set(Vec<Value>),
    /// A map.
    Map(BTreeMap<String, Value>),
    /// An object or a nested block.
    Object(BTreeMap<String, Value>),
    /// A value of a type that the schema leaves open.
    Dynamic(Box<(super::Type, Value)>),
}

impl Value {
    /// Text, brought into normalization form C as Terraform does with every string.
    pub fn string(text: impl Into<String>) -> Value {
        let text = text.into();
        Value::String(if is_nfc(&text) { text } else { text.nfc().collect() })
    }

    /// A value that is known only after apply, with nothing promised about it.
    pub fn unknown() -> Value {
        Value::Unknown(Refinements::default())
    }

    /// Whether the value is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether the value itself is not known yet.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown(_))
    }

    /// Whether nothing in the value, at any depth, is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Value::Unknown(_) => false,
            Value::List(elements) | Value::Set(elements) => elements.iter().all(Value::is_wholly_known),
            Value::Map(elements) | Value::Object(elements) => elements.values().all(Value::is_wholly_known),
            Value::Dynamic(inner) => inner.1.is_wholly_known(),
            _ => true,
        }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The attributes of a known object.
    pub fn as_object(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Value::Object(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// An attribute of a known object; null when the object or the attribute is absent.
    pub fn get(&self, name: &str) -> &Value {
        static NULL: Value = Value::Null;
        self.as_object().and_then(|attributes| attributes.get(name)).unwrap_or(&NULL)
    }

    /// The value with every unknown part made null, as core stores what a failed apply leaves.
    pub fn without_unknowns(&self) -> Value {
        let all = |elements: &[Value]| elements.iter().map(Value::without_unknowns).collect();
        let each = |elements: &BTreeMap<String, Value>| {
            elements.iter().map(|(key, value)| (key.clone(), value.without_unknowns())).collect()
        };
        match self {
            Value::Unknown(_) => Value::Null,
            Value::List(elements) => Value::List(all(elements)),
            Value::Set(elements) => Value::Set(all(elements)),
            Value::Map(elements) => Value::Map(each(elements)),
            Value::Object(attributes) => Value::Object(each(attributes)),
            Value::Dynamic(inner) if inner.1.is_unknown() => Value::Null,
            other => other.clone(),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) | (Value::Unknown(_), Value::Unknown(_)) => true,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Set(a), Value::Set(b)) => a.len() == b.len() && (a == b || are_same_elements(a, b)),
            (Value::Map(a), Value::Map(b)) | (Value::Object(a), Value::Object(b)) => a == b,
            (Value::Dynamic(a), Value::Dynamic(b)) => a == b,
            _ => false,
        }
    }
}

/// Whether two sets of as many elements have the same ones. Elements are looked up by their digest: looking through the
/// other set for each would take minutes for a large one.
fn are_same_elements(a: &[Value], b: &[Value]) -> bool {
    let by_digest = |elements| {
        let mut found: HashMap<u64, Vec<&Value>> = HashMap::new();
        for element in elements {
            found.entry(digest(element)).or_default().push(element);
        }
        found
    };
    let (a, b) = (by_digest(a), by_digest(b));
    let is_within = |one: &HashMap<u64, Vec<&Value>>, other: &HashMap<u64, Vec<&Value>>| {
        one.iter().all(|(digest, elements)| {
            other.get(digest).is_some_and(|others| elements.iter().all(|element| others.contains(element)))
        })
    };
    is_within(&a, &b) && is_within(&b, &a)
}

/// A number that equal values share. What can be equal in different spellings or orders counts only by its kind.
fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    add(value, &mut hasher);
    hasher.finish()
}

fn add(value: &Value, hasher: &mut DefaultHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Null | Value::Unknown(_) | Value::Number(_) => {}
        Value::String(text) => text.hash(hasher),
        Value::Bool(flag) => flag.hash(hasher),
        Value::List(elements) => elements.iter().for_each(|element| add(element, hasher)),
        Value::Set(elements) => elements.len().hash(hasher),
        Value::Map(elements) | Value::Object(elements) => {
            for (key, element) in elements {
                key.hash(hasher);
                add(element, hasher);
            }
        }
        Value::Dynamic(inner) => add(&inner.1, hasher),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_equal_in_any_order() {
        let set = |texts: &[&str]| Value::Set(texts.iter().map(|text| Value::string(*text)).collect());
        assert_eq!(set(&["a", "b"]), set(&["b", "a"]));
        assert_ne!(set(&["a"]), set(&["a", "b"]));
        assert_ne!(set(&["a", "c"]), set(&["a", "b"]));
        assert_ne!(set(&["a", "a"]), set(&["a", "b"]));
        assert_ne!(set(&["b", "a"]), set(&["a", "a"]));
    }

    #[test]
    fn elements_of_sets_are_equal_whatever_their_spelling_and_inner_order() {
        let number = |text: &str| Value::Number(Number::parse(text).unwrap());
        assert_eq!(
            Value::Set(vec![number("1.50"), number("2")]),
            Value::Set(vec![number("2.0"), number("1.5")])
        );
        let set = |texts: &[&str]| Value::Set(texts.iter().map(|text| Value::string(*text)).collect());
        let object = |inner: Value| Value::Object([("inner".to_owned(), inner)].into());
        let (one, two) = (object(set(&["a", "b"])), object(set(&["c"])));
        assert_eq!(Value::Set(vec![one, two.clone()]), Value::Set(vec![two, object(set(&["b", "a"]))]));
    }

    #[test]
    fn large_sets_are_compared_in_a_moment_whatever_their_order() {
        // Each with each would be 10^10 comparisons, more than the tests would wait for.
        let forth: Vec<Value> = (0..100_000).map(|index| Value::string(index.to_string())).collect();
        let back = Value::Set(forth.iter().rev().cloned().collect());
        assert_eq!(Value::Set(forth), back);
    }

    #[test]
    fn text_is_compared_in_one_normal_form() {
        assert_eq!(Value::string("e\u{301}"), Value::string("\u{e9}"));
    }

    #[test]
    fn empty_and_null_are_different() {
        assert_ne!(Value::Map(BTreeMap::new()), Value::Null);
        assert_ne!(Value::List(vec![]), Value::Null);
    }
}
