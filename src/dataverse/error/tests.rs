use super::*;

fn refusal(status: u16, code: &str) -> Refusal {
    of_response(status, format!(r#"{{"error":{{"code":"{code}","message":"said so"}}}}"#).as_bytes())
}

#[test]
fn codes_are_read_in_every_spelling() {
    for text in ["0x80040217", "0X80040217", "-2147220969"] {
        assert_eq!(codes::parse(text), Some(0x8004_0217));
    }
    assert_eq!(codes::parse(""), None);
}

#[test]
fn each_code_has_its_meaning() {
    let message = || "said so".to_owned();
    let cases = [
        (404, "0x80040217", ErrorKind::NotFound { message: message() }),
        (412, "0x80040237", ErrorKind::Duplicate { message: message() }),
        (400, "0x80060892", ErrorKind::Duplicate { message: message() }),
        (403, "0x80040220", ErrorKind::Denied { privilege: None, message: message() }),
        (400, "0x80040220", ErrorKind::Denied { privilege: None, message: message() }),
        (403, "0x80072560", ErrorKind::NotMember),
        (403, "0x80042F09", ErrorKind::NoRoles),
        (412, "0x80060882", ErrorKind::Precondition { message: message() }),
        (400, "0x80048d3b", ErrorKind::ElevationRefused { message: message() }),
        (400, "0x80041403", ErrorKind::RoleNameTaken { message: message() }),
        (400, "0x80041409", ErrorKind::WrongBusinessUnit { message: message() }),
        (400, "0x80044152", ErrorKind::InheritedRole { message: message() }),
        (400, "0x80041d31", ErrorKind::ProtectedRole { message: message() }),
        (400, "0x80041d30", ErrorKind::LastAdministrator { message: message() }),
        (400, "0x8004140b", ErrorKind::DepthNotAllowed { message: message() }),
        (400, "0x8004f510", ErrorKind::ApplicationUnknown { message: message() }),
        (400, "0x80041d2c", ErrorKind::UserExists { message: message() }),
        (400, "0x8004b050", ErrorKind::QuotaReached { message: message() }),
        (400, "0x80048d19", ErrorKind::Rejected { status: 400, code: Some(0x8004_8d19), message: message() }),
        (404, "0x80060888", ErrorKind::Rejected { status: 404, code: Some(0x8006_0888), message: message() }),
        (404, "", ErrorKind::NotFound { message: message() }),
        (412, "", ErrorKind::Precondition { message: message() }),
    ];
    for (status, code, wanted) in cases {
        let Refusal { kind, retry } = refusal(status, code);
        assert_eq!(kind, wanted, "{status} {code}");
        assert_eq!(retry, Retry::No, "{status} {code}");
    }
}

#[test]
fn what_passes_is_known_by_code_and_not_by_status() {
    let cases = [
        (429, "0x80072322", Retry::Throttled),
        (429, "0x80072326", Retry::TooManyAtOnce),
        (400, "0x80044151", Retry::Transient),
        (500, "0x80044150", Retry::Transient),
        (400, "0x80071151", Retry::Busy),
        (400, "0x80040216", Retry::Unexpected),
        (400, "0x8005f101", Retry::Token),
        (503, "", Retry::Transient),
        (401, "", Retry::Token),
    ];
    for (status, code, wanted) in cases {
        assert_eq!(refusal(status, code).retry, wanted, "{status} {code}");
    }
}

#[test]
fn a_page_of_a_gateway_becomes_one_line() {
    let page = b"<html>\r\n<head><title>Service Unavailable</title></head>\n<body><h1>503</h1></body></html>";
    let Refusal { kind, .. } = of_response(503, page);
    assert_eq!(kind, ErrorKind::Unavailable { status: 503, message: "Service Unavailable 503".into() });
    assert_eq!(excerpt(b""), "the answer has no text");
    assert!(excerpt("\u{e4}".repeat(900).as_bytes()).chars().count() < 210);
}

#[test]
fn a_page_of_a_proxy_says_nothing_about_rows_and_privileges() {
    for status in [403, 404, 412] {
        let Refusal { kind, retry } = of_response(status, b"<html>blocked</html>");
        assert_eq!(kind, ErrorKind::Rejected { status, code: None, message: "blocked".into() });
        assert_eq!(retry, Retry::No);
    }
}

#[test]
fn the_missing_privilege_is_named() {
    let text = "Principal user (Id=1, type=8, privilegeCount=4), is missing prvReadincident privilege (Id=2) on OTC=112";
    assert_eq!(codes::privilege_in(text).as_deref(), Some("prvReadincident"));
    assert_eq!(codes::privilege_in("privilegeCount is 4, no name here"), None);
}

#[test]
fn the_sentence_names_the_request() {
    let context = Context {
        method: "PATCH".into(),
        path: "roles(1)".into(),
        service_request_id: Some("abc".into()),
        attempts: 3,
        elapsed: Duration::from_secs(7),
        unclear: false,
    };
    let error = Error::new(ErrorKind::NotFound { message: "Entity 'role' Does Not Exist".into() }, context);
    assert_eq!(
        error.to_string(),
        "Dataverse found no such row: Entity 'role' Does Not Exist (PATCH roles(1), 3 attempts in 7 s, service request abc)"
    );
}
