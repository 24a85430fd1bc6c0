//! The checks of a request in the order of the service: token, version, user, headers, then the operation.

use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::access::{Caller, Effective, unit_disabled};
use crate::call::{Call, Prefs};
use crate::catalogue::catalogue;
use crate::entra::Audience;
use crate::errors::{ApiError, Code};
use crate::faults::{Body, Limit, RetryAfter, throttled};
use crate::rules::entra_users;
use crate::rules::group_teams::gather;
use crate::schema::TableId;
use crate::seed_ids::TENANT_ID;
use crate::store::{Row, Store};
use crate::watch::LogEntry;
use crate::wire::{Answer, Request};
use crate::world::World;
use crate::{batch, power_platform, router};

/// Where the service root begins.
const ROOT: &str = "/api/data";

/// Whether a path belongs to the Web API; a doubled slash at its start is accepted.
pub(crate) fn is_api(path: &str) -> bool {
    let path = format!("/{}", path.trim_start_matches('/'));
    path == ROOT || path.starts_with("/api/data/")
}

/// Answers a request of the Web API. `user` is set for the parts of a batch, whose token was checked.
pub(crate) fn answer(world: &mut World, request: &Request, origin: &str, user: Option<Uuid>) -> Answer {
    let path = format!("/{}", request.path.trim_start_matches('/'));
    let users = path.contains("/systemusers") && request.method == "GET";
    power_platform::settle(world, users);
    let mut caller_name = user.map(|id| id.to_string());
    let result = signed_in(world, request, origin, user).and_then(|user| {
        caller_name = Some(user.to_string());
        let rest = path.strip_prefix(ROOT).unwrap_or_default();
        let (version, rest) = version(rest)?;
        let base = format!("{origin}{ROOT}/{version}");
        run(world, request, origin, base, user, rest)
    });
    let answer = match result {
        Ok(answer) => answer,
        Err(Stop::Answer(answer)) => *answer,
        Err(Stop::Error(error)) => {
            if error.code == crate::errors::UNSUPPORTED {
                world.watch.refuse(&error.message);
            }
            error_answer(&error, request)
        }
    };
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    world.watch.note(LogEntry {
        method: request.method.clone(),
        path: format!("{path}{query}"),
        status: answer.status,
        caller: caller_name,
        batch: user.is_some(),
        fault: None,
    });
    dressed(answer)
}

/// An answer with the headers that every one carries.
pub(crate) fn dressed(mut answer: Answer) -> Answer {
    if answer.status != 401 {
        answer = answer.with("OData-Version", "4.0").with("REQ_ID", Uuid::new_v4().to_string());
    }
    answer
        .with("x-ms-ratelimit-burst-remaining-xrm-requests", "5999")
        .with("x-ms-ratelimit-time-remaining-xrm-requests", "1,199.99")
        .with("x-ms-dop-hint", "4")
}

