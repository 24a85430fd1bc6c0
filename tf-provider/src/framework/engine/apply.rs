//! Create, update and delete, and the truth in state when they fail.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;

use super::super::resource::{Created, Fault, OperationApi, Stop, Warnings};
use super::super::{Diagnostic, Diagnostics, Model, Resource, Timeouts, Value, check_apply};
use super::guard::{Ended, Subject};
use super::{Applied, Entry, guard};

/// How long a created object may take to show.
const PATIENCE: Duration = Duration::from_secs(30);

impl<R: Resource> Entry<R> {
    pub(super) async fn create(
        &self,
        api: Arc<R::Api>,
        stop: Stop,
        planned: Value,
        claimant: String,
    ) -> Applied {
        let model = match R::Model::from_value(&planned) {
            Ok(model) => model,
            Err(faults) => return Applied { state: Value::Null, diagnostics: faults },
        };
        let created = Created::default();
        let limit = Timeouts::of(&planned, R::timeouts()).create;
        let (client, tracker) = (Arc::clone(&api), created.clone());
        let warnings = Warnings::default();
        let subject = Subject { claimant, warnings: warnings.clone(), after_change: false };
        let outcome = guard::change("create", limit, stop.clone(), subject, move |context| {
            async move { R::create(&client.within(&context), &context, model, &tracker).await }.boxed()
        })
        .await;
        let title = format!("Cannot create {}", R::TYPE);
        let mut applied = match outcome {
            Ok(model) => self.finish(api, stop, &planned, &model, (&title, PATIENCE)).await,
            Err(Ended { fault, midway }) => {
                let mut diagnostics = words(fault);
                let state = match created.announced() {
                    None => Value::Null,
                    Some(announced) => {
                        let state = self.object(&announced, &planned).without_unknowns();
                        match self.settle(api, stop, state.clone(), &mut diagnostics).await {
                            // It may come into being yet; the next refresh knows.
                            Value::Null if midway => state,
                            found => found,
                        }
                    }
                };
                Applied { state, diagnostics: diagnostics.titled(&title) }
            }
        };
        applied.diagnostics.extend(warnings.take());
        applied
    }

    pub(super) async fn update(
        &self,
        api: Arc<R::Api>,
        stop: Stop,
        [prior, planned]: [Value; 2],
        claimant: String,
    ) -> Applied {
        let title = format!("Cannot update {}", R::TYPE);
        let models = R::Model::from_value(&prior)
            .and_then(|before| R::Model::from_value(&planned).map(|after| (before, after)));
        let (before, after) = match models {
            Ok(models) => models,
            Err(faults) => return Applied { state: prior, diagnostics: faults.titled(&title) },
        };
        let limit = Timeouts::of(&planned, R::timeouts()).update;
        let client = Arc::clone(&api);
        let warnings = Warnings::default();
        let subject = Subject { claimant, warnings: warnings.clone(), after_change: false };
        let outcome = guard::change("update", limit, stop.clone(), subject, move |context| {
            async move { R::update(&client.within(&context), &context, before, after).await }.boxed()
        })
        .await;
        let mut applied = match outcome {
            Ok(model) => self.finish(api, stop, &planned, &model, (&title, Duration::ZERO)).await,
            Err(Ended { fault, .. }) => {
                let mut diagnostics = words(fault);
                let state = match self.settle(api, stop, prior.clone(), &mut diagnostics).await {
                    // Gone in the meantime: the next refresh says so and plans it again.
                    Value::Null => prior,
                    state => state,
                };
                Applied { state, diagnostics: diagnostics.titled(&title) }
            }
        };
        applied.diagnostics.extend(warnings.take());
        applied
    }

