use serde_json::json;

use crate::support::{BASIC_TEMPLATE, Env, PORTAL};

#[tokio::test]
async fn a_unit_comes_with_a_default_team_and_copies_of_the_roles_above() {
    let env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let team =
        env.first(&format!("teams?$filter=_businessunitid_value eq {north}&$select=name,isdefault")).await;
    assert_eq!((&team["name"], &team["isdefault"]), (&json!("North"), &json!(true)));
    let count = async |unit: &str| {
        env.get(&format!("roles/$count?$filter=_businessunitid_value eq {unit}")).await.is(200).text
    };
    assert_eq!(count(&north).await, count(&root).await);
    let team = format!("teams({})", team["teamid"].as_str().unwrap());
    env.delete(&team).await.refused(400, "0x80048307");
    env.patch(&team, json!({ "name": "x" })).await.refused(400, "0x8004830a");
    let me = env.me().await;
    let member =
        json!({ "Members": [{ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": me }] });
    env.post(&format!("{team}/Microsoft.Dynamics.CRM.AddMembersTeam"), member)
        .await
        .refused(400, "0x8004830b");
    env.post("businessunits", json!({ "name": "X" })).await.refused(400, "0x80041d02");
    env.post(
        "businessunits",
        json!({ "parentbusinessunitid@odata.bind": format!("/businessunits({root})") }),
    )
    .await
    .refused(400, "0x80041d00");
}

#[tokio::test]
async fn a_unit_is_deleted_only_when_disabled_and_empty() {
    let env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let arctic = env.new_unit("Arctic", &north).await;
    let path = format!("businessunits({north})");
    env.delete(&path).await.refused(400, "0x80041d60");
    env.patch(&format!("businessunits({root})"), json!({ "isdisabled": true }))
        .await
        .refused(400, "0x80041d63");
    env.patch(&path, json!({ "isdisabled": true })).await.is(204);
    env.delete(&path).await.refused(400, "0x80041d61");
    env.patch(&format!("businessunits({arctic})"), json!({ "isdisabled": true })).await.is(204);
    env.delete(&format!("businessunits({arctic})")).await.is(204);
    env.patch(&path, json!({ "isdisabled": false })).await.is(204);
    let user = env.new_application_user(PORTAL, &north).await;
    env.patch(&path, json!({ "isdisabled": true })).await.is(204);
    env.delete(&path).await.refused(400, "0x80040227");
    let back = json!({ "businessunitid@odata.bind": format!("/businessunits({root})") });
    env.patch(&format!("systemusers({user})"), back).await.is(204);
    env.delete(&path).await.is(204);
    assert_eq!(env.get(&format!("roles/$count?$filter=_businessunitid_value eq {north}")).await.text, "0");
}

#[tokio::test]
async fn a_moved_unit_gets_the_roles_of_its_new_ancestors() {
    let env = Env::start().await;
    let root = env.root().await;
    let (north, south) = (env.new_unit("North", &root).await, env.new_unit("South", &root).await);
    let arctic = env.new_unit("Arctic", &north).await;
    env.new_role("Northerner", &north).await;
    env.new_role("Southerner", &south).await;
    let roles = async || {
        let path = format!(
            "roles?$filter=_businessunitid_value eq {arctic} and endswith(name,'herner')&$select=name"
        );
        let reply = env.get(&path).await.is(200);
        reply.json["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| role["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(roles().await, ["Northerner"]);
    let bind = |unit: &str| json!({ "parentbusinessunitid@odata.bind": format!("/businessunits({unit})") });
    env.patch(&format!("businessunits({north})"), bind(&arctic)).await.refused(400, "0x80041d20");
    env.patch(&format!("businessunits({arctic})"), bind(&south)).await.is(204);
    assert_eq!(roles().await, ["Southerner"]);
}

#[tokio::test]
async fn roles_of_a_team_reach_its_members() {
    let mut env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let body = json!({ "name": "Approvers", "teamtype": 0, "businessunitid@odata.bind": format!("/businessunits({root})") });
    let team = env.post("teams", body).await.is(204).id();
    let base = format!("{}/api/data/v9.2", env.emulator.url());
    let basic = env.role(BASIC_TEMPLATE).await;
    env.post(
        &format!("teams({team})/teamroles_association/$ref"),
        json!({ "@odata.id": format!("{base}/roles({basic})") }),
    )
    .await
    .is(204);
    env.post(
        &format!("teams({team})/teammembership_association/$ref"),
        json!({ "@odata.id": format!("{base}/systemusers({user})") }),
    )
    .await
    .is(204);
    let list =
        env.get(&format!("teams({team})/Microsoft.Dynamics.CRM.RetrieveTeamPrivileges()")).await.is(200);
    assert!(!list.json["RolePrivileges"].as_array().unwrap().is_empty());
    env.sign_in(PORTAL, "portal-secret").await;
    env.get("WhoAmI").await.is(200);
}
