//! What it costs to read and write large values, to be run under a profiler that counts instructions.
//!
//! `codec <value|plan> <bytes> <passes>` makes an input of about so many bytes, takes it so often from bytes to bytes, and
//! prints the size of the input and the median time of a pass. `value` is one value in msgpack that is read against its
//! type and written again. `plan` is a whole plan request in protobuf, with configuration and proposal, and its answer.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::time::Instant;

use prost::Message;
use tf_provider::framework::{
    self, Configured, Context, Created, Fault, Model, ProviderDefinition, Registry, Resource, Tf, Type,
    Value, computed, optional, required, resource,
};
use tf_provider::plugin::proto::tfplugin5 as pb;
use tf_provider::plugin::proto::tfplugin5::provider_server::Provider;
use tf_provider::plugin::{Server, codec};

tf_provider::model! {
    /// A provider of one large thing.
    struct Config {
        /// Has no effect.
        label: Tf<String> => optional(),
    }
}

/// Table, right, level: the shape of a role's privileges.
type Grants = BTreeMap<String, Tf<BTreeMap<String, Tf<String>>>>;

tf_provider::model! {
    /// A thing with many parts.
    struct Bulk {
        /// Id of the thing: its name.
        id: Tf<String> => computed().keep(),
        /// Name of the thing.
        name: Tf<String> => required(),
        /// A set of texts.
        members: Tf<BTreeSet<String>> => optional(),
        /// Maps within a map.
        grants: Tf<Grants> => optional(),
    }
}

struct BulkResource;

impl Resource for BulkResource {
    const TYPE: &'static str = "bulk_thing";
    type Api = ();
    type Model = Bulk;

    async fn create(_: &(), _: &Context, plan: Bulk, _: &Created<Bulk>) -> Result<Bulk, Fault> {
        Ok(plan)
    }

    async fn read(_: &(), _: &Context, state: Bulk) -> Result<Bulk, Fault> {
        Ok(state)
    }

    async fn update(_: &(), _: &Context, _: Bulk, plan: Bulk) -> Result<Bulk, Fault> {
        Ok(plan)
    }

    async fn delete(_: &(), _: &Context, _: Bulk) -> Result<(), Fault> {
        Ok(())
    }

    async fn import(_: &(), id: &str) -> Result<Bulk, Fault> {
        Ok(Bulk { id: id.into(), name: id.into(), members: Tf::Null, grants: Tf::Null })
    }
}

struct BulkProvider;

impl ProviderDefinition for BulkProvider {
    const NAME: &'static str = "bulk";
    type Api = ();
    type Config = Config;

    fn configure(_: Config, _: &str) -> framework::Result<Configured<()>> {
        Ok(Configured::Ready(()))
    }

    fn registry() -> Registry<()> {
        Registry { resources: vec![resource::<BulkResource>()], ..Registry::default() }
    }
}

/// A value whose msgpack has about so many bytes, half of them in each collection.
fn bulk(bytes: usize, id: Tf<String>) -> Bulk {
    let member = |index: usize| format!("be7c0000-0000-4000-8000-{index:012}");
    let rights = ["append", "append_to", "assign", "create", "delete", "read", "share", "write"];
    let levels = || rights.map(|right| (right.to_owned(), "business_unit".into())).into();
    let table = |index: usize| (format!("contoso_table_{index:06}"), Tf::Known(levels()));
    // A member takes its 36 bytes and two more; a table 23 for its name, and its rights and levels with theirs.
    let (per_member, per_table) = (38, 186);
    Bulk {
        id,
        name: "bulk".into(),
        members: Tf::Known((0..bytes / 2 / per_member).map(member).collect()),
        grants: Tf::Known((0..bytes / 2 / per_table).map(table).collect()),
    }
}

fn msgpack(bulk: &Bulk) -> Vec<u8> {
    codec::write(&bulk.to_value(), &ty())
}

/// The type of a thing's state, with what the framework adds to the model.
fn ty() -> Type {
    resource::<BulkResource>().schema().block.ty()
}

/// The request that plans the creation of a thing.
fn request(bytes: usize) -> Vec<u8> {
    let value = |id| {
        let msgpack = msgpack(&bulk(bytes / 2, id));
        Some(pb::DynamicValue { msgpack, json: Vec::new() })
    };
    pb::plan_resource_change::Request {
        type_name: "bulk_thing".into(),
        prior_state: Some(pb::DynamicValue { msgpack: vec![0xc0], json: Vec::new() }),
        config: value(Tf::Null),
        proposed_new_state: value(Tf::Null),
        ..Default::default()
    }
    .encode_to_vec()
}

fn configure(runtime: &tokio::runtime::Runtime, server: &Server<BulkProvider>) -> Result<(), Box<dyn Error>> {
    let msgpack = codec::write(&Config { label: Tf::Null }.to_value(), &Config::block().ty());
    let config = Some(pb::DynamicValue { msgpack, json: Vec::new() });
    let request = pb::configure::Request { config, ..Default::default() };
    runtime.block_on(server.configure(tonic::Request::new(request)))?;
    Ok(())
}

fn round_trip(input: &[u8], ty: &Type) -> Result<usize, Box<dyn Error>> {
    let value: Value = codec::read(input, ty)?;
    Ok(codec::write(&value, ty).len())
}

async fn plan(server: &Server<BulkProvider>, input: &[u8]) -> Result<usize, Box<dyn Error>> {
    let request = tonic::Request::new(pb::plan_resource_change::Request::decode(input)?);
    let response = server.plan_resource_change(request).await?.into_inner();
    match response.diagnostics.first() {
        Some(diagnostic) => Err(format!("{}: {}", diagnostic.summary, diagnostic.detail).into()),
        None => Ok(response.encode_to_vec().len()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, bytes, passes] = arguments.as_slice() else {
        return Err("usage: codec <value|plan> <bytes> <passes>".into());
    };
    let (bytes, passes): (usize, usize) = (bytes.parse()?, passes.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let server = Server::<BulkProvider>::default();
    let ty = ty();
    let whole_request = match what.as_str() {
        "value" => false,
        "plan" => true,
        other => return Err(format!("{other} is neither value nor plan").into()),
    };
    let input = if whole_request { request(bytes) } else { msgpack(&bulk(bytes, "bulk".into())) };
    configure(&runtime, &server)?;
    let mut milliseconds = Vec::new();
    let mut answer = 0;
    for _ in 0..passes {
        let begun = Instant::now();
        answer =
            if whole_request { runtime.block_on(plan(&server, &input))? } else { round_trip(&input, &ty)? };
        milliseconds.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    milliseconds.sort_by(f64::total_cmp);
    let median = milliseconds.get(passes / 2);
    let figures = serde_json::json!({ "bytes": input.len(), "answer": answer, "milliseconds": median });
    std::io::Write::write_all(&mut std::io::stdout(), format!("{figures}\n").as_bytes())?;
    Ok(())
}
