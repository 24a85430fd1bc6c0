//! Which of the ways to sign in is meant.
//!
//! 1. What the provider block asks for. Two ways in it are a mistake.
//! 2. Else what the environment asks for. Two ways in it are a mistake, except that `ARM_USE_CLI` yields to any other.
//!    In both places, a workload identity of Kubernetes together with OIDC is one way.
//! 3. Else the Azure CLI, unless it is switched off, or half of something else is given.

use tf_provider::framework::{Diagnostic, Diagnostics};

use super::given::{Inputs, Origin, variables};

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Certificate,
    Secret,
    Oidc,
    AksWorkloadIdentity,
    ManagedIdentity,
    DeveloperCli,
    Cli,
}

impl Method {
    /// Its name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Method::Certificate => "a client certificate",
            Method::Secret => "a client secret",
            Method::Oidc => "an OIDC token (workload identity federation)",
            Method::AksWorkloadIdentity => "a workload identity of Kubernetes",
            Method::ManagedIdentity => "a managed identity",
            Method::DeveloperCli => "the Azure Developer CLI",
            Method::Cli => "the Azure CLI",
        }
    }
}

/// The way that was chosen, and by what; by nothing when it is the default.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) method: Method,
    pub(super) by: Option<Origin>,
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.by {
            Some(origin) => write!(f, "signing in with {} was chosen by {origin}", self.method.name()),
            None => write!(f, "signing in with {} is the default", self.method.name()),
        }
    }
}

/// Texts whose presence chooses a way.
const CHOOSING_TEXTS: [(&str, Method); 3] = [
    ("client_certificate_path", Method::Certificate),
    ("client_certificate", Method::Certificate),
    ("client_secret", Method::Secret),
];

/// Switches that choose a way.
const SWITCHES: [(&str, Method); 5] = [
    ("use_oidc", Method::Oidc),
    ("use_aks_workload_identity", Method::AksWorkloadIdentity),
    ("use_msi", Method::ManagedIdentity),
    ("use_dev_cli", Method::DeveloperCli),
    ("use_cli", Method::Cli),
];

/// Arguments of one way only, which choose none.
const DETAILS: [(&str, Method); 7] = [
    ("client_certificate_password", Method::Certificate),
    ("oidc_token", Method::Oidc),
    ("oidc_token_file_path", Method::Oidc),
    ("oidc_request_url", Method::Oidc),
    ("oidc_request_token", Method::Oidc),
    ("ado_pipeline_service_connection_id", Method::Oidc),
    ("msi_endpoint", Method::ManagedIdentity),
];

/// Arguments that only make sense together with others, so that they forbid the default. What a CI system sets by itself
/// is none of them.
const HALVES: [&str; 5] = [
    "client_id",
    "client_certificate_password",
    "oidc_token",
    "oidc_token_file_path",
    "ado_pipeline_service_connection_id",
];

/// The way that is meant; none, and a fault at the argument to blame, when that cannot be told.
pub(super) fn choose(inputs: &Inputs<'_>, faults: &mut Diagnostics) -> Option<Choice> {
    let before = faults.iter().count();
    let mut asked = Vec::new();
    for (attribute, method) in CHOOSING_TEXTS {
        asked.extend(inputs.text(attribute).map(|given| (method, attribute, given.origin)));
    }
    let mut cli = None;
    for (attribute, method) in SWITCHES {
        let flag = inputs.flag(attribute, faults);
        if method == Method::Cli {
            cli = flag.clone();
        }
        asked.extend(flag.filter(|flag| flag.value).map(|flag| (method, attribute, flag.origin)));
    }
    if faults.iter().count() > before {
        return None;
    }
    let (block, mut outside): (Vec<_>, Vec<_>) =
        asked.into_iter().partition(|(.., origin)| origin.is_block());
    if block.is_empty() && outside.iter().any(|(method, ..)| *method != Method::Cli) {
        outside.retain(|(method, ..)| *method != Method::Cli);
    }
    let mut candidates = if block.is_empty() { outside } else { block };
    // A pod's workload identity is a way of OIDC: who switches on both means one (as `azurerm` reads them).
    if candidates.iter().any(|(method, ..)| *method == Method::AksWorkloadIdentity) {
        candidates.retain(|(method, ..)| *method != Method::Oidc);
    }
    let Some((method, _, by)) = candidates.first().copied() else {
        return default(inputs, cli.map(|flag| flag.origin), faults);
    };
    let choice = Choice { method, by: Some(by) };
    for (other, attribute, origin) in candidates.iter().filter(|(other, ..)| *other != method) {
        let text = format!(
            "{}, but {origin} asks for {}. Keep one of the two.",
            capital(&choice.to_string()),
            other.name()
        );
        faults.push(Diagnostic::error(text).titled("Conflicting credentials").at(*attribute));
    }
    unused(inputs, choice, faults);
    (faults.iter().count() == before).then_some(choice)
}

/// The Azure CLI, where nothing speaks against it.
fn default(inputs: &Inputs<'_>, cli: Option<Origin>, faults: &mut Diagnostics) -> Option<Choice> {
    const WAYS: &str = "client_secret, client_certificate_path or client_certificate, use_oidc, \
                        use_aks_workload_identity, use_msi, use_dev_cli or use_cli";
    if let Some((attribute, given)) =
        HALVES.iter().find_map(|attribute| Some((*attribute, inputs.text(attribute)?)))
    {
        let what = if attribute == "client_id" {
            "but nothing that proves to be this application"
        } else {
            "but nothing says to sign in with it"
        };
        let variables = ["client_secret", "use_oidc"].map(|name| variables(name).join(" or "));
        let text = format!(
            "There is {}, {what}. Set one of {WAYS} in the provider block, or an environment variable such as {}.",
            given.origin,
            variables.join(" or ")
        );
        faults.push(Diagnostic::error(text).titled("Incomplete credentials").at(attribute));
        return None;
    }
    if let Some(origin) = cli {
        let text = format!(
            "No credentials are given, and {origin} switches the Azure CLI off. Set one of {WAYS} in the provider block."
        );
        faults.push(Diagnostic::error(text).titled("No credentials").at("use_cli"));
        return None;
    }
    let choice = Choice { method: Method::Cli, by: None };
    let before = faults.iter().count();
    unused(inputs, choice, faults);
    (faults.iter().count() == before).then_some(choice)
}

/// Arguments in the block that the chosen way does not look at: whoever wrote them thinks that it does.
fn unused(inputs: &Inputs<'_>, choice: Choice, faults: &mut Diagnostics) {
    for (attribute, method) in DETAILS {
        let given = inputs.text(attribute).filter(|given| given.origin.is_block());
        // A pod may keep its token in another file than the usual one.
        let shared = attribute == "oidc_token_file_path" && choice.method == Method::AksWorkloadIdentity;
        if given.is_some() && method != choice.method && !shared {
            let text = format!(
                "{attribute} belongs to signing in with {}, but {choice}. Remove one of the two.",
                method.name()
            );
            faults.push(Diagnostic::error(text).titled("Conflicting credentials").at(attribute));
        }
    }
}

/// The text with a capital at its start.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
