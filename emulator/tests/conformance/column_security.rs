use serde_json::{Value, json};

use crate::support::{Env, PORTAL};

const ADMIN_PROFILE: &str = "572329c1-a042-4e22-be47-367c6374ea45";

/// A user who reads and writes contacts everywhere, and a contact with a salary.
async fn scene(env: &Env) -> (String, String) {
    let root = env.root().await;
    let role = env.new_role("Clerk", &root).await;
    let everywhere = ["prvReadContact", "prvWriteContact", "prvCreateContact", "prvReadActivity"]
        .map(|privilege| (privilege, "Global"));
    env.add_privileges(&role, &everywhere).await;
    let user = env.new_application_user(PORTAL, &root).await;
    env.assign(&user, &role).await.is(204);
    let contact = json!({ "lastname": "Lane", "new_salary": 4200.5, "jobtitle": "Clerk" });
    (env.post("contacts", contact).await.is(204).id(), user)
}

async fn new_profile(env: &Env, name: &str) -> String {
    env.post("fieldsecurityprofiles", json!({ "name": name, "description": "d" })).await.is(204).id()
}

fn permission(profile: &str, column: &str, allow: [u8; 3]) -> Value {
    json!({ "fieldsecurityprofileid@odata.bind": format!("/fieldsecurityprofiles({profile})"), "entityname": "contact",
        "attributelogicalname": column, "canread": allow[0], "cancreate": allow[1], "canupdate": allow[2] })
}

async fn link(env: &Env, profile: &str, navigation: &str, target: &str) -> crate::support::Reply {
    let url = format!("{}/api/data/v9.2/{target}", env.emulator.url());
    env.post(&format!("fieldsecurityprofiles({profile})/{navigation}/$ref"), json!({ "@odata.id": url }))
        .await
}

#[tokio::test]
async fn a_secured_column_is_null_for_whom_no_profile_lets_in() {
    let mut env = Env::start().await;
    let (contact, user) = scene(&env).await;
    let path = format!("contacts({contact})");
    assert_eq!(env.get(&path).await.json["new_salary"], json!(4200.5));
    let task = json!({ "subject": "Call", "regardingobjectid_contact_task@odata.bind": format!("/{path}") });
    env.post("tasks", task).await.is(204);
    let deployer = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    let portal = env.token.clone();
    let row = env.get(&format!("{path}?$select=new_salary,jobtitle")).await.is(200).json;
    assert_eq!((&row["new_salary"], &row["jobtitle"]), (&json!(null), &json!("Clerk")));
    assert_eq!(env.get("contacts?$filter=new_salary gt 1&$select=lastname").await.json["value"], json!([]));
    let over_lookup = "tasks?$filter=regardingobjectid_contact_task/new_salary gt 1&$select=subject";
    assert_eq!(env.get(over_lookup).await.is(200).json["value"], json!([]));
    env.get(&format!("{path}/new_salary")).await.is(204);
    let refused = env.patch(&path, json!({ "new_salary": 1 })).await;
    refused.refused(403, "0x8004f507");
    assert!(refused.message().contains("new_salary"), "{}", refused.message());
    env.post("contacts", json!({ "lastname": "x", "new_salary": 1 })).await.refused(403, "0x8004f502");
    env.patch(&path, json!({ "jobtitle": "Chief" })).await.is(204);

    env.token.clone_from(&deployer);
    let profile = new_profile(&env, "Salary readers").await;
    let salary =
        env.post("fieldpermissions", permission(&profile, "new_salary", [4, 0, 0])).await.is(204).id();
    link(&env, &profile, "systemuserprofiles_association", &format!("systemusers({user})")).await.is(204);
    env.token.clone_from(&portal);
    assert_eq!(env.get(&path).await.json["new_salary"], json!(4200.5));
    env.patch(&path, json!({ "new_salary": 1 })).await.refused(403, "0x8004f507");
    env.token.clone_from(&deployer);
    env.patch(&format!("fieldpermissions({salary})"), json!({ "canupdate": 4 })).await.is(204);
    env.token.clone_from(&portal);
    env.patch(&path, json!({ "new_salary": 1 })).await.is(204);
    env.token = deployer;
    env.delete(&format!("fieldsecurityprofiles({profile})")).await.is(204);
    env.get(&format!("fieldpermissions({salary})")).await.refused(404, "0x80040217");
    env.token = portal;
    assert_eq!(env.get(&path).await.json["new_salary"], json!(null));
}

