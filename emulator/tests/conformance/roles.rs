use serde_json::json;

use crate::support::{ADMIN_TEMPLATE, BASIC_TEMPLATE, Env, PORTAL, read};

#[tokio::test]
async fn a_new_role_has_nine_privileges_and_a_copy_in_every_unit_below() {
    let env = Env::start().await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let arctic = env.new_unit("Arctic", &north).await;
    let role = env.new_role("Invoice clerk", &root).await;
    let privileges = env.get(&format!("RetrieveRolePrivilegesRole(RoleId={role})")).await.is(200);
    let list = privileges.json["RolePrivileges"].as_array().unwrap();
    assert_eq!(list.len(), 9);
    assert!(list.iter().all(|entry| entry["Depth"] == "Global"));

    let copies = env.get(&format!("roles?$filter=_parentrootroleid_value eq {role}&$select=_businessunitid_value,_parentroleid_value")).await;
    assert_eq!(copies.json["value"].as_array().unwrap().len(), 3);
    let copy = env
        .first(&format!(
            "roles?$filter=_parentrootroleid_value eq {role} and _businessunitid_value eq {arctic}"
        ))
        .await;
    let copy = copy["roleid"].as_str().unwrap();
    env.patch(&format!("roles({copy})"), json!({ "name": "x" })).await.refused(400, "0x80044152");
    env.delete(&format!("roles({copy})")).await.refused(400, "0x8004140c");
    env.patch(&format!("roles({role})"), json!({ "name": "Clerk" })).await.is(204);
    assert_eq!(env.get(&format!("roles({copy})?$select=name")).await.json["name"], "Clerk");
    env.delete(&format!("roles({role})")).await.is(204);
    env.get(&format!("roles({copy})")).await.refused(404, "0x80040217");
}

#[tokio::test]
async fn a_name_is_unique_in_its_unit_only() {
    let env = Env::start().await;
    let root = env.root().await;
    let (north, south) = (env.new_unit("North", &root).await, env.new_unit("South", &root).await);
    env.new_role("Clerk", &north).await;
    let body = |unit: &str| json!({ "name": "clerk", "businessunitid@odata.bind": format!("/businessunits({unit})") });
    env.post("roles", body(&north)).await.refused(400, "0x80041403");
    env.post("roles", body(&south)).await.is(204);
    env.post("roles", json!({ "name": "Other" })).await.refused(400, "0x80041406");
    env.post("roles", json!({ "businessunitid@odata.bind": format!("/businessunits({root})") }))
        .await
        .refused(400, "0x80041407");
    let long =
        json!({ "name": "x".repeat(101), "businessunitid@odata.bind": format!("/businessunits({root})") });
    env.post("roles", long).await.refused(400, "0x80044331");
}

#[tokio::test]
async fn shipped_roles_are_protected() {
    let env = Env::start().await;
    let admin = env.role(ADMIN_TEMPLATE).await;
    env.patch(&format!("roles({admin})"), json!({ "description": "x" })).await.refused(400, "0x80041d31");
    env.delete(&format!("roles({admin})")).await.refused(400, "0x80041d2e");
    let customizer = env.role("119f245c-3cc8-4b62-b31c-d1a046ced15d").await;
    env.delete(&format!("roles({customizer})")).await.refused(400, "0x80041d4a");
    let basic = env.role(BASIC_TEMPLATE).await;
    env.delete(&format!("roles({basic})")).await.refused(400, "0x80041d5a");
    env.delete("roles(d58407f2-48d5-e711-a82c-000d3a37c848)").await.refused(400, "0x8004f013");
    env.patch("roles(d58407f2-48d5-e711-a82c-000d3a37c848)", json!({ "description": "x" }))
        .await
        .refused(400, "0x8004f012");
    let reply = env.get(&format!("roles({basic})?$select=iscustomizable,canbedeleted")).await;
    assert_eq!(reply.json["iscustomizable"]["Value"], true);
    assert_eq!(reply.json["canbedeleted"]["Value"], false);
    for name in ["Salesperson", "Sales Manager"] {
        assert_eq!(env.first(&format!("roles?$filter=name eq '{name}'&$select=name")).await["name"], name);
    }
}

