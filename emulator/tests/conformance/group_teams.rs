use dataverse_emulator::seed_ids;
use serde_json::{Value, json};

use crate::support::{BASIC_TEMPLATE, Env, PORTAL, Reply, read};

const FINANCE: &str = seed_ids::GROUPS[0].object_id;
const RETAIL: &str = seed_ids::GROUPS[2].object_id;
/// The service principal of the portal application.
const PORTAL_OBJECT: &str = "33333333-cccc-4ccc-8ccc-000000000005";

async fn add_role(env: &Env, team: &str, role: &str) -> Reply {
    let url = format!("{}/api/data/v9.2/roles({role})", env.emulator.url());
    env.post(&format!("teams({team})/teamroles_association/$ref"), json!({ "@odata.id": url })).await
}

async fn members(env: &Env, team: &str) -> Vec<String> {
    let path = format!("teams({team})/teammembership_association?$select=fullname&$orderby=fullname");
    let list = env.get(&path).await.is(200).json["value"].as_array().unwrap().clone();
    list.iter().map(|user| user["fullname"].as_str().unwrap().to_owned()).collect()
}

async fn set_members(env: &Env, group: &str, members: Value) {
    let group = json!({ "object_id": group, "display_name": "sg-Finance", "members": members });
    let url = format!("{}/directory", env.emulator.admin_url());
    read(env.http.post(url).json(&json!({ "groups": [group] }))).await.is(204);
}

#[tokio::test]
async fn a_group_team_takes_name_and_type_from_its_group() {
    let env = Env::start().await;
    let team = env.post("teams", json!({ "azureactivedirectoryobjectid": FINANCE })).await.is(204).id();
    let row = env.get(&format!("teams({team})")).await.is(200).json;
    assert_eq!((&row["name"], &row["teamtype"]), (&json!("sg-Finance"), &json!(2)));
    assert_eq!(row["_businessunitid_value"], json!(env.root().await));
    let office = json!({ "azureactivedirectoryobjectid": RETAIL, "membershiptype": 1, "name": "Shops" });
    let office = env.post("teams", office).await.is(204).id();
    let row = env.get(&format!("teams({office})")).await.is(200).json;
    assert_eq!((&row["name"], &row["teamtype"]), (&json!("Shops"), &json!(3)));
    let by_key = format!("teams(azureactivedirectoryobjectid={RETAIL},membershiptype=1)?$select=name");
    assert_eq!(env.get(&by_key).await.is(200).json["teamid"], json!(office));
    let swapped = format!("teams(membershiptype=1,azureactivedirectoryobjectid={RETAIL})?$select=name");
    assert_eq!(env.get(&swapped).await.is(200).json["teamid"], json!(office));
    env.get(&format!("teams(azureactivedirectoryobjectid={RETAIL})")).await.refused(400, "0x80060888");
}

#[tokio::test]
async fn there_is_one_team_for_a_group_and_membership_type() {
    let env = Env::start().await;
    let body = |kind: i64, name: &str| json!({ "azureactivedirectoryobjectid": FINANCE, "membershiptype": kind, "name": name });
    env.post("teams", body(0, "Finance")).await.is(204);
    env.post("teams", body(0, "Finance again")).await.refused(412, "0x80060892");
    env.post("teams", body(2, "Finance owners")).await.is(204);
    let unknown = json!({ "azureactivedirectoryobjectid": "99999999-0000-4000-8000-000000000000" });
    env.post("teams", unknown).await.refused(400, "0x80040203");
    let wrong = json!({ "azureactivedirectoryobjectid": FINANCE, "membershiptype": 1, "teamtype": 3 });
    env.post("teams", wrong).await.refused(501, "emulator.unsupported");
}

#[tokio::test]
async fn a_role_for_a_group_creates_its_team_just_in_time() {
    let env = Env::start().await;
    let key = format!("azureactivedirectoryobjectid={FINANCE},membershiptype=0");
    env.get(&format!("teams({key})")).await.refused(404, "0x80060891");
    let role = env.role(BASIC_TEMPLATE).await;
    add_role(&env, &key, &role).await.is(204);
    let team = env.get(&format!("teams({key})?$select=name,teamtype")).await.is(200).json;
    assert_eq!((&team["name"], &team["teamtype"]), (&json!("sg-Finance"), &json!(2)));
    let nobody = "azureactivedirectoryobjectid=99999999-0000-4000-8000-000000000000,membershiptype=0";
    add_role(&env, nobody, &role).await.refused(404, "0x80060891");
}

