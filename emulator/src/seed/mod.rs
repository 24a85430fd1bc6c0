//! What a fresh environment holds.

mod organization;
mod profiles;
mod roles;
mod settings;
mod users;
mod views;

use uuid::Uuid;

use crate::catalogue::{DERIVED, catalogue};
use crate::schema::TableId;
use crate::store::{Row, Store, Val};

pub(crate) use organization::{orgdb_setting, settings_with};
pub(crate) use profiles::ADMIN_PROFILE;
pub(crate) use roles::{
    ADMIN_TEMPLATE, BASIC_TEMPLATE, CUSTOMIZER_TEMPLATE, DEFAULTS, STICKY, SUPPORT_TEMPLATE,
};
pub(crate) use settings::add_settings;
pub(crate) use users::{defaults as user_defaults, fill_application, fill_person, full_name};

/// When the environment was made; every seed row carries it, so that runs are alike.
pub(crate) const BORN: &str = "2024-01-01T00:00:00Z";

/// Identifiers that a seed decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    space: Uuid,
}

impl Ids {
    /// The identifiers of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { space: Uuid::new_v5(&DERIVED, &seed.to_be_bytes()) }
    }

    /// The identifier of a named thing.
    pub(crate) fn of(self, name: &str) -> Uuid {
        Uuid::new_v5(&self.space, name.as_bytes())
    }

    /// The organization.
    pub(crate) fn organization(self) -> Uuid {
        self.of("organization")
    }

    /// The root business unit.
    pub(crate) fn root_unit(self) -> Uuid {
        self.of("root business unit")
    }
}

/// A fresh environment.
pub(crate) fn fresh(seed: u64, modern_business_units: bool) -> Store {
    let ids = Ids::new(seed);
    let mut store = Store::default();
    add_fixed(&mut store);
    organization::add(&mut store, ids, modern_business_units);
    roles::add(&mut store, ids);
    users::add(&mut store, ids);
    views::add(&mut store, ids);
    profiles::add(&mut store, ids);
    store.commit();
    store
}

/// Adds the rows that are the same everywhere: the privileges.
pub(crate) fn add_fixed(store: &mut Store) {
    for position in catalogue().positions() {
        let privilege = catalogue().privilege(position);
        let flag = |depth: usize| Val::Bool(privilege.depths[depth]);
        let row = Row::new(TableId::Privilege, privilege.id)
            .with("name", Val::text(privilege.name))
            .with("accessright", Val::Int(privilege.access_right()))
            .with("canbebasic", flag(0))
            .with("canbelocal", flag(1))
            .with("canbedeep", flag(2))
            .with("canbeglobal", flag(3))
            .with("canbeentityreference", Val::Bool(false))
            .with("canbeparententityreference", Val::Bool(false))
            .with("introducedversion", Val::text("5.0.0.0"))
            .with("ismanaged", Val::Bool(true))
            .with("componentstate", Val::Int(0))
            .with("privilegerowid", Val::Guid(privilege.id));
        store.put(row);
    }
}

/// Fills the columns every seed row has.
fn stamp(row: Row, ids: Ids) -> Row {
    row.with("organizationid", Val::Guid(ids.organization()))
        .with("createdon", Val::text(BORN))
        .with("modifiedon", Val::text(BORN))
}
