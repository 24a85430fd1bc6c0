//! The environment and the caller.

use std::sync::Arc;

use serde::Deserialize;

use super::system_user::SystemUser;
use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::Query;

/// Who the caller is in the environment (`WhoAmI`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identity {
    /// The caller's user.
    pub user_id: Id,
    /// The user's business unit.
    pub business_unit_id: Id,
    /// The organization; another id than the environment's.
    pub organization_id: Id,
}

/// The environment (`RetrieveCurrentOrganization`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Organization {
    /// Organization id.
    #[serde(rename = "OrganizationId")]
    pub id: Id,
    /// Display name.
    #[serde(rename = "FriendlyName", default)]
    pub name: String,
    /// Unique name.
    #[serde(default)]
    pub unique_name: String,
    /// Version of Dataverse, such as `9.2.26082.126`.
    #[serde(rename = "OrganizationVersion", default)]
    pub version: String,
    /// Power Platform environment id; usually a GUID, but not always.
    #[serde(default)]
    pub environment_id: Option<String>,
    /// Entra tenant.
    #[serde(default)]
    pub tenant_id: Option<String>,
    /// Region code.
    #[serde(default)]
    pub geo: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CurrentOrganization {
    detail: Organization,
}

/// Settings of the organization that change how security works (`organizations.orgdborgsettings`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrganizationSettings {
    /// "Record ownership across business units": a principal may hold the copy of a role of any business unit.
    pub ownership_across_business_units: bool,
    /// A user that moves to another business unit keeps its roles.
    pub keep_roles_on_move: bool,
    /// Disabled users may be given roles.
    pub roles_for_disabled_users: bool,
    /// Users that are deleted in Entra may be deleted here.
    pub delete_users: bool,
}

impl OrganizationSettings {
    fn parse(xml: &str) -> OrganizationSettings {
        let is_on = |name: &str| {
            let value = xml.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split('<').next());
            value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true") || value.trim() == "1")
        };
        OrganizationSettings {
            ownership_across_business_units: is_on("EnableOwnershipAcrossBusinessUnits"),
            keep_roles_on_move: is_on("DoNotRemoveRolesOnChangeBusinessUnit"),
            roles_for_disabled_users: is_on("AllowRoleAssignmentOnDisabledUsers"),
            delete_users: is_on("EnableSystemUserDelete"),
        }
    }
}

#[derive(Deserialize)]
struct SettingsRow {
    orgdborgsettings: Option<String>,
}

/// Questions about the environment; each is asked once per process.
#[derive(Debug, Clone, Copy)]
pub struct Environment<'a>(&'a Client);

impl Client {
    /// Questions about the environment.
    pub fn environment(&self) -> Environment<'_> {
        Environment(self)
    }
}

impl Environment<'_> {
    /// Who the caller is.
    ///
    /// # Errors
    /// [`ErrorKind::NotMember`](crate::dataverse::ErrorKind::NotMember) when the application has no user here.
    pub async fn who_am_i(self) -> Result<Arc<Identity>, Error> {
        let load = |_| async move { self.0.one(&Query::of("WhoAmI")).await };
        self.0.shared().identity.get(load).await
    }

    /// Name, version and ids of the environment.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn organization(self) -> Result<Arc<Organization>, Error> {
        let path = "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'";
        let load = |_| async move {
            let answer: CurrentOrganization = self.0.one(&Query::of(path)).await?;
            Ok(answer.detail)
        };
        self.0.shared().organization.get(load).await
    }

    /// Settings that change how security works.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn settings(self) -> Result<Arc<OrganizationSettings>, Error> {
        let query = Query::of("organizations").select(&["organizationid", "orgdborgsettings"]);
        let load = |_| async move {
            let rows: Vec<SettingsRow> = self.0.rows(&query).await?;
            let xml = rows.into_iter().next().and_then(|row| row.orgdborgsettings).unwrap_or_default();
            Ok(OrganizationSettings::parse(&xml))
        };
        self.0.shared().organization_settings.get(load).await
    }

    /// The caller's own user; `None` only when the caller may not read it.
    ///
    /// # Errors
    /// Those of [`Environment::who_am_i`] and of a query.
    pub async fn caller(self) -> Result<Option<Arc<SystemUser>>, Error> {
        let identity = self.who_am_i().await?;
        self.0.system_users().get(identity.user_id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_setting_is_off() {
        let xml = "<OrgSettings><EnableOwnershipAcrossBusinessUnits>true</EnableOwnershipAcrossBusinessUnits>\
            <EnableSystemUserDelete>1</EnableSystemUserDelete>\
            <AllowRoleAssignmentOnDisabledUsers>false</AllowRoleAssignmentOnDisabledUsers></OrgSettings>";
        let settings = OrganizationSettings::parse(xml);
        assert!(settings.ownership_across_business_units && settings.delete_users);
        assert!(!settings.roles_for_disabled_users && !settings.keep_roles_on_move);
        assert_eq!(OrganizationSettings::parse(""), OrganizationSettings::default());
    }
}
