//! Every operation against the emulator.

use dataverse_emulator::seed_ids::{
    DEPLOYER_CLIENT_ID, DEPLOYER_CLIENT_SECRET, POWERLESS_CLIENT_ID, POWERLESS_CLIENT_SECRET,
    SERVICE_PRINCIPALS, STRANGER_CLIENT_ID, STRANGER_CLIENT_SECRET, TENANT_ID,
};
use dataverse_emulator::{Emulator, Options};

use crate::dataverse::tables::business_unit::NewBusinessUnit;
use crate::dataverse::tables::role::{Inheritance, NewRole, RoleChanges};
use crate::dataverse::tables::role_privileges::Grant;
use crate::dataverse::tables::system_user::NewUser;
use crate::dataverse::tables::{Changes, Depth, Right, default_privileges};
use crate::dataverse::{
    AuthError, Client, Credential, ErrorKind, Id, Secret, Settings, parse_environment_url,
};

pub(super) async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.unwrap()
}

fn client(emulator: &Emulator, client_id: &str, secret: &'static str) -> Client {
    let credential = Credential::ClientSecret {
        tenant_id: TENANT_ID.into(),
        client_id: client_id.into(),
        client_secret: Secret::new(secret),
    };
    let mut settings = Settings::new(parse_environment_url(emulator.url()).unwrap(), credential);
    settings.authority_host = parse_environment_url(&emulator.authority_host()).unwrap();
    settings.extra_ca_pem = emulator.ca_pem().as_bytes().to_vec();
    Client::new(settings).unwrap()
}

pub(super) fn deployer(emulator: &Emulator) -> Client {
    client(emulator, DEPLOYER_CLIENT_ID, DEPLOYER_CLIENT_SECRET)
}

fn application(number: usize) -> Id {
    Id::parse(SERVICE_PRINCIPALS[number].client_id).unwrap()
}

pub(super) async fn new_role(client: &Client, name: &str) -> Id {
    let role = NewRole {
        id: Id::random(),
        name: name.into(),
        business_unit_id: client.business_units().all().await.unwrap().root().unwrap().id,
        description: Some("for a test".into()),
        applies_to: None,
        inheritance: Inheritance::DirectUserAndTeam,
        solution_unique_name: None,
    };
    client.roles().create(&role).await.unwrap();
    role.id
}

pub(super) async fn new_unit(client: &Client, name: &str, parent_id: Id) -> Id {
    let unit = NewBusinessUnit {
        id: Id::random(),
        name: name.into(),
        parent_id,
        is_disabled: false,
        texts: Changes::new(),
    };
    client.business_units().create(&unit).await.unwrap();
    unit.id
}

#[tokio::test]
async fn the_environment_and_the_caller_are_known() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let identity = client.environment().who_am_i().await.unwrap();
    let organization = client.environment().organization().await.unwrap();
    assert_eq!(organization.id, identity.organization_id);
    assert!(organization.version.starts_with("9.2"));
    assert!(!client.environment().settings().await.unwrap().ownership_across_business_units);
    let caller = client.environment().caller().await.unwrap().unwrap();
    assert_eq!(caller.application_id, Some(Id::parse(DEPLOYER_CLIENT_ID).unwrap()));
    assert_eq!(client.business_units().all().await.unwrap().root().unwrap().id, caller.business_unit_id);
    let roles = client.roles().all().await.unwrap();
    assert!(caller.role_ids.iter().all(|role| roles.get(*role).is_some()));
}

#[tokio::test]
async fn a_role_lives_from_creation_to_deletion() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let id = new_role(&client, "Invoice clerk").await;
    let roles = client.roles().all().await.unwrap();
    let role = roles.get(id).unwrap();
    assert!(role.is_original() && role.inheritance == Inheritance::DirectUserAndTeam);
    assert_eq!(roles.named("invoice CLERK").len(), 1);

    let changes =
        RoleChanges { name: Some("Clerk".into()), description: Some(None), ..RoleChanges::default() };
    client.roles().update(id, &changes).await.unwrap();
    let roles = client.roles().all().await.unwrap();
    assert_eq!((roles.get(id).unwrap().name.as_str(), &roles.get(id).unwrap().description), ("Clerk", &None));

    client.roles().delete(id).await.unwrap();
    client.roles().delete(id).await.unwrap();
    assert!(client.roles().all().await.unwrap().get(id).is_none());
    let error = client.roles().update(id, &changes).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn a_name_is_used_once_in_a_business_unit() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    new_role(&client, "Clerk").await;
    let again = NewRole {
        id: Id::random(),
        name: "clerk".into(),
        business_unit_id: client.environment().who_am_i().await.unwrap().business_unit_id,
        description: None,
        applies_to: None,
        inheritance: Inheritance::TeamOnly,
        solution_unique_name: None,
    };
    let error = client.roles().create(&again).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::RoleNameTaken { .. }), "{error}");
}

