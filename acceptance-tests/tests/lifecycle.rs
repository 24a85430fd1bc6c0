//! Every resource through the whole of its life.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::Target;
use acceptance_tests::in_both_models;
use acceptance_tests::lifecycle::{Act, Case, Drift, drift, nothing, row_exists, set};
use acceptance_tests::service::{self, text};
use serde_json::{Value, json};

in_both_models!(
    security_role,
    role_privileges,
    application_user,
    system_user_that_is_adopted,
    system_user_that_is_created,
    role_assignment,
);

fn roles(names: &[&str]) -> String {
    let blocks = names.iter().enumerate().map(|(index, name)| {
        format!("resource \"dataverse_security_role\" \"r{index}\" {{\n  name = \"{name}\"\n}}\n")
    });
    blocks.collect()
}

fn security_role(target: &Target) {
    let (name, renamed) = (target.name("role"), target.name("renamed role"));
    let config = |body: &str| format!("resource \"dataverse_security_role\" \"it\" {{\n{body}\n}}\n");
    Case {
        address: "dataverse_security_role.it",
        config: config(&format!("name = \"{name}\"\ndescription = \"First\"")),
        updated_config: config(&format!(
            "name = \"{renamed}\"\napplies_to = \"Everybody\"\nmember_privilege_inheritance = \"team_only\""
        )),
        update_is: "update",
        import_ids: Box::new(|_, it| vec![text(it, "id").to_owned(), text(it, "name").to_owned()]),
        remove_behind: Box::new(|target, it| target.api().delete(&format!("roles({})", text(it, "id")))),
        drift: vec![
            drift("renamed", "name", set("roles", json!({"name": target.name("other role")}))),
            drift("described", "description", set("roles", json!({"description": "By hand"}))),
            drift("said for whom", "applies_to", set("roles", json!({"appliesto": "Nobody"}))),
            drift(
                "changed the inheritance",
                "member_privilege_inheritance",
                set("roles", json!({"isinherited": 1})),
            ),
        ],
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: row_exists("roles"),
    }
    .run(target);
}

