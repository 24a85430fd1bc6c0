use serde_json::{Value, json};

use crate::support::{BASIC_TEMPLATE, Env, PORTAL, read};

fn view(name: &str) -> Value {
    json!({ "name": name, "returnedtypecode": "account", "querytype": 0,
        "fetchxml": "<fetch><entity name=\"account\"><attribute name=\"name\" /></entity></fetch>",
        "layoutxml": "<grid name=\"resultset\" />" })
}

#[tokio::test]
async fn a_personal_view_is_out_of_reach_even_for_an_administrator() {
    let mut env = Env::start().await;
    let basic = env.role(BASIC_TEMPLATE).await;
    let user = env.new_application_user(PORTAL, &env.root().await).await;
    env.assign(&user, &basic).await.is(204);
    let (deployer, me) = (env.token.clone(), env.me().await);
    env.sign_in(PORTAL, "portal-secret").await;
    let id = env.post("userqueries", view("Mine")).await.is(204).id();
    let path = format!("userqueries({id})");
    assert_eq!(env.get(&path).await.is(200).json["_ownerid_value"], json!(user));
    env.token = deployer;
    env.get(&path).await.refused(403, "0x80048306");
    assert_eq!(env.get("userqueries?$select=name").await.is(200).json["value"], json!([]));
    env.share("GrantAccess", ("userquery", &id), ("systemuser", &me), "ReadAccess")
        .await
        .refused(403, "0x80048306");

    // Acting as the owner it works; the view is then readable for whom it was shared with.
    let as_owner = |request: reqwest::RequestBuilder| read(request.header("MSCRMCallerID", &user));
    as_owner(env.request(reqwest::Method::GET, &path)).await.is(200);
    let by_entra = env.request(reqwest::Method::GET, &path);
    read(by_entra.header("CallerObjectId", "33333333-cccc-4ccc-8ccc-000000000005")).await.is(200);
    let body = json!({
        "Target": { "@odata.type": "Microsoft.Dynamics.CRM.userquery", "userqueryid": id },
        "PrincipalAccess": { "AccessMask": "ReadAccess, WriteAccess",
            "Principal": { "@odata.type": "#Microsoft.Dynamics.CRM.systemuser", "systemuserid": me } },
    });
    as_owner(env.request(reqwest::Method::POST, "GrantAccess").json(&body)).await.is(204);
    env.get(&path).await.is(200);
    env.patch(&path, json!({ "name": "Ours" })).await.is(204);
    env.delete(&path).await.refused(403, "0x80048306");
    let give = json!({ "ownerid@odata.bind": format!("/systemusers({me})") });
    env.patch(&path, give.clone()).await.refused(403, "0x80048306");
    as_owner(env.request(reqwest::Method::PATCH, &path).json(&give)).await.is(204);
    env.delete(&path).await.is(204);
}

#[tokio::test]
async fn a_personal_view_has_a_name_a_table_and_a_query() {
    let env = Env::start().await;
    for missing in ["name", "returnedtypecode", "fetchxml"] {
        let mut body = view("x");
        body.as_object_mut().unwrap().remove(missing);
        env.post("userqueries", body).await.refused(400, "0x80040200");
    }
    let mut body = view("x");
    body["returnedtypecode"] = "accounts".into();
    env.post("userqueries", body).await.refused(400, "0x80041102");
    let id = env.post("userqueries", view("x")).await.is(204).id();
    let path = format!("userqueries({id})");
    env.patch(&path, json!({ "statecode": 1, "statuscode": 2 })).await.is(204);
    env.patch(&path, json!({ "name": null })).await.refused(400, "0x80040200");
    env.patch(&path, json!({ "returnedtypecode": "contact" })).await.refused(501, "emulator.unsupported");
    let team = json!({ "name": "Desk", "businessunitid@odata.bind": format!("/businessunits({})", env.root().await) });
    let team = env.post("teams", team).await.is(204).id();
    let give = json!({ "ownerid@odata.bind": format!("/teams({team})") });
    env.patch(&path, give).await.refused(403, "0x80040299");
}

#[tokio::test]
async fn views_of_the_system_are_for_all_and_not_shared() {
    let env = Env::start().await;
    let list = env
        .get("savedqueries?$filter=returnedtypecode eq 'account'&$select=name&$orderby=name")
        .await
        .is(200);
    assert_eq!(list.json["value"][0]["name"], "Active Accounts");
    let shipped = list.json["value"][0]["savedqueryid"].as_str().unwrap().to_owned();
    let me = env.me().await;
    env.share("GrantAccess", ("savedquery", &shipped), ("systemuser", &me), "ReadAccess")
        .await
        .refused(400, "0x80040232");
    env.delete(&format!("savedqueries({shipped})")).await.refused(400, "0x8004f013");
    let id = env.post("savedqueries", view("Everybody's")).await.is(204).id();
    let path = format!("savedqueries({id})");
    env.patch(&path, json!({ "isdefault": true })).await.is(204);
    let row = env.get(&path).await.is(200).json;
    assert_eq!((&row["isdefault"], &row["iscustomizable"]["Value"]), (&json!(true), &json!(true)));
    env.delete(&path).await.is(204);
}
