//! Every row of what is stored after a failure, simulated with a resource whose service is a map.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use super::super::OperationApi;
use super::*;
use crate::framework::{Context, Created, Fault, Tf, computed, required};

crate::model! {
    /// A note.
    struct Note {
        /// Id of the note.
        id: Tf<String> => computed().keep(),
        /// Text of the note.
        text: Tf<String> => required(),
        /// Length that the service counted.
        size: Tf<i64> => computed(),
    }
}

/// A service that can be told to fail before or after it did its work.
#[derive(Default)]
struct Service {
    notes: Mutex<BTreeMap<String, String>>,
    fail_before: AtomicBool,
    fail_after: AtomicBool,
    panics: AtomicBool,
    hangs: AtomicBool,
    is_slow: AtomicBool,
    /// So many reads do not find what is there.
    hidden_reads: AtomicU32,
    reads: AtomicU32,
    refuses: AtomicBool,
}

impl OperationApi for Service {}

impl Service {
    fn fail(&self, when: &AtomicBool) -> Result<(), Fault> {
        if when.load(Ordering::SeqCst) {
            Err(Diagnostic::error("The service failed.").into())
        } else {
            Ok(())
        }
    }
}

struct NoteResource;

impl Resource for NoteResource {
    const TYPE: &'static str = "test_note";
    type Api = Service;
    type Model = Note;

    /// "taken" is the text of note 1, and "eins" is another word for "one".
    async fn plan(_: &Service, plan: &mut Planning<Note>) {
        let text = plan.config.text.text().unwrap_or_default().to_owned();
        if plan.prior.is_none() && text == "taken" && !plan.replaces(&["1"]) {
            plan.refuse("text", "Note 1 has this text already.");
        }
        if let Some(prior) =
            plan.prior.as_ref().filter(|prior| prior.text.text() == Some("one") && text == "eins")
        {
            plan.planned.text = prior.text.clone();
        }
    }

    async fn create(api: &Service, _: &Context, plan: Note, created: &Created<Note>) -> Result<Note, Fault> {
        api.fail(&api.fail_before)?;
        let note = Note { id: Tf::Known("1".into()), ..plan };
        created.announce(note.clone());
        api.fail(&api.refuses).inspect_err(|_| created.refused())?;
        let text = note.text.text().unwrap_or_default().to_owned();
        if api.is_slow.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        api.notes.lock().unwrap().insert("1".into(), text);
        assert!(!api.panics.load(Ordering::SeqCst), "a bug");
        if api.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        api.fail(&api.fail_after)?;
        Ok(note)
    }

    async fn read(api: &Service, _: &Context, state: Note) -> Result<Note, Fault> {
        api.reads.fetch_add(1, Ordering::SeqCst);
        let hidden = |left: u32| left.checked_sub(1);
        if api.hidden_reads.fetch_update(Ordering::SeqCst, Ordering::SeqCst, hidden).is_ok() {
            return Err(Fault::Gone);
        }
        let notes = api.notes.lock().unwrap();
        let text = notes.get(state.id.text().unwrap_or_default()).ok_or(Fault::Gone)?;
        let size = i64::try_from(text.len()).unwrap();
        Ok(Note { id: state.id, text: text.as_str().into(), size: Tf::Known(size) })
    }

    async fn update(api: &Service, _: &Context, _: Note, plan: Note) -> Result<Note, Fault> {
        api.fail(&api.fail_before)?;
        let text = plan.text.text().unwrap_or_default().to_owned();
        let known = api.notes.lock().unwrap().insert("1".into(), text).is_some();
        api.fail(&api.fail_after)?;
        if known { Ok(plan) } else { Err(Fault::Gone) }
    }

    async fn delete(api: &Service, _: &Context, _: Note) -> Result<(), Fault> {
        api.fail(&api.fail_before)?;
        api.notes.lock().unwrap().remove("1").map(|_| ()).ok_or(Fault::Gone)
    }

    async fn import(_: &Service, id: &str) -> Result<Note, Fault> {
        Ok(Note { id: id.into(), ..Note::default() })
    }
}

fn entry() -> Box<dyn ResourceEntry<Service>> {
    resource::<NoteResource>()
}

fn object(id: Value, text: &str, size: Value) -> Value {
    Value::Object(
        [
            ("id".to_owned(), id),
            ("text".to_owned(), Value::string(text)),
            ("size".to_owned(), size),
            ("timeouts".to_owned(), Value::Null),
        ]
        .into(),
    )
}

fn planned(text: &str) -> Value {
    object(Value::unknown(), text, Value::unknown())
}

fn stored(text: &str, size: i64) -> Value {
    object(Value::string("1"), text, Value::Number(size.into()))
}

