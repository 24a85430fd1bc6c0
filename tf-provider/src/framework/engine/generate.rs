//! Configuration for an object that exists.

use super::super::{Diagnostics, Mode, Model, Resource, Value};
use super::Entry;

impl<R: Resource> Entry<R> {
    /// The configuration of `state`: what the provider alone decides, what is left out without a difference, and secrets are
    /// absent.
    pub(super) fn configuration(&self, state: &Value) -> Result<Value, Diagnostics> {
        let mut model = R::Model::from_value(&state.without_unknowns())?;
        R::generate(&mut model);
        let mut config = self.object(&model, &Value::Null);
        if let Value::Object(attributes) = &mut config {
            for attribute in &self.schema.block.attributes {
                let Some(value) = attributes.get_mut(attribute.name) else { continue };
                let is_default =
                    attribute.default.as_ref().is_some_and(|default| attribute.same(default, value));
                if attribute.mode == Mode::Computed
                    || attribute.sensitive
                    || attribute.write_only
                    || is_default
                {
                    *value = Value::Null;
                }
            }
        }
        Ok(config)
    }
}
