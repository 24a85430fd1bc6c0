//! Dataverse error codes and their meanings (list "Web service error codes").

use super::kind::ErrorKind;
use super::read::Retry;

/// Reads `0x8004F507` in any case, or the signed decimal form of the SDK.
pub(crate) fn parse(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse::<i32>().ok().map(i32::cast_unsigned),
    }
}

/// Whether an operation that failed with this code may be asked for again, whatever the status.
pub(crate) fn retry(code: u32) -> Option<Retry> {
    Some(match code {
        // Service protection: requests, execution time, concurrency.
        0x8007_2322 | 0x8007_2321 => Retry::Throttled,
        0x8007_2326 => Retry::TooManyAtOnce,
        // SQL timeout, generic SQL error, lock, database limits, busy server.
        0x8004_4151 | 0x8004_4150 | 0x8004_4339 | 0x8007_2323 | 0x8007_2324 | 0x8004_a001 => Retry::Transient,
        // Another customization job holds the lock; refused before anything was done.
        0x8007_1151 | 0x8004_ed47 | 0x8004_8543 => Retry::Busy,
        // "An unexpected error occurred."
        0x8004_0216 => Retry::Unexpected,
        0x8005_f101 => Retry::Token,
        _ => return None,
    })
}

/// The meaning of a code, if it has one of its own.
pub(crate) fn meaning(code: u32, message: String) -> Result<ErrorKind, String> {
    Ok(match code {
        0x8004_0217 | 0x8006_0891 => ErrorKind::NotFound { message },
        0x8004_0237 | 0x8006_0892 => ErrorKind::Duplicate { message },
        0x8004_0231 | 0x8004_0299 => {
            ErrorKind::PrincipalDenied { privilege: privilege_in(&message), message }
        }
        0x8004_0220 | 0x8004_8306 | 0x8004_a110 | 0x8004_f502 | 0x8004_f504 | 0x8004_f507 => {
            ErrorKind::Denied { privilege: privilege_in(&message), message }
        }
        0x8007_2560 => ErrorKind::NotMember,
        0x8004_2f09 => ErrorKind::NoRoles,
        0x8004_0225 | 0x8004_a112 => ErrorKind::CallerDisabled { message },
        0x8006_0882 => ErrorKind::Precondition { message },
        0x8004_8d3b => ErrorKind::ElevationRefused { message },
        0x8004_1403 => ErrorKind::RoleNameTaken { message },
        0x8004_022a => ErrorKind::NameTaken { message },
        0x8004_0227 | 0x8004_1d61 | 0x8004_1d62 | 0x8004_830e => ErrorKind::InUse { message },
        0x8004_8331 | 0x8004_8350 => ErrorKind::RoleNotForTeam { message },
        0x8004_1409 | 0x8004_140d => ErrorKind::WrongBusinessUnit { message },
        0x8004_4152 | 0x8004_140c => ErrorKind::InheritedRole { message },
        0x8004_1d2e
        | 0x8004_1d31
        | 0x8004_1d4a
        | 0x8004_1d5a
        | 0x8004_1d33
        | 0x8004_1d42..=0x8004_1d47
        | 0x8004_1d51
        | 0x8004_1d64
        | 0x8004_1d65
        | 0x8004_1d63
        | 0x8004_8307
        | 0x8004_8308
        | 0x8004_830a..=0x8004_830c
        | 0x8004_f012
        | 0x8004_f013
        | 0x8004_f026
        | 0x8004_f027
        | 0x8004_f032 => ErrorKind::ProtectedRole { message },
        0x8004_1d2f | 0x8004_1d30 | 0x8004_1d38 | 0x8004_1d59 => ErrorKind::LastAdministrator { message },
        0x8004_140b | 0x8004_04bb => ErrorKind::DepthNotAllowed { message },
        0x8004_f510 => ErrorKind::ApplicationUnknown { message },
        0x8004_1d2c => ErrorKind::UserExists { message },
        0x8004_b050 | 0x8004_d24b | 0x8004_d24c => ErrorKind::QuotaReached { message },
        _ => return Err(message),
    })
}

/// The first privilege name in a message, for display.
pub(crate) fn privilege_in(message: &str) -> Option<String> {
    message
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .find(|word| {
            word.len() > 3
                && word.starts_with("prv")
                && word[3..].starts_with(|c: char| c.is_ascii_alphabetic())
        })
        .map(str::to_owned)
}
