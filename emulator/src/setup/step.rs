//! A request of the Web API that is carried out to set up an environment.

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::pipeline;
use crate::schema::TableId;
use crate::wire::Request;
use crate::world::World;

/// The host that setting up pretends to be called at, before a port is known.
const ORIGIN: &str = "https://localhost";

/// A request to carry out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    #[serde(default = "post")]
    method: String,
    /// Below the service root, such as `userqueries`.
    path: String,
    /// The person whose request it is; nobody in particular stands for SYSTEM.
    #[serde(rename = "as")]
    caller: Option<String>,
    #[serde(default)]
    body: Map<String, Value>,
}

fn post() -> String {
    "POST".to_owned()
}

impl Step {
    pub(super) fn carry_out(&self, world: &mut World) -> Result<(), String> {
        let user = match &self.caller {
            None => None,
            Some(name) => Some(super::user(world, name)?.id),
        };
        send(world, &self.method, &self.path, user, &self.body)
    }
}

/// Carries a request out as a user, or as SYSTEM. An error is the request and its answer.
pub(super) fn send(
    world: &mut World,
    method: &str,
    target: &str,
    user: Option<Uuid>,
    body: &Map<String, Value>,
) -> Result<(), String> {
    let user = user.or_else(|| system(world));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        method: method.to_ascii_uppercase(),
        path: format!("/api/data/v9.2/{}", path.trim_start_matches('/')),
        query: query.to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: serde_json::to_vec(body).map_err(|error| error.to_string())?,
    };
    let answer = pipeline::answer(world, &request, ORIGIN, user);
    world.store.commit();
    if answer.status < 300 {
        return Ok(());
    }
    Err(format!("{} {target} was answered with {} {}", request.method, answer.status, answer.body))
}

/// The user that Dataverse itself works as.
fn system(world: &World) -> Option<Uuid> {
    let row = world.store.rows(TableId::SystemUser).find(|row| row.text("fullname") == Some("SYSTEM"));
    row.map(|row| row.id)
}
