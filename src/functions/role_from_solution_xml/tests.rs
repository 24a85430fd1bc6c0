use std::fmt::Write as _;

use super::*;

const SALES: &str = r#"<Role id="{5b0e9f6e-0000-0000-0000-000000000001}" name="Sales &amp; Service" isinherited="1">
  <IsCustomizable>1</IsCustomizable>
  <RolePrivileges>
    <RolePrivilege name="prvReadAccount" level="Global" />
    <RolePrivilege level="Basic" name="prvWriteAccount"></RolePrivilege>
    <!-- <RolePrivilege name="prvDeleteAccount" level="Global" /> -->
    <RolePrivilege name="prvCreatenew_thing" level="Deep" />
    <RolePrivilege name="prvAssignContact" level="Local" />
  </RolePrivileges>
</Role>"#;

fn run(xml: &str, more: &[&str]) -> Result<Value, FunctionError> {
    let arguments: Vec<Value> = [xml].iter().chain(more).map(|text| Value::string(*text)).collect();
    call(&arguments)
}

fn solution(roles: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ImportExportXml xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n  \
         <Entities><Entity><FormXml><DisplayConditions><Role Id=\"{{1}}\" /></DisplayConditions></FormXml></Entity></Entities>\n  \
         <Roles>{roles}</Roles>\n  <Languages><Language>1033</Language></Languages>\n</ImportExportXml>\n"
    )
}

fn privileges(role: &Value) -> Vec<(String, String)> {
    let Value::Map(privileges) = role.get("privileges") else { panic!("a map: {role:?}") };
    let text = |level: &Value| level.as_str().unwrap_or_default().to_owned();
    privileges.iter().map(|(name, level)| (name.clone(), text(level))).collect()
}

/// A role with that many privileges.
fn generated(count: usize) -> String {
    let mut xml = String::from("<Role name=\"Generated\"><RolePrivileges>");
    for number in 0..count {
        let _ = write!(xml, "<RolePrivilege name=\"prvReadnew_table{number}\" level=\"Global\" />");
    }
    xml + "</RolePrivileges></Role>"
}

#[track_caller]
fn refused(xml: &str, text: &str) {
    let error = run(xml, &[]).unwrap_err();
    assert_eq!(error.argument, Some(0));
    assert!(error.text.contains(text), "{}", error.text);
    assert!(!error.text.ends_with('.'), "{}", error.text);
    assert!(error.text.len() < 600, "{}", error.text);
}

#[test]
fn a_role_reads_the_same_alone_and_in_a_solution() {
    let wanted = [
        ("prvAssignContact", "business_unit"),
        ("prvCreatenew_thing", "parent_child_business_unit"),
        ("prvReadAccount", "organization"),
        ("prvWriteAccount", "user"),
    ];
    let wanted: Vec<_> =
        wanted.iter().map(|(name, level)| ((*name).to_owned(), (*level).to_owned())).collect();
    let marked = format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n{SALES}");
    for xml in [SALES, &marked, &solution(SALES), &format!("<Roles>{SALES}</Roles>")] {
        let role = run(xml, &[]).unwrap();
        assert_eq!(role.get("name").as_str(), Some("Sales & Service"));
        assert_eq!(privileges(&role), wanted);
        assert_eq!(role.get("tables"), &Value::Map(BTreeMap::new()));
    }
}

#[test]
fn roles_of_any_size_are_read() {
    for count in [0, 1, 60, 2_000, 20_000] {
        assert_eq!(privileges(&run(&generated(count), &[]).unwrap()).len(), count);
    }
    assert!(privileges(&run("<Role name=\"Bare\"/>", &[]).unwrap()).is_empty());
}

#[test]
fn of_several_roles_one_is_named() {
    let other = r#"<Role name="Other"><RolePrivileges/></Role>"#;
    let xml = solution(&format!("{SALES}{other}"));
    refused(&xml, "holds \"Sales & Service\", \"Other\"");
    assert_eq!(run(&xml, &["other"]).unwrap().get("name").as_str(), Some("Other"));
    let error = run(&xml, &["Othre"]).unwrap_err();
    assert_eq!(error.argument, Some(1));
    assert!(error.text.ends_with("Did you mean \"Other\"?"), "{}", error.text);
    assert_eq!(run(&solution(&other.repeat(2)), &["Other"]).unwrap_err().argument, Some(1));
    assert_eq!(run(&xml, &["Other", "Sales"]).unwrap_err().argument, Some(2));
    refused(&solution(""), "no security role");
    assert_eq!(run(&solution(""), &["Other"]).unwrap_err().argument, Some(0));
}

