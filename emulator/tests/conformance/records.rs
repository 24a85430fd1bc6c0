use serde_json::json;

use crate::support::{BASIC_TEMPLATE, Env, PORTAL};

/// A user in a unit below the root with a role of the given privileges at the given depth.
struct Clerk {
    user: String,
    unit: String,
    role: String,
}

async fn clerk(env: &Env, privileges: &[(&str, &str)]) -> Clerk {
    let root = env.root().await;
    let unit = env.new_unit("North", &root).await;
    let role = env.new_role("Clerk", &unit).await;
    env.add_privileges(&role, privileges).await;
    let user = env.new_application_user(PORTAL, &unit).await;
    env.assign(&user, &role).await.is(204);
    Clerk { user, unit, role }
}

#[tokio::test]
async fn a_row_belongs_to_its_creator_and_his_unit() {
    let env = Env::start().await;
    let (me, root) = (env.me().await, env.root().await);
    let account = env.post("accounts", json!({ "name": "Fabrikam" })).await.is(204).id();
    let row = env.get(&format!("accounts({account})")).await.is(200).json;
    assert_eq!((&row["_ownerid_value"], &row["_owninguser_value"]), (&json!(me), &json!(me)));
    assert_eq!((&row["_owningteam_value"], &row["_owningbusinessunit_value"]), (&json!(null), &json!(root)));
    assert_eq!((&row["statecode"], &row["statuscode"]), (&json!(0), &json!(1)));
    env.patch(&format!("accounts({account})"), json!({ "statecode": 1 })).await.is(204);
    assert_eq!(env.get(&format!("accounts({account})?$select=statuscode")).await.json["statuscode"], 2);
    let apart = json!({ "statecode": 0, "statuscode": 2 });
    env.patch(&format!("accounts({account})"), apart).await.refused(400, "0x80048408");
    let body = json!({ "firstname": "Ada", "lastname": "Lane", "parentcustomerid_account@odata.bind": format!("/accounts({account})") });
    let contact = env.post("contacts", body).await.is(204).id();
    let path = format!("contacts({contact})?$select=fullname&$expand=parentcustomerid_account($select=name)");
    let row = env.get(&path).await.is(200).json;
    assert_eq!(
        (&row["fullname"], &row["parentcustomerid_account"]["name"]),
        (&json!("Ada Lane"), &json!("Fabrikam"))
    );
    let task = json!({ "subject": "Call", "regardingobjectid_contact_task@odata.bind": format!("/contacts({contact})") });
    let task = env.post("tasks", task).await.is(204).id();
    env.delete(&format!("accounts({account})")).await.is(204);
    env.get(&format!("contacts({contact})")).await.refused(404, "0x80040217");
    env.get(&format!("tasks({task})")).await.refused(404, "0x80040217");
}

#[tokio::test]
async fn depths_decide_which_rows_a_user_reaches() {
    let mut env = Env::start().await;
    let clerk = clerk(
        &env,
        &[("prvReadAccount", "Local"), ("prvCreateAccount", "Basic"), ("prvWriteAccount", "Basic")],
    )
    .await;
    let at_root = env.post("accounts", json!({ "name": "Root" })).await.is(204).id();
    let other = env.new_application_user("11111111-aaaa-4aaa-8aaa-000000000006", &clerk.unit).await;
    env.assign(&other, &clerk.role).await.is(204);
    let owner = json!({ "name": "North", "ownerid@odata.bind": format!("/systemusers({other})") });
    let at_north = env.post("accounts", owner).await.is(204).id();
    env.sign_in(PORTAL, "portal-secret").await;
    let own = env.post("accounts", json!({ "name": "Own" })).await.is(204).id();
    let list = env.get("accounts?$select=name&$orderby=name").await.is(200);
    let names: Vec<_> =
        list.json["value"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names, [json!("North"), json!("Own")]);
    env.get(&format!("accounts({at_root})")).await.refused(403, "0x80048306");
    env.patch(&format!("accounts({at_north})"), json!({ "name": "x" })).await.refused(403, "0x80048306");
    env.patch(&format!("accounts({own})"), json!({ "name": "x" })).await.is(204);
    env.delete(&format!("accounts({own})")).await.refused(403, "0x80040220");
    env.post("contacts", json!({ "lastname": "x" })).await.refused(403, "0x80040220");
    let foreign = json!({ "name": "x", "ownerid@odata.bind": format!("/systemusers({other})") });
    env.post("accounts", foreign).await.refused(403, "0x80040220");
}