#[tokio::test]
async fn a_role_for_a_person_creates_the_user_just_in_time() {
    let env = Env::start().await;
    let person = seed_ids::PEOPLE[4];
    let key = format!("systemusers(azureactivedirectoryobjectid={})", person.object_id);
    let url = format!("{}/api/data/v9.2/roles({})", env.emulator.url(), env.role(BASIC_TEMPLATE).await);
    env.post(&format!("{key}/systemuserroles_association/$ref"), json!({ "@odata.id": url })).await.is(204);
    let path = format!("{key}?$select=fullname&$expand=systemuserroles_association($select=name)");
    let row = env.get(&path).await.is(200).json;
    assert_eq!(row["fullname"], "Christie Cline");
    assert_eq!(row["systemuserroles_association"][0]["name"], "Basic User");
}

#[tokio::test]
async fn members_of_a_group_appear_when_they_are_added_and_never_by_hand() {
    let env = Env::start().await;
    let team = env.post("teams", json!({ "azureactivedirectoryobjectid": FINANCE })).await.is(204).id();
    assert!(members(&env, &team).await.is_empty());
    let adele = seed_ids::PEOPLE[1];
    let user = env.get(&format!("systemusers(azureactivedirectoryobjectid={})", adele.object_id)).await;
    let user = user.is(200).json["systemuserid"].as_str().unwrap().to_owned();
    assert_eq!(members(&env, &team).await, ["Adele Vance"]);
    let body = json!({ "Members": [
        { "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": user }
    ] });
    for action in ["AddMembersTeam", "RemoveMembersTeam"] {
        let path = format!("teams({team})/Microsoft.Dynamics.CRM.{action}");
        env.post(&path, body.clone()).await.refused(400, "0x80040203");
    }
    env.delete(&format!("systemusers({user})/teammembership_association({team})/$ref"))
        .await
        .refused(400, "0x80040203");

    // A later change of the group is not seen when the person is fetched again, but when somebody synchronizes.
    set_members(&env, FINANCE, json!([])).await;
    env.get(&format!("systemusers(azureactivedirectoryobjectid={})", adele.object_id)).await.is(200);
    assert_eq!(members(&env, &team).await, ["Adele Vance"]);
    env.post(&format!("teams({team})/Microsoft.Dynamics.CRM.SyncGroupMembersToTeam"), json!({}))
        .await
        .is(204);
    assert!(members(&env, &team).await.is_empty());
}

#[tokio::test]
async fn membership_types_tell_members_guests_and_owners_apart() {
    let env = Env::start().await;
    let guest = json!({ "object_id": "55555555-0000-4000-8000-000000000009", "user_principal_name": "guest@contoso.onmicrosoft.com", "display_name": "Guest", "guest": true });
    let group = json!({ "object_id": "55555555-0000-4000-8000-000000000010", "display_name": "Mixed", "kind": "office",
        "members": [guest["object_id"], seed_ids::PEOPLE[2].object_id], "owners": [seed_ids::PEOPLE[3].object_id] });
    let url = format!("{}/directory", env.emulator.admin_url());
    read(env.http.post(url).json(&json!({ "people": [guest], "groups": [group] }))).await.is(204);
    for person in
        [&guest["object_id"], &json!(seed_ids::PEOPLE[2].object_id), &json!(seed_ids::PEOPLE[3].object_id)]
    {
        let key = person.as_str().unwrap();
        env.get(&format!("systemusers(azureactivedirectoryobjectid={key})")).await.is(200);
    }
    let expected: [&[&str]; 4] =
        [&["Alex Wilber", "Guest"], &["Alex Wilber"], &["Allan Deyoung"], &["Guest"]];
    for (kind, names) in expected.iter().enumerate() {
        let body = json!({ "azureactivedirectoryobjectid": group["object_id"], "membershiptype": kind, "name": format!("Mixed {kind}") });
        let team = env.post("teams", body).await.is(204).id();
        let sync = format!("teams({team})/Microsoft.Dynamics.CRM.SyncGroupMembersToTeam");
        env.post(&sync, json!({})).await.is(204);
        assert_eq!(members(&env, &team).await, *names);
    }
}

