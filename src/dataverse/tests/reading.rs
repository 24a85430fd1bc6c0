//! What a refresh of many resources costs.

use dataverse_emulator::seed_ids::PEOPLE;
use futures::{FutureExt, StreamExt, stream};
use serde_json::{Value, json as value};

use super::admin::Admin;
use super::emulator::{deployer, emulator, new_role};
use super::stub::{Answer, Seen, Stub, json};
use crate::dataverse::tables::role_privileges::Grant;
use crate::dataverse::tables::system_user::{AccessMode, NewUser};
use crate::dataverse::tables::{Changes, Depth, Right};
use crate::dataverse::{Client, Id};

/// Users and roles of the scenario.
const USERS: u128 = 200;
const ROLES: u128 = 20;
/// What Terraform reads at the same time unless told otherwise.
const PARALLELISM: usize = 10;

fn user_id(number: u128) -> Id {
    Id::from_u128(0x1000 + number)
}

fn role_id(number: u128) -> Id {
    Id::from_u128(0x2000 + number)
}

const UNIT: Id = Id::from_u128(1);

/// An environment of 200 application users with two roles each, and more rows of others.
fn environment(others: u128) -> impl Fn(&Seen, usize) -> Answer + Send + Sync {
    move |seen, _| {
        let path = seen.path.replace("%20", " ").replace("%22", "\"").replace("%5B", "[").replace("%5D", "]");
        let rows = if path == "$batch" {
            return batch(&seen.body);
        } else if path.starts_with("systemusers") {
            let wanted = |id: Id| !path.contains("PropertyValues") || path.contains(&id.to_string());
            let all = (0..USERS + others).map(user_id).filter(|id| wanted(*id)).collect::<Vec<_>>();
            if path.contains("systemuserid eq") {
                all.into_iter().filter(|id| path.contains(&id.to_string())).map(user).collect()
            } else if path.contains("$count") && all.len() > 1000 {
                let rows: Vec<Value> = all.iter().take(1000).map(|id| user(*id)).collect();
                let next = format!("https://{}/api/data/v9.2/next", seen.header("host").unwrap());
                return json(
                    200,
                    value!({ "value": rows, "@odata.count": all.len().min(5000), "@odata.nextLink": next })
                        .to_string(),
                );
            } else {
                all.into_iter().map(user).collect()
            }
        } else if path.starts_with("roles?") {
            (0..ROLES).map(|number| role(role_id(number))).collect()
        } else if path.starts_with("businessunits") {
            vec![value!({ "businessunitid": UNIT, "name": "Contoso" })]
        } else if path.starts_with("EntityDefinitions") {
            let privilege = value!({ "Name": "prvReadAccount", "PrivilegeId": UNIT, "PrivilegeType": "Read", "CanBeGlobal": true });
            vec![value!({ "LogicalName": "account", "Privileges": [privilege] })]
        } else if path.starts_with("RetrieveRolePrivilegesRole") {
            return json(200, privileges());
        } else {
            Vec::new()
        };
        json(200, value!({ "value": rows }).to_string())
    }
}

fn user(id: Id) -> Value {
    let roles = [value!({ "roleid": role_id(0) }), value!({ "roleid": role_id(1) })];
    value!({ "systemuserid": id, "_businessunitid_value": UNIT, "accessmode": 4, "systemuserroles_association": roles })
}

fn role(id: Id) -> Value {
    value!({ "roleid": id, "name": "Clerk", "_businessunitid_value": UNIT, "_parentrootroleid_value": id, "ismanaged": false })
}

fn privileges() -> String {
    let grant = value!({ "Depth": "Global", "PrivilegeId": UNIT, "PrivilegeName": "prvReadAccount" });
    value!({ "RolePrivileges": [grant] }).to_string()
}

fn batch(body: &str) -> Answer {
    let part =
        format!("--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n", privileges());
    let text = format!("{}--b--\r\n", part.repeat(body.matches("\r\nGET ").count()));
    Answer::Say(200, "Content-Type: multipart/mixed; boundary=b\r\n".into(), text)
}

