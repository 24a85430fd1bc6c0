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

#[tokio::test]
async fn a_unit_keeps_addresses_and_business_data_within_their_lengths() {
    let env = Env::start().await;
    let root = env.root().await;
    let body = json!({
        "name": "North", "parentbusinessunitid@odata.bind": format!("/businessunits({root})"),
        "divisionname": "Sales", "costcenter": "4711", "creditlimit": 1500.5, "description": "Everything north",
        "emailaddress": "north@contoso.com", "websiteurl": "https://north.contoso.com", "tickersymbol": "CON",
        "address1_line1": "1 Main Street", "address1_city": "Oslo", "address1_county": "Oslo",
        "address1_latitude": 59.9, "address1_addresstypecode": 1, "address2_line3": "Back door",
        "address2_telephone3": "3", "address2_utcoffset": 60, "address2_postofficebox": "7", "utcoffset": 60
    });
    let unit = env.post("businessunits", body.clone()).await.is(204).id();
    let path = format!("businessunits({unit})");
    let row = env.get(&path).await.is(200).json;
    for (column, value) in body.as_object().unwrap().iter().filter(|(column, _)| !column.contains('@')) {
        assert_eq!(&row[column], value, "{column}");
    }
    for (column, max) in
        [("address1_city", 80), ("address2_postalcode", 20), ("costcenter", 100), ("tickersymbol", 10)]
    {
        env.patch(&path, json!({ column: "x".repeat(max) })).await.is(204);
        env.patch(&path, json!({ column: "x".repeat(max + 1) })).await.refused(400, "0x80044331");
    }
    env.patch(&path, json!({ "costcenter": null, "address2_line3": null })).await.is(204);
    assert_eq!(env.get(&path).await.json["costcenter"], json!(null));
    let currency = json!({ "transactioncurrencyid@odata.bind": format!("/transactioncurrencies({root})") });
    env.patch(&path, currency).await.refused(501, "emulator.unsupported");
}

#[tokio::test]
async fn the_root_stays_at_the_top_and_a_renamed_unit_renames_its_team() {
    let env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let bind = |unit: &str| json!({ "parentbusinessunitid@odata.bind": format!("/businessunits({unit})") });
    env.patch(&format!("businessunits({root})"), bind(&north)).await.refused(400, "0x80041d20");
    env.patch(&format!("businessunits({north})"), bind(&north)).await.refused(400, "0x80041d20");
    env.patch(&format!("businessunits({north})"), json!({ "parentbusinessunitid@odata.bind": null }))
        .await
        .refused(400, "0x80041d02");
    env.delete(&format!("businessunits({root})")).await.refused(400, "0x80041d60");
    env.patch(&format!("businessunits({root})"), json!({ "name": "Contoso Group" })).await.is(204);
    env.patch(&format!("businessunits({north})"), json!({ "name": "Norden" })).await.is(204);
    for (unit, name) in [(root, "Contoso Group"), (north, "Norden")] {
        let team = env.first(&format!("teams?$filter=_businessunitid_value eq {unit}&$select=name")).await;
        assert_eq!(team["name"], name);
    }
}

#[tokio::test]
async fn a_unit_with_the_last_administrators_cannot_be_disabled() {
    let env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let admins = "systemusers?$filter=systemuserroles_association/any(r:r/name eq 'System Administrator') and isdisabled eq false&$select=fullname";
    let list = env.get(admins).await.is(200).json["value"].as_array().unwrap().clone();
    let copy = format!("roles?$filter=name eq 'System Administrator' and _businessunitid_value eq {north}");
    let copy = env.first(&copy).await["roleid"].as_str().unwrap().to_owned();
    let keeper = env.me().await;
    for user in list.iter().map(|user| user["systemuserid"].as_str().unwrap()).filter(|id| *id != keeper) {
        let bind = json!({ "businessunitid@odata.bind": format!("/businessunits({north})") });
        env.patch(&format!("systemusers({user})"), bind).await.is(204);
        env.assign(user, &copy).await.is(204);
    }
    let bind = json!({ "businessunitid@odata.bind": format!("/businessunits({north})") });
    env.switch(json!({ "ownership_across_business_units": true })).await;
    let organization = env.first("organizations?$select=orgdborgsettings").await;
    let settings = organization["orgdborgsettings"].as_str().unwrap().replace(
        "</orgSettings>",
        "<DoNotRemoveRolesOnChangeBusinessUnit>true</DoNotRemoveRolesOnChangeBusinessUnit></orgSettings>",
    );
    let path = format!("organizations({})", organization["organizationid"].as_str().unwrap());
    env.patch(&path, json!({ "orgdborgsettings": settings })).await.is(204);
    env.patch(&format!("systemusers({keeper})"), bind).await.is(204);
    env.patch(&format!("businessunits({north})"), json!({ "isdisabled": true }))
        .await
        .refused(400, "0x80041d59");
}
