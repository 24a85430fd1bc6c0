//! The roles Microsoft ships, with their privileges.

use uuid::Uuid;

use super::{Ids, stamp};
use crate::catalogue::{RIGHTS, catalogue};
use crate::schema::TableId;
use crate::store::{Depth, Grants, Row, Store, Val};

const ROLES: &str = include_str!("../../data/roles.tsv");

/// The template of System Administrator.
pub(crate) const ADMIN_TEMPLATE: Uuid = Uuid::from_u128(0x627090ff_40a3_4053_8790_584edc5be201);
/// The template of System Customizer.
pub(crate) const CUSTOMIZER_TEMPLATE: Uuid = Uuid::from_u128(0x119f245c_3cc8_4b62_b31c_d1a046ced15d);
/// The template of Basic User.
pub(crate) const BASIC_TEMPLATE: Uuid = Uuid::from_u128(0x236750cd_45ae_4939_ab12_b24b920ced93);
/// The template of Support User.
pub(crate) const SUPPORT_TEMPLATE: Uuid = Uuid::from_u128(0x2d101bb3_5ced_4122_83f1_94d5efde4e3b);
const DELEGATE_TEMPLATE: Uuid = Uuid::from_u128(0xd892cc0b_28c7_4e88_bd92_72f2c366baed);

/// The privileges every new role starts with, at organization level.
pub(crate) const DEFAULTS: [&str; 9] = [
    STICKY[0],
    STICKY[1],
    STICKY[2],
    STICKY[3],
    "prvReadSdkMessage",
    "prvReadSdkMessageProcessingStep",
    "prvReadSdkMessageProcessingStepImage",
    "prvReadPluginAssembly",
    "prvReadPluginType",
];

/// The four of them that survive `ReplacePrivilegesRole` and come back with `AddPrivilegesRole`.
pub(crate) const STICKY: [&str; 4] = [
    "prvReadSharePointData",
    "prvWriteSharePointData",
    "prvCreateSharePointData",
    "prvReadSharePointDocument",
];

/// Solution roles whose privileges cannot be edited.
const FROZEN: [&str; 6] = [
    "Environment Maker",
    "App Opener",
    "Office Collaborator",
    "Service Reader",
    "Service Writer",
    "Service Deleter",
];

pub(super) fn add(store: &mut Store, ids: Ids) {
    for line in ROLES.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (name, template, role, grants) = (next(), next(), next(), next());
        let template = Uuid::parse_str(template).ok();
        let id = Uuid::parse_str(role).unwrap_or_else(|_| ids.of(&format!("role {name}")));
        store.put(role_row(ids, id, name, template));
        if let Some(template) = template {
            let row = Row::new(TableId::RoleTemplate, template)
                .with("name", Val::text(name))
                .with("upgrading", Val::Bool(false));
            store.put(row);
        }
        let grants =
            if template == Some(ADMIN_TEMPLATE) { everything() } else { with_tasks(parse(grants), template) };
        store.set_grants(id, Some(grants));
    }
}

fn role_row(ids: Ids, id: Uuid, name: &str, template: Option<Uuid>) -> Row {
    let protected = [ADMIN_TEMPLATE, CUSTOMIZER_TEMPLATE, BASIC_TEMPLATE, SUPPORT_TEMPLATE];
    let deletable = template.is_some_and(|template| !protected.contains(&template));
    let row = Row::new(TableId::Role, id)
        .with("name", Val::text(name))
        .with("businessunitid", Val::Guid(ids.root_unit()))
        .with("parentrootroleid", Val::Guid(id))
        .with("roletemplateid", template.map_or(Val::Null, Val::Guid))
        .with("roleidunique", Val::Guid(ids.of(&format!("unique {name}"))))
        .with("isinherited", Val::Int(i64::from(template.is_some())))
        .with("iscustomizable", Val::Bool(!FROZEN.contains(&name)))
        .with("canbedeleted", Val::Bool(deletable))
        .with("ismanaged", Val::Bool(template.is_none()))
        .with("componentstate", Val::Int(0))
        .with("overwritetime", Val::text("1900-01-01T00:00:00Z"));
    stamp(row, ids)
}

/// Every privilege at its deepest depth.
fn everything() -> Grants {
    catalogue().positions().map(|position| (position, catalogue().privilege(position).deepest())).collect()
}

/// Table grants: `account=BGBB---- ..`, letters in the order of [`RIGHTS`].
fn parse(text: &str) -> Grants {
    let mut grants = Grants::new();
    for (table, letters) in text.split(' ').filter_map(|part| part.split_once('=')) {
        let privileges = catalogue().of_table(table);
        for (letter, position) in letters.chars().take(RIGHTS.len()).zip(privileges) {
            if let (Some(depth), Some(position)) = (Depth::by_letter(letter), position) {
                let kept = grants.entry(position).or_insert(depth);
                *kept = (*kept).max(depth);
            }
        }
    }
    grants.retain(|position, depth| {
        let privilege = catalogue().privilege(*position);
        if !privilege.allows(*depth) {
            *depth = privilege.deepest();
        }
        true
    });
    grants
}

/// The published role data has table privileges only; the documentation names one task privilege of a role.
fn with_tasks(mut grants: Grants, template: Option<Uuid>) -> Grants {
    if template == Some(DELEGATE_TEMPLATE)
        && let Some(position) = catalogue().position_of("prvActOnBehalfOfAnotherUser")
    {
        grants.insert(position, Depth::Global);
    }
    grants
}
