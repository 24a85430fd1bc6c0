//! Column security: profiles, the permissions in them, and secured columns shared row by row.

use super::{Collection, Column as C, Link, TableDef, TableId};

const PERMISSION: &[(i64, &str)] = &[(0, "Not Allowed"), (4, "Allowed")];
const UNMASKED: &[(i64, &str)] = &[(0, "Not Allowed"), (1, "One Record"), (3, "All Records")];
const COMPONENT: &[(i64, &str)] =
    &[(0, "Published"), (1, "Unpublished"), (2, "Deleted"), (3, "Deleted Unpublished")];

pub(super) const PROFILE: TableDef = TableDef {
    id: TableId::FieldSecurityProfile,
    logical: "fieldsecurityprofile",
    set: "fieldsecurityprofiles",
    display: "Field Security Profile",
    code: 1200,
    name_column: "name",
    keys: &[],
    columns: &[
        C::key("fieldsecurityprofileid"),
        C::text("name", 100),
        C::text("description", 2000),
        C::bool("ismanaged").read_only(),
        C::choice("componentstate", COMPONENT).read_only(),
        C::guid("fieldsecurityprofileidunique").read_only(),
        C::guid("solutionid").read_only(),
        C::date("overwritetime"),
        C::guid("organizationid").read_only(),
        C::lookup("createdby", "_createdby_value", TableId::SystemUser).read_only(),
        C::lookup("modifiedby", "_modifiedby_value", TableId::SystemUser).read_only(),
        C::lookup("createdonbehalfby", "_createdonbehalfby_value", TableId::SystemUser).read_only(),
        C::date("createdon"),
        C::date("modifiedon"),
        C::int("versionnumber").read_only(),
    ],
    collections: &[
        Collection::new(
            "lk_fieldpermission_fieldsecurityprofileid",
            TableId::FieldPermission,
            Link::Lookup("fieldsecurityprofileid"),
        ),
        Collection::new("systemuserprofiles_association", TableId::SystemUser, Link::UserProfiles(false)),
        Collection::new("teamprofiles_association", TableId::Team, Link::TeamProfiles(false)),
    ],
};

pub(super) const FIELD_PERMISSION: TableDef = TableDef {
    id: TableId::FieldPermission,
    logical: "fieldpermission",
    set: "fieldpermissions",
    display: "Field Permission",
    code: 1201,
    name_column: "",
    keys: &[],
    columns: &[
        C::key("fieldpermissionid"),
        C::lookup("fieldsecurityprofileid", "_fieldsecurityprofileid_value", TableId::FieldSecurityProfile)
            .create_only(),
        C::text("entityname", 128).create_only(),
        C::text("attributelogicalname", 128).create_only(),
        C::choice("canread", PERMISSION),
        C::choice("cancreate", PERMISSION),
        C::choice("canupdate", PERMISSION),
        C::choice("canreadunmasked", UNMASKED),
        C::bool("ismanaged").read_only(),
        C::choice("componentstate", COMPONENT).read_only(),
        C::guid("fieldpermissionidunique").read_only(),
        C::guid("solutionid").read_only(),
        C::date("overwritetime"),
        C::guid("organizationid").read_only(),
        C::int("versionnumber").read_only(),
    ],
    collections: &[],
};

const PRINCIPAL: &[(&str, TableId)] =
    &[("principalid_systemuser", TableId::SystemUser), ("principalid_team", TableId::Team)];
const OBJECT: &[(&str, TableId)] = &[
    ("objectid_account", TableId::Account),
    ("objectid_contact", TableId::Contact),
    ("objectid_lead", TableId::Lead),
    ("objectid_opportunity", TableId::Opportunity),
    ("objectid_incident", TableId::Incident),
    ("objectid_campaign", TableId::Campaign),
    ("objectid_task", TableId::Task),
    ("objectid_phonecall", TableId::PhoneCall),
    ("objectid_appointment", TableId::Appointment),
    ("objectid_letter", TableId::Letter),
];

pub(super) const COLUMN_SHARE: TableDef = TableDef {
    id: TableId::ColumnShare,
    logical: "principalobjectattributeaccess",
    set: "principalobjectattributeaccessset",
    display: "Field Sharing",
    code: 44,
    name_column: "",
    keys: &[],
    columns: &[
        C::key("principalobjectattributeaccessid"),
        C::guid("attributeid").create_only().indexed(),
        C::any("objectid", "_objectid_value", OBJECT).create_only(),
        C::any("principalid", "_principalid_value", PRINCIPAL).create_only(),
        C::bool("readaccess"),
        C::bool("updateaccess"),
        C::guid("organizationid").read_only(),
        C::int("versionnumber").read_only(),
    ],
    collections: &[],
};

/// A pair table of profiles.
macro_rules! pairs {
    ($name:ident, $id:ident, $logical:literal, $set:literal, $code:literal, $key:literal, $left:literal) => {
        pub(super) const $name: TableDef = TableDef {
            id: TableId::$id,
            logical: $logical,
            set: $set,
            display: $logical,
            code: $code,
            name_column: "",
            keys: &[],
            columns: &[
                C::key($key),
                C::guid($left),
                C::guid("fieldsecurityprofileid"),
                C::int("versionnumber").read_only(),
            ],
            collections: &[],
        };
    };
}

pairs!(
    USER_PROFILE,
    UserProfile,
    "systemuserprofiles",
    "systemuserprofilescollection",
    1202,
    "systemuserprofileid",
    "systemuserid"
);
pairs!(TEAM_PROFILE, TeamProfile, "teamprofiles", "teamprofilescollection", 1203, "teamprofileid", "teamid");
