//! `EntityDefinitions(..)/ManyToManyRelationships` of the tables whose pairs the emulator keeps.

use std::sync::Arc;

use uuid::Uuid;

use crate::call::Call;
use crate::catalogue::DERIVED;
use crate::collection::write_list;
use crate::errors::{ApiError, missing_row};
use crate::odata::{Key, Literal, Segment, literal, parse_query};
use crate::read;
use crate::render::filtered;
use crate::router::method_not_allowed;
use crate::schema::TableId;
use crate::store::{Row, Val};
use crate::wire::Answer;

/// Name, intersect table, and both tables with their columns in it.
const ALL: [(&str, &str, [&str; 2], [&str; 2]); 6] = [
    ("systemuserroles_association", "systemuserroles", ["systemuser", "systemuserid"], ["role", "roleid"]),
    ("teamroles_association", "teamroles", ["team", "teamid"], ["role", "roleid"]),
    ("teammembership_association", "teammembership", ["team", "teamid"], ["systemuser", "systemuserid"]),
    ("roleprivileges_association", "roleprivileges", ["role", "roleid"], ["privilege", "privilegeid"]),
    (
        "systemuserprofiles_association",
        "systemuserprofiles",
        ["systemuser", "systemuserid"],
        ["fieldsecurityprofile", "fieldsecurityprofileid"],
    ),
    (
        "teamprofiles_association",
        "teamprofiles",
        ["team", "teamid"],
        ["fieldsecurityprofile", "fieldsecurityprofileid"],
    ),
];

/// The tables all of whose security relationships are listed.
const KNOWN: [&str; 5] = ["systemuser", "team", "role", "privilege", "fieldsecurityprofile"];

fn rows(logical: &str) -> Vec<Arc<Row>> {
    ALL.iter()
        .filter(|(_, _, left, right)| left[0] == logical || right[0] == logical)
        .map(|(name, intersect, left, right)| {
            let mut row = Row::new(
                TableId::ManyToMany,
                Uuid::new_v5(&DERIVED, format!("relationship {name}").as_bytes()),
            );
            for (column, value) in [
                ("SchemaName", *name),
                ("IntersectEntityName", intersect),
                ("Entity1LogicalName", left[0]),
                ("Entity1IntersectAttribute", left[1]),
                ("Entity1NavigationPropertyName", name),
                ("Entity2LogicalName", right[0]),
                ("Entity2IntersectAttribute", right[1]),
                ("Entity2NavigationPropertyName", name),
                ("RelationshipType", "ManyToManyRelationship"),
            ] {
                row.set(column, Val::text(value));
            }
            row.set("IsCustomRelationship", Val::Bool(false));
            row.set("IsManaged", Val::Bool(true));
            Arc::new(row)
        })
        .collect()
}

/// `GET` of `ManyToManyRelationships`.
pub(super) fn route(call: &mut Call<'_>, entity: &Row, segment: &Segment) -> Result<Answer, ApiError> {
    let logical = entity.text("LogicalName").unwrap_or_default().to_owned();
    if call.request.method != "GET" {
        return Err(method_not_allowed(&call.request.method));
    }
    if !KNOWN.contains(&logical.as_str()) {
        return Err(ApiError::unsupported(format!("the relationships of the table {logical}")));
    }
    let query = parse_query(call.raw_query(), Some(TableId::ManyToMany))?;
    let all = rows(&logical);
    if let Some(key) = &segment.key {
        let wanted = match key {
            Key::Named(pairs) => match pairs.as_slice() {
                [(name, value)] if name == "SchemaName" => match literal(value) {
                    Some(Literal::Text(text)) => Some(text),
                    _ => None,
                },
                _ => None,
            },
            Key::Bare(_) => None,
        };
        let found =
            all.iter().find(|row| wanted.as_deref().is_some_and(|name| row.text("SchemaName") == Some(name)));
        let found = found.ok_or_else(|| missing_row("ManyToManyRelationshipMetadata", Uuid::nil()))?;
        return read::single_row(call, found, &query);
    }
    let rows = filtered(call, all, &query);
    let path = format!("EntityDefinitions('{logical}')/ManyToManyRelationships");
    write_list(call, TableId::ManyToMany, &path, &rows, &query)
}
