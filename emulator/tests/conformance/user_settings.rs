use dataverse_emulator::seed_ids;
use serde_json::json;

use crate::support::{BASIC_TEMPLATE, Env, PORTAL};

#[tokio::test]
async fn settings_come_with_the_user_and_go_with_it() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let path = format!("usersettingscollection({user})");
    let row = env.get(&path).await.is(200).json;
    assert_eq!((&row["systemuserid"], &row["uilanguageid"]), (&json!(user), &json!(1033)));
    let body =
        json!({ "timezonecode": 110, "paginglimit": 100, "issendasallowed": true, "uilanguageid": 1033 });
    env.patch(&path, body).await.is(204);
    let row = env.get(&format!("{path}?$select=timezonecode,paginglimit,issendasallowed")).await.is(200).json;
    assert_eq!((&row["timezonecode"], &row["paginglimit"]), (&json!(110), &json!(100)));
    assert_eq!(row["issendasallowed"], true);
    let north = env.new_unit("North", &root).await;
    let bind = json!({ "businessunitid@odata.bind": format!("/businessunits({north})") });
    env.patch(&format!("systemusers({user})"), bind).await.is(204);
    assert_eq!(env.get(&path).await.json["_businessunitid_value"], json!(north));
    let disable = json!({ "isdisabled": true, "applicationid": PORTAL });
    env.patch(&format!("systemusers({user})"), disable).await.is(204);
    for _ in 0..2 {
        env.delete(&format!("systemusers({user})")).await.is(204);
    }
    env.get(&path).await.refused(404, "0x80040217");
}

#[tokio::test]
async fn settings_are_neither_created_nor_deleted_and_wrong_values_are_refused() {
    let env = Env::start().await;
    let path = format!("usersettingscollection({})", env.me().await);
    env.post("usersettingscollection", json!({ "timezonecode": 1 })).await.refused(400, "0x80040800");
    env.delete(&path).await.refused(400, "0x80040800");
    env.patch(&path, json!({ "timezonecode": null })).await.refused(400, "0x80040200");
    env.patch(&path, json!({ "timezonecode": "92" })).await.refused(400, "0x80048d19");
    env.patch(&path, json!({ "fullnameconventioncode": 9 })).await.refused(400, "0x8004431a");
    env.patch(&path, json!({ "uilanguageid": 1031 })).await.refused(501, "emulator.unsupported");
    env.patch(&path, json!({ "timezone": 92 })).await.refused(400, "0x80048d19");
}

#[tokio::test]
async fn whoever_may_write_in_its_unit_only_changes_no_settings_of_another_unit() {
    let mut env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let user = env.new_application_user(PORTAL, &root).await;
    env.assign(&user, &env.role(BASIC_TEMPLATE).await).await.is(204);
    let other = json!({ "domainname": seed_ids::PEOPLE[4].user_principal_name, "businessunitid@odata.bind": format!("/businessunits({north})") });
    let other = env.post("systemusers", other).await.is(204).id();
    env.sign_in(PORTAL, "portal-secret").await;
    let body = json!({ "paginglimit": 25 });
    env.patch(&format!("usersettingscollection({user})"), body.clone()).await.is(204);
    env.patch(&format!("usersettingscollection({other})"), body).await.refused(403, "0x80048306");
}
