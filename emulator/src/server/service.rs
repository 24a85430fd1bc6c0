//! From HTTP to the emulator and back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderName, HeaderValue, Request as HttpRequest, Response, StatusCode};

use super::gate::Gate;
use super::link::Link;
use super::play::{Scene, Unanswered, play};
use crate::faults::{Hit, is_token_path};
use crate::wire::{Answer, Request};
use crate::world::World;
use crate::{admin, entra, issuers, managed_identity, pipeline, power_platform};

/// Bodies up to this size are read.
const BODY_LIMIT: usize = 64 << 20;

/// The world and the door to it, shared by the connections.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    world: Arc<Mutex<World>>,
    gate: Gate,
}

impl Shared {
    /// Shares a world.
    pub(crate) fn new(world: World) -> Self {
        Self { world: Arc::new(Mutex::new(world)), gate: Gate::default() }
    }

    /// The world, for one request.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The door.
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }
}

/// The routes: everything goes through one door.
pub(crate) fn app(shared: Shared) -> Router {
    Router::new().fallback(serve).with_state(shared)
}

async fn serve(
    State(shared): State<Shared>,
    ConnectInfo(link): ConnectInfo<Link>,
    request: HttpRequest<Body>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return response(Answer::empty(413), false);
    };
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let host = head
        .uri
        .authority()
        .map(|authority| authority.as_str().to_owned())
        .or_else(|| headers.iter().find(|(name, _)| name == "host").map(|(_, value)| value.clone()))
        .unwrap_or_default();
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers,
        body: body.to_vec(),
    };
    let bare = request.method == "HEAD";
    let (latency, hit, watched) = match arrive(&shared, &request, &host) {
        Arrived::Answered(answer) => return response(answer, bare),
        Arrived::Waits { latency, hit, watched } => (latency, hit, watched),
    };
    let rule = hit.as_ref().map(|hit| hit.id.as_str());
    let mut watched = watched.then(|| Unanswered::new(&shared, &link, &request, rule));
    if !latency.is_zero() && pipeline::is_api(&request.path) {
        tokio::time::sleep(latency).await;
    }
    if let (Some(hit), Some(watched)) = (hit, &mut watched) {
        let scene = Scene { shared: &shared, link: &link, request: &request, host: &host };
        return play(&scene, hit, watched).await;
    }
    let answer = carry_out(&mut shared.lock(), &request, &host);
    if let Some(watched) = &mut watched {
        watched.settle();
    }
    response(answer, bare)
}

/// What a request finds when it comes in.
enum Arrived {
    /// The emulator's own surface, which knows no faults.
    Answered(Answer),
    /// A wait, perhaps a fault, and whether fault rules are set at all.
    Waits { latency: Duration, hit: Option<Hit>, watched: bool },
}

fn arrive(shared: &Shared, request: &Request, host: &str) -> Arrived {
    let mut world = shared.lock();
    if let Some(answer) = admin::answer(&mut world, request, host) {
        return Arrived::Answered(answer);
    }
    // Here rather than where tokens are made, so that a request that never gets there counts as well.
    world.watch.counters.total += 1;
    world.watch.counters.token += u64::from(is_token_path(&request.path));
    let hit = world.meet(request);
    let latency = Duration::from_millis(world.switches.latency_ms);
    Arrived::Waits { latency, hit, watched: !world.faults.is_empty() }
}

/// Carries a request out.
pub(super) fn carry_out(world: &mut World, request: &Request, host: &str) -> Answer {
    if pipeline::is_api(&request.path) {
        let answer = pipeline::answer(world, request, &format!("https://{host}"), None);
        world.store.commit();
        return answer;
    }
    if let Some(answer) = power_platform::answer(world, request) {
        world.store.commit();
        return answer;
    }
    if let Some(answer) = entra::answer(world, request, host)
        .or_else(|| managed_identity::answer(world, request, host))
        .or_else(|| issuers::answer(world, request))
    {
        return answer;
    }
    world.watch.refuse(&format!("{} {}", request.method, request.path));
    Answer::json(
        404,
        &serde_json::json!({ "Message": format!("No HTTP resource was found at '{}'.", request.path) }),
    )
}

/// Writes an answer; a bare one has no body.
pub(super) fn response(answer: Answer, bare: bool) -> Response<Body> {
    let body = if bare { Body::empty() } else { Body::from(answer.body) };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
