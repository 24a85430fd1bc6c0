use dataverse_emulator::{Options, seed_ids};
use serde_json::json;

use crate::support::{ADMIN_TEMPLATE, BASIC_TEMPLATE, Env, PORTAL, read};

#[tokio::test]
async fn an_application_user_gets_its_names_from_the_directory() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let row = env.get(&format!("systemusers({user})")).await.is(200);
    assert!(row.header("etag").starts_with("W/\""));
    assert_eq!(row.json["fullname"], "# Sales Portal");
    assert_eq!(row.json["azureactivedirectoryobjectid"], "33333333-cccc-4ccc-8ccc-000000000005");
    assert_eq!(row.json["accessmode"], 4);
    assert_eq!(row.json["ownerid"], json!(user));
    let again = json!({ "applicationid": PORTAL, "accessmode": 4 });
    env.post("systemusers", again).await.refused(400, "0x80041d2c");
    let unknown = json!({ "applicationid": "99999999-0000-4000-8000-000000000000", "accessmode": 4 });
    env.post("systemusers", unknown).await.refused(400, "0x8004f510");
}

#[tokio::test]
async fn an_application_user_is_deleted_in_two_steps_after_it_is_disabled() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let path = format!("systemusers({user})");
    env.assign(&user, &env.role(BASIC_TEMPLATE).await).await.is(204);
    env.delete(&path).await.refused(400, "0x80040203");
    env.patch(&path, json!({ "isdisabled": true })).await.refused(400, "0x80041d48");
    env.patch(&path, json!({ "isdisabled": true, "applicationid": PORTAL })).await.is(204);
    env.delete(&path).await.is(204);
    assert_eq!(env.get(&path).await.is(200).json["deletedstate"], 1);
    let roles = env.get(&format!("{path}/systemuserroles_association?$select=name")).await.is(200);
    assert_eq!(roles.json["value"], json!([]));
    let body = json!({ "applicationid": PORTAL, "accessmode": 4 });
    env.post("systemusers", body.clone()).await.refused(400, "0x80041d2c");
    env.delete(&path).await.is(204);
    env.get(&path).await.refused(404, "0x80040217");
    env.post("systemusers", body).await.is(204);
}

#[tokio::test]
async fn people_come_from_the_directory_and_only_with_a_license() {
    let env = Env::start().await;
    let create = |upn: &str| json!({ "domainname": format!("{upn}@contoso.onmicrosoft.com") });
    let user = env.post("systemusers", create("meganb")).await.is(204).id();
    let row =
        env.get(&format!("systemusers({user})?$select=fullname,islicensed,internalemailaddress")).await.json;
    assert_eq!((&row["fullname"], &row["islicensed"]), (&json!("Megan Bowen"), &json!(true)));
    env.post("systemusers", create("meganb")).await.refused(400, "0x80041d2c");
    env.post("systemusers", create("nobody")).await.refused(400, "0x80041d4b");
    env.post("systemusers", create("pradeepg")).await.refused(400, "0x8004d24b");
    env.delete(&format!("systemusers({user})")).await.refused(400, "0x80040800");
    for (column, code) in [("islicensed", "0x80041d4c"), ("issyncwithdirectory", "0x80041d4e")] {
        env.patch(&format!("systemusers({user})"), json!({ column: true })).await.refused(400, code);
    }
    let oid = json!({ "azureactivedirectoryobjectid": user });
    env.patch(&format!("systemusers({user})"), oid).await.refused(400, "0x80041d4f");
    env.patch(&format!("systemusers({user})"), json!({ "title": "x".repeat(129) }))
        .await
        .refused(400, "0x80044331");
    env.patch(&format!("systemusers({user})"), json!({ "accessmode": 9 })).await.refused(400, "0x8004431a");
}

#[tokio::test]
async fn at_most_seven_users_are_non_interactive() {
    let env = Env::start().await;
    for person in &seed_ids::PEOPLE[1..8] {
        let body = json!({ "domainname": person.user_principal_name, "accessmode": 4 });
        env.post("systemusers", body).await.is(204);
    }
    let body = json!({ "domainname": seed_ids::PEOPLE[8].user_principal_name, "accessmode": 4 });
    env.post("systemusers", body).await.refused(400, "0x8004b050");
}

#[tokio::test]
async fn addressing_a_person_by_the_entra_key_adds_the_user() {
    let env = Env::start().await;
    let oid = seed_ids::PEOPLE[2].object_id;
    let filter = format!("systemusers?$filter=azureactivedirectoryobjectid eq {oid}&$select=fullname");
    assert_eq!(env.get(&filter).await.json["value"], json!([]));
    env.switch(json!({ "just_in_time_users": false })).await;
    env.get(&format!("systemusers(azureactivedirectoryobjectid={oid})")).await.refused(404, "0x80060891");
    env.switch(json!({ "just_in_time_users": true })).await;
    env.get(&format!("systemusers(azureactivedirectoryobjectid={oid})")).await.is(200);
    assert_eq!(env.get(&filter).await.json["value"][0]["fullname"], "Alex Wilber");
}