#[tokio::test]
async fn privileges_are_added_replaced_and_removed() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let id = new_role(&client, "Reader").await;
    let table = client.role_privileges();
    let start = table.get(id).await.unwrap().unwrap();
    assert!(start.iter().all(|grant| default_privileges::is_default(grant.privilege_id)));

    let catalogue = client.catalogue().all().await.unwrap();
    let read = catalogue.right("account", Right::Read).unwrap();
    assert!(read.allows(Depth::Global) && read.name.eq_ignore_ascii_case("prvReadAccount"));
    let grant = |depth| Grant { privilege_id: read.id, privilege_name: read.name.clone(), depth };
    table.add(id, &[grant(Depth::Basic)]).await.unwrap();
    table.add(id, &[grant(Depth::Deep)]).await.unwrap();
    let held = table.get(id).await.unwrap().unwrap();
    assert!(held.contains(&grant(Depth::Deep)) && held.len() == start.len() + 1);

    table.replace(id, &[grant(Depth::Global)]).await.unwrap();
    let held = table.get(id).await.unwrap().unwrap();
    let rest = held.iter().filter(|grant| !default_privileges::survives_replace(grant.privilege_id));
    assert_eq!(rest.collect::<Vec<_>>(), [&grant(Depth::Global)]);

    table.remove(id, read.id).await.unwrap();
    assert!(!table.get(id).await.unwrap().unwrap().iter().any(|grant| grant.privilege_id == read.id));
    assert!(table.get(Id::random()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_catalogue_knows_tables_privileges_and_what_was_meant() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let names = ["prvActOnBehalfOfAnotherUser", "PRVREADUSER"];
    let catalogue = client.catalogue().with_names(names).await.unwrap();
    assert!(names.iter().all(|name| catalogue.privilege(name).is_some()));
    assert!(catalogue.uses(catalogue.privilege(names[0]).unwrap().id).is_empty());
    assert_eq!(catalogue.right("systemuser", Right::Read).unwrap().name, "prvReadUser");
    assert_eq!(catalogue.similar_tables("acount")[0], "account");
    let catalogue = client.catalogue().with_names(["prvReadAcount"]).await.unwrap();
    assert!(catalogue.similar_privileges("prvReadAcount").contains(&"prvReadAccount"));
}

#[tokio::test]
async fn an_application_user_lives_from_creation_to_purge() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let (users, unit) =
        (client.system_users(), client.business_units().all().await.unwrap().root().unwrap().id);
    let (one, two) = (new_role(&client, "One").await, new_role(&client, "Two").await);
    let app = application(4);
    assert!(users.by_application(app).await.unwrap().is_none());

    let new = NewUser::application(app, unit);
    users.create(&new, &[one]).await.unwrap();
    let user = users.by_application(app).await.unwrap().unwrap();
    assert_eq!((user.id, user.role_ids.as_slice()), (new.id, [one].as_slice()));
    let entra = user.entra_object_id.unwrap();
    assert_eq!(users.by_entra_object(entra).await.unwrap().unwrap().id, new.id);
    let error = users.create(&NewUser::application(app, unit), &[]).await.unwrap_err();
    assert!(error.is_duplicate(), "{error}");

    users.update(new.id, Changes::new(), &[two], &[one]).await.unwrap();
    assert_eq!(users.get(new.id).await.unwrap().unwrap().role_ids, [two]);
    users.assign_role(new.id, two).await.unwrap();
    users.unassign_role(new.id, one).await.unwrap();
    assert_eq!(users.get(new.id).await.unwrap().unwrap().role_ids, [two]);

    users.update(new.id, Changes::new().set("isdisabled", true), &[], &[]).await.unwrap();
    assert!(users.get(new.id).await.unwrap().unwrap().is_disabled);
    users.delete(new.id).await.unwrap();
    assert!(users.get(new.id).await.unwrap().is_none());
    assert!(users.by_application(app).await.unwrap().is_none());
    assert_eq!(users.deleted_by_application(app).await.unwrap().unwrap().id, new.id);
    users.purge(new.id).await.unwrap();
    users.purge(new.id).await.unwrap();
    assert!(users.deleted_by_application(app).await.unwrap().is_none());
}

#[tokio::test]
async fn a_user_is_created_with_all_its_roles_or_not_at_all() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let unit = client.business_units().all().await.unwrap().root().unwrap().id;
    let new = NewUser::application(application(5), unit);
    let error = client.system_users().create(&new, &[Id::random()]).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(client.system_users().get(new.id).await.unwrap().is_none());
    let unknown = NewUser::application(Id::random(), unit);
    let error = client.system_users().create(&unknown, &[]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ApplicationUnknown { .. }), "{error}");
}

#[tokio::test]
async fn those_who_may_not_are_told_why() {
    let emulator = emulator().await;
    let stranger = client(&emulator, STRANGER_CLIENT_ID, STRANGER_CLIENT_SECRET);
    let error = stranger.environment().who_am_i().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotMember);
    let powerless = client(&emulator, POWERLESS_CLIENT_ID, POWERLESS_CLIENT_SECRET);
    let identity = powerless.environment().who_am_i().await.unwrap();
    let role = NewRole {
        id: Id::random(),
        name: "Mine".into(),
        business_unit_id: identity.business_unit_id,
        description: None,
        applies_to: None,
        inheritance: Inheritance::TeamOnly,
        solution_unique_name: None,
    };
    let error = powerless.roles().create(&role).await.unwrap_err();
    assert!(error.is_denied() && error.to_string().contains("prvCreateRole"), "{error}");
    let wrong = client(&emulator, DEPLOYER_CLIENT_ID, "wrong");
    let error = wrong.environment().who_am_i().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unauthenticated(AuthError::WrongSecret { .. })), "{error}");
}

#[tokio::test]
async fn the_emulator_knows_everything_the_client_says() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let ids: Vec<Id> = client.system_users().all().await.unwrap().into_iter().map(|user| user.id).collect();
    futures::future::join_all(ids.iter().map(|id| client.system_users().get(*id))).await;
    let roles = client.roles().all().await.unwrap();
    let reads = roles.originals().take(30).map(|role| client.role_privileges().get(role.id));
    assert!(futures::future::join_all(reads).await.iter().all(Result::is_ok));
    assert!(client.system_users().by_domain_name("o'brien@contoso.com").await.unwrap().is_empty());
    assert_eq!(emulator.refusals(), []);
}