#[tokio::test]
async fn roles_are_assigned_and_removed_in_every_form() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let role = env.new_role("Clerk", &root).await;
    let base = format!("{}/api/data/v9.2", env.emulator.url());
    let list = format!("systemusers({user})/systemuserroles_association/$ref");
    let count = async || env.get(&list).await.is(200).json["value"].as_array().unwrap().len();

    env.assign(&user, &role).await.is(204);
    assert_eq!(env.get(&list).await.json["value"][0]["@odata.id"], json!(format!("{base}/roles({role})")));
    env.assign(&user, &role).await.is(204);
    env.delete(&format!("systemusers({user})/systemuserroles_association({role})/$ref")).await.is(204);
    assert_eq!(count().await, 0);
    env.delete(&format!("systemusers({user})/systemuserroles_association({role})/$ref")).await.is(204);
    env.post(
        &format!("roles({role})/systemuserroles_association/$ref"),
        json!({ "@odata.id": format!("{base}/systemusers({user})") }),
    )
    .await
    .is(204);
    env.delete(&format!("{list}?$id={base}/roles({role})")).await.is(204);
    assert_eq!(count().await, 0);
    let by_key = "systemusers(azureactivedirectoryobjectid=33333333-cccc-4ccc-8ccc-000000000005)/systemuserroles_association/$ref";
    env.post(by_key, json!({ "@odata.id": format!("{base}/roles({role})") })).await.is(204);
    assert_eq!(count().await, 1);
    let pairs = env.get(&format!("systemuserrolescollection?$filter=systemuserid eq {user}")).await.is(200);
    assert_eq!(pairs.json["value"][0]["roleid"], json!(role));

    env.post(&list, json!({ "@odata.id": format!("roles({role})") })).await.refused(400, "0x80048d19");
    let unknown = "99999999-0000-4000-8000-000000000000";
    env.post(&list, json!({ "@odata.id": format!("{base}/roles({unknown})") }))
        .await
        .refused(404, "0x80040217");
    env.switch(json!({ "duplicate_ref_is_ok": false, "delete_missing_pair_is_ok": false })).await;
    env.assign(&user, &role).await.refused(412, "0x80040237");
    env.delete(&format!("systemusers({user})/systemuserroles_association({role})/$ref")).await.is(204);
    env.delete(&format!("systemusers({user})/systemuserroles_association({role})/$ref"))
        .await
        .refused(404, "0x80040217");
}

#[tokio::test]
async fn nobody_grants_what_he_does_not_hold() {
    let mut env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let helper = env.new_role("Helper", &root).await;
    let mut list = Vec::new();
    for name in ["prvReadRole", "prvWriteRole", "prvAssignRole", "prvReadUser"] {
        list.push(json!({ "PrivilegeId": env.privilege(name).await, "Depth": "Global" }));
    }
    env.post(
        &format!("roles({helper})/Microsoft.Dynamics.CRM.AddPrivilegesRole"),
        json!({ "Privileges": list }),
    )
    .await
    .is(204);
    env.assign(&user, &helper).await.is(204);
    let admin = env.role(ADMIN_TEMPLATE).await;
    let account = env.privilege("prvReadAccount").await;
    env.sign_in(PORTAL, "portal-secret").await;
    let reply = env.assign(&user, &admin).await;
    reply.refused(403, "0x80048d3b");
    assert!(reply.message().contains("prvReadAccount"));
    let body = json!({ "Privileges": [{ "PrivilegeId": account, "Depth": "Basic" }] });
    env.post(&format!("roles({helper})/Microsoft.Dynamics.CRM.AddPrivilegesRole"), body)
        .await
        .refused(403, "0x80048d3b");
}

#[tokio::test]
async fn a_solution_must_exist_to_take_a_role() {
    let env = Env::start().await;
    let root = env.root().await;
    let send = |name: &'static str, solution: &'static str| {
        let body = json!({ "name": name, "businessunitid@odata.bind": format!("businessunits({root})") });
        read(
            env.request(reqwest::Method::POST, "roles")
                .header("MSCRM.SolutionUniqueName", solution)
                .json(&body),
        )
    };
    send("One", "Default").await.is(204);
    send("Two", "nowhere").await.refused(400, "0x80040203");
}
