//! Privileges, tables, rights and levels that do not exist: each is refused while planning, and the line is shown.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::workspace::quoted;
use acceptance_tests::{Diagnostic, Target, Workspace};

fn only_error(workspace: &Workspace) -> Diagnostic {
    let errors: Vec<_> = workspace.expect_plan_error().into_iter().filter(Diagnostic::is_error).collect();
    assert_eq!(errors.len(), 1, "one error, not {errors:#?}");
    errors[0].clone()
}

#[test]
fn privileges_tables_rights_and_levels_that_are_not_there() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let keeper = target.name("keeper");
    workspace.write(
        "keeper.tf",
        &format!("resource \"dataverse_security_role\" \"keeper\" {{\n  name = {}\n}}\n", quoted(&keeper)),
    );
    workspace.apply();
    let mut unmarked = Vec::new();
    let cases = [
        (
            "privileges = {
               prvExportToExcell = \"organization\"
             }",
            "prvExportToExcell = \"organization\"",
            &["no privilege named \"prvExportToExcell\"", "Did you mean \"prvExportToExcel\"?"][..],
        ),
        (
            "tables = {
               contact = { read = \"user\" }
               acount = { read = \"user\" }
             }",
            "acount = { read = \"user\" }",
            &["no table with the logical name \"acount\"", "Did you mean \"account\""],
        ),
        (
            "tables = {
               account = { raed = \"user\" }
             }",
            "account = { raed = \"user\" }",
            &["\"raed\" is not a right", "Did you mean \"read\"?"],
        ),
        (
            "tables = {
               account = { read = \"organisation\" }
             }",
            "account = { read = \"organisation\" }",
            &["\"organisation\" is not an access level", "Did you mean \"organization\"?"],
        ),
        (
            "privileges = {
               prvBulkEdit = \"user\"
             }",
            "prvBulkEdit = \"user\"",
            &["prvBulkEdit cannot be given at the level \"user\"", "It allows organization."],
        ),
        (
            "tables = {
               userquery = { read = \"organization\" }
             }",
            "userquery = { read = \"organization\" }",
            &["prvReadUserQuery", "cannot be given at the level \"organization\"", "It allows user."],
        ),
        (
            "tables = {
               organization = { create = \"organization\" }
             }",
            "organization = { create = \"organization\" }",
            &["\"organization\" has no privilege for \"create\"", "read"],
        ),
        (
            "tables = { account = { read = \"user\" } }
             privileges = {
               prvReadAccount = \"organization\"
             }",
            "prvReadAccount = \"organization\"",
            &["the same privilege", "prvReadAccount"],
        ),
    ];
    for (body, line, parts) in cases {
        workspace.write(
            "main.tf",
            &format!(
                "resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = {}\n  {body}\n}}\n",
                quoted(&keeper)
            ),
        );
        let error = only_error(&workspace);
        for part in parts {
            assert!(error.text().contains(part), "{part:?} is not in {}", error.text());
        }
        unmarked
            .extend((error.line() != line).then(|| format!("{line} is not marked, but {}", error.line())));
    }
    assert_eq!(unmarked, Vec::<String>::new());
    workspace.write("main.tf", "data \"dataverse_table\" \"it\" {\n  logical_name = \"acount\"\n}\n");
    let error = only_error(&workspace);
    assert!(error.text().contains("Did you mean \"account\""), "{error:#?}");
    assert_eq!(error.marked(), "\"acount\"");
    workspace.write("main.tf", "");
    workspace.destroy();
}

#[test]
fn a_function_refuses_what_is_no_level_and_no_right() {
    let workspace = Workspace::new(&Target::new());
    for (call, parts) in [
        ("access(\"organisation\", [\"read\"])", ["\"organisation\" is not an access level", "\"level\""]),
        ("access(\"organization\", [\"raed\"])", ["\"raed\" is not a right", "\"rights\""]),
    ] {
        workspace.write("main.tf", &format!("output \"it\" {{\n  value = provider::dataverse::{call}\n}}\n"));
        let errors = workspace.expect_plan_error();
        assert_eq!(errors.len(), 1, "{errors:#?}");
        for part in parts {
            assert!(errors[0].text().contains(part), "{part:?} is not in {}", errors[0].text());
        }
    }
}
