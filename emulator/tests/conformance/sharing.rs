use serde_json::json;

use crate::support::{Env, PORTAL};

/// An account of the deployer and a user who may read and write accounts of his own.
async fn scene(env: &Env) -> (String, String) {
    let root = env.root().await;
    let role = env.new_role("Clerk", &root).await;
    let basic = [("prvReadAccount", "Basic"), ("prvWriteAccount", "Basic"), ("prvReadContact", "Basic")];
    env.add_privileges(&role, &basic).await;
    let user = env.new_application_user(PORTAL, &root).await;
    env.assign(&user, &role).await.is(204);
    (env.post("accounts", json!({ "name": "Fabrikam" })).await.is(204).id(), user)
}

#[tokio::test]
async fn a_share_lets_a_user_in_until_it_is_revoked() {
    let mut env = Env::start().await;
    let (account, user) = scene(&env).await;
    let (row, with) = (("account", account.as_str()), ("systemuser", user.as_str()));
    assert_eq!(env.shares(("accounts", &account)).await, json!([]));
    env.share("GrantAccess", row, with, "ReadAccess").await.is(204);
    env.share("GrantAccess", row, with, "WriteAccess, DeleteAccess").await.is(204);
    let shares = env.shares(("accounts", &account)).await;
    assert_eq!(
        shares,
        json!([{ "AccessMask": "ReadAccess, WriteAccess, DeleteAccess",
            "Principal": { "@odata.type": "#Microsoft.Dynamics.CRM.systemuser", "ownerid": user } }])
    );
    env.share("ModifyAccess", row, with, "WriteAccess,ReadAccess").await.is(204);
    assert_eq!(env.shares(("accounts", &account)).await[0]["AccessMask"], "ReadAccess, WriteAccess");
    env.switch(json!({ "grant_access_adds": false })).await;
    env.share("GrantAccess", row, with, "ReadAccess").await.is(204);
    assert_eq!(env.shares(("accounts", &account)).await[0]["AccessMask"], "ReadAccess");

    let deployer = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    env.get(&format!("accounts({account})")).await.is(200);
    assert_eq!(env.get("accounts?$select=name").await.json["value"][0]["name"], "Fabrikam");
    env.patch(&format!("accounts({account})"), json!({ "name": "x" })).await.refused(403, "0x80048306");
    env.token = deployer;
    env.revoke(row, with).await.is(204);
    env.revoke(row, with).await.is(204);
    assert_eq!(env.shares(("accounts", &account)).await, json!([]));
    env.sign_in(PORTAL, "portal-secret").await;
    env.get(&format!("accounts({account})")).await.refused(403, "0x80048306");
}

#[tokio::test]
async fn a_share_gives_nothing_without_the_privilege() {
    let mut env = Env::start().await;
    let (_, user) = scene(&env).await;
    let lead = env.post("leads", json!({ "lastname": "Lane" })).await.is(204).id();
    env.share("GrantAccess", ("lead", &lead), ("systemuser", &user), "ReadAccess").await.is(204);
    let path = format!(
        "systemusers({user})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@p1)?@p1={{'@odata.id':'leads({lead})'}}"
    );
    assert_eq!(env.get(&path).await.is(200).json["AccessRights"], "None");
    env.sign_in(PORTAL, "portal-secret").await;
    env.get(&format!("leads({lead})")).await.refused(403, "0x80040220");
}

#[tokio::test]
async fn a_share_without_the_privilege_can_be_refused() {
    let env = Env::start().await;
    let (account, user) = scene(&env).await;
    let lead = env.post("leads", json!({ "lastname": "Lane" })).await.is(204).id();
    env.switch(json!({ "share_needs_privilege": true })).await;
    for action in ["GrantAccess", "ModifyAccess"] {
        let refused = env.share(action, ("lead", &lead), ("systemuser", &user), "ReadAccess").await;
        refused.refused(403, "0x80040231");
        assert!(refused.message().contains("prvReadLead"), "{}", refused.text);
        env.share(action, ("account", &account), ("systemuser", &user), "ReadAccess").await.is(204);
    }
}

#[tokio::test]
async fn rows_below_a_shared_row_are_shared() {
    let mut env = Env::start().await;
    let (account, user) = scene(&env).await;
    let body =
        json!({ "lastname": "Lane", "parentcustomerid_account@odata.bind": format!("/accounts({account})") });
    let contact = env.post("contacts", body).await.is(204).id();
    env.share("GrantAccess", ("account", &account), ("systemuser", &user), "ReadAccess").await.is(204);
    assert_eq!(env.shares(("contacts", &contact)).await, json!([]));
    env.sign_in(PORTAL, "portal-secret").await;
    env.get(&format!("contacts({contact})")).await.is(200);
}

