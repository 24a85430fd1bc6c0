//! `dataverse_effective_privileges`: what a user may do, and why.

use std::collections::{BTreeMap, BTreeSet};

use tf_provider::framework::{
    DataSource, Diagnostic, Diagnostics, Fault, Path, Tf, computed, optional, required,
};

use crate::dataverse::Id;
use crate::dataverse::tables::catalogue::Catalogue;
use crate::effective::{self, Way};
use crate::privileges::{self, matrix::Tables};
use crate::provider::Api;
use crate::references;
use crate::terms;

tf_provider::model! {
    /// One way by which a privilege is held.
    pub struct PrivilegePath {
        /// Access level.
        level: Tf<String> => computed(),
        /// Id of the original of the role.
        role_id: Tf<String> => computed(),
        /// Name of the role.
        role: Tf<String> => computed(),
        /// Id of the team.
        team_id: Tf<String> => computed(),
        /// Name of the team.
        team: Tf<String> => computed(),
        /// Whether it counts for rows of the team alone.
        team_rows_only: Tf<bool> => computed(),
    }
}

tf_provider::model! {
    /// Reads what a user may do: for each privilege the deepest level, and every way by which the user holds it. Made for
    /// `check` blocks, such as "the integration may not delete accounts".
    ///
    /// A user has the privileges of its own roles and of the roles of its teams; they add up, and the deepest level counts.
    /// What is shared with the user, and what it owns, is not considered, nor whether the user is enabled.
    ///
    /// The deploying identity needs `prvReadUser`, `prvReadTeam`, `prvReadRole` and `prvReadEntity`.
    pub struct EffectivePrivileges {
        /// Id of the user.
        user_id: Tf<String> => required().check(terms::guid()),
        /// Logical names of tables whose privileges are wanted. Without this and `privilege_names`, all are listed.
        table_names: Tf<BTreeSet<Tf<String>>> => optional(),
        /// Names of privileges that are wanted, beside those of `table_names`.
        privilege_names: Tf<BTreeSet<Tf<String>>> => optional(),
        /// For each privilege that the user holds, by name, the deepest level.
        privileges: Tf<BTreeMap<String, Tf<String>>> => computed(),
        /// For each table, then right that the user holds on it, the deepest level. Each of `table_names` is there, with an
        /// empty map if the user holds nothing on it.
        tables: Tf<BTreeMap<String, Tf<BTreeMap<String, Tf<String>>>>> => computed(),
        /// For each privilege that the user holds, by name, every way by which it does: `level`, the role (`role`, `role_id`),
        /// and `team` and `team_id`, null for a role of the user itself. With `team_rows_only` the way counts for rows of the
        /// team alone: the level is `user`, and the role's members do not inherit it (`member_privilege_inheritance` is
        /// `team_only`).
        paths: Tf<BTreeMap<String, Tf<Vec<Tf<PrivilegePath>>>>> => computed(),
    }
}

/// The data source.
pub struct EffectivePrivilegesSource;

impl DataSource for EffectivePrivilegesSource {
    const TYPE: &'static str = "dataverse_effective_privileges";
    type Api = Api;
    type Model = EffectivePrivileges;

    async fn read(api: &Api, config: EffectivePrivileges) -> Result<EffectivePrivileges, Fault> {
        let names = texts(&config.privilege_names);
        let catalogue = api.client.catalogue().with_names(names.iter().copied()).await?;
        let wanted = Wanted::read(&catalogue, &config)?;
        let user_id = references::id(&config.user_id, "user_id")?;
        let user = api.client.system_users().get(user_id).await?.ok_or_else(|| {
            let text = format!("The environment has no user with the id {user_id}.");
            Fault::from(Diagnostic::error(text).at("user_id"))
        })?;
        let held = effective::of_user(api, &user).await?;
        let (mut levels, mut tables, mut paths) = (BTreeMap::new(), wanted.empty_tables(), BTreeMap::new());
        for (id, (name, ways)) in held.0.iter().filter(|(id, _)| wanted.holds(**id)) {
            let Some(deepest) = held.deepest(*id) else { continue };
            let name = catalogue.privilege_by_id(*id).map_or(name, |privilege| &privilege.name);
            levels.insert(name.clone(), terms::level_word(deepest).into());
            paths.insert(name.clone(), Tf::Known(ways.iter().map(|way| Tf::Known(path(way))).collect()));
            for (table, right) in catalogue.uses(*id) {
                if wanted.shows(table) {
                    let rights = tables.entry(table.clone()).or_insert(Tf::Known(BTreeMap::new()));
                    if let Tf::Known(rights) = rights {
                        rights
                            .insert(terms::right_word(*right).to_owned(), terms::level_word(deepest).into());
                    }
                }
            }
        }
        Ok(EffectivePrivileges {
            privileges: Tf::Known(levels),
            tables: Tf::Known(tables),
            paths: Tf::Known(paths),
            ..config
        })
    }
}

/// What the configuration restricts the answer to; nothing means everything.
struct Wanted {
    tables: Option<BTreeSet<String>>,
    privileges: BTreeSet<Id>,
}

impl Wanted {
    fn read(catalogue: &Catalogue, config: &EffectivePrivileges) -> Result<Wanted, Fault> {
        let mut faults = Diagnostics::new();
        let mut refuse = |attribute: &'static str, text: String| {
            faults.push(Diagnostic::error(text).at(Path::attribute(attribute)));
        };
        let (mut tables, mut wanted) = (BTreeSet::new(), BTreeSet::new());
        for name in texts(&config.table_names) {
            match privileges::find_table(catalogue, name) {
                Ok(table) => {
                    wanted.extend(table.rights.values().chain(&table.other_privileges));
                    tables.insert(table.logical_name.clone());
                }
                Err(text) => refuse("table_names", text),
            }
        }
        for name in texts(&config.privilege_names) {
            match privileges::named(catalogue, name) {
                Ok(privilege) => {
                    wanted.insert(privilege.id);
                }
                Err(text) => refuse("privilege_names", text),
            }
        }
        if faults.has_errors() {
            return Err(faults.into());
        }
        let restricted = !config.table_names.is_null() || !config.privilege_names.is_null();
        Ok(Wanted { tables: restricted.then_some(tables), privileges: wanted })
    }

    fn holds(&self, privilege: Id) -> bool {
        self.tables.is_none() || self.privileges.contains(&privilege)
    }

    fn shows(&self, table: &str) -> bool {
        self.tables.as_ref().is_none_or(|tables| tables.contains(table))
    }

    fn empty_tables(&self) -> Tables {
        let tables = self.tables.iter().flatten();
        tables.map(|table| (table.clone(), Tf::Known(BTreeMap::new()))).collect()
    }
}

fn texts(set: &Tf<BTreeSet<Tf<String>>>) -> Vec<&str> {
    set.known().into_iter().flatten().filter_map(Tf::text).collect()
}

fn path(way: &Way) -> PrivilegePath {
    PrivilegePath {
        level: terms::level_word(way.depth).into(),
        role_id: Tf::Known(way.role_id.to_string()),
        role: Tf::Known(way.role_name.clone()),
        team_id: way.team.as_ref().map(|(id, _)| id.to_string()).into(),
        team: way.team.as_ref().map(|(_, name)| name.clone()).into(),
        team_rows_only: Tf::Known(way.team_rows_only),
    }
}
