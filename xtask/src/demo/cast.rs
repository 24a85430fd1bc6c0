//! The application and the person of the demo: as Entra knows them, and as the configuration names them.

use serde_json::json;

use crate::api::Api;
use crate::error::{Error, Result};
use crate::workdir::Workdir;

/// The application that the integration signs in as.
const APPLICATION: &str = "de3a4dba-5e00-4a11-8000-00000000000a";

/// The account that the integration is connected with.
const PERSON: &str = "de3a4dba-5e00-4a11-8000-00000000000b";

/// That account's user principal name.
const PERSON_NAME: &str = "demandbase@contoso.onmicrosoft.com";

/// The file, below the folder's root, that adds both to the emulator's directory.
pub(crate) const DIRECTORY: &str = "directory.json";

/// Writes [`DIRECTORY`].
///
/// # Errors
///
/// When it cannot be written.
pub(crate) fn write_directory(workdir: &Workdir) -> Result<()> {
    let directory = json!({
        "service_principals": [{
            "client_id": APPLICATION,
            "object_id": "de3a4dba-5e00-4a11-8000-00000000000c",
            "display_name": "Demandbase",
        }],
        "people": [{
            "object_id": PERSON,
            "user_principal_name": PERSON_NAME,
            "given_name": "Demandbase",
            "surname": "Integration User",
            "licensed": true,
        }],
    });
    workdir.write(&workdir.root().join(DIRECTORY), &format!("{directory:#}\n"))
}

/// Lets the person arrive in the environment, as Dataverse does when an account is first asked for by its Entra object
/// id, and writes the configuration's variables. Returns the text of the variables.
///
/// # Errors
///
/// When a request fails or the file cannot be written.
pub(crate) fn arrive(api: &Api, workdir: &Workdir) -> Result<String> {
    api.get(&format!("systemusers(azureactivedirectoryobjectid={PERSON})?$select=fullname"))?;
    let roots = api.rows("businessunits?$select=name&$filter=_parentbusinessunitid_value eq null")?;
    let root = roots.first().and_then(|unit| unit["name"].as_str());
    let root = root.ok_or_else(|| Error::said("The emulator has no root business unit."))?;
    let variables = format!(
        "application_id   = \"{APPLICATION}\"\nintegration_user = \"{PERSON_NAME}\"\nbusiness_unit    = {}\n\
         access_mode      = \"non_interactive\"\n",
        crate::workdir::quoted(root)
    );
    workdir.write(&workdir.path().join("demo.auto.tfvars"), &variables)?;
    Ok(variables)
}
