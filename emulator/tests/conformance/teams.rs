use dataverse_emulator::Options;
use serde_json::{Value, json};

use crate::support::{ADMIN_TEMPLATE, BASIC_TEMPLATE, Env, PORTAL, Reply};

async fn new_team(env: &Env, name: &str, unit: &str, more: Value) -> Reply {
    let mut body = json!({ "name": name, "businessunitid@odata.bind": format!("/businessunits({unit})") });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    env.post("teams", body).await
}

async fn link(env: &Env, path: &str, target: &str) -> Reply {
    let url = format!("{}/api/data/v9.2/{target}", env.emulator.url());
    env.post(&format!("{path}/$ref"), json!({ "@odata.id": url })).await
}

fn members(id: &str, key: &str) -> Value {
    json!({ "Members": [{ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", key: id }] })
}

#[tokio::test]
async fn a_team_has_the_caller_as_administrator_and_a_name_of_its_own() {
    let env = Env::start().await;
    let root = env.root().await;
    let team = new_team(&env, "Approvers", &root, json!({ "description": "Invoices" })).await.is(204).id();
    let row = env.get(&format!("teams({team})")).await.is(200).json;
    assert_eq!(row["_administratorid_value"], json!(env.me().await));
    assert_eq!((&row["teamtype"], &row["membershiptype"]), (&json!(0), &json!(0)));
    assert_eq!((&row["isdefault"], &row["_queueid_value"]), (&json!(false), &json!(null)));
    new_team(&env, "approvers", &root, json!({})).await.refused(412, "0x80040237");
    let north = env.new_unit("North", &root).await;
    new_team(&env, "Approvers", &north, json!({})).await.is(204);
    env.post("teams", json!({ "businessunitid@odata.bind": format!("/businessunits({root})") }))
        .await
        .refused(400, "0x80041d0b");
    env.post("teams", json!({ "name": "Nowhere" })).await.refused(400, "0x80040200");
    env.patch(&format!("teams({team})"), json!({ "administratorid@odata.bind": null }))
        .await
        .refused(400, "0x80040200");
    env.switch(json!({ "team_names_are_unique": false })).await;
    new_team(&env, "approvers", &root, json!({})).await.is(204);
}

#[tokio::test]
async fn what_a_team_is_is_decided_when_it_is_created() {
    let env = Env::start().await;
    let root = env.root().await;
    let team = new_team(&env, "Approvers", &root, json!({})).await.is(204).id();
    for body in [json!({ "teamtype": 1 }), json!({ "membershiptype": 1 }), json!({ "isdefault": true })] {
        env.patch(&format!("teams({team})"), body).await.refused(501, "emulator.unsupported");
    }
    new_team(&env, "X", &root, json!({ "teamtype": 7 })).await.refused(400, "0x8004431a");
    new_team(&env, "X", &root, json!({ "teamtype": 2 })).await.refused(400, "0x80040203");
    let queue = json!({ "queueid@odata.bind": format!("/queues({team})") });
    env.patch(&format!("teams({team})"), queue).await.refused(501, "emulator.unsupported");
    env.patch(&format!("teams({team})"), json!({ "queueid@odata.bind": null })).await.is(204);
}

#[tokio::test]
async fn members_come_and_go_by_action_and_by_reference_from_both_sides() {
    let env = Env::start().await;
    let root = env.root().await;
    let (me, user) = (env.me().await, env.new_application_user(PORTAL, &root).await);
    let team = new_team(&env, "Approvers", &root, json!({})).await.is(204).id();
    let path = format!("teams({team})");
    let count = async || {
        env.get(&format!("{path}/teammembership_association/$count"))
            .await
            .is(200)
            .text
            .parse::<u32>()
            .unwrap()
    };
    let add = format!("{path}/Microsoft.Dynamics.CRM.AddMembersTeam");
    let remove = format!("{path}/Microsoft.Dynamics.CRM.RemoveMembersTeam");
    let untyped = env.post(&add, json!({ "Members": [{ "systemuserid": me }] })).await;
    untyped.refused(400, "0x80048d19");
    assert!(untyped.message().contains("EdmEntityObject passed should have the key property value set."));
    env.post(&add, json!({ "Users": [] })).await.refused(400, "0x80048d19");
    env.post(&add, members(&team, "systemuserid")).await.refused(404, "0x80040217");
    env.post(&add, members(&me, "systemuserid")).await.is(204);
    env.post(&add, members(&user, "ownerid")).await.is(204);
    assert_eq!(count().await, 2);
    env.post(&remove, members(&me, "systemuserid")).await.is(204);
    env.post(&remove, members(&user, "systemuserid")).await.is(204);
    assert_eq!(count().await, 0);
    link(&env, &format!("{path}/teammembership_association"), &format!("systemusers({user})")).await.is(204);
    link(&env, &format!("systemusers({me})/teammembership_association"), &path).await.is(204);
    assert_eq!(count().await, 2);
    env.delete(&format!("systemusers({me})/teammembership_association({team})/$ref")).await.is(204);
    env.delete(&format!("{path}/teammembership_association({user})/$ref")).await.is(204);
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn access_teams_take_members_but_no_roles() {
    let env = Env::start().await;
    let root = env.root().await;
    let team = new_team(&env, "Deal room", &root, json!({ "teamtype": 1 })).await.is(204).id();
    let role = env.role(BASIC_TEMPLATE).await;
    let roles = format!("teams({team})/teamroles_association");
    link(&env, &roles, &format!("roles({role})")).await.refused(400, "0x80048331");
    let me = env.me().await;
    let members = format!("teams({team})/teammembership_association");
    link(&env, &members, &format!("systemusers({me})")).await.is(204);
    env.delete(&format!("teams({team})")).await.is(204);
    env.get(&format!("teams({team})")).await.refused(404, "0x80040217");
}

#[tokio::test]
async fn an_owner_team_becomes_an_access_team_only_without_roles() {
    let env = Env::start().await;
    let root = env.root().await;
    let team = new_team(&env, "Approvers", &root, json!({})).await.is(204).id();
    let role = env.role(BASIC_TEMPLATE).await;
    link(&env, &format!("teams({team})/teamroles_association"), &format!("roles({role})")).await.is(204);
    let convert = format!("teams({team})/Microsoft.Dynamics.CRM.ConvertOwnerTeamToAccessTeam");
    env.post(&convert, json!({})).await.refused(400, "0x80048336");
    env.delete(&format!("roles({role})/teamroles_association({team})/$ref")).await.is(204);
    env.post(&convert, json!({})).await.is(204);
    assert_eq!(env.get(&format!("teams({team})?$select=teamtype")).await.json["teamtype"], 1);
}

#[tokio::test]
async fn a_move_takes_the_roles_of_a_team() {
    let env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let team = new_team(&env, "Approvers", &root, json!({})).await.is(204).id();
    let role = env.role(BASIC_TEMPLATE).await;
    let roles = format!("teams({team})/teamroles_association");
    for by_action in [false, true] {
        link(&env, &roles, &format!("roles({role})")).await.is(204);
        if by_action {
            let unit =
                json!({ "businessunitid": north, "@odata.type": "Microsoft.Dynamics.CRM.businessunit" });
            let path = format!("teams({team})/Microsoft.Dynamics.CRM.SetParentTeam");
            env.post(&path, json!({ "BusinessUnit": unit, "DoNotMoveAllRecords": false })).await.is(204);
        } else {
            let bind = json!({ "businessunitid@odata.bind": format!("/businessunits({north})") });
            env.patch(&format!("teams({team})"), bind).await.is(204);
        }
        assert_eq!(env.get(&format!("{roles}/$count")).await.text, "0");
        link(&env, &roles, &format!("roles({role})")).await.refused(400, "0x8004140d");
        let back = json!({ "businessunitid@odata.bind": format!("/businessunits({root})") });
        env.patch(&format!("teams({team})"), back).await.is(204);
    }
}

#[tokio::test]
async fn in_modern_units_a_team_may_hold_the_role_copy_of_any_unit() {
    let env = Env::with(Options { modern_business_units: true, ..Options::default() }).await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let team = new_team(&env, "Approvers", &north, json!({})).await.is(204).id();
    let role = env.role(BASIC_TEMPLATE).await;
    let path = format!("teams({team})/teamroles_association");
    link(&env, &path, &format!("roles({role})")).await.is(204);
    let held = env.first(&format!("{path}?$select=name,_businessunitid_value")).await;
    assert_eq!(held["_businessunitid_value"], json!(root));
}

#[tokio::test]
async fn the_default_team_can_hold_roles_and_nothing_else_is_open() {
    let env = Env::start().await;
    let root = env.root().await;
    let team = env.first("teams?$filter=isdefault eq true&$select=name").await["teamid"]
        .as_str()
        .unwrap()
        .to_owned();
    let north = env.new_unit("North", &root).await;
    let bind = json!({ "businessunitid@odata.bind": format!("/businessunits({north})") });
    env.patch(&format!("teams({team})"), bind).await.refused(400, "0x80048308");
    let me = env.me().await;
    env.delete(&format!("teams({team})/teammembership_association({me})/$ref"))
        .await
        .refused(400, "0x8004830c");
    let role = env.role(BASIC_TEMPLATE).await;
    link(&env, &format!("teams({team})/teamroles_association"), &format!("roles({role})")).await.is(204);
    env.patch(&format!("teams({team})"), json!({ "description": "Everybody" })).await.is(204);
    env.post(&format!("teams({team})/Microsoft.Dynamics.CRM.ConvertOwnerTeamToAccessTeam"), json!({}))
        .await
        .refused(400, "0x80040203");
}

#[tokio::test]
async fn roles_of_a_disabled_units_team_do_not_count() {
    let mut env = Env::with(Options { modern_business_units: true, ..Options::default() }).await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let user = env.new_application_user(PORTAL, &root).await;
    let team = new_team(&env, "Approvers", &north, json!({})).await.is(204).id();
    let role = env.role(ADMIN_TEMPLATE).await;
    link(&env, &format!("teams({team})/teamroles_association"), &format!("roles({role})")).await.is(204);
    let path = format!("teams({team})/teammembership_association");
    link(&env, &path, &format!("systemusers({user})")).await.is(204);
    let admin = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    let portal = std::mem::replace(&mut env.token, admin.clone());
    env.token.clone_from(&portal);
    env.get("WhoAmI").await.is(200);
    env.token = admin;
    env.patch(&format!("businessunits({north})"), json!({ "isdisabled": true })).await.is(204);
    env.token = portal;
    env.get("WhoAmI").await.refused(403, "0x80042f09");
}

#[tokio::test]
async fn the_privileges_of_a_team_reach_its_members_as_far_as_the_role_inherits() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let team = new_team(&env, "Approvers", &root, json!({})).await.is(204).id();
    let path = format!("teams({team})/teammembership_association");
    link(&env, &path, &format!("systemusers({user})")).await.is(204);
    let role = env.new_role("Accounts", &root).await;
    let list = json!([
        { "PrivilegeId": env.privilege("prvReadAccount").await, "Depth": "Basic" },
        { "PrivilegeId": env.privilege("prvWriteAccount").await, "Depth": "Local" }
    ]);
    let add = format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
    env.post(&add, json!({ "Privileges": list })).await.is(204);
    link(&env, &format!("teams({team})/teamroles_association"), &format!("roles({role})")).await.is(204);

    let found = async |function: &str, name: &str| {
        let path = format!("systemusers({user})/Microsoft.Dynamics.CRM.{function}");
        let reply = env.get(&path).await.is(200);
        let list = reply.json["RolePrivileges"].as_array().unwrap().clone();
        let entry = list.into_iter().find(|entry| entry["PrivilegeName"] == name);
        entry.map(|entry| entry["Depth"].as_str().unwrap().to_owned())
    };
    let some = |depth: &str| Some(depth.to_owned());
    let by_name = |name: &str, more: &str| {
        format!("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='{name}'{more})")
    };
    let exclude = ",ExcludeTeamBasic=true";
    let through = "RetrieveUsersPrivilegesThroughTeams(ExcludeOrgDisabledPrivileges=true,IncludeSetupUserFiltering=true)";

    assert_eq!(found("RetrieveUserPrivileges()", "prvWriteAccount").await, some("Basic"));
    assert_eq!(found(&by_name("prvWriteAccount", ""), "prvWriteAccount").await, some("Local"));
    assert_eq!(found(through, "prvReadAccount").await, some("Basic"));
    assert_eq!(found(&by_name("prvReadAccount", exclude), "prvReadAccount").await, some("Basic"));

    env.patch(&format!("roles({role})"), json!({ "isinherited": 0 })).await.is(204);
    assert_eq!(found("RetrieveUserPrivileges()", "prvWriteAccount").await, None);
    assert_eq!(found(&by_name("prvReadAccount", ""), "prvReadAccount").await, some("Basic"));
    assert_eq!(found(&by_name("prvReadAccount", exclude), "prvReadAccount").await, None);
    assert_eq!(found(&by_name("prvWriteAccount", exclude), "prvWriteAccount").await, some("Local"));
}