#[tokio::test]
async fn teams_and_the_organization_take_shares() {
    let mut env = Env::start().await;
    let (account, user) = scene(&env).await;
    let root = env.root().await;
    let organization = env.get("WhoAmI").await.json["OrganizationId"].as_str().unwrap().to_owned();
    let body = json!({ "name": "Desk", "teamtype": 1, "businessunitid@odata.bind": format!("/businessunits({root})") });
    let team = env.post("teams", body).await.is(204).id();
    let member = json!({ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": user });
    env.post(&format!("teams({team})/Microsoft.Dynamics.CRM.AddMembersTeam"), json!({ "Members": [member] }))
        .await
        .is(204);
    env.share("GrantAccess", ("account", &account), ("team", &team), "ReadAccess").await.is(204);
    env.share("GrantAccess", ("account", &account), ("organization", &organization), "WriteAccess")
        .await
        .is(204);
    let of = |set: &str, id: &str| {
        format!(
            "{set}({id})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={{\"@odata.id\":\"{}/api/data/v9.2/accounts({account})\"}}",
            env.emulator.url()
        )
    };
    let rights = async |set: &str, id: &str| env.get(&of(set, id)).await.is(200).json["AccessRights"].clone();
    assert_eq!(rights("systemusers", &user).await, "ReadAccess, WriteAccess");
    assert_eq!(rights("organizations", &organization).await, "WriteAccess");
    assert_eq!(rights("teams", &team).await, "None");
    assert_eq!(
        rights("systemusers", &env.me().await).await,
        "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, CreateAccess, DeleteAccess, ShareAccess, AssignAccess"
    );
    let origin = async |principal: &str| {
        let path = format!(
            "RetrieveAccessOrigin(ObjectId=@o,LogicalName=@l,PrincipalId=@p)?@o={account}&@l='account'&@p={principal}"
        );
        env.get(&path).await.is(200).json["Response"].as_str().unwrap().to_owned()
    };
    assert_eq!(origin(&env.me().await).await, format!("PrincipalId is object owner ({})", env.me().await));
    assert!(origin(&user).await.contains(&team));
    env.delete(&format!("teams({team})")).await.is(204);
    assert_eq!(env.shares(("accounts", &account)).await.as_array().unwrap().len(), 1);
    env.sign_in(PORTAL, "portal-secret").await;
    env.get(&format!("accounts({account})")).await.refused(403, "0x80048306");
}

#[tokio::test]
async fn sharing_has_its_limits() {
    let mut env = Env::start().await;
    let (account, user) = scene(&env).await;
    let me = env.me().await;
    let row = ("account", account.as_str());
    env.share("GrantAccess", row, ("systemuser", &me), "ReadAccess").await.refused(400, "0x80040214");
    env.share("GrantAccess", row, ("contact", &user), "ReadAccess").await.refused(400, "0x80048346");
    env.share("GrantAccess", row, ("systemuser", &user), "EveryAccess").await.refused(400, "0x80048d19");
    env.share("GrantAccess", row, ("systemuser", &user), "CreateAccess").await.refused(400, "0x8004020d");
    env.share("ModifyAccess", row, ("systemuser", &user), "None").await.refused(400, "0x80048347");
    let nil = "00000000-0000-0000-0000-000000000000";
    env.share("GrantAccess", row, ("systemuser", nil), "ReadAccess").await.refused(400, "0x80048348");
    let role = env.new_role("Other", &env.root().await).await;
    env.share("GrantAccess", ("role", &role), ("systemuser", &user), "ReadAccess")
        .await
        .refused(400, "0x80040232");
    env.share("GrantAccess", ("product", &role), ("systemuser", &user), "ReadAccess")
        .await
        .refused(501, "emulator.unsupported");
    env.share("GrantAccess", ("account", &user), ("systemuser", &user), "ReadAccess")
        .await
        .refused(404, "0x80040217");
    for set in ["accounts", "contacts"] {
        let path =
            format!("RetrieveSharedPrincipalsAndAccess(Target=@p1)?@p1={{'@odata.id':'{set}({user})'}}");
        env.get(&path).await.refused(404, "0x80040217");
    }
    env.get("principalobjectaccessset").await.refused(501, "emulator.unsupported");

    // Whoever shares must hold the right to share, and what he passes on.
    env.share("GrantAccess", row, ("systemuser", &user), "ReadAccess, ShareAccess").await.is(204);
    let deployer = env.token.clone();
    env.sign_in(PORTAL, "portal-secret").await;
    env.share("GrantAccess", row, ("systemuser", &me), "ReadAccess").await.refused(403, "0x80040220");
    let portal = std::mem::replace(&mut env.token, deployer);
    let clerk =
        env.first("roles?$filter=name eq 'Clerk'&$select=name").await["roleid"].as_str().unwrap().to_owned();
    env.add_privileges(&clerk, &[("prvShareAccount", "Basic")]).await;
    let other = env.new_application_user("11111111-aaaa-4aaa-8aaa-000000000006", &env.root().await).await;
    env.token = portal;
    env.share("GrantAccess", row, ("systemuser", &other), "WriteAccess").await.refused(403, "0x80048306");
    env.share("GrantAccess", row, ("systemuser", &other), "ReadAccess").await.is(204);
    env.revoke(row, ("systemuser", &me)).await.refused(400, "0x80040223");
}
