//! A list under way: pages in, events out.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures::future::join_all;
use futures::{Stream, StreamExt};

use super::super::reading::{interrupted, until_stopped, words};
use super::super::resource::{Context, Fault, Stop, Warnings};
use super::super::{Diagnostic, Diagnostics, Model, Resource, Timeouts, Value, identity};
use super::{Found, Listed, Page};

/// A list under way.
pub(super) struct Reading<S, R: Resource> {
    pages: Pin<Box<S>>,
    /// Objects of the page at hand that nobody looked at yet.
    waiting: VecDeque<Listed<R::Model>>,
    ready: VecDeque<Found>,
    /// How many more objects the host wants.
    wanted: usize,
    /// What to read whole objects with, if the host wants them.
    whole: Option<Arc<R::Api>>,
}

impl<S: Stream<Item = Result<Page<R::Model>, Fault>>, R: Resource> Reading<S, R> {
    /// A list that has not begun. `api` is there when whole objects are wanted.
    pub(super) fn new(pages: S, limit: Option<usize>, api: Option<Arc<R::Api>>) -> Self {
        Reading {
            pages: Box::pin(pages),
            waiting: VecDeque::new(),
            ready: VecDeque::new(),
            wanted: limit.unwrap_or(usize::MAX),
            whole: api,
        }
    }

    /// The next event; none at the end.
    pub(super) async fn next(&mut self, stop: &Stop) -> Option<Found> {
        loop {
            if let Some(found) = self.ready.pop_front() {
                return Some(found);
            }
            if self.wanted == 0 {
                return None;
            }
            if self.waiting.is_empty() {
                self.turn_page(stop).await?;
            } else {
                self.look(stop).await;
            }
        }
    }

    /// Takes the next page; none when there is no more.
    async fn turn_page(&mut self, stop: &Stop) -> Option<()> {
        let page = tokio::select! {
            page = self.pages.next() => page?,
            () = stop.requested() => Err(interrupted().into()),
        };
        match page {
            Ok(page) => {
                if !page.warnings.is_empty() {
                    self.ready.push_back(Found { diagnostics: page.warnings, ..Found::default() });
                }
                self.waiting.extend(page.objects);
            }
            Err(fault) => {
                self.wanted = 0;
                let diagnostics = words(fault, "What it was to list does not exist (any more).")
                    .titled(&format!("Cannot list {}", R::TYPE));
                self.ready.push_back(Found { diagnostics, ..Found::default() });
            }
        }
        Some(())
    }

    /// Looks at as many objects as are wanted. Some may be gone by now.
    async fn look(&mut self, stop: &Stop) {
        let count = self.wanted.min(self.waiting.len());
        let whole = self.whole.as_deref();
        let found = self.waiting.drain(..count).map(|listed| found::<R>(whole, stop, listed));
        for found in join_all(found.collect::<Vec<_>>()).await.into_iter().flatten() {
            let ends = found.diagnostics.has_errors();
            self.wanted = if ends { 0 } else { self.wanted - 1 };
            self.ready.push_back(found);
            if ends {
                break;
            }
        }
    }
}

/// One object as an event; none when it is gone by now.
async fn found<R: Resource>(whole: Option<&R::Api>, stop: &Stop, listed: Listed<R::Model>) -> Option<Found> {
    let failed = |diagnostics: Diagnostics| {
        let diagnostics = diagnostics.titled(&format!("Cannot list {}", R::TYPE));
        Some(Found { diagnostics, ..Found::default() })
    };
    let identity = identity::of(R::IDENTITY, &listed.key.to_value());
    if identity.is_null() || !identity.is_wholly_known() {
        let text =
            format!("\"{}\" was listed without its identity. This is a bug; please report it.", listed.name);
        return failed(Diagnostic::error(text).into());
    }
    let object = match whole {
        None => None,
        Some(api) => match read::<R>(api, stop, listed.key).await {
            Ok(object) => Some(object),
            Err(Fault::Gone) => return None,
            Err(Fault::Failed(diagnostics)) => return failed(diagnostics),
        },
    };
    Some(Found { identity, name: listed.name, object, diagnostics: Diagnostics::new() })
}

/// The whole object, as it is read after an import.
async fn read<R: Resource>(api: &R::Api, stop: &Stop, mut key: R::Model) -> Result<Value, Fault> {
    let limit = R::timeouts().read;
    let context = Context {
        stop: stop.clone(),
        deadline: Instant::now() + limit,
        claimant: String::new(),
        after_change: false,
        warnings: Warnings::default(),
    };
    R::manage_all(&mut key);
    let reading = tokio::time::timeout(limit, R::read(api, &context, key));
    let read = until_stopped(stop.clone(), async {
        reading.await.unwrap_or_else(|_| Err(Timeouts::exceeded("read", limit).into()))
    });
    let mut object = read.await?.to_value().without_unknowns();
    if let Value::Object(attributes) = &mut object {
        for attribute in R::Model::attributes().iter().filter(|attribute| attribute.write_only) {
            attributes.insert(attribute.name.to_owned(), Value::Null);
        }
    }
    Ok(object)
}
