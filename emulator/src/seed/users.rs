//! The users every environment starts with.

use uuid::Uuid;

use super::roles::{ADMIN_TEMPLATE, BASIC_TEMPLATE};
use super::{Ids, add_settings, stamp};
use crate::directory::{Directory, Person, ServicePrincipal};
use crate::schema::TableId;
use crate::seed_ids::{
    ADMIN_UPN, DEPLOYER_CLIENT_ID, FIRST_PARTY_APPLICATIONS, POWERLESS_CLIENT_ID, TENANT_DOMAIN,
};
use crate::store::{PairKind, Row, Store, Val};

/// Service Reader, the role the applications of Microsoft get here.
const SERVICE_READER: Uuid = Uuid::from_u128(0x494d392f_d3f4_42ba_af49_30c6f41e6093);

pub(super) fn add(store: &mut Store, ids: Ids) {
    let directory = Directory::built_in();
    let role = |store: &Store, template: Uuid| {
        store.rows_by(TableId::Role, "roletemplateid", template).first().map(|role| role.id)
    };
    let admin = role(store, ADMIN_TEMPLATE);
    let basic = role(store, BASIC_TEMPLATE);

    for name in ["SYSTEM", "INTEGRATION"] {
        let row = blank(ids, ids.of(name))
            .with("lastname", Val::text(name))
            .with("fullname", Val::text(name))
            .with("isdisabled", Val::Bool(true))
            .with("isintegrationuser", Val::Bool(name == "INTEGRATION"));
        add_user(store, ids, row, admin);
    }
    let applications = FIRST_PARTY_APPLICATIONS.iter().map(|(id, _)| (*id, Some(SERVICE_READER)));
    let own = [(DEPLOYER_CLIENT_ID, admin), (POWERLESS_CLIENT_ID, basic)];
    for (client_id, role) in own.into_iter().chain(applications) {
        if let Some(principal) = directory.application(crate::directory::parse(client_id)) {
            let mut row = blank(ids, ids.of(client_id));
            fill_application(&mut row, principal);
            add_user(store, ids, row, role);
        }
    }
    if let Some(person) = directory.person_named(ADMIN_UPN) {
        let mut row = blank(ids, ids.of(ADMIN_UPN));
        fill_person(&mut row, person);
        add_user(store, ids, row, admin);
    }
}

fn add_user(store: &mut Store, ids: Ids, row: Row, role: Option<Uuid>) {
    let row = store.put(row);
    add_settings(store, &row);
    let user = row.id;
    store.link(PairKind::TeamMember, ids.of("default team"), user);
    if let Some(role) = role {
        store.link(PairKind::UserRole, user, role);
    }
}

fn blank(ids: Ids, id: Uuid) -> Row {
    let mut row =
        stamp(Row::new(TableId::SystemUser, id), ids).with("businessunitid", Val::Guid(ids.root_unit()));
    defaults(&mut row);
    row
}

/// Sets what every new user starts with.
pub(crate) fn defaults(row: &mut Row) {
    row.set("ownerid", Val::Guid(row.id));
    for (column, value) in [
        ("accessmode", 0),
        ("caltype", 7),
        ("azurestate", 0),
        ("deletedstate", 0),
        ("systemmanagedusertype", 0),
        ("incomingemaildeliverymethod", 2),
        ("outgoingemaildeliverymethod", 2),
        ("emailrouteraccessapproval", 0),
        ("invitestatuscode", 0),
        ("userlicensetype", 20),
    ] {
        row.set(column, Val::Int(value));
    }
    for column in [
        "isdisabled",
        "islicensed",
        "issyncwithdirectory",
        "isintegrationuser",
        "setupuser",
        "displayinserviceviews",
    ] {
        row.set(column, Val::Bool(false));
    }
    row.set("defaultodbfoldername", Val::text("Dynamics365"));
}

/// Fills a user row from a service principal, as the service does on create.
pub(crate) fn fill_application(row: &mut Row, principal: &ServicePrincipal) {
    let address = format!("{}@{TENANT_DOMAIN}", principal.client_id);
    row.set("applicationid", Val::Guid(principal.client_id));
    row.set("azureactivedirectoryobjectid", Val::Guid(principal.object_id));
    row.set("accessmode", Val::Int(4));
    for (column, value) in [
        ("domainname", address.as_str()),
        ("internalemailaddress", address.as_str()),
        ("firstname", "#"),
        ("lastname", principal.display_name.as_str()),
    ] {
        row.set(column, Val::text(value));
    }
    row.set("fullname", Val::text(format!("# {}", principal.display_name)));
}

/// Fills a user row from a person in Entra; columns that have a value keep it.
pub(crate) fn fill_person(row: &mut Row, person: &Person) {
    let upn = person.user_principal_name.as_str();
    row.set("azureactivedirectoryobjectid", Val::Guid(person.object_id));
    row.set("islicensed", Val::Bool(person.licensed));
    row.set("issyncwithdirectory", Val::Bool(true));
    row.set("domainname", Val::text(upn));
    let given = person.given_name.clone().or_else(|| person.display_name.clone());
    for (column, value) in [
        ("internalemailaddress", Some(person.mail.as_deref().unwrap_or(upn))),
        ("firstname", given.as_deref()),
        ("lastname", person.surname.as_deref()),
        ("windowsliveid", Some(upn)),
    ] {
        if row.get(column).is_null()
            && let Some(value) = value
        {
            row.set(column, Val::text(value));
        }
    }
    full_name(row);
}

/// Computes `fullname` from the name columns.
pub(crate) fn full_name(row: &mut Row) {
    let parts = [row.text("firstname"), row.text("lastname")];
    let name = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    row.set("fullname", Val::text(name));
}
