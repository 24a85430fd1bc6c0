use serde_json::{Value, json};

use crate::support::{ADMIN_TEMPLATE, BASIC_TEMPLATE, Env, PORTAL};

async fn names(env: &Env, role: &str) -> Vec<(String, String)> {
    let reply = env.get(&format!("RetrieveRolePrivilegesRole(RoleId=@r)?@r={role}")).await.is(200);
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let list = reply.json["RolePrivileges"].as_array().unwrap();
    list.iter().map(|entry| (text(entry, "PrivilegeName"), text(entry, "Depth"))).collect()
}

fn action(role: &str, name: &str) -> String {
    format!("roles({role})/Microsoft.Dynamics.CRM.{name}")
}

#[tokio::test]
async fn replace_leaves_the_four_sharepoint_privileges_and_add_brings_them_back() {
    let env = Env::start().await;
    let role = env.new_role("Clerk", &env.root().await).await;
    let account = env.privilege("prvReadAccount").await;
    let list = |depth: &str| json!({ "Privileges": [{ "PrivilegeId": account, "Depth": depth }] });
    env.post(&action(&role, "AddPrivilegesRole"), list("Local")).await.is(204);
    assert_eq!(names(&env, &role).await.len(), 10);
    env.post(&action(&role, "AddPrivilegesRole"), list("Deep")).await.is(204);
    assert!(names(&env, &role).await.contains(&("prvReadAccount".to_owned(), "Deep".to_owned())));
    env.post(&action(&role, "ReplacePrivilegesRole"), list("Basic")).await.is(204);
    assert_eq!(names(&env, &role).await.len(), 5);
    let sticky = env.privilege("prvReadSharePointData").await;
    let body =
        json!({ "Privilege": { "@odata.type": "Microsoft.Dynamics.CRM.privilege", "privilegeid": sticky } });
    env.post(&action(&role, "RemovePrivilegeRole"), body).await.is(204);
    env.post(&action(&role, "ReplacePrivilegesRole"), list("Basic")).await.is(204);
    assert_eq!(names(&env, &role).await.len(), 4);
    env.post(&action(&role, "AddPrivilegesRole"), list("Basic")).await.is(204);
    assert_eq!(names(&env, &role).await.len(), 5);
    let rows = env
        .get(&format!(
            "roleprivilegescollection?$filter=roleid eq {role}&$select=privilegeid,privilegedepthmask"
        ))
        .await
        .is(200);
    assert_eq!(rows.json["value"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn wrong_entries_are_refused_with_their_codes() {
    let env = Env::start().await;
    let role = env.new_role("Clerk", &env.root().await).await;
    let account = env.privilege("prvReadAccount").await;
    let organization = env.privilege("prvReadOrganization").await;
    let send = |entries: Value| {
        let path = action(&role, "ReplacePrivilegesRole");
        let env = &env;
        async move { env.post(&path, json!({ "Privileges": entries })).await }
    };
    send(json!([{ "PrivilegeId": organization, "Depth": "Basic" }])).await.refused(400, "0x8004140b");
    send(json!([{ "PrivilegeId": "99999999-0000-4000-8000-000000000000", "Depth": "Basic" }]))
        .await
        .refused(400, "0x800404ce");
    let twice =
        json!([{ "PrivilegeId": account, "Depth": "Basic" }, { "PrivilegeId": account, "Depth": "Deep" }]);
    send(twice).await.refused(400, "0x8004140f");
    send(json!([{ "PrivilegeId": account, "Depth": "Everywhere" }])).await.refused(400, "0x80048d19");
    send(json!([{ "PrivilegeId": account, "Depth": "Basic", "Extra": 1 }])).await.refused(400, "0x80048d19");
    env.post(&action(&role, "RemovePrivilegeRole"), json!({ "PrivilegeId": account }))
        .await
        .refused(400, "0x80048d19");
    let admin = env.role(ADMIN_TEMPLATE).await;
    env.post(&action(&admin, "AddPrivilegesRole"), json!({ "Privileges": [] }))
        .await
        .refused(400, "0x80041d31");
    env.get("RetrieveRolePrivilegesRole(RoleId=99999999-0000-4000-8000-000000000000)")
        .await
        .refused(404, "0x80040217");
    env.switch(json!({ "act_on_behalf_is_frozen": true })).await;
    let act = env.privilege("prvActOnBehalfOfAnotherUser").await;
    send(json!([{ "PrivilegeId": act, "Depth": "Global" }])).await.refused(400, "0x8004ed43");
    env.switch(json!({ "act_on_behalf_is_frozen": false })).await;
    send(json!([{ "PrivilegeId": act, "Depth": "Global" }])).await.is(204);
}

#[tokio::test]
async fn the_administrator_holds_every_privilege_at_its_deepest_depth() {
    let env = Env::start().await;
    let held = names(&env, &env.role(ADMIN_TEMPLATE).await).await;
    let all = env.get("privileges?$apply=aggregate($count as n)").await.is(200).json["value"][0]["n"]
        .as_u64()
        .unwrap();
    assert_eq!(held.len() as u64, all);
    assert!(held.contains(&("prvReadUserQuery".to_owned(), "Basic".to_owned())));
    assert!(held.contains(&("prvReadnav_connection".to_owned(), "Global".to_owned())));
}

#[tokio::test]
async fn effective_privileges_of_a_user_can_be_asked_for() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    env.assign(&user, &env.role(BASIC_TEMPLATE).await).await.is(204);
    let of = |call: &str| format!("systemusers({user})/Microsoft.Dynamics.CRM.{call}");
    let list = async |call: &str| {
        env.get(&of(call)).await.is(200).json["RolePrivileges"].as_array().unwrap().clone()
    };
    assert!(list("RetrieveUserPrivileges").await.len() > 100);
    assert_eq!(
        list("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvReadUser')").await[0]["Depth"],
        "Global"
    );
    assert!(list("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvDeleteUser')").await.is_empty());
    let id = env.privilege("prvReadUser").await;
    assert_eq!(list(&format!("RetrieveUserPrivilegeByPrivilegeId(PrivilegeId={id})")).await.len(), 1);
    assert_eq!(
        list("RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=@p)?@p=[\"prvReadUser\",\"prvReadRole\"]")
            .await
            .len(),
        2
    );
    assert_eq!(list(&format!("RetrieveUserSetOfPrivilegesByIds(PrivilegeIds=@p)?@p=[{id}]")).await.len(), 1);
    env.get(&of("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvNothing')"))
        .await
        .refused(400, "0x80040203");
    env.get(&of("RetrieveAggregatedUserPrivileges()")).await.refused(501, "emulator.unsupported");
    env.switch(json!({ "old_role_privilege_shape": true })).await;
    assert!(list("RetrieveUserPrivileges").await[0].get("RecordFilterId").is_none());
}

#[tokio::test]
async fn metadata_maps_tables_to_privileges() {
    let env = Env::start().await;
    let one = env.get("EntityDefinitions(LogicalName='account')?$select=LogicalName,EntitySetName,ObjectTypeCode,OwnershipType,PrimaryIdAttribute,Privileges").await.is(200);
    assert_eq!((&one.json["EntitySetName"], &one.json["ObjectTypeCode"]), (&json!("accounts"), &json!(1)));
    let create = one.json["Privileges"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["Name"] == "prvCreateAccount")
        .unwrap()
        .clone();
    assert_eq!(create["PrivilegeId"], "d26fe964-230b-42dd-ad93-5cc879de411e");
    assert_eq!(create["PrivilegeType"], "Create");
    let all = env.get("EntityDefinitions?$select=LogicalName,Privileges").await.is(200);
    assert!(all.json["value"].as_array().unwrap().len() > 1000);
    let by_code =
        env.get("EntityDefinitions?$select=LogicalName&$filter=ObjectTypeCode eq 4230").await.is(200);
    assert_eq!(by_code.json["value"][0]["LogicalName"], "userquery");
    assert_eq!(env.get("EntityDefinitions(LogicalName='nothing')").await.status, 404);
}
