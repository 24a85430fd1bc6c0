//! The provider under test.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures::Stream;

use crate::framework::{
    Configured, Context, Created, Diagnostic, Diagnostics, EphemeralResource, Fault, ListQuery, ListResource,
    Listed, MoveSource, Opened, Page, ProviderDefinition, Registry, Renewed, Resource, Result, Tf, Value,
    computed, ephemeral_resource, list_resource, optional, optional_computed, required, resource,
};

/// What happened.
#[derive(Default)]
pub(super) struct Service {
    pub(super) closed: Mutex<Vec<String>>,
    pub(super) pages: AtomicUsize,
}

impl crate::framework::OperationApi for Service {}

crate::model! {
    /// The provider.
    pub(super) struct Config {
        /// Known only after apply when the provider is to wait.
        label: Tf<String> => optional(),
    }
}

crate::model! {
    /// A token.
    pub(super) struct Token {
        /// What happens to it.
        name: Tf<String> => required(),
        /// The secret.
        secret: Tf<String> => computed().sensitive(),
    }
}

pub(super) struct TokenResource;

impl EphemeralResource for TokenResource {
    const TYPE: &'static str = "bench_token";
    type Api = Service;
    type Model = Token;

    fn validate(config: &Token) -> Diagnostics {
        match config.name.text() {
            Some("") => Diagnostic::error("The name is empty.").at("name").into(),
            _ => Diagnostics::new(),
        }
    }

    async fn open(_: &Service, config: Token) -> std::result::Result<Opened<Token>, Fault> {
        let name = config.name.text().unwrap_or_default().to_owned();
        let secret = match name.as_str() {
            "panic" => panic!("the secret is s3cret"),
            "hang" => std::future::pending().await,
            "fail" => return Err(Diagnostic::error("The service said no.").into()),
            "partial" => Tf::Unknown,
            _ => "s3cret".into(),
        };
        Ok(Opened {
            result: Token { name: "another spelling".into(), secret },
            renew_at: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1000)),
            private: name.into_bytes(),
        })
    }

    async fn renew(_: &Service, private: Vec<u8>) -> std::result::Result<Renewed, Fault> {
        match private.as_slice() {
            b"gone" => Err(Fault::Gone),
            b"same" => Ok(Renewed::default()),
            _ => Ok(Renewed {
                renew_at: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(2000)),
                private: Some(b"next".to_vec()),
            }),
        }
    }

    async fn close(api: &Service, private: Vec<u8>) -> std::result::Result<(), Fault> {
        let private = String::from_utf8_lossy(&private).into_owned();
        let answer = match private.as_str() {
            "gone" => Err(Fault::Gone),
            "fail" => Err(Diagnostic::error("The service said no.").into()),
            _ => Ok(()),
        };
        api.closed.lock().expect("no panic").push(private);
        answer
    }
}

crate::model! {
    /// A note.
    pub(super) struct Note {
        /// Id of the note.
        id: Tf<String> => computed().keep(),
        /// Text of the note.
        text: Tf<String> => required(),
        /// Words about it.
        tags: Tf<BTreeSet<String>> => optional(),
        /// Colour of the paper.
        colour: Tf<String> => optional_computed().default(Value::String("white".into())),
        /// Where the note lies; somebody moves it now and then.
        place: Tf<String> => optional_computed().keep(),
        /// Number of the safe.
        number: Tf<String> => optional().sensitive(),
        /// The pen.
        pen: Tf<String> => optional().write_only(),
    }
}

pub(super) struct NoteResource;

impl Resource for NoteResource {
    const TYPE: &'static str = "bench_note";
    type Api = Service;
    type Model = Note;

    async fn create(
        _: &Service,
        _: &Context,
        plan: Note,
        _: &Created<Note>,
    ) -> std::result::Result<Note, Fault> {
        Ok(plan)
    }

