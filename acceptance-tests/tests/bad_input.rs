//! Configurations that cannot work: each is refused while planning, at its place, in words that help, and changes nothing.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::workspace::quoted;
use acceptance_tests::{Diagnostic, Target, Workspace};
use acceptance_tests::{refusal, service};
use serde_json::json;

/// A folder with something in its state, so that a failure would have something to spoil.
struct Fixture {
    target: Target,
    workspace: Workspace,
    keeper: String,
}

impl Fixture {
    fn new() -> Self {
        let target = Target::new();
        let workspace = Workspace::new(&target);
        let keeper = target.name("keeper");
        workspace.write("keeper.tf", &role("keeper", &keeper));
        workspace.apply();
        Self { target, workspace, keeper }
    }

    /// Fails unless the configuration is refused with one error that holds `parts` and marks `marked`.
    #[track_caller]
    fn refuses(&self, config: &str, marked: &str, parts: &[&str]) {
        assert_eq!(self.refused(config, parts).marked(), marked, "for\n{config}");
    }

    /// Fails unless the configuration is refused with one error that holds `parts`; returns it.
    #[track_caller]
    fn refused(&self, config: &str, parts: &[&str]) -> Diagnostic {
        refusal::refused(&self.workspace, config, parts)
    }

    fn role_privileges(&self, body: &str) -> String {
        format!(
            "resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = {}\n  {body}\n}}\n",
            quoted(&self.keeper)
        )
    }

    fn application_user(&self, body: &str) -> String {
        let application = self.target.application(0);
        format!(
            "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{application}\"\n  {body}\n}}\n"
        )
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // A live environment keeps nothing of the test.
        if self.target.is_live() {
            self.workspace.write("main.tf", "");
            self.workspace.destroy();
        }
    }
}

fn role(label: &str, name: &str) -> String {
    format!("resource \"dataverse_security_role\" \"{label}\" {{\n  name = {}\n}}\n", quoted(name))
}

#[test]
fn roles_that_are_not_there() {
    let it = Fixture::new();
    it.refuses(
        &it.application_user("security_roles = [\"Basic Usr\"]"),
        "[\"Basic Usr\"]",
        &["no security role named \"Basic Usr\"", "Did you mean \"Basic User\"?"],
    );
    it.refuses(
        "resource \"dataverse_role_privileges\" \"it\" {\n  role_id = \"No such role at all\"\n}\n",
        "\"No such role at all\"",
        &["no security role named \"No such role at all\""],
    );
    let nobody = "99999999-9999-4999-8999-999999999999";
    it.refuses(
        &format!("resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = \"{nobody}\"\n}}\n"),
        &quoted(nobody),
        &["no security role with the id", nobody],
    );
    it.refuses(
        "data \"dataverse_security_role\" \"it\" {\n  name = \"Basic Usr\"\n}\n",
        "\"Basic Usr\"",
        &["no security role named \"Basic Usr\"", "Did you mean \"Basic User\"?"],
    );
}

#[test]
fn a_name_that_several_roles_have() {
    let it = Fixture::new();
    let name = it.target.name("twice");
    let units = ["north", "south"].map(|unit| service::create_unit(&it.target, &it.target.name(unit)));
    let twins = units.clone().map(|unit| service::create_role(&it.target, &name, &unit));
    it.refuses(
        &format!("resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = {}\n}}\n", quoted(&name)),
        &quoted(&name),
        &["Several security roles are named", &twins[0], &twins[1], &units[0], "Use an id instead"],
    );
    it.refuses(
        &it.application_user(&format!("security_roles = [{}]", quoted(&name))),
        &format!("[{}]", quoted(&name)),
        &["security role", &name],
    );
    for role in twins {
        it.target.api().delete(&format!("roles({role})"));
    }
    for unit in units {
        it.target.api().patch(&format!("businessunits({unit})"), &serde_json::json!({ "isdisabled": true }));
        it.target.api().delete(&format!("businessunits({unit})"));
    }
}

