//! What the data sources tell about an environment.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::json;

#[test]
fn an_environment_is_described_by_its_data_sources() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(0));
    let basic = service::role_named(&target, "Basic User");
    service::assign(&target, &user, &basic);
    let unit = service::create_unit(&target, &target.name("unit"));
    let root = service::root_unit(&target);
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        &format!(
            r#"
data "dataverse_environment" "it" {{}}
data "dataverse_business_unit" "root" {{}}
data "dataverse_business_unit" "named" {{ name = "{unit_name}" }}
data "dataverse_security_role" "by_name" {{ name = "Basic User" }}
data "dataverse_security_role" "by_id" {{ id = "{basic}" }}
data "dataverse_security_role" "copy" {{
  name             = "Basic User"
  business_unit_id = data.dataverse_business_unit.named.id
}}
data "dataverse_system_user" "it" {{ entra_object_id = "{person}" }}
data "dataverse_system_user" "caller" {{ id = data.dataverse_environment.it.caller_user_id }}
data "dataverse_table" "account" {{ logical_name = "account" }}
output "environment" {{ value = data.dataverse_environment.it }}
output "root" {{ value = data.dataverse_business_unit.root }}
output "named" {{ value = data.dataverse_business_unit.named }}
output "roles" {{ value = [data.dataverse_security_role.by_name.id, data.dataverse_security_role.by_id.name] }}
output "copy" {{ value = data.dataverse_security_role.copy }}
output "user" {{ value = data.dataverse_system_user.it }}
output "caller" {{ value = data.dataverse_system_user.caller }}
output "table" {{ value = data.dataverse_table.account }}
"#,
            unit_name = target.name("unit"),
            person = target.person(0),
        ),
    );
    workspace.apply();
    workspace.assert_plan_is_empty();

    let environment = workspace.output("environment");
    let who = target.api().get("WhoAmI()");
    assert_eq!(environment["id"], who["OrganizationId"]);
    assert_eq!(environment["caller_user_id"], who["UserId"]);
    assert_eq!(environment["root_business_unit_id"], json!(root));
    assert!(text(&environment, "version").starts_with("9."), "{environment:#}");

    let found = workspace.output("root");
    assert_eq!((&found["id"], &found["is_root"]), (&json!(root), &json!(true)));
    assert!(found["child_business_unit_ids"].as_array().unwrap().contains(&json!(unit)), "{found:#}");
    let found = workspace.output("named");
    assert_eq!((&found["id"], &found["parent_business_unit_id"]), (&json!(unit), &json!(root)));

    assert_eq!(workspace.output("roles"), json!([basic, "Basic User"]));
    let copy = workspace.output("copy");
    assert_eq!(copy["root_role_id"], json!(basic));
    let row = target.api().get(&format!("roles({})?$select=_businessunitid_value", text(&copy, "id")));
    assert_eq!(row["_businessunitid_value"], json!(unit));

    let found = workspace.output("user");
    assert_eq!((&found["id"], &found["security_roles"]), (&json!(user), &json!(["Basic User"])));
    assert_eq!(found["enabled"], true);
    assert!(workspace.output("caller")["application_id"].is_string());
    let table = workspace.output("table");
    assert_eq!((text(&table, "entity_set_name"), text(&table, "ownership")), ("accounts", "UserOwned"));
    assert_eq!(table["privileges"]["append_to"], "prvAppendToAccount");
    let levels = json!(["user", "business_unit", "parent_child_business_unit", "organization"]);
    assert_eq!(table["rights"]["read"], levels);
    target.assert_nothing_was_refused();
}
