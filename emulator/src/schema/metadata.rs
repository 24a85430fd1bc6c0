//! Metadata below a table: its columns and its many-to-many relationships.

use super::{Column as C, TableDef, TableId};

/// The members the emulator knows of `AttributeMetadata`.
pub(super) const ATTRIBUTE: TableDef = TableDef {
    id: TableId::Attribute,
    logical: "AttributeMetadata",
    set: "Attributes",
    display: "AttributeMetadata",
    code: 0,
    name_column: "LogicalName",
    keys: &[&["LogicalName"]],
    columns: &[
        C::key("MetadataId"),
        C::text("LogicalName", 128).read_only(),
        C::text("SchemaName", 128).read_only(),
        C::text("EntityLogicalName", 128).read_only(),
        C::text("AttributeType", 32).read_only(),
        C::raw("AttributeTypeName"),
        C::int("ColumnNumber").read_only(),
        C::bool("IsCustomAttribute").read_only(),
        C::bool("IsPrimaryId").read_only(),
        C::bool("IsPrimaryName").read_only(),
        C::bool("IsValidForCreate").read_only(),
        C::bool("IsValidForRead").read_only(),
        C::bool("IsValidForUpdate").read_only(),
        C::bool("IsSecured"),
        C::bool("CanBeSecuredForCreate").read_only(),
        C::bool("CanBeSecuredForRead").read_only(),
        C::bool("CanBeSecuredForUpdate").read_only(),
    ],
    collections: &[],
};

/// The members the emulator knows of `ManyToManyRelationshipMetadata`.
pub(super) const MANY_TO_MANY: TableDef = TableDef {
    id: TableId::ManyToMany,
    logical: "ManyToManyRelationshipMetadata",
    set: "ManyToManyRelationships",
    display: "ManyToManyRelationshipMetadata",
    code: 0,
    name_column: "SchemaName",
    keys: &[&["SchemaName"]],
    columns: &[
        C::key("MetadataId"),
        C::text("SchemaName", 128).read_only(),
        C::text("IntersectEntityName", 128).read_only(),
        C::text("Entity1LogicalName", 128).read_only(),
        C::text("Entity1IntersectAttribute", 128).read_only(),
        C::text("Entity1NavigationPropertyName", 128).read_only(),
        C::text("Entity2LogicalName", 128).read_only(),
        C::text("Entity2IntersectAttribute", 128).read_only(),
        C::text("Entity2NavigationPropertyName", 128).read_only(),
        C::text("RelationshipType", 32).read_only(),
        C::bool("IsCustomRelationship").read_only(),
        C::bool("IsManaged").read_only(),
    ],
    collections: &[],
};
