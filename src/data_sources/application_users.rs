//! `dataverse_application_users`: applications that are users of an environment.

use std::collections::BTreeSet;

use tf_provider::framework::{DataSource, Fault, Tf, computed, optional};

use super::users::{self, Wanted};
use crate::dataverse::tables::system_user::{SystemUser, UserKind};
use crate::provider::Api;

tf_provider::model! {
    /// An application user.
    pub struct Application {
        /// Id of the user.
        id: Tf<String> => computed(),
        /// Application (client) id.
        application_id: Tf<String> => computed(),
        /// Object id of the service principal in Entra.
        entra_object_id: Tf<String> => computed(),
        /// Name as shown.
        full_name: Tf<String> => computed(),
        /// Id of the business unit.
        business_unit_id: Tf<String> => computed(),
        /// Whether the application may sign in.
        enabled: Tf<bool> => computed(),
        /// Names of the direct roles.
        security_roles: Tf<BTreeSet<Tf<String>>> => computed(),
    }
}

tf_provider::model! {
    /// Reads the application users of the environment, all or some of them. Those of Microsoft's own services are among them.
    ///
    /// The deploying identity needs `prvReadUser` and `prvReadRole`.
    pub struct ApplicationUsers {
        /// What the name as shown begins with, whatever its case.
        name_prefix: Tf<String> => optional(),
        /// What stands in the name as shown, whatever its case.
        name_contains: Tf<String> => optional(),
        /// Business unit whose application users are wanted, by id or name. Units below it do not count.
        business_unit_id: Tf<String> => optional(),
        /// Only those that may sign in (`true`), or may not (`false`).
        enabled: Tf<bool> => optional(),
        /// Only those that hold this role themselves, by name or by the id of any of its copies. Roles of teams do not count.
        security_role: Tf<String> => optional(),
        /// The application users by name: `id`, `application_id`, `entra_object_id`, `full_name`, `business_unit_id`,
        /// `enabled`, and the names of their direct roles, `security_roles`.
        users: Tf<Vec<Tf<Application>>> => computed(),
    }
}

/// The data source.
pub struct ApplicationUsersSource;

impl DataSource for ApplicationUsersSource {
    const TYPE: &'static str = "dataverse_application_users";
    type Api = Api;
    type Model = ApplicationUsers;

    async fn read(api: &Api, config: ApplicationUsers) -> Result<ApplicationUsers, Fault> {
        let wanted = Wanted {
            kind: UserKind::Application,
            name_prefix: &config.name_prefix,
            name_contains: &config.name_contains,
            business_unit_id: &config.business_unit_id,
            enabled: &config.enabled,
            security_role: &config.security_role,
        };
        let (found, roles) = users::find(api, wanted).await?;
        let application = |user: &SystemUser| Application {
            id: Tf::Known(user.id.to_string()),
            application_id: user.application_id.map(|id| id.to_string()).into(),
            entra_object_id: user.entra_object_id.map(|id| id.to_string()).into(),
            full_name: user.full_name.clone().into(),
            business_unit_id: Tf::Known(user.business_unit_id.to_string()),
            enabled: Tf::Known(!user.is_disabled),
            security_roles: users::role_names(&roles, user),
        };
        let users = found.iter().map(|user| Tf::Known(application(user))).collect();
        Ok(ApplicationUsers { users: Tf::Known(users), ..config })
    }
}
