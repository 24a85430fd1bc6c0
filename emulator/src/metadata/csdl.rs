//! `$metadata`: the tables of the service document as CSDL.

use std::fmt::Write;

use crate::schema::{Collection, Column, Kind, TableDef, TableId, Use};
use crate::wire::Answer;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>\
<Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\
<EntityType Name=\"crmbaseentity\" Abstract=\"true\" />\
<EntityType Name=\"principal\" BaseType=\"mscrm.crmbaseentity\" Abstract=\"true\"><Key><PropertyRef Name=\"ownerid\" /></Key>\
<Property Name=\"ownerid\" Type=\"Edm.Guid\" Nullable=\"false\" /></EntityType>\
<ComplexType Name=\"BooleanManagedProperty\"><Property Name=\"Value\" Type=\"Edm.Boolean\" Nullable=\"false\" />\
<Property Name=\"CanBeChanged\" Type=\"Edm.Boolean\" Nullable=\"false\" />\
<Property Name=\"ManagedPropertyLogicalName\" Type=\"Edm.String\" /></ComplexType>";
const TAIL: &str = "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>";

/// The tables that have an entity set of rows.
fn tables() -> impl Iterator<Item = &'static TableDef> {
    TableId::all().filter(|table| !table.is_hidden() && !table.is_metadata()).map(TableId::def)
}

/// The document.
pub(crate) fn document() -> Answer {
    let mut xml = HEAD.to_owned();
    for def in tables() {
        entity_type(&mut xml, def);
    }
    xml += "<EntityContainer Name=\"System\">";
    for def in tables() {
        entity_set(&mut xml, def);
    }
    xml += TAIL;
    let answer = Answer { status: 200, headers: Vec::new(), body: xml };
    answer.with("Content-Type", "application/xml")
}

/// Users and teams are principals, whose key is `ownerid`.
fn is_principal(def: &TableDef) -> bool {
    matches!(def.id, TableId::SystemUser | TableId::Team)
}

fn edm(column: &Column) -> &'static str {
    match column.kind {
        Kind::Guid | Kind::Lookup(_) | Kind::Any(_) => "Edm.Guid",
        Kind::Text(_) | Kind::Raw => "Edm.String",
        Kind::Int if column.name == "versionnumber" => "Edm.Int64",
        Kind::Int | Kind::Choice(_) => "Edm.Int32",
        Kind::Number => "Edm.Decimal",
        Kind::Bool => "Edm.Boolean",
        Kind::Date => "Edm.DateTimeOffset",
        Kind::Managed => "mscrm.BooleanManagedProperty",
    }
}

// Writing into a String cannot fail, which is why the results of `write!` are dropped here.
fn entity_type(xml: &mut String, def: &TableDef) {
    let base = if is_principal(def) { "principal" } else { "crmbaseentity" };
    let _ = write!(xml, "<EntityType Name=\"{}\" BaseType=\"mscrm.{base}\">", def.logical);
    if !is_principal(def) {
        let _ = write!(xml, "<Key><PropertyRef Name=\"{}\" /></Key>", def.key());
    }
    for column in def.columns.iter().filter(|column| !(is_principal(def) && column.name == "ownerid")) {
        property(xml, def, column);
    }
    for (name, target, partner) in singles(def) {
        let target = target.map_or("principal", |target| target.def().logical);
        let _ = write!(xml, "<NavigationProperty Name=\"{name}\" Type=\"mscrm.{target}\"");
        if let Some(column) = partner {
            let _ = write!(
                xml,
                "><ReferentialConstraint Property=\"{}\" ReferencedProperty=\"",
                column.query_name
            );
            let key = if matches!(target, "principal" | "systemuser" | "team") {
                "ownerid"
            } else {
                key_of(target)
            };
            let _ = write!(xml, "{key}\" /></NavigationProperty>");
        } else {
            *xml += " />";
        }
    }
    for Collection { name, target, .. } in def.collections {
        let logical = target.def().logical;
        let _ = write!(xml, "<NavigationProperty Name=\"{name}\" Type=\"Collection(mscrm.{logical})\" />");
    }
    *xml += "</EntityType>";
}

fn key_of(logical: &str) -> &'static str {
    TableId::by_logical(logical).map_or("", |table| table.def().key())
}

fn property(xml: &mut String, def: &TableDef, column: &Column) {
    let _ = write!(xml, "<Property Name=\"{}\" Type=\"{}\"", column.query_name, edm(column));
    if column.name == def.key() {
        *xml += " Nullable=\"false\"";
    }
    if let Kind::Text(length) = column.kind {
        let _ = write!(xml, " MaxLength=\"{length}\"");
    }
    if column.kind == Kind::Number {
        *xml += " Scale=\"Variable\"";
    }
    if column.usage == Use::Read || column.query_name.starts_with('_') {
        *xml += "><Annotation Term=\"Org.OData.Core.V1.Computed\" Bool=\"true\" /></Property>";
    } else {
        *xml += " />";
    }
}

type Single = (&'static str, Option<TableId>, Option<&'static Column>);

/// The single-valued navigation properties: name, target, and the column when it leads to one table alone.
fn singles(def: &TableDef) -> Vec<Single> {
    let mut found: Vec<Single> = Vec::new();
    for column in def.columns {
        match column.kind {
            Kind::Lookup(target) => found.push((column.navigation, Some(target), Some(column))),
            Kind::Any(_) if column.name == "ownerid" => found.push(("ownerid", None, Some(column))),
            Kind::Any(targets) => {
                found.extend(targets.iter().map(|(name, target)| (*name, Some(*target), None)));
            }
            _ => {}
        }
    }
    found
}

fn entity_set(xml: &mut String, def: &TableDef) {
    let _ = write!(xml, "<EntitySet Name=\"{}\" EntityType=\"mscrm.{}\">", def.set, def.logical);
    let collections = def.collections.iter().map(|collection| (collection.name, collection.target));
    let singles = singles(def).into_iter().filter_map(|(name, target, _)| Some((name, target?)));
    for (name, target) in singles.chain(collections) {
        let set = target.def().set;
        let _ = write!(xml, "<NavigationPropertyBinding Path=\"{name}\" Target=\"{set}\" />");
    }
    *xml += "</EntitySet>";
}
