//! Table definitions by id, by entity set and by logical name.

use super::{
    Collection, Column, Kind, activities, business, column_security, metadata, organization, people,
    security, sharing, units, user_settings, views,
};

/// The tables of the emulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TableId {
    /// `businessunits`
    BusinessUnit,
    /// `systemusers`
    SystemUser,
    /// `teams`
    Team,
    /// `roles`
    Role,
    /// `roletemplates`
    RoleTemplate,
    /// `organizations`
    Organization,
    /// `solutions`
    Solution,
    /// `privileges`
    Privilege,
    /// `systemuserrolescollection`
    UserRole,
    /// `teammemberships`
    TeamMember,
    /// `teamrolescollection`
    TeamRole,
    /// `roleprivilegescollection`
    RolePrivilege,
    /// `EntityDefinitions`
    Metadata,
    /// `accounts`
    Account,
    /// `contacts`
    Contact,
    /// `leads`
    Lead,
    /// `opportunities`
    Opportunity,
    /// `incidents`
    Incident,
    /// `campaigns`
    Campaign,
    /// `tasks`
    Task,
    /// `phonecalls`
    PhoneCall,
    /// `appointments`
    Appointment,
    /// `letters`
    Letter,
    /// `userqueries`
    UserQuery,
    /// `savedqueries`
    SavedQuery,
    /// `fieldsecurityprofiles`
    FieldSecurityProfile,
    /// `fieldpermissions`
    FieldPermission,
    /// `principalobjectattributeaccessset`
    ColumnShare,
    /// `systemuserprofilescollection`
    UserProfile,
    /// `teamprofilescollection`
    TeamProfile,
    /// `EntityDefinitions(..)/Attributes`
    Attribute,
    /// `EntityDefinitions(..)/ManyToManyRelationships`
    ManyToMany,
    /// `principalobjectaccessset`
    Share,
    /// `usersettingscollection`
    UserSettings,
}

/// A table: names, columns and collections.
#[derive(Debug)]
pub(crate) struct TableDef {
    /// Its id.
    pub(crate) id: TableId,
    /// The logical name, also the OData type name.
    pub(crate) logical: &'static str,
    /// The entity set.
    pub(crate) set: &'static str,
    /// The display name of one row.
    pub(crate) display: &'static str,
    /// The object type code.
    pub(crate) code: u32,
    /// The columns; the first is the primary key.
    pub(crate) columns: &'static [Column],
    /// The primary name column.
    pub(crate) name_column: &'static str,
    /// The collection-valued navigation properties.
    pub(crate) collections: &'static [Collection],
    /// Alternate keys: the columns of each.
    pub(crate) keys: &'static [&'static [&'static str]],
}

const ALL: [&TableDef; 34] = [
    &units::BUSINESS_UNIT,
    &people::SYSTEM_USER,
    &people::TEAM,
    &security::ROLE,
    &security::ROLE_TEMPLATE,
    &organization::ORGANIZATION,
    &organization::SOLUTION,
    &security::PRIVILEGE,
    &security::USER_ROLE,
    &security::TEAM_MEMBER,
    &security::TEAM_ROLE,
    &security::ROLE_PRIVILEGE,
    &organization::METADATA,
    &business::ACCOUNT,
    &business::CONTACT,
    &business::LEAD,
    &business::OPPORTUNITY,
    &business::INCIDENT,
    &business::CAMPAIGN,
    &activities::TASK,
    &activities::PHONE_CALL,
    &activities::APPOINTMENT,
    &activities::LETTER,
    &views::USER_QUERY,
    &views::SAVED_QUERY,
    &column_security::PROFILE,
    &column_security::FIELD_PERMISSION,
    &column_security::COLUMN_SHARE,
    &column_security::USER_PROFILE,
    &column_security::TEAM_PROFILE,
    &metadata::ATTRIBUTE,
    &metadata::MANY_TO_MANY,
    &sharing::SHARE,
    &user_settings::USER_SETTINGS,
];

impl TableId {
    /// The number of tables.
    pub(crate) const COUNT: usize = ALL.len();

    /// Every table that can be addressed by an entity set.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|def| def.id)
    }

    /// The definition.
    pub(crate) fn def(self) -> &'static TableDef {
        ALL[self as usize]
    }

    /// The table of an entity set; names are case-sensitive.
    pub(crate) fn by_set(set: &str) -> Option<Self> {
        ALL.iter().find(|def| def.set == set).map(|def| def.id)
    }

    /// The table of a logical name.
    pub(crate) fn by_logical(logical: &str) -> Option<Self> {
        ALL.iter().find(|def| def.logical == logical).map(|def| def.id)
    }

    /// Whether each row has an owner, a user or a team, who decides with its business unit who reaches it.
    pub(crate) fn is_owned(self) -> bool {
        self.def()
            .columns
            .iter()
            .any(|column| column.name == "ownerid" && matches!(column.kind, Kind::Any(_)))
    }

    /// Whether no entity set of the service root holds the rows.
    pub(crate) fn is_hidden(self) -> bool {
        matches!(self, Self::Share | Self::Attribute | Self::ManyToMany)
    }

    /// Whether the rows describe the schema.
    pub(crate) fn is_metadata(self) -> bool {
        matches!(self, Self::Metadata | Self::Attribute | Self::ManyToMany)
    }

    /// Whether the rows are pairs of a many-to-many relationship.
    pub(crate) fn is_intersect(self) -> bool {
        matches!(
            self,
            Self::UserRole
                | Self::TeamMember
                | Self::TeamRole
                | Self::RolePrivilege
                | Self::UserProfile
                | Self::TeamProfile
        )
    }
}

impl TableDef {
    /// The primary key column.
    pub(crate) fn key(&self) -> &'static str {
        self.columns[0].name
    }

    /// The position of a column by logical name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The position of a column by the name queries use.
    pub(crate) fn query_position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.query_name == name)
    }

    /// The lookup column and target table of a single-valued navigation property that leads to one table.
    pub(crate) fn lookup(&self, navigation: &str) -> Option<(usize, TableId)> {
        match self.targets(navigation).as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The lookup column of a single-valued navigation property with every table it may lead to.
    pub(crate) fn targets(&self, navigation: &str) -> Vec<(usize, TableId)> {
        let mut found = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            match column.kind {
                Kind::Lookup(target) if column.navigation == navigation => found.push((index, target)),
                Kind::Any(targets) => {
                    let named = targets.iter().filter(|(name, _)| *name == navigation);
                    found.extend(named.map(|(_, target)| (index, *target)));
                }
                _ => {}
            }
        }
        found
    }

    /// A collection-valued navigation property.
    pub(crate) fn collection(&self, navigation: &str) -> Option<&'static Collection> {
        self.collections.iter().find(|collection| collection.name == navigation)
    }
}
