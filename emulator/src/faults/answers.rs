//! The answers that stand in the place of the true ones.

use std::time::{Duration, SystemTime};

use super::kind::{Body, Fault, Limit, RetryAfter, SignIn};
use crate::catalogue::catalogue;
use crate::entra::refusal;
use crate::errors::{ApiError, Code};
use crate::pipeline::error_answer;
use crate::seed_ids::TENANT_ID;
use crate::wire::{Answer, Request, reason};

/// What a fault leaves of a request.
#[derive(Debug)]
pub(crate) enum Refused {
    /// This answer, and the request is not carried out.
    Answer(Answer),
    /// The request is carried out, then answered with this.
    Replaced(Answer),
}

/// The answer of a fault that is one; nothing for those that are something else. `origin` is `https://host`.
pub(crate) fn answer(fault: &Fault, request: &Request, origin: &str) -> Option<Refused> {
    let answer = match fault {
        Fault::Throttle { limit, retry_after, body } => throttled(*limit, retry_after, *body, request),
        Fault::Error { status, code, message, body, headers, carried_out } => {
            let error = ApiError {
                code: code.clone().unwrap_or_else(|| "0x80040216".to_owned()),
                status: *status,
                message: message.clone().unwrap_or_else(|| reason(*status).to_owned()),
            };
            let answer = shaped(&error, *body, request);
            let answer = headers.iter().fold(answer, |answer, (name, value)| answer.with(name, value));
            if *carried_out {
                return Some(Refused::Replaced(answer));
            }
            answer
        }
        Fault::ExpiredToken { body } => expired(*body, request, origin),
        Fault::SignIn { error } => sign_in(*error, request),
        Fault::Denied { privilege } => denied(privilege, request),
        Fault::Precondition {} => error_answer(&Code::VersionMismatch.error(&[]), request),
        Fault::Html { status } => page(*status, "Sign in to your account"),
        Fault::Redirect { status, location } => Answer::empty(*status).with("Location", location),
        _ => return None,
    };
    Some(Refused::Answer(answer))
}

/// 403 with the text of the service, as far as a privilege alone tells it.
fn denied(privilege: &str, request: &Request) -> Answer {
    let id = catalogue().position_of(privilege).map(|position| catalogue().privilege(position).id);
    let text = format!(
        "Principal user (type=8), is missing {privilege} privilege (Id={}). Consider adding missed privilege to one of the principal (user/team) roles.",
        id.unwrap_or_default()
    );
    error_answer(&Code::PrivilegeDenied.error(&[&text]), request)
}

/// 429 of one of the three limits.
pub(crate) fn throttled(limit: Limit, wait: &RetryAfter, body: Body, request: &Request) -> Answer {
    let code = match limit {
        Limit::Requests => Code::ThrottleCount,
        Limit::ExecutionTime => Code::ThrottleTime,
        Limit::Concurrency => Code::ThrottleConcurrency,
    };
    let answer = shaped(&code.error(&[]), body, request);
    let values = match wait {
        RetryAfter::None => &[],
        RetryAfter::One(value) => std::slice::from_ref(value),
        RetryAfter::Many(values) => values.as_slice(),
    };
    values.iter().fold(answer, |answer, value| answer.with("Retry-After", retry_after(value)))
}

/// `+5s-date` and `-5s-date` become the HTTP date of five seconds ahead and ago; anything else is sent as it is.
fn retry_after(value: &str) -> String {
    let date = || {
        let (sign, seconds) = value.strip_suffix("s-date")?.split_at_checked(1)?;
        let distance = Duration::from_secs(seconds.parse().ok()?);
        match sign {
            "+" => SystemTime::now().checked_add(distance),
            "-" => SystemTime::now().checked_sub(distance),
            _ => None,
        }
    };
    date().map_or_else(|| value.to_owned(), httpdate::fmt_http_date)
}

fn shaped(error: &ApiError, body: Body, request: &Request) -> Answer {
    match body {
        Body::Json => error_answer(error, request),
        Body::Html => page(error.status, reason(error.status)),
        Body::Empty => Answer::empty(error.status),
        Body::Text => {
            let plain = Answer { status: error.status, headers: Vec::new(), body: error.message.clone() };
            plain.with("Content-Type", "text/plain; charset=utf-8")
        }
    }
}

/// A page for people, as gateways and proxies send it.
fn page(status: u16, title: &str) -> Answer {
    let body = format!(
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\">\r\n<html><head><title>{title}</title></head>\r\n<body><h2>{title}</h2><p>The page is not what the client has asked for.</p></body></html>\r\n"
    );
    Answer { status, headers: Vec::new(), body }.with("Content-Type", "text/html; charset=us-ascii")
}

fn expired(body: Body, request: &Request, origin: &str) -> Answer {
    let value =
        format!("Bearer authorization_uri={origin}/{TENANT_ID}/oauth2/authorize, resource_id={origin}/");
    let answer = match body {
        Body::Json => error_answer(&Code::AccessTokenExpired.error(&[]), request),
        _ => Answer::empty(401),
    };
    answer.with("WWW-Authenticate", value)
}

fn sign_in(error: SignIn, request: &Request) -> Answer {
    let client = crate::entra::named_client(request).unwrap_or_default();
    match error {
        SignIn::WrongSecret => refusal::wrong_secret(&client),
        SignIn::ExpiredSecret => refusal::expired_secret(&client),
        SignIn::ApplicationGone => refusal::unknown_application(&client),
        SignIn::TenantUnknown => {
            refusal::unknown_tenant(request.path.trim_matches('/').split('/').next().unwrap_or_default())
        }
        SignIn::Unavailable => {
            let text = "A transient error has occurred. Please try again.";
            refusal::failure(503, "temporarily_unavailable", 90_033, text)
        }
    }
}