#[tokio::test]
async fn rows_of_a_team_are_those_of_its_members() {
    let mut env = Env::start().await;
    let clerk = clerk(&env, &[("prvReadAccount", "Basic")]).await;
    let body =
        json!({ "name": "Desk", "businessunitid@odata.bind": format!("/businessunits({})", clerk.unit) });
    let team = env.post("teams", body).await.is(204).id();
    let bind = json!({ "name": "Team row", "ownerid@odata.bind": format!("/teams({team})") });
    let reply = env.post("accounts", bind.clone()).await;
    reply.refused(403, "0x80040299");
    assert!(reply.message().contains("Principal team"), "{}", reply.message());
    let url = format!("{}/api/data/v9.2/roles({})", env.emulator.url(), clerk.role);
    env.post(&format!("teams({team})/teamroles_association/$ref"), json!({ "@odata.id": url })).await.is(204);
    let account = env.post("accounts", bind).await.is(204).id();
    let row = env.get(&format!("accounts({account})?$select=_owningteam_value,_owninguser_value")).await.json;
    assert_eq!((&row["_owningteam_value"], &row["_owninguser_value"]), (&json!(team), &json!(null)));
    env.delete(&format!("teams({team})")).await.refused(400, "0x8004830e");
    let path = format!("accounts({account})?$select=name");
    let deployer = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    env.get(&path).await.refused(403, "0x80048306");
    let portal = std::mem::replace(&mut env.token, deployer);
    let member = json!({ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": clerk.user });
    env.post(&format!("teams({team})/Microsoft.Dynamics.CRM.AddMembersTeam"), json!({ "Members": [member] }))
        .await
        .is(204);
    env.token = portal;
    env.get(&path).await.is(200);
}

#[tokio::test]
async fn assigning_needs_its_right_and_an_owner_who_can_read() {
    let mut env = Env::start().await;
    let root = env.root().await;
    let clerk = clerk(&env, &[("prvReadAccount", "Basic"), ("prvWriteAccount", "Global")]).await;
    let account = env.post("accounts", json!({ "name": "Fabrikam" })).await.is(204).id();
    let path = format!("accounts({account})");
    let contact = json!({ "lastname": "Lane", "parentcustomerid_account@odata.bind": format!("/{path}") });
    let contact = env.post("contacts", contact).await.is(204).id();
    let to = |user: &str| json!({ "ownerid@odata.bind": format!("/systemusers({user})") });
    let idle = env.new_application_user("11111111-aaaa-4aaa-8aaa-000000000006", &root).await;
    env.patch(&path, to(&idle)).await.refused(403, "0x80040299");
    env.patch(&path, to(&clerk.user)).await.refused(403, "0x80040299");
    env.add_privileges(&clerk.role, &[("prvReadContact", "Basic")]).await;
    env.patch(&path, to(&clerk.user)).await.is(204);
    let row = env.get(&format!("{path}?$select=_owningbusinessunit_value")).await.json;
    assert_eq!(row["_owningbusinessunit_value"], json!(clerk.unit));
    let row = env.get(&format!("contacts({contact})?$select=_ownerid_value")).await.json;
    assert_eq!(row["_ownerid_value"], json!(clerk.user));
    let back = json!({ "@odata.id": format!("{}/api/data/v9.2/systemusers({})", env.emulator.url(), env.me().await) });
    crate::support::read(env.request(reqwest::Method::PUT, &format!("{path}/ownerid/$ref")).json(&back))
        .await
        .is(204);
    let row = env.get(&format!("{path}?$select=_ownerid_value")).await.json;
    assert_eq!(row["_ownerid_value"], json!(env.me().await));
    env.patch(&path, to(&clerk.user)).await.is(204);
    let access = json!({ "name": "Access", "teamtype": 1, "businessunitid@odata.bind": format!("/businessunits({root})") });
    let access = env.post("teams", access).await.is(204).id();
    env.patch(&path, json!({ "ownerid@odata.bind": format!("/teams({access})") }))
        .await
        .refused(400, "0x80048340");
    let me = env.me().await;
    env.sign_in(PORTAL, "portal-secret").await;
    env.patch(&path, to(&me)).await.refused(403, "0x80040220");
}

#[tokio::test]
async fn rows_and_shares_survive_a_snapshot_and_not_a_reset() {
    let env = Env::start().await;
    let basic = env.role(BASIC_TEMPLATE).await;
    let user = env.new_application_user(PORTAL, &env.root().await).await;
    env.assign(&user, &basic).await.is(204);
    let contact = env.post("contacts", json!({ "lastname": "Lane" })).await.is(204).id();
    env.share("GrantAccess", ("contact", &contact), ("systemuser", &user), "ReadAccess").await.is(204);
    let snapshot = format!("{}/snapshot", env.emulator.admin_url());
    let document = crate::support::read(env.http.get(&snapshot)).await.is(200).json;
    env.http.post(format!("{}/reset", env.emulator.admin_url())).send().await.unwrap();
    env.get(&format!("contacts({contact})")).await.refused(404, "0x80040217");
    crate::support::read(env.http.put(&snapshot).json(&document)).await.is(204);
    let shares = env.shares(("contacts", &contact)).await;
    assert_eq!(shares[0]["Principal"]["ownerid"], json!(user));
    env.delete(&format!("contacts({contact})")).await.is(204);
    let document = crate::support::read(env.http.get(&snapshot)).await.is(200).json;
    assert_eq!(document["tables"]["principalobjectaccess"], json!([]));
}

#[tokio::test]
async fn a_lookup_needs_the_rights_to_append_on_both_sides() {
    let mut env = Env::start().await;
    let basic = [
        ("prvReadAccount", "Global"),
        ("prvReadContact", "Basic"),
        ("prvCreateContact", "Basic"),
        ("prvWriteContact", "Basic"),
    ];
    let clerk = clerk(&env, &basic).await;
    let account = env.post("accounts", json!({ "name": "Fabrikam" })).await.is(204).id();
    let body =
        json!({ "lastname": "Lane", "parentcustomerid_account@odata.bind": format!("/accounts({account})") });
    let deployer = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    let portal = env.token.clone();
    let refused = env.post("contacts", body.clone()).await;
    refused.refused(403, "0x80040220");
    assert!(refused.message().contains("prvAppendContact"), "{}", refused.message());
    env.token.clone_from(&deployer);
    env.add_privileges(&clerk.role, &[("prvAppendContact", "Basic"), ("prvAppendToAccount", "Basic")]).await;
    env.token.clone_from(&portal);
    env.post("contacts", body.clone()).await.refused(403, "0x80048306");
    env.token = deployer;
    env.share("GrantAccess", ("account", &account), ("systemuser", &clerk.user), "AppendToAccess")
        .await
        .is(204);
    env.token = portal;
    env.post("contacts", body).await.is(204);
}

#[tokio::test]
async fn what_is_created_for_somebody_belongs_to_him() {
    let env = Env::start().await;
    let me = env.me().await;
    let clerk = clerk(&env, &[("prvReadAccount", "Basic"), ("prvCreateAccount", "Basic")]).await;
    let create = env.request(reqwest::Method::POST, "accounts").header("MSCRMCallerID", &clerk.user);
    let account = crate::support::read(create.json(&json!({ "name": "Fabrikam" }))).await.is(204).id();
    let row = env.get(&format!("accounts({account})")).await.is(200).json;
    assert_eq!((&row["_ownerid_value"], &row["_createdby_value"]), (&json!(clerk.user), &json!(clerk.user)));
    assert_eq!(row["_createdonbehalfby_value"], json!(me));
}

#[tokio::test]
async fn the_previous_owner_keeps_a_share_when_the_organization_says_so() {
    let env = Env::start().await;
    let me = env.me().await;
    let clerk = clerk(&env, &[("prvReadAccount", "Basic")]).await;
    let organization = env.get("WhoAmI").await.json["OrganizationId"].as_str().unwrap().to_owned();
    for keeps in [false, true] {
        let setting = json!({ "sharetopreviousowneronassign": keeps });
        env.patch(&format!("organizations({organization})"), setting).await.is(204);
        let account = env.post("accounts", json!({ "name": "Fabrikam" })).await.is(204).id();
        let to = json!({ "ownerid@odata.bind": format!("/systemusers({})", clerk.user) });
        env.patch(&format!("accounts({account})"), to).await.is(204);
        let shares = env.shares(("accounts", &account)).await;
        assert_eq!(shares.as_array().unwrap().len(), usize::from(keeps));
        assert!(!keeps || shares[0]["Principal"]["ownerid"] == json!(me));
    }
}