#[tokio::test]
async fn a_move_to_another_unit_takes_the_roles() {
    let env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let user = env.new_application_user(PORTAL, &root).await;
    let roles = format!("systemusers({user})/systemuserroles_association?$select=name");
    let basic = env.role(BASIC_TEMPLATE).await;
    for by_action in [false, true] {
        env.assign(&user, &basic).await.is(204);
        if by_action {
            let unit =
                json!({ "businessunitid": north, "@odata.type": "Microsoft.Dynamics.CRM.businessunit" });
            let principal =
                json!({ "systemuserid": user, "@odata.type": "Microsoft.Dynamics.CRM.systemuser" });
            let path = format!("systemusers({user})/Microsoft.Dynamics.CRM.SetBusinessSystemUser");
            env.post(&path, json!({ "BusinessUnit": unit, "ReassignPrincipal": principal })).await.is(204);
        } else {
            let bind = json!({ "businessunitid@odata.bind": format!("/businessunits({north})") });
            env.patch(&format!("systemusers({user})"), bind).await.is(204);
        }
        assert_eq!(env.get(&roles).await.json["value"], json!([]));
        let teams = env.get(&format!("systemusers({user})/teammembership_association?$select=name")).await;
        assert_eq!(teams.json["value"][0]["name"], "North");
        env.assign(&user, &basic).await.refused(400, "0x80041409");
        let back = json!({ "businessunitid@odata.bind": format!("/businessunits({root})") });
        env.patch(&format!("systemusers({user})"), back).await.is(204);
    }
}

#[tokio::test]
async fn modern_units_allow_the_role_copy_of_any_unit_and_may_keep_roles_on_a_move() {
    let env = Env::with(Options { modern_business_units: true, ..Options::default() }).await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let user = env.new_application_user(PORTAL, &north).await;
    env.assign(&user, &env.role(BASIC_TEMPLATE).await).await.is(204);
    let organization = env.first("organizations?$select=orgdborgsettings").await;
    let settings = organization["orgdborgsettings"].as_str().unwrap();
    assert!(settings.contains("<EnableOwnershipAcrossBusinessUnits>true<"));
    let more = settings.replace(
        "</orgSettings>",
        "<DoNotRemoveRolesOnChangeBusinessUnit>true</DoNotRemoveRolesOnChangeBusinessUnit></orgSettings>",
    );
    let path = format!("organizations({})", organization["organizationid"].as_str().unwrap());
    env.patch(&path, json!({ "orgdborgsettings": more, "name": "ignored" })).await.is(204);
    let bind = json!({ "businessunitid@odata.bind": format!("/businessunits({root})") });
    env.patch(&format!("systemusers({user})"), bind).await.is(204);
    let roles = env.get(&format!("systemusers({user})/systemuserroles_association?$select=name")).await;
    assert_eq!(roles.json["value"][0]["name"], "Basic User");
    let setting = env
        .post("GetOrgDbOrgSetting", json!({ "SettingName": "DoNotRemoveRolesOnChangeBusinessUnit" }))
        .await;
    assert_eq!(setting.json["SettingValue"], "true");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let env = Env::start().await;
    let role = env.role(ADMIN_TEMPLATE).await;
    let admin = env
        .first(&format!("systemusers?$filter=domainname eq '{}'&$select=fullname", seed_ids::ADMIN_UPN))
        .await;
    let admin = admin["systemuserid"].as_str().unwrap();
    let pair = |user: &str| format!("systemusers({user})/systemuserroles_association({role})/$ref");
    env.delete(&pair(admin)).await.refused(400, "0x80041d64");
    env.patch(&format!("systemusers({admin})"), json!({ "isdisabled": true }))
        .await
        .refused(400, "0x80041d65");
    let system = env.first("systemusers?$filter=fullname eq 'SYSTEM'&$select=fullname").await;
    let system = format!("systemusers({})", system["systemuserid"].as_str().unwrap());
    env.patch(&system, json!({ "title": "x" })).await.refused(400, "0x80041d33");
}

#[tokio::test]
async fn updates_without_if_match_create_and_conditions_are_kept() {
    let env = Env::start().await;
    let id = "44444444-0000-4000-8000-000000000001";
    let path = format!("systemusers({id})");
    env.patch(&path, json!({ "applicationid": PORTAL })).await.refused(404, "0x80040217");
    let send = |header: &'static str, value: String| {
        read(env.request(reqwest::Method::PATCH, &path).header(header, value).json(&json!({ "title": "x" })))
    };
    let create = env.request(reqwest::Method::PATCH, &path).header("if-none-match", "null");
    let created =
        read(create.header("prefer", "return=representation").json(&json!({ "applicationid": PORTAL })))
            .await
            .is(201);
    assert_eq!(created.json["systemuserid"], id);
    assert_eq!(created.header("preference-applied"), "return=representation");
    send("if-none-match", "*".to_owned()).await.refused(412, "0x80040237");
    send("if-match", "W/\"1\"".to_owned()).await.refused(412, "0x80060882");
    let etag = env.get(&path).await.header("etag").to_owned();
    send("if-match", etag.clone()).await.is(204);
    read(env.request(reqwest::Method::GET, &path).header("if-none-match", etag)).await.is(200);
    let wrong = json!({ "domainnam": "x" });
    env.patch(&path, wrong).await.refused(400, "0x80048d19");
    env.patch(&path, json!({ "fullname": "x" })).await.refused(501, "emulator.unsupported");
}
