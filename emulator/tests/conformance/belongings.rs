use dataverse_emulator::{Options, seed_ids};
use serde_json::{Value, json};

use crate::support::{ADMIN_TEMPLATE, Env, PORTAL};

fn principal(kind: &str, key: &str, id: &str) -> Value {
    json!({ "ReassignPrincipal": { "@odata.type": format!("Microsoft.Dynamics.CRM.{kind}"), key: id } })
}

async fn new_team(env: &Env, name: &str, unit: &str, kind: i64) -> String {
    let bind = format!("/businessunits({unit})");
    let body = json!({ "name": name, "teamtype": kind, "businessunitid@odata.bind": bind });
    env.post("teams", body).await.is(204).id()
}

async fn give_role(env: &Env, path: &str, template: &str) {
    let role = format!("{}/api/data/v9.2/roles({})", env.emulator.url(), env.role(template).await);
    env.post(&format!("{path}/$ref"), json!({ "@odata.id": role })).await.is(204);
}

#[tokio::test]
async fn everything_a_user_owns_can_go_to_a_team_and_only_then_can_the_user_be_deleted() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    give_role(&env, &format!("systemusers({user})/systemuserroles_association"), ADMIN_TEMPLATE).await;
    let body = json!({ "name": "Fabrikam", "ownerid@odata.bind": format!("/systemusers({user})") });
    let account = env.post("accounts", body).await.is(204).id();
    let disable = json!({ "isdisabled": true, "applicationid": PORTAL });
    env.patch(&format!("systemusers({user})"), disable).await.is(204);
    env.delete(&format!("systemusers({user})")).await.refused(400, "0x80040227");
    let team = new_team(&env, "Keepers", &root, 0).await;
    give_role(&env, &format!("teams({team})/teamroles_association"), ADMIN_TEMPLATE).await;
    let path = format!("systemusers({user})/Microsoft.Dynamics.CRM.ReassignObjectsSystemUser");
    env.post(&path, principal("team", "teamid", &team)).await.is(204);
    let owner = env.get(&format!("accounts({account})?$select=_ownerid_value")).await.is(200).json;
    assert_eq!(owner["_ownerid_value"], json!(team));
    env.delete(&format!("systemusers({user})")).await.is(204);
    env.delete(&format!("teams({team})")).await.refused(400, "0x8004830e");
    let convert = format!("teams({team})/Microsoft.Dynamics.CRM.ConvertOwnerTeamToAccessTeam");
    env.delete(&format!("teams({team})/teamroles_association({})/$ref", env.role(ADMIN_TEMPLATE).await))
        .await
        .is(204);
    env.post(&convert, json!({})).await.refused(400, "0x80048337");
    env.delete(&format!("accounts({account})")).await.is(204);
    env.delete(&format!("teams({team})")).await.is(204);
}

#[tokio::test]
async fn wrong_receivers_are_refused() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let access = new_team(&env, "Deal room", &root, 1).await;
    let path = format!("systemusers({user})/Microsoft.Dynamics.CRM.ReassignObjectsSystemUser");
    env.post(&path, principal("systemuser", "systemuserid", &env.me().await)).await.is(204);
    env.post(&path, principal("team", "teamid", &access)).await.refused(400, "0x80048340");
    env.post(&path, principal("systemuser", "systemuserid", seed_ids::TENANT_ID))
        .await
        .refused(404, "0x80040217");
    env.post(&path, json!({})).await.refused(400, "0x80048d19");
}

#[tokio::test]
async fn rows_follow_their_team_into_another_unit_unless_that_is_turned_off() {
    let env = Env::with(Options { modern_business_units: true, ..Options::default() }).await;
    let root = env.root().await;
    let north = env.new_unit("North", &root).await;
    let team = new_team(&env, "Keepers", &root, 0).await;
    give_role(&env, &format!("teams({team})/teamroles_association"), ADMIN_TEMPLATE).await;
    let body = json!({ "name": "Fabrikam", "ownerid@odata.bind": format!("/teams({team})") });
    let account = env.post("accounts", body).await.is(204).id();
    let unit = async || {
        let path = format!("accounts({account})?$select=_owningbusinessunit_value");
        env.get(&path).await.is(200).json["_owningbusinessunit_value"].clone()
    };
    let bind = |unit: &str| json!({ "businessunitid@odata.bind": format!("/businessunits({unit})") });
    env.patch(&format!("teams({team})"), bind(&north)).await.is(204);
    assert_eq!(unit().await, json!(north));
    let organization = env.first("organizations?$select=orgdborgsettings").await;
    let settings = organization["orgdborgsettings"].as_str().unwrap().replace(
        "</orgSettings>",
        "<AlwaysMoveRecordToOwnerBusinessUnit>false</AlwaysMoveRecordToOwnerBusinessUnit></orgSettings>",
    );
    let path = format!("organizations({})", organization["organizationid"].as_str().unwrap());
    env.patch(&path, json!({ "orgdborgsettings": settings })).await.is(204);
    env.patch(&format!("teams({team})"), bind(&root)).await.is(204);
    assert_eq!(unit().await, json!(north));
    let unit = json!({ "businessunitid": north, "@odata.type": "Microsoft.Dynamics.CRM.businessunit" });
    let path = format!("teams({team})/Microsoft.Dynamics.CRM.SetParentTeam");
    env.post(&path, json!({ "BusinessUnit": unit, "DoNotMoveAllRecords": true }))
        .await
        .refused(501, "emulator.unsupported");
}