    /// Note 2 is gone, and note 4 cannot be read.
    async fn read(_: &Service, _: &Context, state: Note) -> std::result::Result<Note, Fault> {
        let id = state.id.text().unwrap_or_default();
        match id {
            "2" => Err(Fault::Gone),
            "4" => Err(Diagnostic::error("The service said no.").into()),
            _ => Ok(Note { text: Tf::Known(format!("Note {id}")), pen: "no".into(), ..state }),
        }
    }

    async fn update(_: &Service, _: &Context, _: Note, plan: Note) -> std::result::Result<Note, Fault> {
        Ok(plan)
    }

    async fn delete(_: &Service, _: &Context, _: Note) -> std::result::Result<(), Fault> {
        Ok(())
    }

    async fn import(_: &Service, id: &str) -> std::result::Result<Note, Fault> {
        Ok(Note { id: id.into(), ..Note::default() })
    }

    fn generate(note: &mut Note) {
        note.place = Tf::Null;
    }

    fn move_from(source: &MoveSource<'_>) -> Option<Result<Note>> {
        if !source.is("acme/paper", "acme_sheet") {
            return None;
        }
        Some(match source.text("number") {
            Some(number) => Ok(Note { id: number.into(), pen: "never stored".into(), ..Note::default() }),
            None => Err(Diagnostic::error("The sheet has no number.").into()),
        })
    }
}

crate::model! {
    /// Which notes.
    pub(super) struct Filter {
        /// What happens on the second of three pages: `error`, `warning`, `panic`, `hang`, `nameless`.
        second: Tf<String> => optional(),
    }
}

pub(super) struct NoteList;

impl ListResource for NoteList {
    type Resource = NoteResource;
    type Config = Filter;

    fn validate(config: &Filter) -> Diagnostics {
        match config.second.text() {
            Some("") => Diagnostic::error("Nothing is no event.").at("second").into(),
            _ => Diagnostics::new(),
        }
    }

    fn pages(
        api: Arc<Service>,
        query: ListQuery<Filter>,
    ) -> impl Stream<Item = std::result::Result<Page<Note>, Fault>> + Send + 'static {
        futures::stream::try_unfold(0, move |page| {
            let (api, second) = (Arc::clone(&api), query.config.second.clone());
            async move {
                if page == 3 {
                    return Ok(None);
                }
                api.pages.fetch_add(1, Ordering::SeqCst);
                let mut warnings = Diagnostics::new();
                let mut nameless = false;
                match second.text().filter(|_| page == 1) {
                    Some("error") => return Err(Diagnostic::error("The service said no.").into()),
                    Some("panic") => panic!("a bug"),
                    Some("hang") => std::future::pending().await,
                    Some("warning") => warnings.push(Diagnostic::warning("Slow", "The service is slow.")),
                    Some("nameless") => nameless = true,
                    _ => {}
                }
                let note = |number: usize| {
                    let name = format!("Note {number}");
                    let id = if nameless { Tf::Null } else { Tf::Known(number.to_string()) };
                    Listed { key: Note { id, ..Note::default() }, name }
                };
                Ok(Some((Page { objects: vec![note(2 * page), note(2 * page + 1)], warnings }, page + 1)))
            }
        })
    }
}

pub(super) struct Bench;

impl ProviderDefinition for Bench {
    const NAME: &'static str = "bench";
    type Api = Service;
    type Config = Config;

    fn configure(config: Config, _: &str) -> Result<Configured<Service>> {
        if config.label.is_unknown() {
            let text = "The label is known only after apply.";
            return Ok(Configured::Waiting(Diagnostic::error(text).titled("Provider not configured").into()));
        }
        Ok(Configured::Ready(Service::default()))
    }

    fn registry() -> Registry<Service> {
        Registry {
            resources: vec![resource::<NoteResource>()],
            ephemerals: vec![ephemeral_resource::<TokenResource>()],
            lists: vec![list_resource::<NoteList>()],
            ..Registry::default()
        }
    }
}