#[test]
fn a_document_type_is_refused_whatever_it_declares() {
    let bomb = "<!DOCTYPE Role [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><Role name=\"&b;\"/>";
    let outside = "<!DOCTYPE Role [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Role name=\"&x;\"/>";
    for xml in [bomb, outside, "<!DOCTYPE Role SYSTEM \"https://example.com/a.dtd\"><Role name=\"a\"/>"] {
        refused(xml, "document type declaration");
    }
    refused("<Role name=\"&x;\"/>", "not well-formed");
    refused("<Role name=\"a\"><Note>&x;</Note></Role>", "refers to the entity \"x\"");
}

#[test]
fn what_is_no_solution_is_refused_with_its_line() {
    refused("", "ends too early");
    refused("Sales", "text outside");
    refused("{\"name\": \"Sales\"}", "text outside");
    refused("<html><body/></html>", "The document is a <html>");
    refused(&format!("<{}/>", "x".repeat(10_000)), "The document is a <xxx");
    refused("<Role name=\"a\">\n<RolePrivileges>\n", "Line 3: The document ends too early");
    refused("<Role name=\"a\"><RolePrivileges></Role>", "not well-formed");
    refused("<Role name=\"a\"/><Role name=\"b\"/>", "more than one root element");
    refused("<Role name=\"a\" name=\"b\"/>", "not well-formed");
    refused("<Role name=a/>", "not well-formed");
    refused("<Role/>", "no name");
    refused("<Role name=\" \"/>", "empty name");
}

#[test]
fn privileges_that_are_none_are_refused_with_their_line() {
    let role = |privilege: &str| {
        format!("<Role name=\"a\">\n<RolePrivileges>\n{privilege}\n</RolePrivileges></Role>")
    };
    for (privilege, text) in [
        ("<RolePrivilege level=\"Global\"/>", "has no name"),
        ("<RolePrivilege name=\"prvReadAccount\"/>", "prvReadAccount has no level"),
        ("<RolePrivilege name=\"prvReadAccount\" level=\"All\"/>", "has the level \"All\""),
        ("<RolePrivilege name=\"prvReadAccount\" level=\"None\"/>", "has the level \"None\""),
        ("<RolePrivilege name=\"account\" level=\"Global\"/>", "\"account\" is not the name"),
        ("<RolePrivilege name=\"prv\" level=\"Global\"/>", "\"prv\" is not the name"),
        ("<RolePrivilege name=\"prvRead Account\" level=\"Global\"/>", "is not the name"),
        ("<RolePrivilege name=\"prvRead${x}\" level=\"Global\"/>", "is not the name"),
    ] {
        refused(&role(privilege), "Line 3: ");
        refused(&role(privilege), text);
    }
    let twice = "<RolePrivilege name=\"prvReadAccount\" level=\"Global\"/>\n<RolePrivilege name=\"prvreadaccount\" level=\"Global\"/>";
    refused(&role(twice), "Line 4: The privilege prvreadaccount stands twice");
    let long = format!("<RolePrivilege name=\"prv{}\" level=\"Global\"/>", "x".repeat(100_000));
    refused(&role(&long), "is not the name");
}

#[test]
fn messages_stay_short_however_many_roles_there_are() {
    let roles = |count: usize| {
        let roles = (0..count).map(|number| format!("<Role name=\"Role {number:05}\"/>"));
        solution(&roles.collect::<String>())
    };
    refused(&roles(20), "\"Role 00019\". Name the one");
    refused(&roles(5_000), "\"Role 00019\" and 4980 more. Name the one");
    let error = run(&roles(5_000), &[&"x".repeat(100_000)]).unwrap_err();
    assert!(error.argument == Some(1) && error.text.len() < 600, "{}", error.text);
    let near = run(&roles(5_000), &["Rolle 04999"]).unwrap_err();
    assert!(near.text.ends_with("and 4980 more. Did you mean \"Role 04999\"?"), "{}", near.text);
    assert_eq!(run(&roles(5_000), &["role 04999"]).unwrap().get("name").as_str(), Some("Role 04999"));
}

#[test]
fn more_than_any_solution_has_is_refused() {
    let named = |length: usize| format!("<Role name=\"{}\"/>", "ü".repeat(length));
    assert!(run(&named(200), &[]).is_ok());
    refused(&named(201), "more than 200 characters");
    refused(&solution(&"<Role name=\"a\"/>".repeat(5_001)), "more than 5000 roles");
    refused(&"<a>".repeat(100_000).replacen("<a>", "<Role name=\"a\">", 1), "nests deeper");
    refused(&generated(50_001), "more than 50000 privileges");
    let many: String = (0..5_000).fold(String::new(), |all, number| all + &format!(" a{number}=\"\""));
    refused(&format!("<Role name=\"a\"{many}/>"), "more than 50 attributes");
    let large = document::roles(&" ".repeat((64 << 20) + 1)).unwrap_err();
    assert_eq!(large.to_string(), "The document has more than 64 MiB.");
}