/// Reads users and roles as resources do, some at a time.
async fn refresh(client: &Client, users: &[Id], roles: &[Id]) {
    let users = users.iter().map(|id| read_user(client, *id).boxed());
    let roles = roles.iter().map(|id| read_role(client, *id).boxed());
    stream::iter(users.chain(roles)).buffer_unordered(PARALLELISM).collect::<Vec<()>>().await;
}

fn all_users() -> Vec<Id> {
    (0..USERS).map(user_id).collect()
}

fn all_roles() -> Vec<Id> {
    (0..ROLES).map(role_id).collect()
}

async fn read_user(client: &Client, id: Id) {
    let user = client.system_users().get(id).await.unwrap().unwrap();
    assert_eq!((user.id, user.role_ids.len()), (id, 2));
    assert!(client.roles().all().await.unwrap().get(user.role_ids[0]).is_some());
    assert!(client.business_units().all().await.unwrap().get(user.business_unit_id).is_some());
}

async fn read_role(client: &Client, id: Id) {
    let catalogue = client.catalogue().all().await.unwrap();
    let grants = client.role_privileges().get(id).await.unwrap().unwrap();
    let read = catalogue.right("account", Right::Read).unwrap();
    assert!(grants.iter().any(|grant| grant.privilege_id == read.id));
    assert!(client.roles().all().await.unwrap().get(id).is_some());
}

#[tokio::test]
async fn a_refresh_of_200_users_and_20_roles_costs_at_most_nine_requests() {
    let stub = Stub::start(environment(50)).await;
    let client = stub.client();
    refresh(&client, &all_users(), &all_roles()).await;
    let seen = stub.seen();
    let paths: Vec<String> = seen.iter().map(|seen| format!("{} {:.60}", seen.method, seen.path)).collect();
    assert!(seen.len() <= 9, "{paths:#?}");
    refresh(&client, &all_users(), &all_roles()).await;
    assert_eq!(stub.seen().len(), seen.len(), "a second reading costs nothing");
}

#[tokio::test]
async fn in_a_large_environment_only_the_users_that_are_asked_for_are_read() {
    let stub = Stub::start(environment(60_000)).await;
    refresh(&stub.client(), &all_users(), &all_roles()).await;
    let seen = stub.seen();
    let users = seen.iter().filter(|seen| seen.path.starts_with("systemusers")).count();
    let pages = seen.iter().filter(|seen| seen.path == "next").count();
    assert!(users <= USERS as usize / PARALLELISM + 4, "{users} queries of users");
    assert_eq!(pages, 0);
}

#[tokio::test]
async fn a_single_user_is_read_alone_and_read_again_after_a_write() {
    let stub = Stub::start(environment(50)).await;
    let client = stub.client();
    let users = client.system_users();
    users.get(user_id(1)).await.unwrap();
    users.get(user_id(1)).await.unwrap();
    assert_eq!(stub.count("GET"), 1);
    assert!(!stub.seen().last().unwrap().path.contains("$count"));
    assert_eq!(stub.seen().last().unwrap().header("consistency"), None);
    users.assign_role(user_id(1), role_id(1)).await.unwrap();
    users.get(user_id(1)).await.unwrap();
    assert_eq!(stub.seen().last().unwrap().header("consistency"), Some("Strong"));
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    let stub = Stub::start(environment(0)).await;
    let nobody = Id::from_u128(0xffff);
    assert!(stub.client().system_users().get(nobody).await.unwrap().is_none());
}

