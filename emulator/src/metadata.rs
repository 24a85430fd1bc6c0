//! Metadata: tables, their columns and their many-to-many relationships.

mod attributes;
mod csdl;
mod entities;
mod relationships;

use crate::call::Call;
use crate::errors::{ApiError, Code};
use crate::odata::Segment;
use crate::read;
use crate::router::Address;
use crate::schema::TableId;
use crate::wire::Answer;

pub(crate) use attributes::{by_id, metadata_id, odata_type, securable};
pub(crate) use csdl::document;
pub(crate) use entities::rows;

/// What lies below a table: `Attributes` and `ManyToManyRelationships`.
pub(crate) fn below(call: &mut Call<'_>, address: &Address, tail: &[Segment]) -> Result<Answer, ApiError> {
    let entity = read::resolve(call, TableId::Metadata, address)?;
    match tail {
        [segment] if segment.name == "Attributes" => attributes::route(call, &entity, segment),
        [segment] if segment.name == "ManyToManyRelationships" => {
            relationships::route(call, &entity, segment)
        }
        [segment, ..] => Err(ApiError::unsupported(format!("EntityDefinitions(..)/{}", segment.name))),
        [] => Err(Code::SegmentNotFound.error(&[&""])),
    }
}