async fn apply(service: &Arc<Service>, prior: Value, planned: Value) -> Applied {
    let (_raise, stop) = Stop::channel();
    entry().apply(Arc::clone(service), stop, [prior, planned], String::new()).await
}

fn set(flag: &AtomicBool) {
    flag.store(true, Ordering::SeqCst);
}

#[tokio::test]
async fn what_a_create_leaves_unknown_is_read_back() {
    let service = Arc::default();
    let applied = apply(&service, Value::Null, planned("hello")).await;
    assert_eq!(applied.state, stored("hello", 5));
    assert!(applied.diagnostics.is_empty());
}

#[tokio::test]
async fn a_create_that_failed_before_anything_stores_nothing() {
    let service: Arc<Service> = Arc::default();
    set(&service.fail_before);
    let applied = apply(&service, Value::Null, planned("hello")).await;
    assert!(applied.state.is_null());
    let diagnostic = applied.diagnostics.iter().next().unwrap();
    assert_eq!(diagnostic.summary, "Cannot create test_note");
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_stores_what_exists() {
    let service: Arc<Service> = Arc::default();
    set(&service.fail_after);
    let applied = apply(&service, Value::Null, planned("hello")).await;
    assert_eq!(applied.state, stored("hello", 5));
    assert!(applied.diagnostics.has_errors());
}

#[tokio::test(start_paused = true)]
async fn a_created_object_that_does_not_show_yet_is_looked_for_again() {
    let service = Arc::new(Service::default());
    service.hidden_reads.store(3, Ordering::SeqCst);
    let applied = apply(&service, Value::Null, planned("one")).await;
    assert!(!applied.diagnostics.has_errors(), "{:?}", applied.diagnostics);
    assert_eq!(applied.state, stored("one", 3));
}

#[tokio::test]
async fn what_was_certainly_not_created_is_not_looked_for() {
    let service = Arc::new(Service::default());
    set(&service.refuses);
    let applied = apply(&service, Value::Null, planned("one")).await;
    assert!(applied.diagnostics.has_errors());
    assert_eq!((applied.state, service.reads.load(Ordering::SeqCst)), (Value::Null, 0));
}

#[tokio::test]
async fn a_panic_in_a_create_is_a_diagnostic_and_loses_nothing() {
    let service: Arc<Service> = Arc::default();
    set(&service.panics);
    let applied = apply(&service, Value::Null, planned("hello")).await;
    assert_eq!(applied.state, stored("hello", 5));
    assert!(applied.diagnostics.has_errors());
}

#[tokio::test]
async fn a_create_that_hangs_ends_with_its_timeout_and_loses_nothing() {
    let service: Arc<Service> = Arc::default();
    set(&service.hangs);
    let Value::Object(mut wish) = planned("hello") else { unreachable!() };
    let Value::Object(mut block) = entry().schema().block.blocks[0].block.empty() else { unreachable!() };
    block.insert("create".into(), Value::string("50ms"));
    wish.insert("timeouts".into(), Value::Object(block));
    let applied = apply(&service, Value::Null, Value::Object(wish)).await;
    assert_eq!(applied.state.get("id"), &Value::string("1"));
    let diagnostic = applied.diagnostics.iter().next().unwrap();
    assert_eq!(diagnostic.path.to_string(), "timeouts");
}

#[tokio::test]
async fn an_update_that_failed_stores_what_is_there() {
    let service: Arc<Service> = Arc::default();
    apply(&service, Value::Null, planned("one")).await;
    set(&service.fail_before);
    let wish = object(Value::string("1"), "other", Value::unknown());
    let applied = apply(&service, stored("one", 3), wish.clone()).await;
    assert_eq!(applied.state, stored("one", 3), "nothing happened");
    service.fail_before.store(false, Ordering::SeqCst);
    set(&service.fail_after);
    let applied = apply(&service, stored("one", 3), wish).await;
    assert_eq!(applied.state, stored("other", 5), "it happened, though the answer was lost");
    assert!(applied.diagnostics.has_errors());
}

#[tokio::test]
async fn deleting_what_is_gone_is_success_and_a_failed_delete_keeps_the_state() {
    let service: Arc<Service> = Arc::default();
    assert!(apply(&service, stored("one", 3), Value::Null).await.state.is_null());
    apply(&service, Value::Null, planned("one")).await;
    set(&service.fail_before);
    let applied = apply(&service, stored("one", 3), Value::Null).await;
    assert_eq!(applied.state, stored("one", 3));
    assert!(applied.diagnostics.has_errors());
}

#[tokio::test]
async fn an_object_gone_on_read_leaves_the_state() {
    let (_raise, stop) = Stop::channel();
    let read = entry().read(Arc::default(), stop, stored("one", 3)).await;
    assert!(read.state.is_null() && read.diagnostics.is_empty());
}

#[tokio::test]
async fn an_import_starts_from_an_id_or_an_identity() {
    let (_raise, stop) = Stop::channel();
    let by_id = entry().import(Arc::default(), stop.clone(), ImportKey::Id("7".into())).await;
    assert_eq!(by_id.state.get("id"), &Value::string("7"));
    let identity = Value::Object([("id".to_owned(), Value::string("8"))].into());
    let by_identity = entry().import(Arc::default(), stop, ImportKey::Identity(identity)).await;
    assert_eq!(by_identity.state.get("id"), &Value::string("8"));
}

#[tokio::test]
async fn an_interrupt_lets_a_create_on_its_way_succeed() {
    let service: Arc<Service> = Arc::default();
    let (raise, stop) = Stop::channel();
    raise.send_replace(true);
    let applied =
        entry().apply(Arc::clone(&service), stop, [Value::Null, planned("hello")], String::new()).await;
    assert_eq!(applied.state, stored("hello", 5));
    assert!(!applied.diagnostics.has_errors());
}

#[tokio::test]
async fn an_interrupt_ends_a_create_and_keeps_what_exists() {
    let service: Arc<Service> = Arc::default();
    set(&service.hangs);
    tokio::time::pause();
    let (raise, stop) = Stop::channel();
    let entry = entry();
    let work = entry.apply(Arc::clone(&service), stop, [Value::Null, planned("hello")], String::new());
    let interrupt = async {
        while service.notes.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        raise.send_replace(true);
    };
    let (applied, ()) = tokio::join!(work, interrupt);
    assert_eq!(applied.state, stored("hello", 5));
    assert!(applied.diagnostics.has_errors());
}

#[tokio::test]
async fn an_interrupt_before_the_service_is_done_keeps_what_may_come_yet() {
    let service: Arc<Service> = Arc::default();
    set(&service.is_slow);
    tokio::time::pause();
    let (raise, stop) = Stop::channel();
    raise.send_replace(true);
    let views = [Value::Null, planned("hello")];
    let applied = entry().apply(Arc::clone(&service), stop, views, String::new()).await;
    assert_eq!(applied.state.get("id"), &Value::string("1"), "the next refresh will know");
    assert!(applied.diagnostics.has_errors());
}

async fn plan_with(entry: &dyn ResourceEntry<Service>, views: [Value; 3], replaced: Value) -> Planned {
    let (_raise, stop) = Stop::channel();
    let request = PlanRequest { views, replaced, ..PlanRequest::default() };
    entry.plan(Some(Arc::default()), stop, request).await
}

fn creation(text: &str) -> [Value; 3] {
    let wish = object(Value::Null, text, Value::Null);
    [Value::Null, wish.clone(), wish]
}

fn change(text: &str) -> [Value; 3] {
    let wish = object(Value::Null, text, Value::Null);
    [stored("one", 3), wish, object(Value::string("1"), text, Value::Number(3.into()))]
}

const STATE: &[u8] = br#"{"id":"1","text":"one","size":3}"#;

#[tokio::test]
async fn a_replacement_is_told_from_a_create() {
    let entry = entry();
    let planned = plan_with(&*entry, creation("taken"), Value::Null).await;
    assert!(planned.diagnostics.has_errors(), "nothing is known of the note that is there");
    let identity = Value::Object([("id".to_owned(), Value::string("1"))].into());
    let planned = plan_with(&*entry, creation("taken"), identity).await;
    assert!(planned.diagnostics.is_empty(), "core says that the note is the one that is replaced");
    entry.upgrade(STATE).unwrap();
    let planned = plan_with(&*entry, creation("taken"), Value::Null).await;
    assert!(planned.diagnostics.is_empty(), "the note is in the state, and nobody keeps it: it is tainted");
}

#[tokio::test]
async fn two_resources_cannot_be_one_object() {
    let entry = entry();
    entry.upgrade(STATE).unwrap();
    plan_with(&*entry, change("one"), Value::Null).await;
    let planned = plan_with(&*entry, creation("taken"), Value::Null).await;
    assert!(planned.diagnostics.has_errors(), "the note is kept by its own resource");

    let entry = super::super::resource::<NoteResource>();
    entry.upgrade(STATE).unwrap();
    plan_with(&*entry, creation("taken"), Value::Null).await;
    let planned = plan_with(&*entry, change("one"), Value::Null).await;
    assert!(planned.diagnostics.has_errors(), "the order of the plans makes no difference");
}

#[tokio::test]
async fn a_plan_may_keep_a_spelling_or_an_object() {
    let entry = entry();
    let planned = plan_with(&*entry, change("eins"), Value::Null).await;
    assert_eq!(planned.planned, stored("one", 3), "another word for the same is no change at all");
    let planned = plan_with(&*entry, change("two"), Value::Null).await;
    assert!(planned.planned.get("size").is_unknown());
}
