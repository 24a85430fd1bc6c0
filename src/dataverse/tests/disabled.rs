//! Roles of users that are disabled.

use dataverse_emulator::seed_ids::{PEOPLE, SERVICE_PRINCIPALS};
use serde_json::json as value;

use super::admin::Admin;
use super::emulator::{deployer, emulator, new_role, new_unit};
use super::stub::{Stub, done, json};
use crate::dataverse::tables::Changes;
use crate::dataverse::tables::system_user::{AccessMode, NewUser};
use crate::dataverse::{Client, ErrorKind, Id};

/// A disabled application user and a disabled person.
async fn disabled_users(client: &Client, role: Id) -> [Id; 2] {
    let unit = client.business_units().all().await.unwrap().root().unwrap().id;
    let application = Id::parse(SERVICE_PRINCIPALS[4].client_id).unwrap();
    let program = NewUser { is_disabled: true, ..NewUser::application(application, unit) };
    let person = NewUser {
        id: Id::random(),
        application_id: None,
        access_mode: AccessMode::ReadWrite,
        domain_name: Some(PEOPLE[1].user_principal_name.into()),
        entra_object_id: Some(Id::parse(PEOPLE[1].object_id).unwrap()),
        email: Some(PEOPLE[1].user_principal_name.into()),
        ..program.clone()
    };
    for user in [&program, &person] {
        client.system_users().create(user, &[role]).await.unwrap();
    }
    [program.id, person.id]
}

#[tokio::test]
async fn roles_of_a_disabled_user_change_at_once_and_it_stays_disabled() {
    let emulator = emulator().await;
    let admin = Admin::of(&emulator);
    let client = deployer(&emulator);
    let (one, two) = (new_role(&client, "One").await, new_role(&client, "Two").await);
    for id in disabled_users(&client, one).await {
        let users = client.system_users();
        admin.clear().await;
        users.update(id, Changes::new(), &[two], &[one]).await.unwrap();
        assert_eq!(admin.counters().await["batch"], 1);
        let user = users.get(id).await.unwrap().unwrap();
        assert!(user.is_disabled);
        assert_eq!(user.role_ids, [two]);

        // Disabled as well as wanted disabled.
        users.update(id, Changes::new().set("isdisabled", true), &[one], &[]).await.unwrap();
        let user = users.get(id).await.unwrap().unwrap();
        assert!(user.is_disabled && user.role_ids.len() == 2);

        users.update(id, Changes::new().set("isdisabled", false), &[], &[two]).await.unwrap();
        users.update(id, Changes::new().set("isdisabled", true), &[two], &[one]).await.unwrap();
        let user = users.get(id).await.unwrap().unwrap();
        assert!(user.is_disabled);
        assert_eq!(user.role_ids, [two]);
    }
    assert_eq!(emulator.refusals(), []);
}

#[tokio::test]
async fn a_disabled_user_moves_to_another_business_unit_with_its_roles() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let root = client.business_units().all().await.unwrap().root().unwrap().id;
    let sales = new_unit(&client, "Sales", root).await;
    let role = new_role(&client, "Clerk").await;
    let copy = client.roles().all().await.unwrap().copy_in(role, sales).unwrap().id;
    for id in disabled_users(&client, role).await {
        let users = client.system_users();
        let changes = Changes::new().lookup("businessunitid", "businessunits", Some(sales));
        users.update(id, changes, &[copy], &[]).await.unwrap();
        let user = users.get(id).await.unwrap().unwrap();
        assert!(user.is_disabled && user.business_unit_id == sales);
        assert_eq!(user.role_ids, [copy]);
    }
}

#[tokio::test]
async fn a_disabled_user_stays_disabled_when_a_role_was_there_or_does_not_exist() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let (one, two) = (new_role(&client, "One").await, new_role(&client, "Two").await);
    for id in disabled_users(&client, one).await {
        let users = client.system_users();
        users.update(id, Changes::new(), &[one, two], &[]).await.unwrap();
        let user = users.get(id).await.unwrap().unwrap();
        assert!(user.is_disabled && user.role_ids.len() == 2);
        let error = users.update(id, Changes::new(), &[Id::random()], &[one]).await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert!(users.get(id).await.unwrap().unwrap().is_disabled);
    }
}

#[tokio::test]
async fn a_disabled_user_is_not_enabled_where_it_may_be_given_roles() {
    let stub = Stub::start(|seen, _| {
        let rows = match seen.path.split('?').next().unwrap() {
            "systemusers" => {
                value!([{ "systemuserid": Id::from_u128(1), "_businessunitid_value": Id::from_u128(2), "isdisabled": true }])
            }
            "organizations" => {
                let setting = "AllowRoleAssignmentOnDisabledUsers";
                value!([{ "orgdborgsettings": format!("<OrgSettings><{setting}>true</{setting}></OrgSettings>") }])
            }
            _ => return done(),
        };
        json(200, value!({ "value": rows }).to_string())
    })
    .await;
    let client = stub.client();
    client.system_users().update(Id::from_u128(1), Changes::new(), &[Id::from_u128(3)], &[]).await.unwrap();
    let writes = stub.seen().into_iter().filter(|seen| seen.method != "GET" && !seen.is_token());
    let paths: Vec<String> = writes.map(|seen| seen.path).collect();
    assert_eq!(paths.len(), 1);
    assert!(paths[0].ends_with("/systemuserroles_association/$ref"), "{paths:?}");
}

#[tokio::test]
async fn a_refusal_about_a_disabled_user_does_not_say_whose_user_it_is() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let (one, two) = (new_role(&client, "One").await, new_role(&client, "Two").await);
    let [program, _] = disabled_users(&client, one).await;
    let error = client.system_users().assign_role(program, two).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::CallerDisabled { .. }), "{error}");
    assert!(!error.to_string().contains("provider's user"), "{error}");
}
