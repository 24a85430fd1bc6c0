//! The ephemeral token with a real command line: it reaches those who may have it, and nobody else.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fs;

use acceptance_tests::{Target, Workspace};

#[test]
fn a_provisioner_gets_the_token_and_neither_state_nor_screen_does() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        r#"
ephemeral "dataverse_access_token" "it" {}

resource "terraform_data" "it" {
  provisioner "local-exec" {
    command = "printenv TOKEN > .home/token && printenv ENDS > .home/ends"
    environment = {
      TOKEN = ephemeral.dataverse_access_token.it.access_token
      ENDS  = ephemeral.dataverse_access_token.it.expires_on
    }
  }
}
"#,
    );
    let run = workspace.apply();
    let written = |name: &str| {
        let text = fs::read_to_string(workspace.path().join(".home").join(name)).expect("it was written");
        text.trim().to_owned()
    };
    let token = written("token");
    assert!(target.api().accepts(&token));
    assert!(written("ends").ends_with('Z'), "{}", written("ends"));
    assert!(!workspace.state().to_string().contains(&token));
    assert!(!run.says(&token), "{run}");
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

#[test]
fn a_scope_that_is_none_is_refused_before_anything_runs() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", "ephemeral \"dataverse_access_token\" \"it\" {\n  scope = \"graph\"\n}\n");
    let found = workspace.expect_error("validate");
    assert!(found[0].text().contains("\"graph\" is not a scope"), "{found:?}");
}
