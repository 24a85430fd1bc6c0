use super::*;
use crate::dataverse::tables::Right;
use crate::dataverse::tables::catalogue::Table;

const READ_ACCOUNT: Id = Id::from_u128(1);
const WRITE_ACCOUNT: Id = Id::from_u128(2);
const READ_ACTIVITY: Id = Id::from_u128(3);
const BULK_EDIT: Id = Id::from_u128(4);

fn catalogue() -> Catalogue {
    let privilege =
        |id, name: &str, depths: &[Depth]| Privilege { id, name: name.into(), depths: depths.into() };
    let table = |name: &str, rights: &[(Right, Id)]| Table {
        logical_name: name.into(),
        rights: rights.iter().copied().collect(),
        ..Table::default()
    };
    let all = [Depth::Basic, Depth::Local, Depth::Deep, Depth::Global];
    Catalogue::new(
        vec![
            table("account", &[(Right::Read, READ_ACCOUNT), (Right::Write, WRITE_ACCOUNT)]),
            table("activitypointer", &[(Right::Read, READ_ACTIVITY)]),
            table("appointment", &[(Right::Read, READ_ACTIVITY)]),
            table("task", &[(Right::Read, READ_ACTIVITY)]),
        ],
        vec![
            privilege(READ_ACCOUNT, "prvReadAccount", &all),
            privilege(WRITE_ACCOUNT, "prvWriteAccount", &all),
            privilege(READ_ACTIVITY, "prvReadActivity", &all),
            privilege(BULK_EDIT, "prvBulkEdit", &[Depth::Global]),
        ],
    )
}

fn tables(entries: &[(&str, &str, &str)]) -> Tf<Tables> {
    let mut tables = Tables::new();
    for (table, right, level) in entries {
        let rights = tables.entry((*table).into()).or_insert(Tf::Known(BTreeMap::new()));
        if let Tf::Known(map) = rights {
            map.insert((*right).into(), (*level).into());
        }
    }
    Tf::Known(tables)
}

fn names(entries: &[(&str, &str)]) -> Tf<Names> {
    Tf::Known(entries.iter().map(|(name, level)| ((*name).to_owned(), (*level).into())).collect())
}

fn grant(privilege_id: Id, depth: Depth) -> Grant {
    Grant { privilege_id, privilege_name: String::new(), depth }
}

#[derive(Default)]
struct State {
    tables: Tf<Tables>,
    privileges: Tf<Names>,
}

impl State {
    fn maps(&self) -> Maps<'_> {
        (&self.tables, &self.privileges)
    }
}

fn faults(model: &State) -> Vec<String> {
    let mut faults = Diagnostics::new();
    Wish::read(&catalogue(), model.maps(), &mut faults);
    faults.iter().map(|fault| format!("{}: {}", fault.path, fault.detail)).collect()
}

#[test]
fn tables_and_names_become_privileges() {
    let model = State {
        tables: tables(&[("account", "read", "Global"), ("task", "read", "user")]),
        privileges: names(&[("PRVBULKEDIT", "organization")]),
    };
    let mut faults = Diagnostics::new();
    let wish = Wish::read(&catalogue(), model.maps(), &mut faults);
    assert!(faults.is_empty(), "{faults}");
    let expected = [(READ_ACCOUNT, Depth::Global), (READ_ACTIVITY, Depth::Basic), (BULK_EDIT, Depth::Global)];
    assert_eq!(wish.grants, expected.into());
}

#[test]
fn what_does_not_exist_is_reported_where_it_stands() {
    let model = State {
        tables: tables(&[("acount", "read", "user"), ("account", "share", "user")]),
        privileges: names(&[("prvBulkEditt", "organization"), ("prvReadAccount", "user")]),
    };
    let faults = faults(&model);
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(
        faults[0].starts_with(r#"tables["account"]: "#) && faults[0].contains("read, write"),
        "{faults:?}"
    );
    assert!(faults[1].contains(r#"Did you mean "account"?"#), "{faults:?}");
    assert!(faults[2].contains(r#"Did you mean "prvBulkEdit"?"#), "{faults:?}");
}

#[test]
fn a_level_that_the_privilege_does_not_allow_is_refused_with_those_it_does() {
    let model = State { privileges: names(&[("prvBulkEdit", "user")]), ..State::default() };
    let faults = faults(&model);
    assert!(
        faults[0].contains("prvBulkEdit") && faults[0].ends_with("It allows organization."),
        "{faults:?}"
    );
}

#[test]
fn one_privilege_at_two_levels_is_refused() {
    let model = State {
        tables: tables(&[("task", "read", "user"), ("appointment", "read", "organization")]),
        ..State::default()
    };
    assert!(faults(&model)[0].contains("same privilege"));
}

#[test]
fn a_read_keeps_places_and_spellings_and_shows_the_rest_where_it_belongs() {
    let state = State {
        tables: tables(&[
            ("account", "read", "Global"),
            ("account", "write", "user"),
            ("task", "read", "user"),
        ]),
        ..State::default()
    };
    let held = [
        grant(READ_ACCOUNT, Depth::Global),
        grant(READ_ACTIVITY, Depth::Deep),
        grant(BULK_EDIT, Depth::Global),
    ];
    let (found, other) = write(&catalogue(), state.maps(), &held, true);
    let expected = tables(&[("account", "read", "Global"), ("task", "read", "parent_child_business_unit")]);
    assert_eq!(found, expected);
    assert_eq!(other, names(&[("prvBulkEdit", "organization")]));
}

#[test]
fn an_import_finds_a_home_for_every_privilege() {
    let held = [grant(READ_ACTIVITY, Depth::Basic), grant(WRITE_ACCOUNT, Depth::Local)];
    let (found, other) = write(&catalogue(), State::default().maps(), &held, true);
    assert_eq!(found, tables(&[("account", "write", "business_unit"), ("activitypointer", "read", "user")]));
    assert!(other.is_null(), "nothing to list is not an empty list");
}

#[test]
fn the_defaults_are_left_out_only_while_they_are_left_alone() {
    let default = crate::dataverse::tables::default_privileges::DEFAULT_PRIVILEGES[0].id;
    let held = [Grant { privilege_name: "prvDefault".into(), ..grant(default, Depth::Global) }];
    let state = State::default();
    assert!(write(&catalogue(), state.maps(), &held, true).1.is_null());
    assert_eq!(write(&catalogue(), state.maps(), &held, false).1, names(&[("prvDefault", "organization")]));
}
