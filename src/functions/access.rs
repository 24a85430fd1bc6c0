//! `provider::dataverse::access`: the same level for several rights.

use std::collections::BTreeMap;

use tf_provider::framework::{Function, FunctionError, Parameter, Type, Value};

use super::refuse;
use crate::terms;

/// The function, for the registry.
pub fn access() -> Function {
    Function {
        name: "access",
        summary: "The same access level for several rights",
        doc: "Returns a map from each of `rights` to `level`, in the form that `tables` of \
              `dataverse_role_privileges` takes.\n\nLevels are `user`, `business_unit`, `parent_child_business_unit` and \
              `organization`; rights are `create`, `read`, `write`, `delete`, `append`, `append_to`, `assign` and `share`.",
        parameters: vec![
            Parameter {
                name: "level",
                ty: Type::String,
                doc: "Access level: `user`, `business_unit`, `parent_child_business_unit` or `organization`.",
            },
            Parameter {
                name: "rights",
                ty: Type::list(Type::String),
                doc: "Rights: `create`, `read`, `write`, `delete`, `append`, `append_to`, `assign`, `share`.",
            },
        ],
        variadic: None,
        returns: Type::map(Type::String),
        call,
    }
}

fn call(arguments: &[Value]) -> Result<Value, FunctionError> {
    let [Value::String(level), Value::List(rights)] = arguments else {
        return Err(FunctionError { text: "a level and a list of rights are needed".into(), argument: None });
    };
    if terms::level(level).is_none() {
        return Err(refuse(0, &terms::not_a_level(level)));
    }
    let mut map = BTreeMap::new();
    for right in rights {
        let word = right.as_str().unwrap_or_default();
        let known = terms::right(word).ok_or_else(|| refuse(1, &terms::not_a_right(word)))?;
        map.insert(terms::right_word(known).to_owned(), Value::string(level));
    }
    Ok(Value::Map(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(level: &str, rights: &[&str]) -> Result<Value, FunctionError> {
        call(&[Value::string(level), Value::List(rights.iter().map(|right| Value::string(*right)).collect())])
    }

    #[test]
    fn every_right_gets_the_level() {
        let Value::Map(map) = run("organization", &["create", "append_to"]).unwrap() else { panic!() };
        assert_eq!(map["append_to"], Value::string("organization"));
        assert_eq!(map.len(), 2);
    }

    #[test]
    fn a_slip_is_reported_at_its_argument_without_a_final_period() {
        let error = run("global", &["raed"]).unwrap_err();
        assert_eq!(error.argument, Some(1));
        assert!(error.text.contains("Did you mean \"read\"?"), "{}", error.text);
        let error = run("all", &[]).unwrap_err();
        assert_eq!(error.argument, Some(0));
        assert!(!error.text.ends_with('.'), "{}", error.text);
    }
}