#[test]
fn ids_and_business_units_that_are_none() {
    let it = Fixture::new();
    it.refuses(
        "resource \"dataverse_application_user\" \"it\" {\n  application_id = \"my-app\"\n}\n",
        "\"my-app\"",
        &["\"my-app\" is not a GUID"],
    );
    it.refuses(
        "resource \"dataverse_role_assignment\" \"it\" {\n  user_id = \"jo\"\n  role = \"Basic User\"\n}\n",
        "\"jo\"",
        &["\"jo\" is not a GUID"],
    );
    let nobody = "99999999-9999-4999-8999-999999999999";
    it.refuses(
        &format!("resource \"dataverse_role_assignment\" \"it\" {{\n  user_id = \"{nobody}\"\n  role = \"Basic User\"\n}}\n"),
        &quoted(nobody),
        &["no user with the id", nobody],
    );
    it.refuses(
        "resource \"dataverse_system_user\" \"it\" {\n  entra_object_id = \"jo\"\n}\n",
        "\"jo\"",
        &["\"jo\" is not a GUID"],
    );
    it.refuses(
        &it.application_user("business_unit_id = \"No such unit\""),
        "\"No such unit\"",
        &["no business unit named \"No such unit\""],
    );
    it.refuses(
        &format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"x\"\n  business_unit_id = \"{nobody}\"\n}}\n"),
        &quoted(nobody),
        &["no business unit with the id", nobody],
    );
}

#[test]
fn what_is_there_already() {
    let it = Fixture::new();
    let unit = service::root_unit(&it.target);
    let name = it.target.name("there");
    let there = service::create_role(&it.target, &name, &unit);
    it.refuses(&role("it", &name), &quoted(&name), &["has a security role named", "import", &there]);
    let upper = name.to_uppercase();
    it.refuses(&role("it", &upper), &quoted(&upper), &["has a security role named"]);
    it.target.api().delete(&format!("roles({there})"));

    let application = it.target.application(0);
    let row = json!({
        "applicationid": application, "accessmode": 4, "isdisabled": false,
        "businessunitid@odata.bind": format!("/businessunits({unit})"),
    });
    let user = it.target.api().post("systemusers", &row);
    it.refuses(
        &it.application_user(""),
        &quoted(&application),
        &["has an application user for the application", &application, "Import it"],
    );
    let key = json!({ "id": user["systemuserid"], "application_id": application });
    service::delete_application_user(&it.target, &key);
}

#[test]
fn what_another_resource_manages_already() {
    let it = Fixture::new();
    it.workspace.write("main.tf", &role("second", &it.keeper));
    let errors = it.workspace.expect_plan_error();
    // Terraform plans the two in any order; the later one is refused, and the new one whenever it comes.
    let said = ["has a security role named", "Another resource of this configuration"];
    for error in &errors {
        assert!(said.iter().any(|part| error.text().contains(part)), "{error:#?}");
    }
}

#[test]
fn the_system_administrator_role_as_a_target() {
    let it = Fixture::new();
    it.refuses(
        "resource \"dataverse_role_privileges\" \"it\" {\n  role_id = \"System Administrator\"\n}\n",
        "\"System Administrator\"",
        &["System Administrator role", "does not let anybody change"],
    );
}

#[test]
fn names_that_are_too_long_or_padded() {
    let it = Fixture::new();
    let long = "x".repeat(101);
    it.refuses(&role("it", &long), &quoted(&long), &["has 101 characters; at most 100"]);
    it.refuses(&role("it", " padded"), "\" padded\"", &["starts or ends with a blank"]);
    it.refuses(&role("it", ""), "\"\"", &["is empty"]);
}

#[test]
fn several_faults_are_reported_at_once() {
    let it = Fixture::new();
    it.workspace.write(
        "main.tf",
        &it.role_privileges(
            "tables = { acount = { read = \"user\" } }\n  privileges = { prvNone = \"user\" }",
        ),
    );
    let errors = it.workspace.expect_plan_error();
    assert_eq!(errors.iter().filter(|it| it.is_error()).count(), 2, "{errors:#?}");
    assert!(
        errors.iter().all(|it: &Diagnostic| it.address.as_deref() == Some("dataverse_role_privileges.it"))
    );
}