fn role_privileges(target: &Target) {
    let config = |body: &str| {
        format!(
            "{}resource \"dataverse_role_privileges\" \"it\" {{\nrole_id = dataverse_security_role.r0.id\n{body}\n}}\n",
            roles(&[&target.name("role")])
        )
    };
    let grant = |privilege, depth| {
        move |target: &Target, it: &Value| service::grant(target, text(it, "id"), privilege, depth)
    };
    let revoke =
        |privilege| move |target: &Target, it: &Value| service::revoke(target, text(it, "id"), privilege);
    Case {
        address: "dataverse_role_privileges.it",
        config: config(
            "tables = {
               account = provider::dataverse::access(\"organization\", [\"create\", \"read\"])
               contact = { read = \"Global\", write = \"user\" }
             }
             privileges = { prvExportToExcel = \"organization\" }",
        ),
        updated_config: config(
            "tables = {
               account = { read = \"organization\", append_to = \"business_unit\" }
               lead    = { read = \"parent_child_business_unit\" }
             }
             privileges = { prvExportToExcel = \"organization\", prvActOnBehalfOfAnotherUser = \"organization\" }",
        ),
        update_is: "update",
        import_ids: Box::new(|target, it| {
            let id = text(it, "id");
            let role = target.api().get(&format!("roles({id})?$select=name"));
            vec![id.to_owned(), text(&role, "name").to_owned()]
        }),
        remove_behind: Box::new(|target, it| target.api().delete(&format!("roles({})", text(it, "id")))),
        drift: vec![
            drift("added on a table that is listed", "tables.account.delete", grant("prvDeleteAccount", "Local")),
            drift("added on a table that is not listed", "tables.campaign.read", grant("prvReadCampaign", "Basic")),
            drift("removed from a table", "tables.account.append_to", revoke("prvAppendToAccount")),
            drift("removed with its table", "tables.lead.read", revoke("prvReadLead")),
            drift("made deeper", "tables.lead.read", grant("prvReadLead", "Global")),
            drift("made shallower", "tables.account.read", grant("prvReadAccount", "Basic")),
            drift("removed without a table", "privileges.prvExportToExcel", revoke("prvExportToExcel")),
            drift("added without a table", "privileges.prvGoOffline", grant("prvGoOffline", "Global")),
        ],
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: row_exists("roles"),
    }
    .run(target);
}

fn application_user(target: &Target) {
    let (first, second) = (target.name("role"), target.name("second role"));
    let application = target.application(0);
    let config = |roles_of: &str, more: &str| {
        format!(
            "{}resource \"dataverse_application_user\" \"it\" {{\napplication_id = \"{application}\"\n\
             security_roles = [{roles_of}]\n{more}\n}}\n",
            roles(&[&first, &second])
        )
    };
    let disabled = json!({"isdisabled": true, "applicationid": application});
    Case {
        address: "dataverse_application_user.it",
        config: config("dataverse_security_role.r0.name", ""),
        updated_config: config(
            "dataverse_security_role.r0.name, dataverse_security_role.r1.name",
            "enabled = true",
        ),
        update_is: "update",
        import_ids: Box::new(|_, it| vec![text(it, "application_id").to_owned(), text(it, "id").to_owned()]),
        remove_behind: Box::new(service::delete_application_user),
        drift: vec![
            drift("disabled", "enabled", set("systemusers", disabled)),
            drift("took a role", &format!("security_roles[{second}]"), |target, it| {
                service::unassign(target, text(it, "id"), &service::role_named(target, &second));
            }),
            drift("gave a role", "security_roles[Basic User]", |target, it| {
                service::assign(target, text(it, "id"), &service::role_named(target, "Basic User"));
            }),
        ],
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: row_exists("systemusers"),
    }
    .run(target);
}

fn system_user_drift<'a>(role: &'a str) -> Vec<Drift<'a>> {
    vec![
        drift("changed the title", "title", set("systemusers", json!({"title": "By hand"}))),
        drift(
            "changed the address",
            "email",
            set("systemusers", json!({"internalemailaddress": "by.hand@contoso.com"})),
        ),
        drift("changed the access mode", "access_mode", set("systemusers", json!({"accessmode": 0}))),
        drift("disabled", "enabled", set("systemusers", json!({"isdisabled": true}))),
        drift("took a role", &format!("security_roles[{role}]"), move |target, it| {
            service::unassign(target, text(it, "id"), &service::role_named(target, role));
        }),
        drift("gave a role", "security_roles[Basic User]", |target, it| {
            service::assign(target, text(it, "id"), &service::role_named(target, "Basic User"));
        }),
    ]
}

fn system_user_config(role: &str, body: &str) -> String {
    format!(
        "{}resource \"dataverse_system_user\" \"it\" {{\nsecurity_roles = [dataverse_security_role.r0.name]\n{body}\n}}\n",
        roles(&[role])
    )
}

fn system_user_imports<'a>() -> Act<'a, Vec<String>> {
    Box::new(|_, it| ["id", "domain_name", "entra_object_id"].map(|name| text(it, name).to_owned()).into())
}

fn system_user_that_is_adopted(target: &Target) {
    let (role, person) = (target.name("role"), target.person(0));
    service::sign_in(target, &person);
    let config = |body: &str| {
        system_user_config(&role, &format!("entra_object_id = \"{person}\"\nenabled = true\n{body}"))
    };
    Case {
        address: "dataverse_system_user.it",
        config: config("title = \"Analyst\""),
        updated_config: config(
            "title = \"Lead\"\nemail = \"lead@contoso.com\"\naccess_mode = \"administrative\"",
        ),
        update_is: "update",
        import_ids: system_user_imports(),
        // The person signs in again at once, so that there is somebody to adopt.
        remove_behind: Box::new(|target, it| {
            service::delete_person(target, text(it, "id"));
            service::sign_in(target, text(it, "entra_object_id"));
        }),
        drift: system_user_drift(&role),
        before_destroy: nothing(),
        after_destroy: nothing(),
        // A destroy disables; people are not deleted.
        exists: Box::new(|target, it| service::is_enabled(target, text(it, "id"))),
    }
    .run(target);
}

fn system_user_that_is_created(target: &Target) {
    let (role, name) = (target.name("role"), target.person_name(1));
    let config = |body: &str| {
        let creates = "provisioning = \"create\"\non_destroy = \"delete\"";
        system_user_config(&role, &format!("domain_name = \"{name}\"\nenabled = true\n{creates}\n{body}"))
    };
    Case {
        address: "dataverse_system_user.it",
        config: config("access_mode = \"administrative\""),
        updated_config: config(
            "title = \"Lead\"\nemail = \"lead@contoso.com\"\naccess_mode = \"non_interactive\"",
        ),
        update_is: "update",
        import_ids: Box::new(|_, _| Vec::new()),
        remove_behind: Box::new(|target, it| service::delete_person(target, text(it, "id"))),
        drift: system_user_drift(&role),
        before_destroy: Box::new(|target, it| {
            service::set_in_entra(target, text(it, "entra_object_id"), false);
        }),
        after_destroy: Box::new(|target, it| {
            service::set_in_entra(target, text(it, "entra_object_id"), true);
        }),
        exists: row_exists("systemusers"),
    }
    .run(target);
}

fn role_assignment(target: &Target) {
    let (first, second) = (target.name("role"), target.name("second role"));
    let user = service::sign_in(target, &target.person(2));
    let config = |role: &str| {
        format!(
            "{}resource \"dataverse_role_assignment\" \"it\" {{\nuser_id = \"{user}\"\nrole = {role}\n}}\n",
            roles(&[&first, &second])
        )
    };
    let holds = |target: &Target, it: &Value| {
        let path = format!("roles({})?$select=name", text(it, "role_id"));
        target.api().exists(&path) && {
            let name = target.api().get(&path);
            service::roles_of(target, text(it, "user_id")).contains(&text(&name, "name").to_owned())
        }
    };
    Case {
        address: "dataverse_role_assignment.it",
        config: config("dataverse_security_role.r0.name"),
        updated_config: config("dataverse_security_role.r1.name"),
        update_is: "delete,create",
        import_ids: Box::new(|_, it| vec![format!("user/{}/{}", text(it, "user_id"), text(it, "role"))]),
        remove_behind: Box::new(|target, it| {
            service::unassign(target, text(it, "user_id"), text(it, "role_id"));
        }),
        drift: Vec::new(),
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: Box::new(holds),
    }
    .run(target);
}
