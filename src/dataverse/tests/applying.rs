//! What it costs to create and change many resources.

use futures::{StreamExt, stream};

use super::admin::Admin;
use super::emulator::{deployer, emulator, new_role};
use crate::dataverse::tables::Changes;
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
