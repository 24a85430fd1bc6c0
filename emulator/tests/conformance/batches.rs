use serde_json::{Value, json};

use crate::support::{BASIC_TEMPLATE, Env, PORTAL, Reply, read};

fn part(id: u32, method: &str, path: &str, body: &Value) -> String {
    format!(
        "--set\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {id}\r\n\r\n{method} {path} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{body}\r\n"
    )
}

fn change_set(parts: &[String]) -> String {
    format!("--b\r\nContent-Type: multipart/mixed; boundary=set\r\n\r\n{}--set--\r\n", parts.concat())
}

async fn send(env: &Env, body: String, prefer: &str) -> Reply {
    let request = env
        .request(reqwest::Method::POST, "$batch")
        .header("content-type", "multipart/mixed; boundary=\"b\"");
    read(request.header("prefer", prefer).body(format!("{body}--b--\r\n"))).await
}

const ROOT: &str = "/api/data/v9.2";

#[tokio::test]
async fn a_change_set_creates_a_user_and_gives_it_roles_by_content_id() {
    let env = Env::start().await;
    let basic = env.role(BASIC_TEMPLATE).await;
    let role = format!("{}{ROOT}/roles({basic})", env.emulator.url());
    let user = json!({ "applicationid": PORTAL, "accessmode": 4 });
    let parts = [
        part(1, "POST", &format!("{ROOT}/systemusers"), &user),
        part(2, "POST", "$1/systemuserroles_association/$ref", &json!({ "@odata.id": role })),
        part(3, "PATCH", "$1", &json!({ "title": "Robot" })),
    ];
    let reply = send(&env, change_set(&parts), "").await.is(200);
    assert!(reply.header("content-type").starts_with("multipart/mixed; boundary=batchresponse_"));
    assert_eq!(reply.text.matches("HTTP/1.1 204 No Content").count(), 3);
    assert!(reply.text.contains("Content-ID: 2"));
    let row = env.first(&format!("systemusers?$filter=applicationid eq {PORTAL}&$select=title&$expand=systemuserroles_association($select=name)")).await;
    assert_eq!(
        (&row["title"], &row["systemuserroles_association"][0]["name"]),
        (&json!("Robot"), &json!("Basic User"))
    );
}

#[tokio::test]
async fn a_failed_change_set_leaves_nothing_behind() {
    let env = Env::start().await;
    let root = env.root().await;
    let unit =
        json!({ "name": "North", "parentbusinessunitid@odata.bind": format!("/businessunits({root})") });
    let role = json!({ "name": "Basic User", "businessunitid@odata.bind": "$1" });
    let parts = [part(1, "POST", &format!("{ROOT}/businessunits"), &unit), part(2, "POST", "roles", &role)];
    let reply = send(&env, change_set(&parts), "").await.is(400);
    assert!(reply.text.contains("0x80041403"), "{}", reply.text);
    assert_eq!(env.get("businessunits/$count").await.text, "1");
    assert_eq!(env.get("teams/$count").await.text, "1");
}

#[tokio::test]
async fn a_batch_stops_at_the_first_failure_unless_told_otherwise() {
    let env = Env::start().await;
    // LF line ends and absolute request lines are understood as well.
    let get = |path: &str| {
        format!(
            "--b\nContent-Type: application/http\n\nGET {}{ROOT}/{path} HTTP/1.1\nAccept: application/json\n\n",
            env.emulator.url()
        )
    };
    let body = [get("WhoAmI"), get("roles?$select=nothing"), get("RetrieveVersion()")].concat();
    let stopped = send(&env, body.clone(), "").await.is(400);
    assert_eq!(stopped.text.matches("HTTP/1.1").count(), 2);
    let all = send(&env, body, "odata.continue-on-error").await.is(200);
    assert_eq!(all.text.matches("HTTP/1.1 200").count(), 2);
    assert_eq!(all.text.matches("HTTP/1.1 400").count(), 1);
    let counters = read(env.http.get(format!("{}/requests", env.emulator.admin_url()))).await.json;
    assert_eq!((&counters["batch"], &counters["batch_parts"]), (&json!(2), &json!(5)));
}

#[tokio::test]
async fn change_sets_refuse_reads_missing_ids_and_unknown_references() {
    let env = Env::start().await;
    let get = part(1, "GET", &format!("{ROOT}/WhoAmI"), &Value::Null);
    let reply = send(&env, change_set(&[get]), "").await.is(400);
    assert!(reply.text.contains("0x80060888"));
    let nameless =
        part(1, "POST", &format!("{ROOT}/roles"), &json!({ "name": "x" })).replace("Content-ID: 1\r\n", "");
    let reply = send(&env, change_set(&[nameless]), "").await.is(400);
    assert!(reply.text.contains("0x80060888"));
    let unknown = part(1, "PATCH", "$7", &json!({ "name": "x" }));
    let reply = send(&env, change_set(&[unknown]), "").await.is(400);
    assert!(reply.text.contains("Content-ID Reference: '$7' does not exist in the batch context."));
}

#[tokio::test]
async fn a_batch_holds_at_most_a_thousand_requests() {
    let env = Env::start().await;
    let one =
        format!("--b\r\nContent-Type: application/http\r\n\r\nGET {ROOT}/RetrieveVersion() HTTP/1.1\r\n\r\n");
    send(&env, one.repeat(1001), "").await.refused(400, "0x80060888");
    let reply = send(&env, one.repeat(1000), "").await.is(200);
    assert_eq!(reply.text.matches("HTTP/1.1 200").count(), 1000);
}
