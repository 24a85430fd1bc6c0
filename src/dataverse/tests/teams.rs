//! Business units and teams against the emulator.

use super::admin::Admin;
use super::emulator::{deployer, emulator, new_role, new_unit};
use crate::dataverse::tables::Changes;
use crate::dataverse::tables::team::{Exchange, MembershipType, NewTeam, TeamType};
use crate::dataverse::{Client, ErrorKind, Id};

async fn root(client: &Client) -> Id {
    client.business_units().all().await.unwrap().root().unwrap().id
}

fn team(name: &str, unit: Id) -> NewTeam {
    NewTeam {
        id: Id::random(),
        name: name.into(),
        team_type: TeamType::Owner,
        membership_type: MembershipType::MembersAndGuests,
        entra_group_id: None,
        business_unit_id: unit,
        administrator_id: None,
        description: Some("for a test".into()),
        email: None,
    }
}

#[tokio::test]
async fn the_copies_of_a_new_unit_are_found_at_once_and_gone_with_it() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let role = new_role(&client, "Clerk").await;
    assert!(client.roles().all().await.unwrap().get(role).is_some());
    let unit = new_unit(&client, "Sales", root(&client).await).await;
    let copy = client.roles().all().await.unwrap().copy_in(role, unit).unwrap().id;
    assert_ne!(copy, role);
    let units = client.business_units();
    let error = units.delete(unit).await.unwrap_err();
    assert!(!error.is_not_found(), "an enabled unit is not deleted: {error}");
    assert_eq!(units.occupants(unit).await.unwrap(), Default::default());
    units.set_disabled(unit, true).await.unwrap();
    units.delete(unit).await.unwrap();
    units.delete(unit).await.unwrap();
    assert!(units.all().await.unwrap().get(unit).is_none());
    assert!(client.roles().all().await.unwrap().get(copy).is_none());
}

#[tokio::test]
async fn a_team_comes_with_its_roles_and_members_and_changes_as_a_whole() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let unit = root(&client).await;
    let [first, second] = [new_role(&client, "First").await, new_role(&client, "Second").await];
    let caller = client.environment().who_am_i().await.unwrap().user_id;
    let new = team("Approvers", unit);
    let teams = client.teams();
    assert!(teams.named("approvers").await.unwrap().is_empty());
    teams.create(&new, &[first], &[caller]).await.unwrap();
    let held = teams.get(new.id).await.unwrap().unwrap();
    assert_eq!((held.role_ids.as_slice(), held.administrator_id), (&[first][..], Some(caller)));
    assert!(teams.members(new.id).await.unwrap().contains(&caller));
    assert_eq!(teams.named("APPROVERS").await.unwrap()[0].id, new.id);

    let roles = Exchange { add: &[second], remove: &[first] };
    let members = Exchange { add: &[], remove: &[caller] };
    teams.update(new.id, Changes::new().set("name", "Deciders"), roles, members).await.unwrap();
    let held = teams.get(new.id).await.unwrap().unwrap();
    assert_eq!((held.role_ids.as_slice(), held.name.as_str()), (&[second][..], "Deciders"));
    assert!(teams.members(new.id).await.unwrap().is_empty());

    // What is there, or gone, already.
    teams.update(new.id, Changes::new(), roles, Exchange::default()).await.unwrap();
    teams.delete(new.id).await.unwrap();
    teams.delete(new.id).await.unwrap();
    assert!(teams.get(new.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_team_that_is_refused_is_not_there() {
    let emulator = emulator().await;
    let client = deployer(&emulator);
    let unit = root(&client).await;
    let elsewhere = new_unit(&client, "Sales", unit).await;
    let role = new_role(&client, "Clerk").await;
    let copy = client.roles().all().await.unwrap().copy_in(role, elsewhere).unwrap().id;
    let new = team("Approvers", unit);
    let error = client.teams().create(&new, &[copy], &[]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WrongBusinessUnit { .. }), "{error}");
    assert!(client.teams().get(new.id).await.unwrap().is_none());
    let access = NewTeam { team_type: TeamType::Access, ..team("Guests", unit) };
    let error = client.teams().create(&access, &[role], &[]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::RoleNotForTeam { .. }), "{error}");
}

#[tokio::test]
async fn two_hundred_teams_with_their_members_take_a_handful_of_requests() {
    let emulator = emulator().await;
    let admin = Admin::of(&emulator);
    let client = deployer(&emulator);
    let unit = root(&client).await;
    let caller = client.environment().who_am_i().await.unwrap().user_id;
    let mut ids = Vec::new();
    for number in 0..200 {
        let new = team(&format!("Team {number}"), unit);
        client.teams().create(&new, &[], &[caller]).await.unwrap();
        ids.push(new.id);
    }
    let reader = deployer(&emulator);
    admin.clear().await;
    for wave in ids.chunks(10) {
        let read = wave.iter().map(|id| async {
            let team = reader.teams().get(*id).await.unwrap();
            assert!(team.is_some() && reader.teams().members(*id).await.unwrap().contains(&caller));
        });
        futures::future::join_all(read).await;
    }
    let log = admin.log().await;
    assert!(log.len() <= 5, "{log:#?}");
}
