//! From HTTP to the emulator and back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Request as HttpRequest, Response, StatusCode};

use crate::wire::{Answer, Request};
use crate::world::World;
use crate::{admin, entra, issuers, managed_identity, pipeline, power_platform};

/// Bodies up to this size are read.
const BODY_LIMIT: usize = 64 << 20;

/// The world, shared by the connections.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    /// Shares a world.
    pub(crate) fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// The world, for one request.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The routes: everything goes through one door.
pub(crate) fn app(shared: Shared) -> Router {
    Router::new().fallback(serve).with_state(shared)
}

async fn serve(State(shared): State<Shared>, request: HttpRequest<Body>) -> Response<Body> {
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
    let latency = Duration::from_millis(shared.lock().switches.latency_ms);
    if !latency.is_zero() && pipeline::is_api(&request.path) {
        tokio::time::sleep(latency).await;
    }
    response(answer(&shared, &request, &host), request.method == "HEAD")
}

fn answer(shared: &Shared, request: &Request, host: &str) -> Answer {
    let mut world = shared.lock();
    if let Some(answer) = admin::answer(&mut world, request, host) {
        return answer;
    }
    world.watch.counters.total += 1;
    if pipeline::is_api(&request.path) {
        let answer = pipeline::answer(&mut world, request, &format!("https://{host}"), None);
        world.store.commit();
        return answer;
    }
    if let Some(answer) = power_platform::answer(&mut world, request) {
        world.store.commit();
        return answer;
    }
    if let Some(answer) = entra::answer(&mut world, request, host)
        .or_else(|| managed_identity::answer(&mut world, request, host))
        .or_else(|| issuers::answer(&world, request))
    {
        return answer;
    }
    world.watch.refuse(&format!("{} {}", request.method, request.path));
    Answer::json(
        404,
        &serde_json::json!({ "Message": format!("No HTTP resource was found at '{}'.", request.path) }),
    )
}

fn response(answer: Answer, bare: bool) -> Response<Body> {
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