/// Why a request ends early.
pub(crate) enum Stop {
    /// With an answer of its own form.
    Answer(Box<Answer>),
    /// With an error.
    Error(ApiError),
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

/// The error envelope.
pub(crate) fn error_answer(error: &ApiError, request: &Request) -> Answer {
    let mut body = serde_json::json!({ "code": error.code, "message": error.message });
    if Prefs::parse(request).is_ok_and(|prefs| prefs.annotations.iter().any(|name| name == "*")) {
        body["@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"] = "0".into();
        body["@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode"] = "0".into();
        let help = format!(
            "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a{}",
            error.code
        );
        body["@Microsoft.PowerApps.CDS.HelpLink"] = help.into();
        body["@Microsoft.PowerApps.CDS.TraceText"] = "".into();
        body["@Microsoft.PowerApps.CDS.InnerError.Message"] = error.message.clone().into();
    }
    Answer::odata(error.status, serde_json::json!({ "error": body }).to_string())
}

/// Checks the token, throttling and that the user may use the environment; gives the user's id.
fn signed_in(world: &mut World, request: &Request, origin: &str, user: Option<Uuid>) -> Result<Uuid, Stop> {
    if let Some(user) = user {
        return Ok(user);
    }
    let Some(header) = request.header("authorization") else {
        return Err(challenge(world, origin, "Authorization header is missing."));
    };
    let token = header.strip_prefix("Bearer ").or(header.strip_prefix("bearer ")).unwrap_or_default();
    let Some(grant) = world.tokens.grant(token.trim()) else {
        return Err(challenge(world, origin, "The token is not valid or has expired."));
    };
    if grant.audience != Audience::Environment {
        return Err(challenge(world, origin, "The audience of the token is another service."));
    }
    if world.switches.throttle_requests > 0 {
        world.switches.throttle_requests -= 1;
        world.watch.counters.throttled += 1;
        let wait = RetryAfter::One(world.switches.throttle_retry_after_seconds.to_string());
        let answer = throttled(Limit::Requests, &wait, Body::Json, request);
        return Err(Stop::Answer(Box::new(answer)));
    }
    let users = world.store.rows_by(TableId::SystemUser, "applicationid", grant.client_id);
    let Some(user) = users.first() else {
        return Err(Code::NotMember.error(&[]).into());
    };
    usable(&world.store, user)?;
    Ok(user.id)
}

/// A user who is disabled or in a disabled business unit cannot call.
fn usable(store: &Store, user: &Row) -> Result<(), ApiError> {
    let unit = user.guid("businessunitid").is_some_and(|unit| unit_disabled(store, unit));
    if unit || user.flag("isdisabled") { Err(Code::UserNotEnabled.error(&[&user.id])) } else { Ok(()) }
}

fn challenge(world: &mut World, origin: &str, reason: &str) -> Stop {
    world.watch.counters.unauthorized += 1;
    let value =
        format!("Bearer authorization_uri={origin}/{TENANT_ID}/oauth2/authorize, resource_id={origin}/");
    let answer = Answer::empty(401).with("WWW-Authenticate", value).with("401_error_reason", reason);
    Stop::Answer(Box::new(answer))
}

/// Splits `/v9.2/rest`.
fn version(rest: &str) -> Result<(&str, &str), Stop> {
    let rest = rest.trim_start_matches('/');
    let (version, path) = rest.split_once('/').unwrap_or((rest, ""));
    let number = version.strip_prefix('v').and_then(|number| number.split_once('.'));
    match number.map(|(major, minor)| (major.parse::<u32>(), minor.parse::<u32>())) {
        Some((Ok(9), Ok(0..=2))) => Ok((version, path)),
        Some((Ok(_), Ok(_))) => Err(Code::ApiVersion.error(&[&version]).into()),
        _ => {
            let text =
                "Requested API Version must be provided. The URL must contain /api/data/v{major}.{minor}/.";
            Err(Stop::Answer(Box::new(Answer::json(404, &serde_json::json!({ "Message": text })))))
        }
    }
}

/// The privileges of a user, as old as the cache switch allows; `Consistency: Strong` reads them anew.
fn effective(world: &mut World, user: &Row, strong: bool) -> Effective {
    let age = Duration::from_secs(world.switches.permission_cache_seconds);
    if !strong
        && !age.is_zero()
        && let Some((since, kept)) = world.permissions.get(&user.id)
        && since.elapsed() < age
    {
        return kept.clone();
    }
    let fresh = Effective::of(&world.store, user);
    if !age.is_zero() {
        world.permissions.insert(user.id, (Instant::now(), fresh.clone()));
    }
    fresh
}

/// The caller with the users its headers name.
fn caller(world: &mut World, request: &Request, user: Uuid) -> Result<Caller, ApiError> {
    let strong = match request.header("consistency") {
        None => false,
        Some(value) if value.eq_ignore_ascii_case("strong") => true,
        Some(other) => return Err(ApiError::unsupported(format!("Consistency: {other}"))),
    };
    let row = world.store.row(TableId::SystemUser, user).ok_or_else(|| Code::NotMember.error(&[]))?;
    gather(world, row.id);
    let own = effective(world, &row, strong);
    if own.roles() == 0 {
        return Err(Code::UserHasNoRoles.error(&[&user]));
    }
    let bad = |name: &str| Code::InvalidArgument.error(&[&format!("The header {name} is not a GUID.")]);
    let named = |header: &str, name: &str| match request.header(header) {
        Some(value) => Uuid::parse_str(value.trim()).map(Some).map_err(|_| bad(name)),
        None => Ok(None),
    };
    let object_id = named("callerobjectid", "CallerObjectId")?;
    let id = named("mscrmcallerid", "MSCRMCallerID")?;
    if object_id.or(id).is_none() {
        return Ok(Caller { user, real: user, sets: vec![own] });
    }
    let may = catalogue().position_of("prvActOnBehalfOfAnotherUser").and_then(|position| own.depth(position));
    if may.is_none() {
        return Err(Code::CannotActOnBehalf.error(&[&user]));
    }
    let other = match (object_id, id) {
        // A call on behalf of a person who is no user yet adds the user.
        (Some(object_id), _) => match entra_users::person_row(&world.store, object_id) {
            None if world.switches.just_in_time_users => entra_users::just_in_time(world, object_id)?,
            known => known,
        },
        (None, id) => id.and_then(|id| world.store.row(TableId::SystemUser, id)),
    };
    let other = other.ok_or_else(|| Code::NotMember.error(&[]))?;
    usable(&world.store, &other)?;
    gather(world, other.id);
    let theirs = effective(world, &other, strong);
    if theirs.roles() == 0 {
        return Err(Code::UserHasNoRoles.error(&[&other.id]));
    }
    Ok(Caller { user: other.id, real: user, sets: vec![theirs, own] })
}

/// Headers whose value would change the meaning of a request in a way the emulator does not know.
fn check_headers(request: &Request) -> Result<(), ApiError> {
    for (name, value) in &request.headers {
        let known = match name.as_str() {
            "odata-version" | "odata-maxversion" => matches!(value.as_str(), "4.0" | "4.01"),
            "mscrm.suppressduplicatedetection" => value.eq_ignore_ascii_case("true"),
            "mscrm.bypasscustompluginexecution" | "mscrm.mergelabels" => true,
            "mscrm.solutionuniquename" | "mscrmcallerid" => true,
            other if other.starts_with("mscrm") => false,
            _ => true,
        };
        if !known {
            return Err(ApiError::unsupported(format!("header {name}: {value}")));
        }
    }
    Ok(())
}

fn run(
    world: &mut World,
    request: &Request,
    origin: &str,
    base: String,
    user: Uuid,
    rest: &str,
) -> Result<Answer, Stop> {
    let caller = caller(world, request, user)?;
    check_headers(request)?;
    let prefs = Prefs::parse(request)?;
    let applied = prefs.applied();
    let mut call = Call { world, request, origin: origin.to_owned(), base, caller, prefs };
    if rest.trim_matches('/') == "$batch" || rest.trim_matches('/') == "%24batch" {
        return Ok(batch::run(&mut call)?);
    }
    let mark = call.store().mark();
    let result = router::route(&mut call, rest);
    match result {
        Ok(answer) => {
            let answer = match applied {
                Some(applied) if answer.status < 300 => answer.with("Preference-Applied", applied),
                _ => answer,
            };
            Ok(answer)
        }
        Err(error) => {
            call.store_mut().roll_back(mark);
            Err(error.into())
        }
    }
}
