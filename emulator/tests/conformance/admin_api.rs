use dataverse_emulator::seed_ids;
use serde_json::{Value, json};

use crate::support::{Env, PORTAL, Reply, read};

/// Signs in for the admin API.
async fn admin_token(env: &Env, id: &str, secret: &str) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
        ("scope", "https://service.powerapps.com/.default"),
    ];
    let reply = env.token_request(seed_ids::TENANT_ID, &form).await.is(200);
    reply.json["access_token"].as_str().unwrap().to_owned()
}

async fn environment(env: &Env) -> String {
    let path =
        "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'";
    env.get(path).await.is(200).json["Detail"]["EnvironmentId"].as_str().unwrap().to_owned()
}

struct Admin<'e> {
    env: &'e Env,
    token: String,
    environment: String,
}

impl<'e> Admin<'e> {
    async fn of(env: &'e Env) -> Self {
        let token = admin_token(env, seed_ids::DEPLOYER_CLIENT_ID, seed_ids::DEPLOYER_CLIENT_SECRET).await;
        Self { env, token, environment: environment(env).await }
    }

    async fn post(&self, operation: &str, body: Value) -> Reply {
        let url = format!(
            "{}/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/{}/{operation}",
            self.env.emulator.url(),
            self.environment
        );
        read(self.env.http.post(url).bearer_auth(&self.token).json(&body)).await
    }

    async fn add_user(&self, object_id: &str) -> Reply {
        self.post("addUser?api-version=2023-06-01", json!({ "objectId": object_id })).await
    }
}

fn by_object_id(object_id: &str) -> String {
    format!("systemusers?$filter=azureactivedirectoryobjectid eq {object_id}&$select=fullname")
}

#[tokio::test]
async fn a_person_is_added_and_becomes_visible_after_a_while() {
    let env = Env::start().await;
    let admin = Admin::of(&env).await;
    let person = seed_ids::PEOPLE[5];
    admin.add_user(person.object_id).await.is(200);
    let query = by_object_id(person.object_id);
    assert_eq!(env.get(&query).await.is(200).json["value"], json!([]));
    assert_eq!(env.get(&query).await.json["value"][0]["fullname"], "Debra Berger");
    admin.add_user(person.object_id).await.is(200);
    assert_eq!(env.get(&query).await.json["value"].as_array().unwrap().len(), 1);

    env.switch(json!({ "added_user_hidden_reads": 3 })).await;
    let person = seed_ids::PEOPLE[6];
    admin.add_user(person.object_id).await.is(200);
    let query = by_object_id(person.object_id);
    for _ in 0..3 {
        assert_eq!(env.get(&query).await.json["value"], json!([]));
    }
    assert_eq!(env.get(&query).await.json["value"].as_array().unwrap().len(), 1);

    env.switch(json!({ "added_user_hidden_reads": 0 })).await;
    let person = seed_ids::PEOPLE[7];
    admin.add_user(person.object_id).await.is(200);
    assert_eq!(env.get(&by_object_id(person.object_id)).await.json["value"].as_array().unwrap().len(), 1);

    env.switch(json!({ "added_user_delay_ms": 3_600_000 })).await;
    let person = seed_ids::PEOPLE[8];
    admin.add_user(person.object_id).await.is(200);
    assert_eq!(env.get(&by_object_id(person.object_id)).await.json["value"], json!([]));
}

#[tokio::test]
async fn a_person_without_a_license_is_refused_and_one_whose_license_comes_late_for_a_while() {
    let env = Env::start().await;
    let admin = Admin::of(&env).await;
    let unlicensed = admin.add_user(seed_ids::PEOPLE[20].object_id).await;
    unlicensed.refused(400, "userNotLicensed");
    env.switch(json!({ "user_not_licensed_refusals": 2, "added_user_hidden_reads": 0 })).await;
    let person = seed_ids::PEOPLE[5].object_id;
    admin.add_user(person).await.refused(400, "userNotLicensed");
    admin.add_user(person).await.refused(400, "userNotLicensed");
    admin.add_user(person).await.is(200);
    assert_eq!(env.get(&by_object_id(person)).await.json["value"].as_array().unwrap().len(), 1);
    admin.add_user("99999999-0000-4000-8000-000000000000").await.refused(404, "UserNotFound");
}

#[tokio::test]
async fn an_application_is_added_as_system_administrator() {
    let env = Env::start().await;
    let admin = Admin::of(&env).await;
    let add = "addAppUser?api-version=2020-10-01";
    env.switch(json!({ "added_user_hidden_reads": 0 })).await;
    admin.post(add, json!({ "servicePrincipalAppId": PORTAL })).await.is(200);
    let path = format!(
        "systemusers?$filter=applicationid eq {PORTAL}&$select=fullname&$expand=systemuserroles_association($select=name)"
    );
    let user = env.first(&path).await;
    assert_eq!(user["fullname"], "# Sales Portal");
    assert_eq!(user["systemuserroles_association"][0]["name"], "System Administrator");
    let unknown = json!({ "servicePrincipalAppId": seed_ids::TENANT_ID });
    admin.post(add, unknown).await.refused(404, "ApplicationNotFound");
    env.switch(json!({ "added_application_is_administrator": false })).await;
    let other = seed_ids::SERVICE_PRINCIPALS[6].client_id;
    admin.post(add, json!({ "servicePrincipalAppId": other })).await.is(200);
    let user = env.first(&path.replace(PORTAL, other)).await;
    assert_eq!(user["systemuserroles_association"], json!([]));
}

#[tokio::test]
async fn tokens_are_good_for_the_service_they_were_issued_for_only() {
    let env = Env::start().await;
    let mut admin = Admin::of(&env).await;
    let token = std::mem::replace(&mut admin.token, env.token.clone());
    let person = seed_ids::PEOPLE[5].object_id;
    admin.add_user(person).await.refused(401, "AuthenticationFailed");
    read(env.http.get(format!("{}/api/data/v9.2/WhoAmI", env.emulator.url())).bearer_auth(token))
        .await
        .is(401);
    admin.token = admin_token(&env, seed_ids::POWERLESS_CLIENT_ID, seed_ids::POWERLESS_CLIENT_SECRET).await;
    let refused = admin.add_user(person).await;
    refused.refused(403, "Forbidden");
    assert!(refused.message().contains("does not have permission to access the path"));
}

#[tokio::test]
async fn wrong_environments_versions_and_operations_are_refused() {
    let env = Env::start().await;
    let mut admin = Admin::of(&env).await;
    let body = json!({ "objectId": seed_ids::PEOPLE[5].object_id });
    admin.post("addUser", body.clone()).await.refused(400, "MissingApiVersionParameter");
    admin.post("addUser?api-version=soon", body.clone()).await.refused(501, "emulator.unsupported");
    admin.post("addUser?api-version=2023-06-01", json!({})).await.refused(400, "InvalidRequestContent");
    admin.post("deleteUser?api-version=2023-06-01", body.clone()).await.refused(501, "emulator.unsupported");
    let organization = env.get("WhoAmI").await.json["OrganizationId"].as_str().unwrap().to_owned();
    admin.environment = organization;
    admin.post("addUser?api-version=2023-06-01", body).await.refused(404, "EnvironmentNotFound");
    let list = read(env.http.get(format!("{}/refusals", env.emulator.admin_url()))).await.is(200);
    assert!(list.text.contains("deleteUser"));
}
