use dataverse_emulator::seed_ids;
use serde_json::{Value, json};

use crate::support::{ADMIN_TEMPLATE, Env, Reply, read};

const MEGAN: &str = "meganb@contoso.onmicrosoft.com";

async fn new_person(env: &Env, upn: &str, mode: i64) -> String {
    env.post("systemusers", json!({ "domainname": upn, "accessmode": mode })).await.is(204).id()
}

async fn change(env: &Env, name: &str, body: Value) -> Reply {
    read(env.http.patch(format!("{}/directory/people/{name}", env.emulator.admin_url())).json(&body)).await
}

async fn flags(env: &Env, user: &str) -> (bool, bool) {
    let row = env.get(&format!("systemusers({user})?$select=isdisabled,islicensed")).await.is(200).json;
    (row["isdisabled"].as_bool().unwrap(), row["islicensed"].as_bool().unwrap())
}

#[tokio::test]
async fn a_lost_license_disables_whoever_reads_and_writes_and_leaves_a_non_interactive_user() {
    let env = Env::start().await;
    let megan = new_person(&env, MEGAN, 0).await;
    let lee = new_person(&env, "leeg@contoso.onmicrosoft.com", 4).await;
    for name in [MEGAN, "leeg@contoso.onmicrosoft.com"] {
        change(&env, name, json!({ "licensed": false })).await.is(200);
    }
    assert_eq!(flags(&env, &megan).await, (true, false));
    assert_eq!(flags(&env, &lee).await, (false, false));
    let path = format!("systemusers({megan})");
    env.patch(&path, json!({ "isdisabled": false })).await.refused(400, "0x8004d24c");
    env.patch(&format!("systemusers({lee})"), json!({ "accessmode": 0 })).await.refused(400, "0x80041d66");
    change(&env, MEGAN, json!({ "licensed": true })).await.is(200);
    assert_eq!(flags(&env, &megan).await, (false, true));
    change(&env, "nobody@contoso.onmicrosoft.com", json!({ "licensed": true })).await.is(404);
    change(&env, MEGAN, json!({ "license": true })).await.is(400);
}

#[tokio::test]
async fn a_user_disabled_by_hand_is_enabled_again_when_the_person_signs_in() {
    let env = Env::start().await;
    let megan = new_person(&env, MEGAN, 0).await;
    env.patch(&format!("systemusers({megan})"), json!({ "isdisabled": true })).await.is(204);
    change(&env, MEGAN, json!({ "licensed": true })).await.is(200);
    assert_eq!(flags(&env, &megan).await, (true, true));
    let url = format!("{}/directory/people/{MEGAN}/sign-in", env.emulator.admin_url());
    let signed_in = read(env.http.post(url)).await.is(200);
    assert_eq!(signed_in.json, json!({ "systemuserid": megan, "isdisabled": false }));
    assert_eq!(flags(&env, &megan).await, (false, true));
}

#[tokio::test]
async fn signing_in_adds_the_person_and_joins_the_teams_of_its_groups() {
    let env = Env::start().await;
    let group = seed_ids::GROUPS[0];
    let team = json!({ "azureactivedirectoryobjectid": group.object_id });
    let team = env.post("teams", team).await.is(204).id();
    let person = seed_ids::PEOPLE[group.members[0]];
    let url = format!("{}/directory/people/{}/sign-in", env.emulator.admin_url(), person.object_id);
    let user = read(env.http.post(url)).await.is(200).json["systemuserid"].clone();
    let member = env.first(&format!("teams({team})/teammembership_association?$select=fullname")).await;
    assert_eq!(member["systemuserid"], user);
    let unlicensed =
        format!("{}/directory/people/{}/sign-in", env.emulator.admin_url(), "pattif@contoso.onmicrosoft.com");
    read(env.http.post(unlicensed)).await.is(409);
    let group = format!("{}/directory/groups/{}", env.emulator.admin_url(), group.object_id);
    read(env.http.delete(&group)).await.is(204);
    assert_eq!(env.get(&format!("teams({team})/teammembership_association/$count")).await.text, "0");
    read(env.http.delete(&group)).await.is(404);
}

#[tokio::test]
async fn a_person_deleted_in_entra_is_disabled_and_comes_back_when_restored() {
    let env = Env::start().await;
    let megan = new_person(&env, MEGAN, 0).await;
    let url = format!("{}/directory/people/{MEGAN}", env.emulator.admin_url());
    let state = async || {
        let path = format!("systemusers({megan})?$select=azurestate,azuredeletedon,isdisabled");
        env.get(&path).await.is(200).json
    };
    read(env.http.delete(&url)).await.is(204);
    let row = state().await;
    assert_eq!((&row["azurestate"], &row["isdisabled"]), (&json!(1), &json!(true)));
    assert!(row["azuredeletedon"].is_string());
    change(&env, MEGAN, json!({ "state": "exists" })).await.is(200);
    let row = state().await;
    assert_eq!((&row["azurestate"], &row["isdisabled"]), (&json!(0), &json!(false)));
    assert_eq!(row["azuredeletedon"], json!(null));
    read(env.http.delete(format!("{url}?permanently=true"))).await.is(204);
    assert_eq!(state().await["azurestate"], 2);
}

