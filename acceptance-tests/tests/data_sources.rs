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

#[test]
fn units_and_teams_are_listed_and_found() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let team = service::create_team(&target, &target.name("team"), &unit);
    let user = service::sign_in(&target, &target.person(0));
    service::join(&target, &team, &user);
    let copy = service::copy_in(&target, &service::role_named(&target, "Basic User"), &unit);
    service::assign_to_team(&target, &team, &copy);
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        &format!(
            r#"
data "dataverse_business_unit" "root" {{}}
data "dataverse_business_units" "all" {{}}
data "dataverse_business_units" "below" {{
  below    = data.dataverse_business_unit.root.id
  disabled = false
}}
data "dataverse_team" "named" {{ name = "{team_name}" }}
data "dataverse_team" "default" {{
  name             = "{unit_name}"
  business_unit_id = "{unit}"
}}
data "dataverse_teams" "of_unit" {{ business_unit_id = "{unit_name}" }}
data "dataverse_teams" "others" {{
  business_unit_id = "{unit}"
  team_type        = "owner"
  is_default       = false
}}
output "all" {{ value = data.dataverse_business_units.all.business_units }}
output "below" {{ value = data.dataverse_business_units.below.business_units }}
output "named" {{ value = data.dataverse_team.named }}
output "default" {{ value = data.dataverse_team.default }}
output "of_unit" {{ value = data.dataverse_teams.of_unit.teams }}
output "others" {{ value = data.dataverse_teams.others.teams }}
"#,
            team_name = target.name("team"),
            unit_name = target.name("unit"),
        ),
    );
    workspace.apply();
    workspace.assert_plan_is_empty();
    let (all, below) = (workspace.output("all"), workspace.output("below"));
    let ids = |list: &serde_json::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|it| text(it, "id").to_owned()).collect()
    };
    let root = service::root_unit(&target);
    assert!(ids(&all).contains(&root) && ids(&all).contains(&unit), "{all:#}");
    assert!(!ids(&below).contains(&root) && ids(&below).contains(&unit), "{below:#}");
    let named = workspace.output("named");
    assert_eq!((&named["id"], &named["team_type"]), (&json!(team), &json!("owner")));
    assert_eq!((&named["members"], &named["security_roles"]), (&json!([user]), &json!(["Basic User"])));
    let default = workspace.output("default");
    assert_eq!((&default["is_default"], &default["business_unit_id"]), (&json!(true), &json!(unit)));
    assert_eq!(ids(&workspace.output("of_unit")).len(), 2);
    assert_eq!(ids(&workspace.output("others")), [team]);
    target.assert_nothing_was_refused();
}
