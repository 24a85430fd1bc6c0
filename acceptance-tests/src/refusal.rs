//! Configurations that must be refused while planning.

use crate::diagnostics::Diagnostic;
use crate::workspace::Workspace;

/// Fails unless `config`, written as `main.tf`, is refused with one error that holds `parts`; returns it.
#[track_caller]
pub fn refused(workspace: &Workspace, config: &str, parts: &[&str]) -> Diagnostic {
    workspace.write("main.tf", config);
    let found = workspace.expect_plan_error();
    let errors: Vec<_> = found.iter().filter(|it| it.is_error()).collect();
    let [error] = errors[..] else { panic!("one error, not {errors:#?}, for\n{config}") };
    for part in parts {
        assert!(error.text().contains(part), "{part:?} is not in {}", error.text());
    }
    assert!(!error.summary.ends_with('.') && error.detail.ends_with(['.', '?']), "{error:#?}");
    (*error).clone()
}

/// As [`refused`], and fails unless the error marks `marked` in the configuration.
#[track_caller]
pub fn refused_at(workspace: &Workspace, config: &str, marked: &str, parts: &[&str]) {
    let error = refused(workspace, config, parts);
    assert_eq!(error.marked(), marked, "{error:#?} for\n{config}");
}
