//! Business units through the whole of their life.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::Target;
use acceptance_tests::in_both_models;
use acceptance_tests::lifecycle::{Case, drift, nothing, row_exists, set};
use acceptance_tests::service::{self, text};
use serde_json::json;

in_both_models!(business_unit);

fn business_unit(target: &Target) {
    let (name, above) = (target.name("unit"), target.name("unit above"));
    let above_id = service::create_unit(target, &above);
    let config = |body: &str| format!("resource \"dataverse_business_unit\" \"it\" {{\n{body}\n}}\n");
    Case {
        address: "dataverse_business_unit.it",
        config: config(&format!("name = \"{name}\"\ndescription = \"First\"\ncost_center = \"1\"")),
        updated_config: config(&format!(
            "name = \"{name} 2\"\nparent_business_unit_id = \"{above}\"\ndescription = \"\"\ncost_center = \"1\"\n\
             address_city = \"Zurich\""
        )),
        update_is: "update",
        import_ids: Box::new(|_, it| vec![text(it, "id").to_owned(), text(it, "name").to_owned()]),
        remove_behind: Box::new(|target, it| service::delete_unit(target, text(it, "id"))),
        drift: vec![
            drift("renamed", "name", set("businessunits", json!({ "name": target.name("other unit") }))),
            drift("disabled", "enabled", set("businessunits", json!({ "isdisabled": true }))),
            drift("described", "description", set("businessunits", json!({ "description": "By hand" }))),
            drift("moved to another city", "address_city", set("businessunits", json!({ "address1_city": "Bern" }))),
            drift("changed the cost center", "cost_center", set("businessunits", json!({ "costcenter": null }))),
            drift("moved", "parent_business_unit_id", |target, it| {
                let root = format!("/businessunits({})", service::root_unit(target));
                let path = format!("businessunits({})", text(it, "id"));
                target.api().patch(&path, &json!({ "parentbusinessunitid@odata.bind": root }));
            }),
        ],
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: row_exists("businessunits"),
    }
    .run(target);
    service::delete_unit(target, &above_id);
}
