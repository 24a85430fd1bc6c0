//! What all operations that only read have in common.

use std::future::Future;

use super::resource::{Fault, Stop};
use super::{Block, Diagnostic, Diagnostics, Value};

/// Runs `work`, which ends with an error when the user interrupts the run.
pub(super) async fn until_stopped<T>(
    stop: Stop,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    tokio::select! {
        done = work => done,
        () = stop.requested() => Err(interrupted().into()),
    }
}

/// What is said of an operation that an interrupt ended.
pub(super) fn interrupted() -> Diagnostic {
    Diagnostic::error("The run was interrupted.")
}

/// The fault in words; `gone` says what is missing when an object is.
pub(super) fn words(fault: Fault, gone: &str) -> Diagnostics {
    match fault {
        Fault::Gone => Diagnostic::error(gone).into(),
        Fault::Failed(diagnostics) => diagnostics,
    }
}

/// What was read, with the configuration's own values exactly as they were written.
pub(super) fn echo(block: &Block, config: &Value, mut read: Value) -> Value {
    if let Value::Object(attributes) = &mut read {
        for attribute in &block.attributes {
            let wish = config.get(attribute.name);
            if !wish.is_null() {
                attributes.insert(attribute.name.to_owned(), wish.clone());
            }
        }
    }
    read
}
