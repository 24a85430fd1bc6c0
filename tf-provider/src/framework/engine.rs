//! What every resource must do, written once: the erased form of [`Resource`] that the protocol side calls.

mod apply;
mod generate;
mod guard;
mod moved;

use std::marker::PhantomData;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::plan::{keep_unknowns, mark_unknown, unmarked};
use super::resource::{Context, Fault, Key, Managed, OperationApi, Stop, key};
use super::{
    Diagnostic, Diagnostics, Model, MoveSource, Path, PlanInput, Planning, Resource, Schema, Timeouts,
    UpgradeError, Value, check_plan, identity, plan, upgrade, validate,
};

/// A planned object with what the user should hear about it.
#[derive(Debug, Default)]
pub struct Planned {
    /// The object as it will be; null for a destroy.
    pub planned: Value,
    /// Attributes whose change makes a new object.
    pub replace: Vec<Path>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// What a read found.
#[derive(Debug, Default)]
pub struct ReadBack {
    /// The object as it is; null when it is gone.
    pub state: Value,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// What an apply left behind.
#[derive(Debug, Default)]
pub struct Applied {
    /// The object as it is to be stored; null when there is none.
    pub state: Value,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// A resource, whatever its model.
pub trait ResourceEntry<A>: Send + Sync {
    /// Type name in configurations.
    fn type_name(&self) -> &'static str;

    /// Its schema, with the `timeouts` block.
    fn schema(&self) -> &Schema;

    /// Attributes that make its identity.
    fn identity(&self) -> &'static [&'static str];

    /// Checks a configuration without any request.
    fn validate(&self, config: &Value, write_only_allowed: bool) -> Diagnostics;

    /// Plans a create, an update or a destroy.
    fn plan(&self, api: Option<Arc<A>>, stop: Stop, request: PlanRequest) -> BoxFuture<'_, Planned>;

    /// Brings stored state into today's shape.
    ///
    /// # Errors
    /// When it does not fit the schema.
    fn upgrade(&self, json: &[u8]) -> Result<Value, UpgradeError>;

    /// The object that `source`, a resource of another type, stands for; none when that type cannot be moved here.
    fn moved(&self, source: &MoveSource<'_>) -> Option<Result<Value, Diagnostics>>;

    /// The configuration of the object `state`, for generated configuration files.
    ///
    /// # Errors
    /// When `state` is not of the schema's shape.
    fn generate(&self, state: &Value) -> Result<Value, Diagnostics>;

    /// Reads the object that `state` names.
    fn read(&self, api: Arc<A>, stop: Stop, state: Value) -> BoxFuture<'_, ReadBack>;

    /// Creates (`prior` null), updates or deletes (`planned` null) for the resource instance `claimant`.
    fn apply(&self, api: Arc<A>, stop: Stop, views: [Value; 2], claimant: String) -> BoxFuture<'_, Applied>;

    /// Finds the object with an import id, or with an identity.
    fn import(&self, api: Arc<A>, stop: Stop, key: ImportKey) -> BoxFuture<'_, ReadBack>;
}

/// What a plan starts from.
#[derive(Debug, Default)]
pub struct PlanRequest {
    /// The prior, the configured and the proposed object. No prior means create, no proposal destroy.
    pub views: [Value; 3],
    /// Names the resource instance, the same in all its plans of a run.
    pub claimant: String,
    /// Identity of the object that a create replaces; null if there is none, or if that is not known.
    pub replaced: Value,
}

/// What an import starts from.
#[derive(Clone, Debug)]
pub enum ImportKey {
    /// The id on the command line or in an import block.
    Id(String),
    /// An identity object.
    Identity(Value),
}

struct Entry<R> {
    schema: Schema,
    managed: Managed,
    resource: PhantomData<fn() -> R>,
}

/// Puts a resource into a registry.
pub fn resource<R: Resource>() -> Box<dyn ResourceEntry<R::Api>> {
    let mut block = R::Model::block();
    block.blocks.push(Timeouts::block(R::timeouts()));
    Box::new(Entry::<R> { schema: Schema::new(block), managed: Managed::default(), resource: PhantomData })
}

impl<R: Resource> Entry<R> {
    /// The object of `model`, with the blocks that are the engine's taken from `other`.
    fn object(&self, model: &R::Model, other: &Value) -> Value {
        let mut value = model.to_value();
        if let Value::Object(attributes) = &mut value {
            for nested in &self.schema.block.blocks {
                let blocks = if other.is_null() { nested.none() } else { other.get(nested.name).clone() };
                attributes.insert(nested.name.to_owned(), blocks);
            }
        }
        value
    }

