//! Terraform's ideas: values, schemas, plans, resources. Pure; knows neither gRPC nor any API.

mod check;
mod data_source;
mod diagnostics;
mod engine;
mod ephemeral;
mod field;
mod function;
mod identity;
mod lint;
mod list;
mod model;
mod moves;
mod number;
mod path;
mod plan;
mod provider;
mod reading;
mod resource;
mod schema;
mod timeouts;
mod types;
mod upgrade;
mod validate;
mod value;

pub use check::{check_apply, check_plan};
pub use data_source::{DataSource, DataSourceEntry, data_source};
pub use diagnostics::{Diagnostic, Diagnostics, Result, Severity};
pub use engine::{Applied, ImportKey, PlanRequest, Planned, ReadBack, ResourceEntry, resource};
pub use ephemeral::{EphemeralEntry, EphemeralResource, Opened, Renewed, ephemeral_resource};
pub use field::{Field, Tf};
pub use function::{Function, FunctionError, Parameter};
pub use lint::lint;
pub use list::{Found, ListEntry, ListQuery, ListResource, Listed, Page, list_resource};
pub use model::{Model, doc_text, read_field};
pub use moves::MoveSource;
pub use number::Number;
pub use path::{Path, Step};
pub use plan::{PlanInput, PlanOutput, plan};
pub use provider::{Configured, Provider, ProviderDefinition, Registry};
pub use resource::{Context, Created, Fault, OperationApi, Planning, Resource, Stop};
pub use schema::{
    Attribute, Block, Equivalence, Keep, Mode, NestedBlock, Nesting, Schema, computed, optional,
    optional_computed, required,
};
pub use timeouts::{Timeouts, parse_duration};
pub use types::{Type, UnknownType};
pub use upgrade::{UpgradeError, upgrade};
pub use validate::{Validator, validate};
pub use value::{Refinements, Value};

pub(crate) use identity::{of as identity_of, ty as identity_type};
pub(crate) use upgrade::read as value_from_json;
