//! `provider::dataverse::role_from_solution_xml`: a role as a solution exports it.

mod document;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use tf_provider::framework::{Function, FunctionError, Parameter, Type, Value};

use self::document::Role;
use super::refuse;
use crate::terms;

/// The function, for the registry.
pub fn role_from_solution_xml() -> Function {
    Function {
        name: "role_from_solution_xml",
        summary: "The privileges of a security role that a solution holds",
        doc: "Reads a security role from an exported solution: from its `customizations.xml`, or from a file that the \
              Solution Packager (`pac solution unpack`) writes to `Roles/`. Returns an object with `name`, `tables` and \
              `privileges`, in the form that `dataverse_role_privileges` takes.\n\n\
              `privileges` holds every privilege of the role by name. `tables` is always empty: which table a privilege \
              belongs to is known only to the environment, and its name does not tell (`prvReadActivity` belongs to some \
              twenty tables). Levels are `user`, `business_unit`, `parent_child_business_unit` and `organization`.\n\n\
              Nothing is read from the environment. A privilege that the environment does not have is refused by the plan \
              of `dataverse_role_privileges`. Documents with a document type declaration are refused, and so are those of \
              more than 64 MiB, which are a solution's largest parts and no role.",
        parameters: vec![Parameter {
            name: "xml",
            ty: Type::String,
            doc: "The document, for example `file(\"Roles/Sales.xml\")`.",
        }],
        variadic: Some(Parameter {
            name: "role",
            ty: Type::String,
            doc: "Name of the role, where the document holds several; at most one.",
        }),
        returns: Type::Object(
            [
                ("name".to_owned(), Type::String),
                ("privileges".to_owned(), Type::map(Type::String)),
                ("tables".to_owned(), Type::map(Type::map(Type::String))),
            ]
            .into(),
        ),
        call,
    }
}

fn call(arguments: &[Value]) -> Result<Value, FunctionError> {
    let (xml, name) = match arguments {
        [Value::String(xml)] => (xml, None),
        [Value::String(xml), Value::String(name)] => (xml, Some(name.as_str())),
        _ => return Err(refuse(2, "One role is read at a time. Call the function once for each role.")),
    };
    let roles = document::roles(xml).map_err(|fault| refuse(0, &fault.to_string()))?;
    let role = chosen(roles, name)?;
    let privileges =
        role.privileges.into_values().map(|(name, depth)| (name, Value::string(terms::level_word(depth))));
    Ok(Value::Object(
        [
            ("name".to_owned(), Value::string(role.name)),
            ("privileges".to_owned(), Value::Map(privileges.collect())),
            ("tables".to_owned(), Value::Map(BTreeMap::new())),
        ]
        .into(),
    ))
}

/// The role of that name; without a name, the only one.
fn chosen(mut roles: Vec<Role>, name: Option<&str>) -> Result<Role, FunctionError> {
    let Some(name) = name else {
        return match roles.len() {
            0 | 1 => roles.pop().ok_or_else(|| refuse(0, NO_ROLE)),
            _ => {
                let known = listed(&roles);
                let text = format!("The document holds {known}. Name the one to read in a second argument.");
                Err(refuse(0, &text))
            }
        };
    };
    if roles.is_empty() {
        return Err(refuse(0, NO_ROLE));
    }
    // Dataverse compares names without case.
    let wanted = name.trim().to_lowercase();
    let mut found = roles.iter().enumerate().filter(|(_, role)| role.name.to_lowercase() == wanted);
    match (found.next(), found.next()) {
        (Some((position, _)), None) => Ok(roles.swap_remove(position)),
        (Some((_, role)), Some(_)) => {
            Err(refuse(1, &format!("The document holds several roles named \"{}\".", role.name)))
        }
        (None, _) => {
            let name = document::shown(name.trim());
            let near = terms::did_you_mean(&name, roles.iter().map(|role| role.name.as_str()));
            let known = listed(&roles);
            Err(refuse(1, &format!("The document holds no role named \"{name}\", but {known}.{near}")))
        }
    }
}

/// The names of the first roles, and how many more there are.
fn listed(roles: &[Role]) -> String {
    let names: Vec<String> = roles.iter().take(LISTED).map(|role| format!("\"{}\"", role.name)).collect();
    let more = roles.len().saturating_sub(LISTED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    names.join(", ") + &rest
}

/// How many names a message holds at most.
const LISTED: usize = 20;

const NO_ROLE: &str =
    "The document holds no security role. Add the role to the solution and export it again.";