    /// What was read, in the spelling of the prior state where both mean the same.
    fn respell(&self, prior: &Value, mut read: Value) -> Value {
        if let Value::Object(attributes) = &mut read {
            for attribute in &self.schema.block.attributes {
                let before = prior.get(attribute.name);
                let now = attributes.get(attribute.name).unwrap_or(&Value::Null);
                if attribute.write_only {
                    attributes.insert(attribute.name.to_owned(), Value::Null);
                } else if !before.is_null() && attribute.same(before, now) {
                    attributes.insert(attribute.name.to_owned(), before.clone());
                }
            }
        }
        read
    }

    async fn complete_plan(
        &self,
        api: &R::Api,
        [prior, config]: [&Value; 2],
        claimant: String,
        replaced: Option<Key>,
        planned: &mut Planned,
    ) {
        let models = (|| {
            let prior = if prior.is_null() { None } else { Some(R::Model::from_value(prior)?) };
            Ok((prior, R::Model::from_value(config)?, R::Model::from_value(&planned.planned)?))
        })();
        let Some((before, wish, model)) = planned.diagnostics.absorb(models) else { return };
        let mut planning = Planning {
            prior: before,
            config: wish,
            planned: model,
            replace: Vec::new(),
            in_place: Vec::new(),
            diagnostics: Diagnostics::new(),
            claimant,
            managed: self.managed.clone(),
            replaced,
        };
        R::plan(api, &mut planning).await;
        let unchanged = planned.planned == *prior;
        let mut object = self.object(&planning.planned, &planned.planned);
        keep_unknowns(config, &mut object);
        // Nothing differs but what was made unknown because of a difference that is none.
        let same =
            planning.replace.is_empty() && unmarked(&self.schema.block, prior, config, &object) == *prior;
        if same {
            object = prior.clone();
        } else if unchanged {
            mark_unknown(&self.schema.block, prior, config, &mut object);
        }
        planning.replace.extend(plan::replaced(&self.schema.block, prior, config, &object));
        planning.replace.retain(|path| !planning.in_place.contains(path));
        planning.replace.sort();
        planning.replace.dedup();
        planned.planned = object;
        planned.replace = planning.replace;
        planned.diagnostics.extend(planning.diagnostics);
    }

    async fn plan_change(&self, api: Option<Arc<R::Api>>, request: PlanRequest) -> Planned {
        let PlanRequest { views: [prior, config, proposed], claimant, replaced } = request;
        let output = plan(PlanInput {
            block: &self.schema.block,
            prior: &prior,
            config: &config,
            proposed: &proposed,
        });
        let mut planned =
            Planned { planned: output.planned, replace: output.replace, diagnostics: Diagnostics::new() };
        if let Some(api) = api {
            self.complete_plan(&api, [&prior, &config], claimant, key(&replaced), &mut planned).await;
        }
        for fault in check_plan(&self.schema.block, &prior, &config, &planned.planned) {
            planned.diagnostics.push(
                Diagnostic::error(format!("{fault}. This is a bug in the provider; please report it."))
                    .titled("The provider planned what Terraform does not allow"),
            );
        }
        planned.diagnostics = planned.diagnostics.titled(&format!("Cannot plan {}", R::TYPE));
        planned
    }

    /// The object that `state` names as it is now. `after_change` lets the read end although the user interrupted.
    async fn read_state(
        &self,
        api: Arc<R::Api>,
        stop: Stop,
        after_change: bool,
        state: &Value,
    ) -> Result<Value, Fault> {
        let model = R::Model::from_value(state)?;
        let limit = Timeouts::of(state, R::timeouts()).read;
        let work = move |context: Context| {
            async move { R::read(&api.within(&context), &context, model).await }.boxed()
        };
        let read = if after_change {
            guard::read_back(limit, stop, work).await?
        } else {
            guard::read("read", limit, stop, work).await?
        };
        Ok(self.respell(state, self.object(&read, state)))
    }
}

impl<R: Resource> ResourceEntry<R::Api> for Entry<R> {
    fn type_name(&self) -> &'static str {
        R::TYPE
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn identity(&self) -> &'static [&'static str] {
        R::IDENTITY
    }

    fn validate(&self, config: &Value, write_only_allowed: bool) -> Diagnostics {
        let mut diagnostics = validate(&self.schema.block, config, write_only_allowed);
        if let Some(model) = diagnostics.absorb(R::Model::from_value(config)) {
            diagnostics.extend(R::validate(&model));
        }
        diagnostics.titled(&format!("Invalid {}", R::TYPE))
    }

