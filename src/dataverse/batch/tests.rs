use serde_json::json;
use url::Url;

use super::*;
use crate::dataverse::writes::Work;

const TYPE: &str = "multipart/mixed; boundary=batchresponse_1";

fn statuses(body: &str) -> Vec<u16> {
    parse::parts(TYPE, body.replace('\n', "\r\n").as_bytes())
        .unwrap()
        .iter()
        .map(|part| part.status)
        .collect()
}

#[test]
fn reads_and_change_sets_are_flattened_in_order() {
    let body = "--batchresponse_1\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
        HTTP/1.1 200 OK\nContent-Type: application/json\nOData-Version: 4.0\n\n{\"value\":[]}\n\
        --batchresponse_1\nContent-Type: multipart/mixed; boundary=changesetresponse_2\n\n\
        --changesetresponse_2\nContent-Type: application/http\nContent-ID: 1\n\nHTTP/1.1 204 No Content\nOData-Version: 4.0\n\n\n\
        --changesetresponse_2\nContent-Type: application/http\nContent-ID: 2\n\nHTTP/1.1 204 No Content\n\n\n\
        --changesetresponse_2--\n--batchresponse_1--\n";
    assert_eq!(statuses(body), [200, 204, 204]);
    // Line ends of the other kind are read as well.
    assert_eq!(parse::parts(TYPE, body.as_bytes()).unwrap().len(), 3);
}

#[test]
fn a_failed_change_set_is_one_part_with_the_error() {
    let body = "--batchresponse_1\nContent-Type: application/http\n\nHTTP/1.1 412 Precondition Failed\nREQ_ID: abc\n\
        Content-Type: application/json\n\n{\"error\":{\"code\":\"0x80040237\",\"message\":\"twice\"}}\n--batchresponse_1--\n";
    let parts = parse::parts(TYPE, body.as_bytes()).unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].request_id.as_deref(), Some("abc"));
    let error = parts[0].clone().result(&Request::get("roles"), &Context::default()).unwrap_err();
    assert!(error.is_duplicate());
}

#[test]
fn an_answer_without_parts_has_none_and_a_page_is_refused() {
    assert!(statuses("--batchresponse_1--\n").is_empty());
    assert!(parse::parts("text/html", b"<html>").is_err());
    assert!(
        parse::parts(TYPE, b"--batchresponse_1\r\nContent-Type: application/http\r\n\r\n<html>\r\n\r\n")
            .is_err()
    );
}

#[test]
fn a_boundary_inside_a_body_is_no_delimiter() {
    let body = "--batchresponse_1\nContent-Type: application/http\n\nHTTP/1.1 200 OK\n\n\
        {\"value\":\"--batchresponse_1\"}\n--batchresponse_1--\n";
    assert_eq!(statuses(body), [200]);
}

#[test]
fn works_are_written_with_ids_lengths_and_crlf() {
    let root = Url::parse("https://contoso.crm.dynamics.com/api/data/v9.2/").unwrap();
    let one = Work::from(Request::delete("teams(3)"));
    let set = Work::from(vec![Request::patch("roles(1)", json!({"name": "ä"})), Request::delete("roles(2)")]);
    let set = set.reading(Request::get("roles(1)"));
    let text = write::works(&root, &[&one, &set], "b");
    let boundary = text.split("boundary=").nth(1).unwrap().split("\r\n").next().unwrap().to_owned();
    let head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n";
    assert_eq!(
        text.replace(&boundary, "s"),
        format!(
            "--b\r\n{head}\r\nDELETE /api/data/v9.2/teams(3) HTTP/1.1\r\nAccept: application/json\r\n\r\n\
             --b\r\nContent-Type: multipart/mixed; boundary=s\r\n\r\n\
             --s\r\n{head}Content-ID: 2\r\n\r\n\
             PATCH /api/data/v9.2/roles(1) HTTP/1.1\r\nAccept: application/json\r\nIf-Match: *\r\n\
             Content-Type: application/json; charset=utf-8\r\nContent-Length: 13\r\n\r\n{{\"name\":\"ä\"}}\r\n\
             --s\r\n{head}Content-ID: 3\r\n\r\n\
             DELETE /api/data/v9.2/roles(2) HTTP/1.1\r\nAccept: application/json\r\n\r\n\
             --s--\r\n\r\n\
             --b\r\n{head}\r\nGET /api/data/v9.2/roles(1) HTTP/1.1\r\nAccept: application/json\r\n\
             If-None-Match: null\r\n\r\n--b--\r\n"
        )
    );
}

#[test]
fn parts_nest_as_deep_as_change_sets_and_no_deeper() {
    let mut body = String::new();
    for level in 0..100_000 {
        body.push_str(&format!("--b{level}\nContent-Type: multipart/mixed; boundary=b{}\n\n", level + 1));
    }
    let read = parse::parts("multipart/mixed; boundary=b0", body.as_bytes());
    assert_eq!(read, Err("a change set holds another one".to_owned()));
}

#[test]
fn more_parts_than_a_batch_has_operations_are_refused() {
    let part = "--batchresponse_1\n\nHTTP/1.1 204 No Content\n\n";
    assert_eq!(statuses(&part.repeat(1_000)).len(), 1_000);
    for part in [part, "--batchresponse_1\n"] {
        let read = parse::parts(TYPE, part.repeat(1_000_000).as_bytes());
        assert!(read.unwrap_err().contains("more than 1000 parts"));
    }
}
