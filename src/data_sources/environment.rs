//! `dataverse_environment`: where the provider is, and as whom.

use tf_provider::framework::{DataSource, Fault, Tf, computed};

use crate::provider::Api;

tf_provider::model! {
    /// Reads the environment that the provider is configured for: its name, version and business unit model, and the user
    /// that the provider acts as.
    pub struct Environment {
        /// Id of the organization.
        id: Tf<String> => computed(),
        /// Name of the environment as shown.
        name: Tf<String> => computed(),
        /// Unique name of the organization.
        unique_name: Tf<String> => computed(),
        /// Version of Dataverse.
        version: Tf<String> => computed(),
        /// Id of the environment in the Power Platform, which is another one than the organization's.
        environment_id: Tf<String> => computed(),
        /// Entra tenant.
        tenant_id: Tf<String> => computed(),
        /// Region.
        geo: Tf<String> => computed(),
        /// How business units work: `classic`, where a user holds roles of its own unit only, or `modern`, where record
        /// ownership across business units is on and a user may hold the roles of any unit.
        business_unit_model: Tf<String> => computed(),
        /// Id of the root business unit.
        root_business_unit_id: Tf<String> => computed(),
        /// Id of the user that the provider acts as.
        caller_user_id: Tf<String> => computed(),
        /// Id of the business unit of that user.
        caller_business_unit_id: Tf<String> => computed(),
    }
}

/// The data source.
pub struct EnvironmentSource;

impl DataSource for EnvironmentSource {
    const TYPE: &'static str = "dataverse_environment";
    type Api = Api;
    type Model = Environment;

    async fn read(api: &Api, _: Environment) -> Result<Environment, Fault> {
        let environment = api.client.environment();
        let organization = environment.organization().await?;
        let settings = environment.settings().await?;
        let caller = environment.who_am_i().await?;
        let units = api.client.business_units().all().await?;
        let model = if settings.ownership_across_business_units { "modern" } else { "classic" };
        Ok(Environment {
            id: Tf::Known(organization.id.to_string()),
            name: Tf::Known(organization.name.clone()),
            unique_name: Tf::Known(organization.unique_name.clone()),
            version: Tf::Known(organization.version.clone()),
            environment_id: organization.environment_id.clone().into(),
            tenant_id: organization.tenant_id.clone().into(),
            geo: organization.geo.clone().into(),
            business_unit_model: model.into(),
            root_business_unit_id: units.root().map(|unit| unit.id.to_string()).into(),
            caller_user_id: Tf::Known(caller.user_id.to_string()),
            caller_business_unit_id: Tf::Known(caller.business_unit_id.to_string()),
        })
    }
}
