//! What it costs to create and change many resources.

use futures::{StreamExt, stream};

use serde_json::json as value;

use super::admin::Admin;
use super::emulator::{deployer, emulator, new_role, new_unit};
use super::stub::{Answer, Stub, json, refusal};
use crate::dataverse::tables::Changes;
use crate::dataverse::tables::role::{Inheritance, NewRole, Role, RoleChanges};
use crate::dataverse::tables::system_user::NewUser;
use crate::dataverse::{Client, Id};

/// What Terraform does at the same time unless told otherwise.
const PARALLELISM: usize = 10;

async fn each<T, Fut: Future<Output = ()>>(items: impl IntoIterator<Item = T>, work: impl Fn(T) -> Fut) {
    stream::iter(items).map(work).buffer_unordered(PARALLELISM).collect::<Vec<()>>().await;
}

/// Plans, creates and reads back an application user, as its resource does.
async fn apply_user(client: &Client, application: Id, unit: Id, role: Id) -> Id {
    let users = client.system_users();
    assert!(users.by_application(application).await.unwrap().is_none());
    assert!(users.deleted_by_application(application).await.unwrap().is_none());
    let new = NewUser::application(application, unit);
    users.create(&new, &[role]).await.unwrap();
    assert_eq!(users.get(new.id).await.unwrap().unwrap().role_ids, [role]);
    assert_eq!(users.by_application(application).await.unwrap().unwrap().id, new.id);
    new.id
}

#[tokio::test]
async fn creating_and_changing_200_users_reads_the_whole_table_of_users_only_a_few_times() {
    let emulator = emulator().await;
    let admin = Admin::of(&emulator);
    let applications: Vec<Id> = (0..200).map(|number| Id::from_u128(0x3000 + number)).collect();
    admin.add_applications(applications.iter().copied()).await;
    let client = deployer(&emulator);
    let unit = client.business_units().all().await.unwrap().root().unwrap().id;
    let (one, two) = (new_role(&client, "One").await, new_role(&client, "Two").await);
    admin.clear().await;

    let ids = std::sync::Mutex::new(Vec::new());
    each(&applications, |application| async {
        let id = apply_user(&client, *application, unit, one).await;
        ids.lock().unwrap().push(id);
    })
    .await;
    let ids = ids.into_inner().unwrap();
    each(&ids, |id| async {
        let users = client.system_users();
        users.get_fresh(*id).await.unwrap().unwrap();
        users.update(*id, Changes::new(), &[two], &[one]).await.unwrap();
        assert_eq!(users.get(*id).await.unwrap().unwrap().role_ids, [two]);
    })
    .await;
    let log = admin.log().await;
    let whole = log.iter().filter(|request| request.reads_all_users()).count();
    let queries = log.iter().filter(|request| request.queries("systemusers")).count();
    println!("USERS {whole} whole of {queries} queries, {} requests", log.len());
    assert!(whole <= 4, "{whole} readings of the whole table");
}

/// All roles and copies as this client sees them, by id.
async fn seen_by(client: &Client) -> Vec<Role> {
    let mut rows: Vec<Role> = client.roles().all().await.unwrap().iter().cloned().collect();
    rows.sort_by_key(|role| role.id);
    rows
}

fn role(name: &str, unit: Id) -> NewRole {
    NewRole {
        id: Id::random(),
        name: name.into(),
        business_unit_id: unit,
        description: Some("as it was".into()),
        applies_to: None,
        inheritance: Inheritance::TeamOnly,
        solution_unique_name: None,
    }
}

/// Creates, changes and deletes 60 roles in the root unit, which has `children`; returns how often all roles were
/// read and how often those of one original.
async fn readings_of_60_roles(children: u32) -> (usize, usize) {
    let emulator = emulator().await;
    let admin = Admin::of(&emulator);
    let client = deployer(&emulator);
    let unit = client.business_units().all().await.unwrap().root().unwrap().id;
    for number in 0..children {
        new_unit(&client, &format!("Unit {number}"), unit).await;
    }
    client.business_units().all().await.unwrap();
    admin.clear().await;

    let wanted: Vec<NewRole> = (0..60).map(|number| role(&format!("Role {number}"), unit)).collect();
    each(&wanted, |wanted| async {
        let roles = client.roles();
        assert!(roles.all().await.unwrap().named(&wanted.name).is_empty());
        roles.create(wanted).await.unwrap();
        assert_eq!(roles.all().await.unwrap().named(&wanted.name.to_uppercase())[0].id, wanted.id);
    })
    .await;
    assert_eq!(seen_by(&client).await, seen_by(&deployer(&emulator)).await);
    each(&wanted, |wanted| async {
        let changes = RoleChanges {
            name: Some(format!("{} of old", wanted.name)),
            description: Some(None),
            applies_to: Some(Some("clerks".into())),
            inheritance: Some(Inheritance::DirectUserAndTeam),
        };
        client.roles().update(wanted.id, &changes).await.unwrap();
        assert_eq!(client.roles().all().await.unwrap().get(wanted.id).unwrap().description, None);
    })
    .await;
    assert_eq!(seen_by(&client).await, seen_by(&deployer(&emulator)).await);
    each(&wanted[..30], |wanted| async {
        client.roles().delete(wanted.id).await.unwrap();
        assert!(client.roles().all().await.unwrap().get(wanted.id).is_none());
    })
    .await;
    assert_eq!(seen_by(&client).await, seen_by(&deployer(&emulator)).await);

    let log = admin.log().await;
    let of_one = |path: &str| path.contains("parentrootroleid") && path.contains("eq");
    let (one, all): (Vec<_>, Vec<_>) = log
        .iter()
        .filter(|request| request.queries("roles"))
        .partition(|request| request.path.split("$filter").nth(1).is_some_and(of_one));
    // Three are those of the clients that compare.
    println!("ROLES {} of all, {} of one", all.len() - 3, one.len());
    (all.len() - 3, one.len())
}

#[tokio::test]
async fn creating_changing_and_deleting_roles_reads_all_roles_once() {
    assert_eq!(readings_of_60_roles(0).await, (1, 0));
}

#[tokio::test]
async fn a_new_role_with_copies_is_read_by_itself() {
    assert_eq!(readings_of_60_roles(2).await, (1, 60));
}

#[tokio::test]
async fn a_role_is_read_again_after_a_write_that_was_refused_or_not_answered() {
    let unit = Id::from_u128(1);
    let stub = Stub::start(move |seen, before| match (seen.method.as_str(), before) {
        ("POST", 0) => refusal(400, "0x80041403"),
        ("POST", 1) => Answer::Cut,
        ("POST", _) => refusal(412, "0x80040237"),
        _ if seen.path.starts_with("businessunits") => {
            json(200, value!({ "value": [{ "businessunitid": unit, "name": "Contoso" }] }).to_string())
        }
        _ => json(200, value!({ "value": [] }).to_string()),
    })
    .await;
    let client = stub.client();
    client.business_units().all().await.unwrap();
    let readings = || stub.seen().iter().filter(|seen| seen.path.starts_with("roles?")).count();
    client.roles().all().await.unwrap();
    client.roles().create(&role("Clerk", unit)).await.unwrap_err();
    client.roles().all().await.unwrap();
    assert_eq!(readings(), 2);
    client.roles().create(&role("Clerk", unit)).await.unwrap();
    client.roles().all().await.unwrap();
    assert_eq!(readings(), 3);
    assert_eq!(stub.seen().last().unwrap().header("consistency"), Some("Strong"));
}