#[tokio::test]
async fn roles_marked_for_automatic_assignment_come_and_go_with_the_license() {
    let env = Env::start().await;
    let root = env.root().await;
    let role = env.new_role("Licensed", &root).await;
    env.patch(&format!("roles({role})"), json!({ "isautoassigned": 1 })).await.is(204);
    let megan = new_person(&env, MEGAN, 0).await;
    let roles = format!("systemusers({megan})/systemuserroles_association/$count");
    assert_eq!(env.get(&roles).await.text, "1");
    change(&env, MEGAN, json!({ "licensed": false })).await.is(200);
    assert_eq!(env.get(&roles).await.text, "0");
    env.switch(json!({ "license_assigns_roles": false })).await;
    change(&env, MEGAN, json!({ "licensed": true })).await.is(200);
    assert_eq!(env.get(&roles).await.text, "0");
}

#[tokio::test]
async fn managers_form_no_loop_and_access_modes_of_microsoft_are_not_for_the_taking() {
    let env = Env::start().await;
    let megan = new_person(&env, MEGAN, 0).await;
    let lee = new_person(&env, "leeg@contoso.onmicrosoft.com", 0).await;
    let bind = |user: &str| json!({ "parentsystemuserid@odata.bind": format!("/systemusers({user})") });
    env.patch(&format!("systemusers({megan})"), bind(&lee)).await.is(204);
    env.patch(&format!("systemusers({lee})"), bind(&megan)).await.refused(400, "0x80041d24");
    env.patch(&format!("systemusers({lee})"), bind(&lee)).await.refused(400, "0x80041d24");
    for mode in [3, 5] {
        env.patch(&format!("systemusers({lee})"), json!({ "accessmode": mode }))
            .await
            .refused(501, "emulator.unsupported");
    }
    env.patch(&format!("systemusers({lee})"), json!({ "accessmode": 4 })).await.is(204);
    let me = env.me().await;
    env.patch(&format!("systemusers({me})"), json!({ "accessmode": 0 })).await.refused(400, "0x80041d48");
}

#[tokio::test]
async fn a_tenant_administrator_without_a_license_only_administers() {
    let env = Env::start().await;
    let person = seed_ids::PEOPLE[20];
    change(&env, person.object_id, json!({ "tenant_admin": true })).await.is(200);
    let row =
        env.get(&format!("systemusers(azureactivedirectoryobjectid={})", person.object_id)).await.is(200);
    assert_eq!((&row.json["accessmode"], &row.json["setupuser"]), (&json!(1), &json!(true)));
    assert_eq!((&row.json["isdisabled"], &row.json["islicensed"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn only_members_of_the_environments_security_group_are_users() {
    let env = Env::start().await;
    let group = seed_ids::GROUPS[0];
    let (inside, outside) = (seed_ids::PEOPLE[group.members[0]], seed_ids::PEOPLE[10]);
    let user = new_person(&env, MEGAN, 0).await;
    env.switch(json!({ "environment_security_group": group.object_id })).await;
    assert_eq!(flags(&env, &user).await, (true, true));
    new_person(&env, inside.user_principal_name, 0).await;
    env.post("systemusers", json!({ "domainname": outside.user_principal_name }))
        .await
        .refused(400, "0x80041d4b");
    env.get(&format!("systemusers(azureactivedirectoryobjectid={})", outside.object_id))
        .await
        .refused(404, "0x80060891");
    env.switch(json!({ "environment_security_group": null })).await;
    assert_eq!(flags(&env, &user).await, (false, true));
}

#[tokio::test]
async fn a_user_who_only_reads_changes_nothing_whatever_the_roles() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = new_person(&env, MEGAN, 2).await;
    env.assign(&user, &env.role(ADMIN_TEMPLATE).await).await.is(204);
    let act = |method: reqwest::Method, path: &'static str| {
        env.request(method, path).header("MSCRMCallerID", user.clone())
    };
    read(act(reqwest::Method::GET, "roles?$select=name")).await.is(200);
    let body = json!({ "name": "X", "businessunitid@odata.bind": format!("/businessunits({root})") });
    read(act(reqwest::Method::POST, "roles").json(&body)).await.refused(403, "0x80040220");
}