#[tokio::test]
async fn whoever_signs_in_joins_and_leaves_the_teams_of_its_groups() {
    let mut env = Env::start().await;
    let root = env.root().await;
    env.new_application_user(PORTAL, &root).await;
    let team = env.post("teams", json!({ "azureactivedirectoryobjectid": FINANCE })).await.is(204).id();
    add_role(&env, &team, &env.role(BASIC_TEMPLATE).await).await.is(204);
    let admin = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    env.get("WhoAmI").await.refused(403, "0x80042f09");
    set_members(&env, FINANCE, json!([PORTAL_OBJECT])).await;
    env.get("WhoAmI").await.is(200);
    let portal = std::mem::replace(&mut env.token, admin);
    assert_eq!(members(&env, &team).await, ["# Sales Portal"]);
    set_members(&env, FINANCE, json!([])).await;
    env.token = portal;
    env.get("WhoAmI").await.refused(403, "0x80042f09");
}

#[tokio::test]
async fn a_call_on_behalf_of_a_person_of_a_group_adds_user_and_membership() {
    let env = Env::start().await;
    let team = env.post("teams", json!({ "azureactivedirectoryobjectid": FINANCE })).await.is(204).id();
    add_role(&env, &team, &env.role(BASIC_TEMPLATE).await).await.is(204);
    let person = seed_ids::PEOPLE[seed_ids::GROUPS[0].members[0]];
    let act = |object_id: &str| {
        read(env.request(reqwest::Method::GET, "WhoAmI").header("CallerObjectId", object_id))
    };
    env.switch(json!({ "just_in_time_users": false })).await;
    act(person.object_id).await.refused(403, "0x80072560");
    env.switch(json!({ "just_in_time_users": true })).await;
    act(person.object_id).await.is(200);
    assert_eq!(members(&env, &team).await, ["Adele Vance"]);
    let outside = seed_ids::PEOPLE[10];
    act(outside.object_id).await.refused(403, "0x80042f09");
    act("99999999-0000-4000-8000-000000000000").await.refused(403, "0x80072560");
}

#[tokio::test]
async fn a_role_taken_from_a_group_without_a_team_creates_none() {
    let env = Env::start().await;
    let role = env.role(BASIC_TEMPLATE).await;
    let key = format!("teams(azureactivedirectoryobjectid={FINANCE},membershiptype=0)");
    env.delete(&format!("{key}/teamroles_association({role})/$ref")).await.refused(404, "0x80060891");
    env.get(&key).await.refused(404, "0x80060891");
}

#[tokio::test]
async fn a_role_with_team_privileges_only_is_refused_for_a_group_team() {
    let env = Env::start().await;
    let role = env.new_role("Clerk", &env.root().await).await;
    env.patch(&format!("roles({role})"), json!({ "isinherited": 0 })).await.is(204);
    let team = env.post("teams", json!({ "azureactivedirectoryobjectid": FINANCE })).await.is(204).id();
    add_role(&env, &team, &role).await.refused(400, "0x80048350");
    env.switch(json!({ "group_teams_refuse_team_only_roles": false })).await;
    add_role(&env, &team, &role).await.is(204);
}

#[tokio::test]
async fn the_roles_a_person_would_have_through_groups_can_be_asked_for() {
    let env = Env::start().await;
    let team = env.post("teams", json!({ "azureactivedirectoryobjectid": FINANCE })).await.is(204).id();
    add_role(&env, &team, &env.role(BASIC_TEMPLATE).await).await.is(204);
    let ask = |function: &str, person: usize, options: &str| {
        format!("{function}(DirectoryObjectId={}){options}", seed_ids::PEOPLE[person].object_id)
    };
    let roles = env.get(&ask("RetrieveAadUserRoles", 1, "?$select=name")).await.is(200).json;
    assert_eq!(roles["value"][0]["name"], "Basic User");
    assert_eq!(
        env.get(&ask("RetrieveAadUserRoles", 4, "?$select=name")).await.is(200).json["value"],
        json!([])
    );
    let held = env.get(&ask("RetrieveAadUserPrivileges", 1, "")).await.is(200).json;
    assert!(!held["RolePrivileges"].as_array().unwrap().is_empty());
    let unknown = "RetrieveAadUserPrivileges(DirectoryObjectId=99999999-0000-4000-8000-000000000000)";
    env.get(unknown).await.refused(404, "0x80040217");
}
