//! `EntityDefinitions`.

use std::sync::{Arc, OnceLock};

use serde_json::json;
use uuid::Uuid;

use crate::catalogue::{DERIVED, MetaTable, catalogue};
use crate::schema::TableId;
use crate::store::{Row, Val};

/// One row per table of the catalogue, by logical name.
pub(crate) fn rows() -> &'static [Arc<Row>] {
    static ROWS: OnceLock<Vec<Arc<Row>>> = OnceLock::new();
    ROWS.get_or_init(|| {
        catalogue().tables.iter().zip(0i64..).map(|(table, index)| Arc::new(row(table, index))).collect()
    })
}

fn row(table: &MetaTable, index: i64) -> Row {
    let [logical, schema, display, displays, set, code, ownership, primary, name, flags] = table.fields;
    let schema = if schema.is_empty() { logical } else { schema };
    let set = if set.is_empty() { plural(logical) } else { set.to_owned() };
    let primary = if primary.is_empty() { format!("{logical}id") } else { primary.to_owned() };
    // Codes of tables that have none in public sources lie where custom tables have theirs.
    let code = code.parse().unwrap_or(10_000 + index);
    let flag = |letter: char| Val::Bool(flags.contains(letter));
    let text = |text: &str| if text.is_empty() { Val::Null } else { Val::text(text) };
    Row::new(TableId::Metadata, Uuid::new_v5(&DERIVED, format!("table {logical}").as_bytes()))
        .with("LogicalName", Val::text(logical))
        .with("SchemaName", Val::text(schema))
        .with("EntitySetName", Val::text(&set))
        .with("LogicalCollectionName", Val::text(&set))
        .with("CollectionSchemaName", Val::text(plural(schema)))
        .with("ObjectTypeCode", Val::Int(code))
        .with(
            "OwnershipType",
            Val::text(if ownership.is_empty() { derived_ownership(table) } else { ownership }),
        )
        .with("PrimaryIdAttribute", Val::text(primary))
        .with("PrimaryNameAttribute", text(name))
        .with("IsActivity", flag('a'))
        .with("IsIntersect", flag('i'))
        .with("IsChildEntity", flag('c'))
        .with("IsCustomEntity", Val::Bool(logical.contains('_')))
        .with("DisplayName", label(display))
        .with("DisplayCollectionName", label(displays))
        .with("Privileges", privileges(table))
}

fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ if name.ends_with(['s', 'x']) => format!("{name}es"),
        _ => format!("{name}s"),
    }
}

/// The ownership a table must have for the depths of its privileges.
fn derived_ownership(table: &MetaTable) -> &'static str {
    let any = |depth: usize| table.privileges.iter().any(|p| catalogue().privilege(*p).depths[depth]);
    match (table.privileges.is_empty(), any(0), any(1) || any(2)) {
        (true, ..) => "None",
        (_, true, _) => "UserOwned",
        (_, _, true) => "BusinessOwned",
        _ => "OrganizationOwned",
    }
}

fn label(text: &str) -> Val {
    let localized = json!({ "Label": text, "LanguageCode": 1033, "IsManaged": true, "MetadataId": null, "HasChanged": null });
    let value = if text.is_empty() {
        json!({ "LocalizedLabels": [], "UserLocalizedLabel": null })
    } else {
        json!({ "LocalizedLabels": [localized], "UserLocalizedLabel": localized })
    };
    Val::Raw(value.to_string().into())
}

fn privileges(table: &MetaTable) -> Val {
    let list: Vec<_> = table
        .privileges
        .iter()
        .map(|position| {
            let privilege = catalogue().privilege(*position);
            json!({
                "CanBeBasic": privilege.depths[0], "CanBeDeep": privilege.depths[2],
                "CanBeGlobal": privilege.depths[3], "CanBeLocal": privilege.depths[1],
                "CanBeEntityReference": false, "CanBeParentEntityReference": false, "CanBeRecordFilter": false,
                "Name": privilege.name, "PrivilegeId": privilege.id, "PrivilegeType": privilege.access,
            })
        })
        .collect();
    Val::Raw(serde_json::Value::Array(list).to_string().into())
}