#[tokio::test]
async fn people_asked_for_by_name_share_one_query_whatever_the_case_and_absence_is_kept() {
    let stub = Stub::start(|seen, before| {
        // Nina appears after she was asked for once.
        let mut people = vec!["Ada@contoso.com", "o'brien@contoso.com"];
        people.extend((before > 0).then_some("nina@contoso.com"));
        let asked = |name: &&str| seen.path.replace("%27", "'").to_lowercase().contains(&name.to_lowercase().replace('\'', "''"));
        let row = |name| value!({ "systemuserid": Id::random(), "_businessunitid_value": UNIT, "domainname": name });
        let rows: Vec<Value> = people.into_iter().filter(asked).map(row).collect();
        json(200, value!({ "value": rows }).to_string())
    })
    .await;
    let client = stub.client();
    let names: Vec<String> = (0..40).map(|number| format!("person{number}@contoso.com")).collect();
    let users = client.system_users();
    let strangers = names.iter().map(|name| users.by_domain_name(name));
    let known =
        ["ADA@contoso.com", "ada@Contoso.com", "O'Brien@contoso.com"].map(|name| users.by_domain_name(name));
    let (strangers, known) =
        futures::join!(futures::future::join_all(strangers), futures::future::join_all(known));
    assert!(strangers.into_iter().all(|found| found.unwrap().is_empty()));
    let counts: Vec<usize> = known.into_iter().map(|found| found.unwrap().len()).collect();
    assert_eq!(counts, [1, 1, 1]);
    assert_eq!(stub.count("GET"), 1);
    assert!(users.by_domain_name("nina@contoso.com").await.unwrap().is_empty());
    assert!(users.by_domain_name("Nina@contoso.com").await.unwrap().is_empty());
    assert_eq!(stub.count("GET"), 2);
    let found = users.by_domain_name_fresh("nina@contoso.com").await.unwrap();
    assert_eq!(found[0].domain_name.as_deref(), Some("nina@contoso.com"));
    assert_eq!(stub.seen().last().unwrap().header("consistency"), Some("Strong"));
    assert_eq!(users.by_domain_name("nina@contoso.com").await.unwrap(), found);
    assert_eq!(stub.count("GET"), 3);
}

#[tokio::test]
async fn a_person_created_by_us_is_found_by_name() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let users = client.system_users();
    let unit = client.business_units().all().await.unwrap().root().unwrap().id;
    let person = &PEOPLE[1];
    let new = NewUser {
        domain_name: Some(person.user_principal_name.into()),
        entra_object_id: Some(Id::parse(person.object_id).unwrap()),
        email: Some(person.user_principal_name.into()),
        access_mode: AccessMode::ReadWrite,
        application_id: None,
        ..NewUser::application(Id::NIL, unit)
    };
    let others: Vec<String> = (0..130).map(|number| format!("o'neil{number}@contoso.com")).collect();
    let absent = futures::future::join_all(others.iter().map(|name| users.by_domain_name(name))).await;
    assert!(absent.into_iter().all(|found| found.unwrap().is_empty()));
    assert!(users.by_domain_name(person.user_principal_name).await.unwrap().is_empty());
    users.create(&new, &[]).await.unwrap();
    assert_eq!(users.by_domain_name(&person.user_principal_name.to_uppercase()).await.unwrap()[0].id, new.id);
    users.update(new.id, Changes::new().set("title", "Clerk"), &[], &[]).await.unwrap();
    assert_eq!(
        users.by_domain_name(person.user_principal_name).await.unwrap()[0].title.as_deref(),
        Some("Clerk")
    );
    assert_eq!(emulator.refusals(), []);
}

#[tokio::test]
async fn the_emulator_counts_at_most_nine_requests_for_200_users_and_20_roles() {
    let emulator = emulator().await;
    let admin = Admin::of(&emulator);
    admin.add_applications((0..USERS).map(user_id)).await;

    let setup = deployer(&emulator);
    let unit = setup.business_units().all().await.unwrap().root().unwrap().id;
    let catalogue = setup.catalogue().all().await.unwrap();
    let read = catalogue.right("account", Right::Read).unwrap();
    let grant = Grant { privilege_id: read.id, privilege_name: read.name.clone(), depth: Depth::Global };
    let mut roles = Vec::new();
    for number in 0..ROLES {
        let role = new_role(&setup, &format!("Role {number}")).await;
        setup.role_privileges().add(role, std::slice::from_ref(&grant)).await.unwrap();
        roles.push(role);
    }
    let mut users = Vec::new();
    for number in 0..USERS {
        let user = NewUser::application(user_id(number), unit);
        setup.system_users().create(&user, &roles[..2]).await.unwrap();
        users.push(user.id);
    }

    admin.clear().await;
    refresh(&deployer(&emulator), &users, &roles).await;
    let counters = admin.counters().await;
    let total = counters["total"].as_u64().unwrap() + counters["token"].as_u64().unwrap();
    println!("TOTAL {counters:#}");
    assert!(total <= 9, "{counters:#}");
}
