//! `provider::dataverse::merge_tables`: several maps of tables as one.

use std::collections::BTreeMap;

use tf_provider::framework::{Function, FunctionError, Parameter, Type, Value};

use super::refuse;
use crate::dataverse::tables::{Depth, Right};
use crate::terms;

/// The function, for the registry.
pub fn merge_tables() -> Function {
    let tables = || Type::map(Type::map(Type::String));
    Function {
        name: "merge_tables",
        summary: "Several maps of tables as one, the deepest level wins",
        doc: "Returns the union of all arguments, each in the form that `tables` of `dataverse_role_privileges` takes: \
              logical name of the table, then right, then level. Where several name the same right on the same table, the \
              deepest level wins, so the order of the arguments makes no difference. `null` counts as left out.\n\n\
              Levels are `user`, `business_unit`, `parent_child_business_unit` and `organization`; the API's `Basic`, \
              `Local`, `Deep` and `Global` mean the same. Rights and levels may be written in any case; the result has the \
              words above.",
        parameters: vec![Parameter {
            name: "tables",
            ty: tables(),
            doc: "Logical name of the table, then right, then level.",
        }],
        variadic: Some(Parameter { name: "more", ty: tables(), doc: "More of the same." }),
        returns: tables(),
        call,
    }
}

fn call(arguments: &[Value]) -> Result<Value, FunctionError> {
    let mut merged: BTreeMap<String, BTreeMap<Right, Depth>> = BTreeMap::new();
    for (position, argument) in arguments.iter().enumerate() {
        let Value::Map(tables) = argument else { continue };
        for (table, rights) in tables {
            if table.trim().is_empty() {
                return Err(refuse(position, "A table has an empty name."));
            }
            let Value::Map(rights) = rights else { continue };
            let held = merged.entry(table.clone()).or_default();
            for (right, level) in rights {
                let Some(level) = level.as_str() else { continue };
                let fault = |text: String| refuse(position, &format!("In {table}.{right}: {text}"));
                let known = terms::right(right).ok_or_else(|| fault(terms::not_a_right(right)))?;
                let depth = terms::level(level).ok_or_else(|| fault(terms::not_a_level(level)))?;
                let deepest = held.entry(known).or_insert(depth);
                *deepest = depth.max(*deepest);
            }
        }
    }
    let words = |rights: BTreeMap<Right, Depth>| {
        let words = rights.into_iter().map(|(right, depth)| {
            (terms::right_word(right).to_owned(), Value::string(terms::level_word(depth)))
        });
        Value::Map(words.collect())
    };
    Ok(Value::Map(merged.into_iter().map(|(table, rights)| (table, words(rights))).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Words<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

    fn tables(words: Words) -> Value {
        let rights = |rights: &[(&str, &str)]| {
            Value::Map(
                rights.iter().map(|(right, level)| ((*right).to_owned(), Value::string(*level))).collect(),
            )
        };
        Value::Map(words.iter().map(|(table, words)| ((*table).to_owned(), rights(words))).collect())
    }

    #[test]
    fn the_deepest_level_wins_in_any_order() {
        let a = tables(&[("account", &[("read", "user"), ("write", "organization")])]);
        let b = tables(&[("account", &[("read", "business_unit")]), ("contact", &[("read", "user")])]);
        let c = tables(&[("account", &[("read", "parent_child_business_unit"), ("write", "user")])]);
        let wanted = tables(&[
            ("account", &[("read", "parent_child_business_unit"), ("write", "organization")]),
            ("contact", &[("read", "user")]),
        ]);
        assert_eq!(call(&[a.clone(), b.clone(), c.clone()]).unwrap(), wanted);
        assert_eq!(call(&[c, b, a]).unwrap(), wanted);
    }

    #[test]
    fn both_vocabularies_in_any_case_become_the_canonical_words() {
        let spelled =
            tables(&[("account", &[("Append_To", "GLOBAL"), ("READ", "Basic"), ("read", "Local")])]);
        let wanted = tables(&[("account", &[("append_to", "organization"), ("read", "business_unit")])]);
        assert_eq!(call(&[spelled]).unwrap(), wanted);
    }

    #[test]
    fn what_is_left_out_adds_nothing() {
        let some = Value::Map(
            [("account".to_owned(), Value::Null), ("contact".to_owned(), Value::Map(BTreeMap::new()))].into(),
        );
        assert_eq!(call(&[some, tables(&[])]).unwrap(), tables(&[("contact", &[])]));
        assert_eq!(call(&[tables(&[])]).unwrap(), tables(&[]));
    }

    #[test]
    fn a_slip_is_reported_with_argument_table_and_right() {
        let good = tables(&[("account", &[("read", "user")])]);
        let error = call(&[good.clone(), tables(&[("contact", &[("raed", "user")])])]).unwrap_err();
        assert_eq!(error.argument, Some(1));
        assert!(error.text.starts_with("In contact.raed: "), "{}", error.text);
        assert!(error.text.ends_with("Did you mean \"read\"?"), "{}", error.text);
        let error = call(&[tables(&[("contact", &[("read", "all")])]), good]).unwrap_err();
        assert_eq!(error.argument, Some(0));
        assert!(error.text.starts_with("In contact.read: \"all\" is not an access level"), "{}", error.text);
        assert!(!error.text.ends_with('.'), "{}", error.text);
        assert_eq!(call(&[tables(&[(" ", &[])])]).unwrap_err().argument, Some(0));
    }
}
