//! The meanings an error can have.

use std::time::Duration;

use crate::dataverse::auth::AuthError;

/// What went wrong. `message` is what the service said, for people: it is localized and never to be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The row, or one it refers to, does not exist.
    #[error("Dataverse found no such row: {message}")]
    NotFound {
        /// The service's words.
        message: String,
    },
    /// A row with the same key exists.
    #[error("Dataverse has a row with the same key already: {message}")]
    Duplicate {
        /// The service's words.
        message: String,
    },
    /// The caller lacks a privilege.
    #[error("the provider's user lacks {}: {message}", privilege.as_deref().map_or("a privilege".to_owned(), |name| format!("the privilege {name}")))]
    Denied {
        /// Name of the missing privilege, when the service named it.
        privilege: Option<String>,
        /// The service's words.
        message: String,
    },
    /// `0x80040231`, `0x80040299`: the user or team that the operation is for lacks a privilege.
    #[error("the user or team that this is for lacks {}: {message}", privilege.as_deref().map_or("a privilege".to_owned(), |name| format!("the privilege {name}")))]
    PrincipalDenied {
        /// Name of the missing privilege, when the service named it.
        privilege: Option<String>,
        /// The service's words.
        message: String,
    },
    /// `0x80072560`: the application has no application user in this environment.
    #[error(
        "the environment does not know the application: it needs an application user there, with a security role"
    )]
    NotMember,
    /// `0x80042f09`: the caller's user has no security role.
    #[error("the provider's user has no security role in this environment, so it may do nothing")]
    NoRoles,
    /// `0x80040225` and others: a user is disabled, the caller's or the one that the operation is about; the code does not
    /// say which.
    #[error("a disabled user cannot do this, or be given this: {message}")]
    CallerDisabled {
        /// The service's words.
        message: String,
    },
    /// Service protection limits, for longer than the retry timeout and the time-out of the operation allow to wait.
    #[error("Dataverse limits the number of requests and asks to wait{}, longer than the time-outs allow: {message}", wait_text(*retry_after))]
    Throttled {
        /// The wait that the service asked for last.
        retry_after: Option<Duration>,
        /// The service's words.
        message: String,
    },
    /// The service, or something in front of it, was not able to answer.
    #[error("Dataverse is not available (status {status}): {message}")]
    Unavailable {
        /// HTTP status.
        status: u16,
        /// The service's words, or an excerpt of a page.
        message: String,
    },
    /// No valid token.
    #[error("not signed in: {0}")]
    Unauthenticated(AuthError),
    /// The row was changed by somebody else, or a condition of the request did not hold.
    #[error("the row was changed by somebody else in the meantime: {message}")]
    Precondition {
        /// The service's words.
        message: String,
    },
    /// `0x80048d3b`: the caller would hand out privileges that it lacks itself.
    #[error("the provider's user may only give privileges that it holds itself: {message}")]
    ElevationRefused {
        /// The service's words; lists the privileges.
        message: String,
    },
    /// `0x80041403`: the name is used by another role of the business unit.
    #[error("the business unit has a security role of that name already: {message}")]
    RoleNameTaken {
        /// The service's words.
        message: String,
    },
    /// `0x8004022a`: the name is used by another row beside it.
    #[error("the name is taken: {message}")]
    NameTaken {
        /// The service's words.
        message: String,
    },
    /// `0x80040227` and others: other rows refer to the row, or are in it.
    #[error("other rows depend on this one: {message}")]
    InUse {
        /// The service's words.
        message: String,
    },
    /// `0x80048331`, `0x80048350`: a team of this kind cannot hold the role.
    #[error("a team of this kind cannot hold the security role: {message}")]
    RoleNotForTeam {
        /// The service's words.
        message: String,
    },
    /// `0x80041409`, `0x8004140d`: role and principal are in different business units.
    #[error("the security role belongs to another business unit than the user or team: {message}")]
    WrongBusinessUnit {
        /// The service's words.
        message: String,
    },
    /// `0x80044152`, `0x8004140c`: only the original of a role can be changed, not its copies.
    #[error(
        "the security role is a copy inherited from a parent business unit; change the original: {message}"
    )]
    InheritedRole {
        /// The service's words.
        message: String,
    },
    /// A role, user or team of the platform that cannot be changed or deleted.
    #[error("the platform protects this row: {message}")]
    ProtectedRole {
        /// The service's words.
        message: String,
    },
    /// The environment would lose its last System Administrator.
    #[error("the environment must keep a System Administrator: {message}")]
    LastAdministrator {
        /// The service's words.
        message: String,
    },
    /// `0x8004140b`: the privilege cannot be given at this access level.
    #[error("the privilege cannot be given at this access level: {message}")]
    DepthNotAllowed {
        /// The service's words.
        message: String,
    },
    /// `0x8004f510`: Entra has no such application.
    #[error("Entra has no application of that id in this tenant: {message}")]
    ApplicationUnknown {
        /// The service's words.
        message: String,
    },
    /// `0x80041d2c`: the user is there already.
    #[error("the environment has that user already: {message}")]
    UserExists {
        /// The service's words.
        message: String,
    },
    /// `0x8004b050` and licence refusals.
    #[error("a quota or licence forbids this: {message}")]
    QuotaReached {
        /// The service's words.
        message: String,
    },
    /// Refused for another reason.
    #[error("Dataverse refused the request (status {status}{}): {message}", code.map(|code| format!(", code 0x{code:08x}")).unwrap_or_default())]
    Rejected {
        /// HTTP status.
        status: u16,
        /// Error code, when there was one.
        code: Option<u32>,
        /// The service's words.
        message: String,
    },
    /// The answer is not what was asked for.
    #[error("the answer of Dataverse is not a {wanted} ({problem}): {excerpt}")]
    Undecodable {
        /// The type that was wanted.
        wanted: &'static str,
        /// What does not fit.
        problem: String,
        /// Start of the body.
        excerpt: String,
    },
    /// The user interrupted the run before the request was made, or while it waited to be made again.
    #[error("the run was interrupted: {message}")]
    Interrupted {
        /// What is known.
        message: String,
    },
    /// No answer at all.
    #[error("{fault}: {message}")]
    Connection {
        /// What failed.
        fault: ConnectionFault,
        /// The cause.
        message: String,
    },
}

/// Which part of talking to a server failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionFault {
    /// No connection could be made; nothing was sent.
    #[error("cannot connect to Dataverse")]
    Connect,
    /// The server's certificate is not trusted; nothing was sent.
    #[error("the certificate of the server is not trusted")]
    Certificate,
    /// The answer did not come in time.
    #[error("Dataverse did not answer in time")]
    Timeout,
    /// The connection broke before the answer was complete.
    #[error("the connection to Dataverse broke")]
    Broken,
}

fn wait_text(wait: Option<Duration>) -> String {
    wait.map(|wait| format!(" {:.0} s", wait.as_secs_f64())).unwrap_or_default()
}
