//! People that the Power Platform admin API brings into the environment; emulator only, as a live tenant has no spare
//! people to lose.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Diagnostic, Target, Workspace};
use dataverse_emulator::Options;
use reqwest::Method;
use serde_json::json;

struct Fixture {
    target: Target,
    workspace: Workspace,
}

impl Fixture {
    fn new() -> Self {
        let target = Target::emulator(Options::default());
        let mut workspace = Workspace::new(&target);
        workspace.set_env("DATAVERSE_ADMIN_API_URL", target.url());
        // A state to begin with, so that a failure could be seen in it.
        workspace.write("main.tf", "");
        workspace.apply();
        Self { target, workspace }
    }

    fn switch(&self, switches: &serde_json::Value) {
        self.target.admin(Method::PUT, "switches", Some(switches));
    }

    fn write(&self, body: &str) {
        let config = format!(
            "resource \"dataverse_system_user\" \"it\" {{\n  entra_object_id = \"{}\"\n  provisioning = \"sync\"\n  \
             {body}\n}}\n",
            self.target.person(0)
        );
        self.workspace.write("main.tf", &config);
    }

    /// The one error of an apply that cannot succeed.
    #[track_caller]
    fn refused(&self) -> String {
        let found = self.workspace.expect_error("apply");
        let errors: Vec<String> = found.iter().filter(|it| it.is_error()).map(Diagnostic::text).collect();
        let [error] = &errors[..] else { panic!("one error, not {errors:#?}") };
        assert!(self.workspace.addresses().is_empty());
        error.clone()
    }
}

#[test]
fn a_person_is_brought_in_as_soon_as_the_licence_is_effective() {
    let it = Fixture::new();
    it.switch(&json!({ "user_not_licensed_refusals": 1, "added_user_hidden_reads": 2 }));
    it.write("access_mode = \"non_interactive\"\n  security_roles = [\"Salesperson\"]");
    it.workspace.apply();
    it.workspace.assert_plan_is_empty();
    let attributes = it.workspace.attributes("dataverse_system_user.it");
    assert_eq!(service::roles_of(&it.target, text(&attributes, "id")), ["Salesperson"]);
    let log = it.target.admin(Method::GET, "log", None);
    let asked =
        log.as_array().expect("a log").iter().filter(|it| text(it, "path").contains("addUser")).count();
    assert_eq!(asked, 2, "one refusal and one success");
    it.workspace.destroy();
    assert!(!service::is_enabled(&it.target, text(&attributes, "id")));
}

#[test]
fn a_person_without_a_licence_is_named_when_the_time_is_over() {
    let it = Fixture::new();
    it.target.admin(
        Method::PATCH,
        &format!("directory/people/{}", it.target.person(0)),
        Some(&json!({ "licensed": false })),
    );
    it.write("timeouts {\n    create = \"2s\"\n  }");
    let error = it.refused();
    assert!(error.contains("has no licence that includes Dataverse"), "{error}");
    assert!(error.contains("timeouts.create"), "{error}");
}

#[test]
fn what_waiting_cannot_cure_ends_at_once() {
    let mut it = Fixture::new();
    let unknown = "00000000-0000-4000-8000-00000000dead";
    it.workspace.set_env("DATAVERSE_ENVIRONMENT_ID", unknown);
    it.write("");
    let error = it.refused();
    assert!(error.contains("refused to add the person (status 404)"), "{error}");
    assert!(error.contains("environment_id in the provider block"), "{error}");

    it.workspace.remove_env("DATAVERSE_ENVIRONMENT_ID");
    it.workspace.write(
        "main.tf",
        &format!("resource \"dataverse_system_user\" \"it\" {{\n  entra_object_id = \"{unknown}\"\n  provisioning = \"sync\"\n}}\n"),
    );
    let error = it.refused();
    assert!(error.contains("refused to add the person"), "{error}");
}

#[test]
fn a_person_known_by_name_alone_is_refused_by_validate() {
    let it = Fixture::new();
    it.workspace.write(
        "main.tf",
        "resource \"dataverse_system_user\" \"it\" {\n  domain_name = \"jo@contoso.com\"\n  provisioning = \"sync\"\n}\n",
    );
    let errors = it.workspace.expect_plan_error();
    assert!(errors.iter().any(|it| it.text().contains("Set entra_object_id")), "{errors:#?}");
}
