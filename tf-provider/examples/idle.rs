//! A provider that does nothing: it calls nobody and keeps nothing. What a run with it costs is what Terraform and the
//! plugin protocol cost, so it is the floor that other providers are measured against.

use std::collections::BTreeSet;
use std::process::ExitCode;

use tf_provider::framework::{
    self, Configured, Context, Created, Fault, ProviderDefinition, Registry, Resource, Tf, computed,
    optional, required, resource,
};
use tf_provider::plugin::{self, ServeOptions, Server};

tf_provider::model! {
    /// A provider that does nothing.
    struct Config {
        /// Has no effect.
        label: Tf<String> => optional(),
    }
}

tf_provider::model! {
    /// A thing that is nowhere but in the state.
    struct Thing {
        /// Id of the thing: its name.
        id: Tf<String> => computed().keep(),
        /// Name of the thing.
        name: Tf<String> => required().replaces(),
        /// Words about the thing.
        tags: Tf<BTreeSet<String>> => optional(),
    }
}

struct IdleThing;

impl Resource for IdleThing {
    const TYPE: &'static str = "idle_thing";
    type Api = ();
    type Model = Thing;

    async fn create(_: &(), _: &Context, plan: Thing, _: &Created<Thing>) -> Result<Thing, Fault> {
        Ok(Thing { id: plan.name.clone(), ..plan })
    }

    async fn read(_: &(), _: &Context, state: Thing) -> Result<Thing, Fault> {
        Ok(state)
    }

    async fn update(_: &(), _: &Context, _: Thing, plan: Thing) -> Result<Thing, Fault> {
        Ok(plan)
    }

    async fn delete(_: &(), _: &Context, _: Thing) -> Result<(), Fault> {
        Ok(())
    }

    async fn import(_: &(), id: &str) -> Result<Thing, Fault> {
        Ok(Thing { id: id.into(), name: id.into(), tags: Tf::Null })
    }
}

struct Idle;

impl ProviderDefinition for Idle {
    const NAME: &'static str = "idle";
    type Api = ();
    type Config = Config;

    fn configure(_: Config, _: &str) -> framework::Result<Configured<()>> {
        Ok(Configured::Ready(()))
    }

    fn registry() -> Registry<()> {
        Registry { resources: vec![resource::<IdleThing>()], ..Registry::default() }
    }
}

fn main() -> ExitCode {
    let options = ServeOptions {
        provider_name: "idle".into(),
        provider_address: "registry.terraform.io/terraform-provider-dataverse/idle".into(),
        debug: std::env::args().any(|argument| argument == "--debug"),
    };
    plugin::run(Server::<Idle>::default(), &options)
}
