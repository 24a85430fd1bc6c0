//! Works on their way: in one batch, or one by one when the batch tells nothing of them.

use futures::future::join_all;

use super::queue::Item;
use super::{Done, Work, concerns_all};
use crate::dataverse::batch::parse::{Section, sections};
use crate::dataverse::batch::{Part, miscount, undecodable, write};
use crate::dataverse::client::Client;
use crate::dataverse::error::{Context, Error, Retry};
use crate::dataverse::http::{Request, Response};

/// Carries out what gathered and answers each.
pub(super) async fn deliver(client: Client, items: Vec<Item>) {
    let items = match <[Item; 1]>::try_from(items) {
        Ok([item]) => {
            let done = client.alone(&item.work).await;
            return item.answer(done);
        }
        Err(items) => items,
    };
    let works: Vec<&Work> = items.iter().map(|item| &item.work).collect();
    match client.together(&works).await {
        Ok(done) => items.into_iter().zip(done).for_each(|(item, done)| item.answer(done)),
        Err(error) => {
            let replayed = works.iter().all(|work| work.is_replayable());
            let hopeless = concerns_all(&error) && (replayed || !error.is_unclear());
            join_all(items.into_iter().map(|item| client.singly(item, &error, hopeless))).await;
        }
    }
}

impl Client {
    /// Answers one work of a batch that told nothing of it: by sending it alone, unless that is hopeless or could do twice
    /// what must be done once.
    async fn singly(&self, mut item: Item, error: &Error, hopeless: bool) {
        if hopeless || !item.work.is_replayable() {
            let Context { method, path, .. } = item.work.context();
            let unclear = error.is_unclear() || !hopeless;
            let context = Context { method, path, unclear, ..error.context().clone() };
            let error = Error::new(error.kind().clone(), context);
            return item.answer(Done::failed(error));
        }
        item.work.after_unclear();
        let done = self.alone(&item.work).await;
        item.answer(done);
    }

    async fn alone(&self, work: &Work) -> Done {
        if let ([only], None) = (work.operations.as_slice(), &work.read_back) {
            return Done { written: self.exchange(only.clone()).await, read: None, retry: Retry::No };
        }
        match self.batch(&[work]).await {
            Ok((answer, sections)) => one(&answer, &mut sections.into_iter(), work, 1),
            Err(error) => Done::failed(error),
        }
    }

    async fn together(&self, works: &[&Work]) -> Result<Vec<Done>, Error> {
        let (answer, sections) = self.batch(works).await?;
        // With a part more or less it is not certain which part answers which work.
        let wanted = works.iter().map(|work| 1 + usize::from(work.read_back.is_some())).sum();
        if sections.len() != wanted {
            return Err(miscount(&answer, sections.len(), wanted).made_unclear());
        }
        let (mut sections, mut first) = (sections.into_iter(), 1);
        let done = works.iter().map(|work| {
            let done = one(&answer, &mut sections, work, first);
            first += work.operations.len();
            done
        });
        Ok(done.collect())
    }

    async fn batch(&self, works: &[&Work]) -> Result<(Response, Vec<Section>), Error> {
        let boundary = write::boundary("batch");
        let text = write::works(self.service_root(), works, &boundary);
        let mut request = Request::batch(boundary, text).prefer("odata.continue-on-error");
        request.replayable = works.iter().all(|work| work.is_replayable());
        request.unclear = works.iter().any(|work| work.operations.iter().any(|operation| operation.unclear));
        let answer = self.exchange(request).await?;
        let content_type = answer.header("content-type").unwrap_or_default();
        match sections(content_type, &answer.body) {
            Ok(sections) => Ok((answer, sections)),
            Err(problem) => Err(undecodable(&answer, problem).made_unclear()),
        }
    }
}

/// What the next sections say of a work: one for its operations, which are numbered from `first`, and one for its read.
fn one(answer: &Response, sections: &mut impl Iterator<Item = Section>, work: &Work, first: usize) -> Done {
    let operations = sections.next();
    let read = work.read_back.as_ref().and_then(|request| match sections.next()? {
        Section::One(part) => part.result(request, answer.context()).ok(),
        Section::Set(_) => None,
    });
    let parts = match operations {
        None => return unknown(&miscount(answer, 0, work.operations.len())),
        Some(Section::One(part)) => vec![part],
        Some(Section::Set(parts)) => parts,
    };
    if let Some((index, failed)) = parts.iter().enumerate().find(|(_, part)| !part.is_success()) {
        let position = (parts.len() == work.operations.len()).then_some(index);
        let named = failed.content_id.as_deref().and_then(|id| id.parse::<usize>().ok()?.checked_sub(first));
        return refused(answer, work, failed, named.or(position));
    }
    match parts.last().zip(work.operations.last()) {
        Some((last, operation)) if parts.len() == work.operations.len() => {
            Done { written: last.clone().result(operation, answer.context()), read, retry: Retry::No }
        }
        _ => unknown(&miscount(answer, parts.len(), work.operations.len())),
    }
}

/// A work with the error of the operation at `position`, if that is known.
fn refused(answer: &Response, work: &Work, failed: &Part, position: Option<usize>) -> Done {
    let retry = failed.retry();
    let mut context = answer.context().clone();
    // Without a change set nothing was rolled back.
    context.unclear |= !work.is_set() && !retry.is_harmless();
    let written = match position.and_then(|position| work.operations.get(position)) {
        Some(culprit) => failed.clone().result(culprit, &context),
        None => failed.clone().result_at(context.method.clone(), work.path(), &context),
    };
    Done { written, read: None, retry }
}

/// An answer that does not tell what became of a work.
fn unknown(error: &Error) -> Done {
    Done { written: Err(error.made_unclear()), read: None, retry: Retry::Transient }
}