    fn upgrade(&self, json: &[u8]) -> Result<Value, UpgradeError> {
        let state = upgrade::upgrade(&self.schema.block, json)?;
        self.managed.store(&identity::of(R::IDENTITY, &state));
        Ok(state)
    }

    fn moved(&self, source: &MoveSource<'_>) -> Option<Result<Value, Diagnostics>> {
        self.take_over(source)
    }

    fn generate(&self, state: &Value) -> Result<Value, Diagnostics> {
        self.configuration(state)
    }

    fn plan(&self, api: Option<Arc<R::Api>>, stop: Stop, request: PlanRequest) -> BoxFuture<'_, Planned> {
        async move {
            let [prior, _, proposed] = &request.views;
            if proposed.is_null() {
                let mut diagnostics = Diagnostics::new();
                if let Err(conflict) = self.managed.leave(&identity::of(R::IDENTITY, prior)) {
                    diagnostics.push(conflict);
                }
                if let (Some(api), Some(prior)) = (api, diagnostics.absorb(R::Model::from_value(prior))) {
                    diagnostics.extend(R::plan_destroy(&api, prior).await);
                }
                let diagnostics = diagnostics.titled(&format!("Cannot destroy {}", R::TYPE));
                return Planned { planned: Value::Null, replace: Vec::new(), diagnostics };
            }
            let kept = self.managed.keep(&identity::of(R::IDENTITY, prior));
            let proposed = proposed.clone();
            tokio::select! {
                planned = self.plan_change(api, request) => {
                    let mut planned = planned;
                    // A resource that found the conflict itself says it better.
                    if let Err(conflict) = kept && !planned.diagnostics.has_errors() {
                        planned.diagnostics.push(conflict.titled(format!("Cannot plan {}", R::TYPE)));
                    }
                    planned
                }
                () = stop.requested() => Planned {
                    planned: proposed,
                    replace: Vec::new(),
                    diagnostics: Diagnostics::from(guard::interrupted())
                        .titled(&format!("Cannot plan {}", R::TYPE)),
                },
            }
        }
        .boxed()
    }

    fn read(&self, api: Arc<R::Api>, stop: Stop, state: Value) -> BoxFuture<'_, ReadBack> {
        async move {
            self.managed.store(&identity::of(R::IDENTITY, &state));
            match self.read_state(api, stop, false, &state).await {
                Ok(read) => ReadBack { state: read, diagnostics: Diagnostics::new() },
                Err(Fault::Gone) => ReadBack::default(),
                Err(Fault::Failed(diagnostics)) => {
                    ReadBack { state, diagnostics: diagnostics.titled(&format!("Cannot read {}", R::TYPE)) }
                }
            }
        }
        .boxed()
    }

    fn apply(
        &self,
        api: Arc<R::Api>,
        stop: Stop,
        [prior, planned]: [Value; 2],
        claimant: String,
    ) -> BoxFuture<'_, Applied> {
        async move {
            match (prior.is_null(), planned.is_null()) {
                (_, true) => self.delete(api, stop, prior).await,
                (true, false) => self.create(api, stop, planned, claimant).await,
                (false, false) => self.update(api, stop, [prior, planned], claimant).await,
            }
        }
        .boxed()
    }

    fn import(&self, api: Arc<R::Api>, stop: Stop, key: ImportKey) -> BoxFuture<'_, ReadBack> {
        async move {
            let found = match key {
                ImportKey::Identity(identity) => {
                    let mut object = self.schema.block.empty();
                    if let (Value::Object(attributes), Some(parts)) = (&mut object, identity.as_object()) {
                        attributes.extend(parts.clone());
                    }
                    R::Model::from_value(&object).map_err(Fault::from)
                }
                ImportKey::Id(id) => {
                    guard::read("read", R::timeouts().read, stop, move |context| {
                        async move { R::import(&api.within(&context), &id).await }.boxed()
                    })
                    .await
                }
            };
            let diagnostics = match found {
                Ok(mut model) => {
                    R::manage_all(&mut model);
                    let state = self.object(&model, &Value::Null);
                    return ReadBack { state, diagnostics: Diagnostics::new() };
                }
                Err(Fault::Gone) => Diagnostic::error("No such object exists. Check the import id.").into(),
                Err(Fault::Failed(diagnostics)) => diagnostics,
            };
            ReadBack {
                state: Value::Null,
                diagnostics: diagnostics.titled(&format!("Cannot import {}", R::TYPE)),
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests;
