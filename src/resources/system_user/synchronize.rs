//! A person is brought from Entra into the environment by the Power Platform admin API.

use std::time::{Duration, Instant};

use tf_provider::framework::{Context, Diagnostic, Fault};

use super::{SystemUser, provision};
use crate::dataverse::AddUserError;
use crate::provider::Api;
use crate::references;

/// How often to try again while a licence takes effect, which is a matter of minutes: the pace of Microsoft's provider.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// Has the person brought in, unless the environment has the user already. Goes on while the licence may still take effect,
/// and ends at once where it cannot help to wait.
///
/// # Errors
/// When the API refuses for good, or the operation's time is over.
pub(super) async fn bring_in(api: &Api, context: &Context, plan: &SystemUser) -> Result<(), Fault> {
    if provision::find(api, plan, false).await?.is_some() {
        return Ok(());
    }
    let person = references::id(&plan.entra_object_id, "entra_object_id")?;
    let begin = Instant::now();
    loop {
        let refusal = match api.client.add_user(person).await {
            Ok(()) => return Ok(()),
            Err(refusal) if refusal.is_passing() => refusal,
            Err(refusal) => return Err(refused(&refusal)),
        };
        tracing::info!(
            person = %person,
            seconds = begin.elapsed().as_secs(),
            reason = %refusal,
            "waiting to add the person to the environment"
        );
        if let Err(fault) = context.wait(TRY_AGAIN).await {
            return Err(if context.stop.is_requested() { fault } else { refused(&refusal) });
        }
    }
}

fn refused(refusal: &AddUserError) -> Fault {
    let (attribute, advice) = match refusal {
        AddUserError::NotLicensed => (
            "entra_object_id",
            "Give the person a licence with Dataverse in Entra (the `azuread` provider can), and raise timeouts.create if it \
             only takes longer to become effective.",
        ),
        AddUserError::Unavailable(_) => ("provisioning", "Run again later, or raise timeouts.create."),
        AddUserError::NotAllowed { .. } | AddUserError::SignIn(_) => (
            "provisioning",
            "Make the provider's identity a Power Platform administrator, or register the application with \
             New-PowerAppManagementApp. Without that, use provisioning = \"adopt\".",
        ),
        AddUserError::Environment(_) | AddUserError::Refused { .. } => (
            "provisioning",
            "Check entra_object_id, and environment_id in the provider block. A person outside the environment's security \
             group is refused too.",
        ),
    };
    let mut words = refusal.to_string();
    if let Some(first) = words.get(..1).map(str::to_uppercase) {
        words.replace_range(..1, &first);
    }
    Diagnostic::error(format!("{}. {advice}", words.trim_end_matches('.'))).at(attribute).into()
}
