//! Typed models of blocks: one declaration makes the struct, the attributes and both conversions.

use super::{Attribute, Block, Diagnostics, Result, Value};

/// A Rust struct that stands for a block; made by [`model!`](crate::model).
pub trait Model: Clone + Send + Sync + Sized + 'static {
    /// What the block is for, in Markdown.
    const DOC: &'static str;

    /// The attributes in the order of declaration.
    fn attributes() -> Vec<Attribute>;

    /// Reads an object of the block.
    ///
    /// # Errors
    /// When an attribute is of another shape than the schema says.
    fn from_value(value: &Value) -> Result<Self>;

    /// Writes an object of the block.
    fn to_value(&self) -> Value;

    /// The block itself.
    fn block() -> Block {
        Block { doc: doc_text(Self::DOC), attributes: Self::attributes(), blocks: Vec::new() }
    }
}

/// Joins the lines of a doc comment as rustdoc does: each without its leading space.
pub fn doc_text(doc: &str) -> String {
    doc.lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

/// Reads one field of an object, noting what is wrong with it.
pub fn read_field<F: super::Field>(value: &Value, name: &'static str, faults: &mut Diagnostics) -> Option<F> {
    F::read(value.get(name), &super::Path::attribute(name)).map_err(|fault| faults.push(fault)).ok()
}

/// Declares a model: a struct whose fields say, on one line each, name, type and behaviour of an attribute.
///
/// ```
/// use tf_provider::framework::{Tf, Validator, computed, required};
/// tf_provider::model! {
///     /// A widget.
///     pub struct Widget {
///         /// Id of the widget.
///         id: Tf<String> => computed().keep(),
///         /// Name of the widget.
///         name: Tf<String> => required().check(Validator::length(1, 100)),
///     }
/// }
/// ```
#[macro_export]
macro_rules! model {
    (
        $(#[doc = $doc:literal])*
        $vis:vis struct $model:ident {
            $($(#[doc = $field_doc:literal])* $field:ident: $ty:ty => $attribute:expr,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default)]
        $vis struct $model {
            $($(#[doc = $field_doc])* $vis $field: $ty,)*
        }

        impl $crate::framework::Model for $model {
            const DOC: &'static str = concat!($($doc, "\n"),*);

            fn attributes() -> Vec<$crate::framework::Attribute> {
                vec![$($attribute.named(
                    stringify!($field),
                    <$ty as $crate::framework::Field>::ty(),
                    concat!($($field_doc, "\n"),*),
                )),*]
            }

            fn from_value(value: &$crate::framework::Value) -> $crate::framework::Result<Self> {
                let mut faults = $crate::framework::Diagnostics::new();
                $(let $field = $crate::framework::read_field(value, stringify!($field), &mut faults);)*
                match ($($field,)*) {
                    ($(Some($field),)*) => Ok($model { $($field),* }),
                    _ => Err(faults),
                }
            }

            fn to_value(&self) -> $crate::framework::Value {
                $crate::framework::Value::Object([
                    $((stringify!($field).to_owned(), $crate::framework::Field::write(&self.$field))),*
                ].into())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::{Mode, Tf, Type, computed, required};

    crate::model! {
        /// A widget.
        ///
        /// Second paragraph.
        struct Widget {
            /// Id.
            id: Tf<String> => computed().keep(),
            /// How many there are,
            /// on two lines.
            amount: Tf<i64> => required(),
        }
    }

    #[test]
    fn a_declaration_makes_attributes_and_conversions() {
        let block = Widget::block();
        assert_eq!(block.doc, "A widget.\n\nSecond paragraph.");
        assert_eq!(block.attributes[1].name, "amount");
        assert_eq!(block.attributes[1].ty, Type::Number);
        assert_eq!(block.attributes[1].mode, Mode::Required);
        assert_eq!(block.attributes[1].doc, "How many there are,\non two lines.");
        let widget = Widget { id: Tf::Unknown, amount: Tf::Known(3) };
        let back = Widget::from_value(&widget.to_value()).unwrap();
        assert!(back.id.is_unknown());
        assert_eq!(back.amount, Tf::Known(3));
    }
}
