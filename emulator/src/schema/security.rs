//! Roles, privileges and the pairs between them and their holders.

use super::{Collection, Column as C, Link, TableDef, TableId};

const INHERITED: &[(i64, &str)] =
    &[(0, "Team privileges only"), (1, "Direct User (Basic) access level and Team privileges")];
const COMPONENT: &[(i64, &str)] =
    &[(0, "Published"), (1, "Unpublished"), (2, "Deleted"), (3, "Deleted Unpublished")];

pub(super) const ROLE: TableDef = TableDef {
    id: TableId::Role,
    logical: "role",
    set: "roles",
    display: "Security Role",
    code: 1036,
    name_column: "name",
    keys: &[],
    columns: &[
        C::key("roleid"),
        C::text("name", 100),
        C::lookup("businessunitid", "_businessunitid_value", TableId::BusinessUnit).create_only(),
        C::text("description", 2000),
        C::text("appliesto", 2000),
        C::text("summaryofcoretablepermissions", 2000),
        C::choice("isinherited", INHERITED),
        C::choice("isautoassigned", &[(0, "No"), (1, "Yes")]),
        C::managed("iscustomizable"),
        C::managed("canbedeleted"),
        C::bool("issytemgenerated"),
        C::guid("applicationid"),
        C::lookup("parentroleid", "_parentroleid_value", TableId::Role).read_only(),
        C::lookup("parentrootroleid", "_parentrootroleid_value", TableId::Role).read_only(),
        C::lookup("roletemplateid", "_roletemplateid_value", TableId::RoleTemplate).read_only(),
        C::guid("roleidunique").read_only(),
        C::bool("ismanaged").read_only(),
        C::guid("solutionid").read_only(),
        C::choice("componentstate", COMPONENT).read_only(),
        C::date("overwritetime"),
        C::guid("organizationid").read_only(),
        C::int("importsequencenumber").create_only(),
        C::lookup("createdby", "_createdby_value", TableId::SystemUser).read_only(),
        C::lookup("modifiedby", "_modifiedby_value", TableId::SystemUser).read_only(),
        C::lookup("createdonbehalfby", "_createdonbehalfby_value", TableId::SystemUser).read_only(),
        C::date("createdon"),
        C::date("modifiedon"),
        C::int("versionnumber").read_only(),
    ],
    collections: &[
        Collection::new("systemuserroles_association", TableId::SystemUser, Link::UserRoles(false)),
        Collection::new("teamroles_association", TableId::Team, Link::TeamRoles(false)),
        Collection::new("roleprivileges_association", TableId::Privilege, Link::RolePrivileges(true)),
        Collection::new("role_parent_role", TableId::Role, Link::Lookup("parentroleid")),
        Collection::new("role_parent_root_role", TableId::Role, Link::Lookup("parentrootroleid")),
    ],
};

pub(super) const ROLE_TEMPLATE: TableDef = TableDef {
    id: TableId::RoleTemplate,
    logical: "roletemplate",
    set: "roletemplates",
    display: "Role Template",
    code: 1037,
    name_column: "name",
    keys: &[],
    columns: &[C::key("roletemplateid"), C::text("name", 100), C::bool("upgrading").read_only()],
    collections: &[Collection::new("role_template_roles", TableId::Role, Link::Lookup("roletemplateid"))],
};

pub(super) const PRIVILEGE: TableDef = TableDef {
    id: TableId::Privilege,
    logical: "privilege",
    set: "privileges",
    display: "Privilege",
    code: 1023,
    name_column: "name",
    keys: &[],
    columns: &[
        C::key("privilegeid"),
        C::text("name", 256).read_only(),
        C::int("accessright").read_only(),
        C::bool("canbebasic").read_only(),
        C::bool("canbelocal").read_only(),
        C::bool("canbedeep").read_only(),
        C::bool("canbeglobal").read_only(),
        C::bool("canbeentityreference").read_only(),
        C::bool("canbeparententityreference").read_only(),
        C::bool("canberecordfilter").read_only(),
        C::text("introducedversion", 48).read_only(),
        C::bool("ismanaged").read_only(),
        C::choice("componentstate", COMPONENT).read_only(),
        C::guid("solutionid").read_only(),
        C::guid("privilegerowid").read_only(),
        C::int("versionnumber").read_only(),
    ],
    collections: &[Collection::new("roleprivileges_association", TableId::Role, Link::RolePrivileges(false))],
};

/// The three pair tables and `roleprivilegescollection` expose plain GUID columns.
macro_rules! pairs {
    ($name:ident, $id:ident, $logical:literal, $set:literal, $code:literal, [$($column:expr),*]) => {
        pub(super) const $name: TableDef = TableDef {
            id: TableId::$id,
            logical: $logical,
            set: $set,
            display: $logical,
            code: $code,
            name_column: "",
            keys: &[],
            columns: &[$($column),*, C::int("versionnumber").read_only()],
            collections: &[],
        };
    };
}

pairs!(
    USER_ROLE,
    UserRole,
    "systemuserroles",
    "systemuserrolescollection",
    15,
    [C::key("systemuserroleid"), C::guid("systemuserid"), C::guid("roleid")]
);
pairs!(
    TEAM_MEMBER,
    TeamMember,
    "teammembership",
    "teammemberships",
    23,
    [C::key("teammembershipid"), C::guid("teamid"), C::guid("systemuserid")]
);
pairs!(
    TEAM_ROLE,
    TeamRole,
    "teamroles",
    "teamrolescollection",
    40,
    [C::key("teamroleid"), C::guid("teamid"), C::guid("roleid")]
);
pairs!(
    ROLE_PRIVILEGE,
    RolePrivilege,
    "roleprivileges",
    "roleprivilegescollection",
    12,
    [
        C::key("roleprivilegeid"),
        C::guid("roleid"),
        C::guid("privilegeid"),
        C::int("privilegedepthmask"),
        C::guid("recordfilterid"),
        C::bool("ismanaged")
    ]
);