#[tokio::test]
async fn members_of_a_team_have_its_profiles() {
    let mut env = Env::start().await;
    let (contact, user) = scene(&env).await;
    let root = env.root().await;
    let unit = format!("/businessunits({root})");
    let team =
        env.post("teams", json!({ "name": "Pay", "businessunitid@odata.bind": unit })).await.is(204).id();
    let access = json!({ "name": "Access", "teamtype": 1, "businessunitid@odata.bind": unit });
    let access = env.post("teams", access).await.is(204).id();
    let member = json!({ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": user });
    env.post(&format!("teams({team})/Microsoft.Dynamics.CRM.AddMembersTeam"), json!({ "Members": [member] }))
        .await
        .is(204);
    let profile = new_profile(&env, "Pay").await;
    env.post("fieldpermissions", permission(&profile, "new_salary", [4, 4, 4])).await.is(204);
    link(&env, &profile, "teamprofiles_association", &format!("teams({access})"))
        .await
        .refused(400, "0x80048331");
    link(&env, &profile, "teamprofiles_association", &format!("teams({team})")).await.is(204);
    let of_team = env.get(&format!("teams({team})/teamprofiles_association?$select=name")).await.is(200);
    assert_eq!(of_team.json["value"][0]["name"], "Pay");
    let pairs = env.get(&format!("teamprofilescollection?$filter=teamid eq {team}")).await.is(200);
    assert_eq!(pairs.json["value"][0]["fieldsecurityprofileid"], json!(profile));
    let deployer = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    assert_eq!(env.get(&format!("contacts({contact})")).await.json["new_salary"], json!(4200.5));
    let portal = std::mem::replace(&mut env.token, deployer);
    env.delete(&format!("fieldsecurityprofiles({profile})/teamprofiles_association({team})/$ref"))
        .await
        .is(204);
    env.token = portal;
    assert_eq!(env.get(&format!("contacts({contact})")).await.json["new_salary"], json!(null));
}

#[tokio::test]
async fn permissions_are_for_secured_columns_and_one_per_profile() {
    let env = Env::start().await;
    let profile = new_profile(&env, "Pay").await;
    env.post("fieldsecurityprofiles", json!({ "description": "x" })).await.refused(400, "0x80040200");
    env.post("fieldpermissions", permission(&profile, "jobtitle", [4, 0, 0]))
        .await
        .refused(400, "0x8004f508");
    env.post("fieldpermissions", permission(&profile, "nothing", [4, 0, 0])).await.refused(400, "0x80041103");
    env.post("fieldpermissions", permission(&profile, "new_salary", [1, 0, 0]))
        .await
        .refused(400, "0x8004431a");
    let id = env.post("fieldpermissions", permission(&profile, "new_salary", [4, 0, 0])).await.is(204).id();
    env.post("fieldpermissions", permission(&profile, "new_salary", [4, 0, 0]))
        .await
        .refused(412, "0x80040237");
    let path = format!(
        "fieldsecurityprofiles({profile})/lk_fieldpermission_fieldsecurityprofileid?$select=attributelogicalname,canread,canupdate"
    );
    let list = env.get(&path).await.is(200).json["value"].clone();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["canread"]), (1, &json!(4)));
    let other = json!({ "attributelogicalname": "jobtitle" });
    env.patch(&format!("fieldpermissions({id})"), other).await.refused(501, "emulator.unsupported");
    env.delete(&format!("fieldpermissions({id})")).await.is(204);
    let body = json!({ "name": "x" });
    let request = env.request(reqwest::Method::POST, "fieldsecurityprofiles");
    crate::support::read(request.header("MSCRM.SolutionUniqueName", "nowhere").json(&body))
        .await
        .refused(400, "0x80040203");
}

