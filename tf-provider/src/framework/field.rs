//! Typed fields: from values to Rust and back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Diagnostic, Model, Number, Path, Type, Value};

/// A field that may be absent or known only after apply.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tf<T> {
    /// Absent.
    #[default]
    Null,
    /// Known only after apply.
    Unknown,
    /// Here.
    Known(T),
}

impl<T> Tf<T> {
    /// The value, if it is known and not null.
    pub fn known(&self) -> Option<&T> {
        match self {
            Tf::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The value itself, if it is known and not null.
    pub fn into_known(self) -> Option<T> {
        match self {
            Tf::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the field is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Tf::Null)
    }

    /// Whether the field is not known yet.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Tf::Unknown)
    }
}

impl<T> From<Option<T>> for Tf<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Tf::Null, Tf::Known)
    }
}

impl From<&str> for Tf<String> {
    fn from(text: &str) -> Self {
        Tf::Known(text.to_owned())
    }
}

impl Tf<String> {
    /// The text, if it is known and not null.
    pub fn text(&self) -> Option<&str> {
        self.known().map(String::as_str)
    }
}

/// A Rust type that stands for a type of Terraform.
pub trait Field: Sized {
    /// The type it stands for.
    fn ty() -> Type;

    /// Reads the value at `path`.
    ///
    /// # Errors
    /// When the value is of another shape, or null or unknown where the type has no room for that.
    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic>;

    /// Writes the value.
    fn write(&self) -> Value;
}

fn mismatch<T: Field>(value: &Value, path: &Path) -> Diagnostic {
    let found = match value {
        Value::Null => "null",
        Value::Unknown(_) => "a value that is known only after apply",
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        Value::Bool(_) => "a bool",
        Value::List(_) => "a list",
        Value::Set(_) => "a set",
        Value::Map(_) => "a map",
        Value::Object(_) => "an object",
        Value::Dynamic(_) => "a value of open type",
    };
    Diagnostic::error(format!("A value of type {} is needed here, but there is {found}.", T::ty().hcl()))
        .titled("Unexpected value")
        .at(path.clone())
}

impl<T: Field> Field for Tf<T> {
    fn ty() -> Type {
        T::ty()
    }

    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic> {
        match value {
            Value::Null => Ok(Tf::Null),
            Value::Unknown(_) => Ok(Tf::Unknown),
            known => T::read(known, path).map(Tf::Known),
        }
    }

    fn write(&self) -> Value {
        match self {
            Tf::Null => Value::Null,
            Tf::Unknown => Value::unknown(),
            Tf::Known(value) => value.write(),
        }
    }
}

impl Field for String {
    fn ty() -> Type {
        Type::String
    }

    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic> {
        value.as_str().map(ToOwned::to_owned).ok_or_else(|| mismatch::<Self>(value, path))
    }

    fn write(&self) -> Value {
        Value::string(self)
    }
}

impl Field for bool {
    fn ty() -> Type {
        Type::Bool
    }

    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic> {
        match value {
            Value::Bool(flag) => Ok(*flag),
            _ => Err(mismatch::<Self>(value, path)),
        }
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Field for i64 {
    fn ty() -> Type {
        Type::Number
    }

    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic> {
        match value {
            Value::Number(number) => number.as_i64().ok_or_else(|| {
                Diagnostic::error(format!("A whole number is needed here, but there is {}.", number.text()))
                    .titled("Unexpected value")
                    .at(path.clone())
            }),
            _ => Err(mismatch::<Self>(value, path)),
        }
    }

    fn write(&self) -> Value {
        Value::Number(Number::Integer(*self))
    }
}

impl<T: Field> Field for Vec<T> {
    fn ty() -> Type {
        Type::list(T::ty())
    }

    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic> {
        match value {
            Value::List(elements) => {
                elements.iter().enumerate().map(|(i, element)| T::read(element, &path.index(i))).collect()
            }
            _ => Err(mismatch::<Self>(value, path)),
        }
    }

    fn write(&self) -> Value {
        Value::List(self.iter().map(Field::write).collect())
    }
}

impl<T: Field + Ord> Field for BTreeSet<T> {
    fn ty() -> Type {
        Type::set(T::ty())
    }

    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic> {
        match value {
            Value::Set(elements) => elements.iter().map(|element| T::read(element, path)).collect(),
            _ => Err(mismatch::<Self>(value, path)),
        }
    }

    fn write(&self) -> Value {
        Value::Set(self.iter().map(Field::write).collect())
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn ty() -> Type {
        Type::map(T::ty())
    }

    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic> {
        match value {
            Value::Map(elements) => elements
                .iter()
                .map(|(key, element)| Ok((key.clone(), T::read(element, &path.key(key))?)))
                .collect(),
            _ => Err(mismatch::<Self>(value, path)),
        }
    }

    fn write(&self) -> Value {
        Value::Map(self.iter().map(|(key, element)| (key.clone(), element.write())).collect())
    }
}

/// A model stands for an object in an attribute. The doc comments of its fields reach no schema; those of the attribute must
/// say what they mean.
impl<M: Model> Field for M {
    fn ty() -> Type {
        M::block().ty()
    }

    fn read(value: &Value, path: &Path) -> Result<Self, Diagnostic> {
        M::from_value(value).map_err(|_| mismatch::<Self>(value, path))
    }

    fn write(&self) -> Value {
        self.to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_of_maps_reads_and_writes() {
        type Tables = BTreeMap<String, Tf<BTreeMap<String, Tf<String>>>>;
        let inner = Value::Map([("read".to_owned(), Value::unknown())].into());
        let value = Value::Map([("account".to_owned(), inner), ("contact".to_owned(), Value::Null)].into());
        let tables = Tables::read(&value, &Path::ROOT).unwrap();
        assert!(tables["contact"].is_null());
        assert!(tables["account"].known().unwrap()["read"].is_unknown());
        assert_eq!(tables.write(), value);
    }

    #[test]
    fn a_list_of_models_is_a_list_of_objects() {
        crate::model! {
            /// A widget.
            struct Widget {
                /// Its name.
                name: Tf<String> => crate::framework::computed(),
            }
        }
        let widgets = vec![Widget { name: "a".into() }, Widget::default()];
        let value = widgets.write();
        let back = Vec::<Widget>::read(&value, &Path::ROOT).unwrap();
        assert_eq!((back[0].name.text(), back[1].name.text()), (Some("a"), None));
        let object = Type::Object([("name".to_owned(), Type::String)].into());
        assert_eq!(Vec::<Widget>::ty(), Type::list(object));
    }

    #[test]
    fn a_value_of_another_type_is_located() {
        let error = BTreeMap::<String, String>::read(
            &Value::Map([("a".to_owned(), Value::Bool(true))].into()),
            &Path::attribute("tags"),
        )
        .unwrap_err();
        assert_eq!(error.path.to_string(), r#"tags["a"]"#);
        assert!(error.detail.contains("type string"), "{}", error.detail);
    }
}
