//! Names that need care on their way through HCL, URLs and OData.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service;
use acceptance_tests::workspace::quoted;
use acceptance_tests::{Target, Workspace};

#[test]
fn names_with_quotes_percent_signs_and_unicode_are_names() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let suffix = target.name("it");
    for name in [
        format!("It's \"quoted\" {suffix}"),
        format!("100% %41 +&? #/\\ {suffix}"),
        format!("${{not}} %{{a}} template {suffix}"),
        format!("Größe 名前 🎉 {suffix}"),
        format!("{suffix}{}", "ü".repeat(100 - suffix.chars().count())),
    ] {
        let role =
            format!("resource \"dataverse_security_role\" \"it\" {{\n  name = {}\n}}\n", quoted(&name));
        let lookup = "data \"dataverse_security_role\" \"it\" {\n  name = dataverse_security_role.it.name\n}\n\
                      output \"found\" {\n  value = data.dataverse_security_role.it.id\n}\n";
        let user = format!(
            "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  \
             security_roles = [dataverse_security_role.it.name]\n}}\n",
            target.application(0)
        );
        workspace.write("main.tf", &format!("{role}{lookup}{user}"));
        workspace.apply();
        let id = workspace.attributes("dataverse_security_role.it")["id"].clone();
        assert_eq!(workspace.output("found"), id);
        assert_eq!(service::role_named(&target, &name), id);
        workspace.assert_plan_is_empty();
        workspace.write("main.tf", "");
        workspace.apply();
    }
}