#[tokio::test]
async fn the_profile_of_administrators_holds_every_secured_column_and_stays() {
    let env = Env::start().await;
    let path = format!("fieldsecurityprofiles({ADMIN_PROFILE})");
    let columns = async || {
        let list = format!(
            "{path}/lk_fieldpermission_fieldsecurityprofileid?$select=attributelogicalname&$orderby=attributelogicalname"
        );
        let list = env.get(&list).await.is(200).json["value"].clone();
        list.as_array()
            .unwrap()
            .iter()
            .map(|row| row["attributelogicalname"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(columns().await, ["new_bankaccount", "new_creditrating", "new_salary"]);
    env.patch(&path, json!({ "name": "x" })).await.refused(400, "0x8004f50c");
    env.delete(&path).await.refused(400, "0x8004f50c");
    env.post("fieldpermissions", permission(ADMIN_PROFILE, "new_salary", [4, 4, 4]))
        .await
        .refused(400, "0x8004f50c");
    let me = env.me().await;
    let mine =
        env.get(&format!("systemusers({me})/systemuserprofiles_association?$select=name")).await.is(200);
    assert_eq!(mine.json["value"][0]["fieldsecurityprofileid"], ADMIN_PROFILE);
    let pairs = env.get(&format!("systemuserprofilescollection?$filter=systemuserid eq {me}")).await.is(200);
    assert_eq!(pairs.json["value"][0]["fieldsecurityprofileid"], ADMIN_PROFILE);
    env.delete(&format!("{path}/systemuserprofiles_association({me})/$ref")).await.refused(400, "0x8004f505");

    let attribute = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='jobtitle')";
    let mut definition = env.get(attribute).await.is(200).json;
    assert_eq!((&definition["IsSecured"], &definition["CanBeSecuredForRead"]), (&json!(false), &json!(true)));
    definition["IsSecured"] = true.into();
    let put = |path: &'static str, body: Value| {
        crate::support::read(
            env.request(reqwest::Method::PUT, path).header("MSCRM.MergeLabels", "true").json(&body),
        )
    };
    put(attribute, definition.clone()).await.is(204);
    env.post("PublishAllXml", json!({})).await.is(204);
    assert_eq!(columns().await.len(), 4);
    let profile = new_profile(&env, "Titles").await;
    env.post("fieldpermissions", permission(&profile, "jobtitle", [4, 0, 0])).await.is(204);
    definition["IsSecured"] = false.into();
    put(attribute, definition.clone()).await.is(204);
    assert_eq!(columns().await.len(), 3);
    env.patch(attribute, json!({ "IsSecured": true })).await.refused(405, "");
    definition["SchemaName"] = "Other".into();
    put(attribute, definition).await.refused(501, "emulator.unsupported");
    let name = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='fullname')";
    let mut definition = env.get(name).await.is(200).json;
    definition["IsSecured"] = true.into();
    put(name, definition).await.refused(400, "0x8004f501");
}

#[tokio::test]
async fn a_secured_column_of_one_row_can_be_shared() {
    let mut env = Env::start().await;
    let (contact, user) = scene(&env).await;
    let attribute = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='new_salary')?$select=MetadataId,IsSecured";
    let column = env.get(attribute).await.is(200).json["MetadataId"].clone();
    let share = |read: bool, update: bool| {
        json!({ "attributeid": column, "objectid_contact@odata.bind": format!("/contacts({contact})"),
            "principalid_systemuser@odata.bind": format!("/systemusers({user})"), "readaccess": read, "updateaccess": update })
    };
    const SET: &str = "principalobjectattributeaccessset";
    env.post(SET, share(false, false)).await.refused(400, "0x8004f509");
    let id = env.post(SET, share(true, false)).await.is(204).id();
    env.post(SET, share(true, true)).await.refused(400, "0x8004f50b");
    let filter = format!(
        "{SET}?$filter=attributeid eq {} and _principalid_value eq {user} and _objectid_value eq {contact}",
        column.as_str().unwrap()
    );
    assert_eq!(env.first(&filter).await["readaccess"], true);
    let none = json!({ "readaccess": false });
    env.patch(&format!("{SET}({id})"), none).await.refused(400, "0x8004f50a");
    let deployer = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    let path = format!("contacts({contact})");
    assert_eq!(env.get(&path).await.json["new_salary"], json!(4200.5));
    env.patch(&path, json!({ "new_salary": 1 })).await.refused(403, "0x8004f507");
    env.token = deployer;
    env.delete(&path).await.is(204);
    env.get(&format!("{SET}({id})")).await.refused(404, "0x80040217");
}