    pub(super) async fn delete(&self, api: Arc<R::Api>, stop: Stop, prior: Value) -> Applied {
        let title = format!("Cannot delete {}", R::TYPE);
        let model = match R::Model::from_value(&prior) {
            Ok(model) => model,
            Err(faults) => return Applied { state: prior, diagnostics: faults.titled(&title) },
        };
        let limit = Timeouts::of(&prior, R::timeouts()).delete;
        let warnings = Warnings::default();
        let subject = Subject { warnings: warnings.clone(), ..Subject::default() };
        let outcome = guard::change("delete", limit, stop, subject, move |context| {
            async move { R::delete(&api.within(&context), &context, model).await }.boxed()
        })
        .await;
        let mut applied = match outcome {
            Ok(()) | Err(Ended { fault: Fault::Gone, .. }) => Applied::default(),
            Err(Ended { fault: Fault::Failed(diagnostics), .. }) => {
                Applied { state: prior, diagnostics: diagnostics.titled(&title) }
            }
        };
        applied.diagnostics.extend(warnings.take());
        applied
    }

    /// The object after a success: what was planned, with the unknown parts from `model` or, if that does not tell, from a
    /// read, which is made again for `patience` while it finds nothing.
    async fn finish(
        &self,
        api: Arc<R::Api>,
        stop: Stop,
        planned: &Value,
        model: &R::Model,
        (title, patience): (&str, Duration),
    ) -> Applied {
        let known = self.object(model, planned);
        let mut state = fill(planned, &known);
        let mut diagnostics = Diagnostics::new();
        if !state.is_wholly_known() {
            match self.read_new(api, stop, patience, &known.without_unknowns()).await {
                Ok(read) => state = fill(&state, &read),
                Err(fault) => {
                    diagnostics.push(Diagnostic::error(
                        "The change was made, but reading the object back failed, so that not all of it is known. \
                         The next plan reads it again.",
                    ));
                    diagnostics.extend(words(fault));
                }
            }
            state = state.without_unknowns();
        }
        for fault in check_apply(&self.schema.block, planned, &state) {
            tracing::error!(resource = R::TYPE, fault, "the result does not conform to the plan");
        }
        Applied { state, diagnostics: diagnostics.titled(title) }
    }

    /// Reads an object that was just written. A service may take a moment to show what it has created.
    async fn read_new(
        &self,
        api: Arc<R::Api>,
        stop: Stop,
        patience: Duration,
        state: &Value,
    ) -> Result<Value, Fault> {
        let end = Instant::now() + patience;
        let mut pause = Duration::from_millis(250);
        loop {
            match self.read_state(Arc::clone(&api), stop.clone(), true, state).await {
                Err(Fault::Gone) if Instant::now() + pause < end && !stop.is_requested() => {}
                result => return result,
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.requested() => {}
            }
            pause *= 2;
        }
    }

    /// The truth after a failure: what a read finds of the object that `state` names.
    async fn settle(
        &self,
        api: Arc<R::Api>,
        stop: Stop,
        state: Value,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        match self.read_state(api, stop, true, &state).await {
            Ok(read) => read,
            Err(Fault::Gone) => Value::Null,
            Err(Fault::Failed(faults)) => {
                diagnostics.push(Diagnostic::error(
                    "After this failure the object could not be read either, so the state holds what was expected of it.",
                ));
                diagnostics.extend(faults);
                state
            }
        }
    }
}

/// `planned` with its unknown attributes taken from `actual`.
fn fill(planned: &Value, actual: &Value) -> Value {
    let Value::Object(attributes) = planned else { return planned.clone() };
    let filled = attributes.iter().map(|(name, value)| {
        let value = if value.is_wholly_known() { value } else { actual.get(name) };
        (name.clone(), value.clone())
    });
    Value::Object(filled.collect())
}

fn words(fault: Fault) -> Diagnostics {
    match fault {
        Fault::Failed(diagnostics) => diagnostics,
        Fault::Gone => Diagnostic::error(
            "The object, or one that it refers to, does not exist any more. Plan again to see what is left.",
        )
        .into(),
    }
}
