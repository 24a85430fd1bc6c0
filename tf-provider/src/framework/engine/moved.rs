//! State of another type, taken over.

use super::super::{Diagnostics, MoveSource, Resource, Value, identity};
use super::Entry;

impl<R: Resource> Entry<R> {
    /// The object that `source` stands for, as it is to be stored.
    pub(super) fn take_over(&self, source: &MoveSource<'_>) -> Option<Result<Value, Diagnostics>> {
        let moved = R::move_from(source)?.map(|model| {
            let state = self.respell(&Value::Null, self.object(&model, &Value::Null).without_unknowns());
            self.managed.store(&identity::of(R::IDENTITY, &state));
            state
        });
        Some(moved.map_err(|refused: Diagnostics| {
            refused.titled(&format!("Cannot move {} to {}", source.type_name, R::TYPE))
        }))
    }
}
