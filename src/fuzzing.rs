//! What must hold for any bytes that come from outside: the bodies of fuzz targets, which tests run over their corpora
//! too.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tf_provider::framework::Value;

pub use crate::dataverse::fuzzing::{batch, odata, refusal};
use crate::functions::role_from_solution_xml::role_from_solution_xml;

/// A solution's XML. What was read of a role is written as XML, and read back the same.
pub fn role_xml(data: &[u8]) {
    let Some(role) = role(&String::from_utf8_lossy(data)) else { return };
    // Attributes hold no control characters: XML reads them as blanks.
    if role.0.chars().any(char::is_control) {
        return;
    }
    assert_eq!(self::role(&document(&role)).as_ref(), Some(&role));
}

type Role = (String, BTreeMap<String, String>);

/// Name and privileges of the only role of a document.
fn role(xml: &str) -> Option<Role> {
    let value = (role_from_solution_xml().call)(&[Value::string(xml)]).ok()?;
    let name = value.get("name").as_str().unwrap_or_default().to_owned();
    let Value::Map(privileges) = value.get("privileges") else { return Some((name, BTreeMap::new())) };
    let level = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Some((name, privileges.iter().map(|(name, value)| (name.clone(), level(value))).collect()))
}

fn document((name, privileges): &Role) -> String {
    let name = quick_xml::escape::escape(name.as_str());
    let mut xml = format!("<Role name=\"{name}\"><RolePrivileges>");
    for (name, level) in privileges {
        let level = match level.as_str() {
            "user" => "Basic",
            "business_unit" => "Local",
            "parent_child_business_unit" => "Deep",
            _ => "Global",
        };
        let _ = write!(xml, "<RolePrivilege name=\"{name}\" level=\"{level}\"/>");
    }
    xml + "</RolePrivileges></Role>"
}

#[cfg(test)]
#[path = "../acceptance-tests/fuzz/replay.rs"]
mod replay;
#[cfg(test)]
mod tests {
    use super::replay;

    #[test]
    fn any_batch_answer_is_read_or_refused() {
        replay::corpus("batch", super::batch);
    }

    #[test]
    fn any_refusal_has_a_meaning_of_bounded_length() {
        replay::corpus("refusal", super::refusal);
    }

    #[test]
    fn any_text_in_a_query_is_found_again_by_the_emulator() {
        replay::corpus("odata", |data| super::odata(data, dataverse_emulator::fuzzing::texts));
    }

    #[test]
    fn any_role_of_a_solution_is_read_or_refused() {
        replay::corpus("role_xml", super::role_xml);
    }
}
