use dataverse_emulator::seed_ids;
use serde_json::json;

use crate::support::{ADMIN_TEMPLATE, BASIC_TEMPLATE, Env, PORTAL, read};

#[tokio::test]
async fn the_only_enabled_administrator_cannot_be_disabled_or_stripped() {
    let env = Env::start().await;
    let me = env.me().await;
    let role = env.role(ADMIN_TEMPLATE).await;
    let person =
        json!({ "object_id": seed_ids::PEOPLE[0].object_id, "user_principal_name": seed_ids::ADMIN_UPN });
    let url = format!("{}/directory", env.emulator.admin_url());
    read(env.http.post(url).json(&json!({ "people": [person] }))).await.is(204);
    let filter = format!("systemusers?$filter=domainname eq '{}'&$select=fullname", seed_ids::ADMIN_UPN);
    let admin = env.first(&filter).await["systemuserid"].as_str().unwrap().to_owned();
    env.delete(&format!("systemusers({admin})/systemuserroles_association({role})/$ref")).await.is(204);
    let disable = json!({ "isdisabled": true, "applicationid": seed_ids::DEPLOYER_CLIENT_ID });
    env.patch(&format!("systemusers({me})"), disable).await.refused(400, "0x80041d2f");
    env.delete(&format!("systemusers({me})/systemuserroles_association({role})/$ref"))
        .await
        .refused(400, "0x80041d30");
}

#[tokio::test]
async fn people_are_deleted_only_when_entra_has_forgotten_them() {
    let env = Env::start().await;
    let person = &seed_ids::PEOPLE[3];
    let user =
        env.post("systemusers", json!({ "domainname": person.user_principal_name })).await.is(204).id();
    let path = format!("systemusers({user})");
    let organization = env.first("organizations?$select=name").await;
    let settings = "<orgSettings><EnableSystemUserDelete>true</EnableSystemUserDelete></orgSettings>";
    let id = organization["organizationid"].as_str().unwrap();
    env.patch(&format!("organizations({id})"), json!({ "orgdborgsettings": settings })).await.is(204);
    env.patch(&path, json!({ "isdisabled": true })).await.is(204);
    env.delete(&path).await.refused(400, "0x80040203");
    let gone = json!({ "object_id": person.object_id, "user_principal_name": person.user_principal_name, "state": "hard_deleted" });
    let url = format!("{}/directory", env.emulator.admin_url());
    read(env.http.post(url).json(&json!({ "people": [gone] }))).await.is(204);
    env.delete(&path).await.is(204);
    env.delete(&path).await.is(204);
    env.get(&path).await.refused(404, "0x80040217");
}

#[tokio::test]
async fn a_local_depth_reaches_the_own_unit_only() {
    let mut env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let south = env.new_unit("South", &root).await;
    let role = env.new_role("Keeper", &root).await;
    let mut list = Vec::new();
    for name in ["prvReadRole", "prvWriteRole", "prvCreateRole"] {
        list.push(json!({ "PrivilegeId": env.privilege(name).await, "Depth": "Local" }));
    }
    let path = format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
    env.post(&path, json!({ "Privileges": list })).await.is(204);
    let user = env.new_application_user(PORTAL, &north).await;
    let copy =
        format!("roles?$filter=_parentrootroleid_value eq {role} and _businessunitid_value eq {north}");
    let copy = env.first(&copy).await["roleid"].as_str().unwrap().to_owned();
    env.assign(&user, &copy).await.is(204);
    env.sign_in(PORTAL, "portal-secret").await;
    let units = env.get("roles?$apply=groupby((_businessunitid_value))").await.is(200);
    assert_eq!(units.json["value"], json!([{ "_businessunitid_value": north }]));
    env.get(&format!("roles({role})")).await.refused(403, "0x80048306");
    env.new_role("Mine", &north).await;
    let body = json!({ "name": "Theirs", "businessunitid@odata.bind": format!("/businessunits({south})") });
    env.post("roles", body).await.refused(403, "0x80040220");
}

#[tokio::test]
async fn lookups_are_set_and_cleared_in_every_form() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let me = env.me().await;
    let path = format!("systemusers({user})");
    let manager = async || {
        env.get(&format!("{path}?$select=_parentsystemuserid_value")).await.json["_parentsystemuserid_value"]
            .clone()
    };
    env.patch(&path, json!({ "parentsystemuserid@odata.bind": format!("systemusers({me})") })).await.is(204);
    assert_eq!(manager().await, json!(me));
    env.patch(&path, json!({ "parentsystemuserid@odata.bind": null })).await.is(204);
    assert_eq!(manager().await, json!(null));
    let url = format!("{}/api/data/v9.2/systemusers({me})", env.emulator.url());
    let put = env.request(reqwest::Method::PUT, &format!("{path}/parentsystemuserid/$ref"));
    read(put.json(&json!({ "@odata.id": url }))).await.is(204);
    let loop_back = json!({ "parentsystemuserid@odata.bind": format!("/systemusers({user})") });
    env.patch(&format!("systemusers({me})"), loop_back).await.refused(400, "0x80041d24");
    env.delete(&format!("{path}/parentsystemuserid/$ref")).await.is(204);
    assert_eq!(manager().await, json!(null));
    let put = env.request(reqwest::Method::PUT, &format!("{path}/title"));
    read(put.json(&json!({ "value": "Robot" }))).await.is(204);
    assert_eq!(env.get(&format!("{path}/title/$value")).await.text, "Robot");
    env.delete(&format!("{path}/title")).await.is(204);
    assert_eq!(env.get(&format!("{path}/title")).await.status, 204);
}

#[tokio::test]
async fn an_assigned_role_can_be_made_to_block_its_deletion() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let role = env.new_role("Clerk", &root).await;
    env.assign(&user, &role).await.is(204);
    env.assign(&user, &env.role(BASIC_TEMPLATE).await).await.is(204);
    env.switch(json!({ "assigned_role_blocks_delete": true })).await;
    env.delete(&format!("roles({role})")).await.refused(400, "0x80040227");
    env.switch(json!({ "assigned_role_blocks_delete": false })).await;
    env.delete(&format!("roles({role})")).await.is(204);
    let left = env.get(&format!("systemusers({user})/systemuserroles_association/$count")).await;
    assert_eq!(left.text, "1");
}
