//! The page of the emulator in a real browser: `cargo test -p dataverse-emulator --test page -- --ignored`.
//!
//! With `PAGE_PICTURE=docs/page.png` the picture of the README is taken anew; a relative path starts at the emulator's folder.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod browser;
mod client;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use browser::Browser;
use client::Env;
use reqwest::Method;
use serde_json::{Value, json};

const HOSTILE: &str = "<img src=x onerror=\"document.title='owned'\">";

/// Looks at the page of an emulator; its console has to stay empty.
async fn with_page(env: Env, look: impl AsyncFnOnce(&Env, &Browser)) {
    let browser = Browser::start(env.http.clone()).await;
    browser.go(&format!("{}/", env.emulator.admin_url())).await;
    look(&env, &browser).await;
    let complaints: Vec<Value> = browser.console().await.as_array().unwrap().clone();
    assert_eq!(complaints, Vec::<Value>::new(), "the console of the browser");
}

/// The cell of a table of the matrix below the head of a right.
fn cell(table: &str, right: &str) -> String {
    format!(
        "//table[contains(@class,'matrix')]//tr[th/small='{table}']/td[count(//table[contains(@class,'matrix')]/thead//th[.='{right}']/preceding-sibling::th)]"
    )
}

/// A role with every level, people who hold it, and some requests.
async fn sales(env: &Env) -> String {
    let privileges = [
        ("prvCreateAccount", "Basic"),
        ("prvReadAccount", "Deep"),
        ("prvWriteAccount", "Local"),
        ("prvAppendAccount", "Local"),
        ("prvAppendToAccount", "Deep"),
        ("prvAssignAccount", "Basic"),
        ("prvShareAccount", "Basic"),
        ("prvCreateContact", "Basic"),
        ("prvReadContact", "Global"),
        ("prvWriteContact", "Local"),
        ("prvDeleteContact", "Basic"),
        ("prvAppendContact", "Local"),
        ("prvAppendToContact", "Global"),
        ("prvReadOpportunity", "Deep"),
        ("prvCreateOpportunity", "Basic"),
        ("prvWriteOpportunity", "Basic"),
        ("prvReadLead", "Local"),
        ("prvReadProduct", "Global"),
        ("prvReadQuote", "Basic"),
        ("prvGoMobile", "Global"),
        ("prvExportToExcel", "Global"),
    ];
    let role = env.role("Regional Sales", &privileges).await;
    for person in ["adelev", "alexw", "diegos"] {
        let user = env.person(person).await;
        env.assign(&user, &role).await;
    }
    role
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn a_person_finds_users_their_roles_and_the_levels_of_a_role() {
    let env = Env::start().await;
    let role = sales(&env).await;
    with_page(env, async |env, page| {
        let row = page.text("//table[caption='Users']//tr[th/a='Adele Vance']").await;
        assert!(row.contains("person") && row.contains("enabled") && row.contains("Regional Sales"), "{row}");
        page.click("//tr[th/a='Adele Vance']//a[.='Regional Sales']").await;
        assert_eq!(page.text("//h2[.='Regional Sales']").await, "Regional Sales");
        let wanted = [
            ("account", "Read", "parent: child business units"),
            ("account", "Write", "business unit"),
            ("account", "Delete", "no access"),
            ("contact", "Append to", "organization"),
            ("opportunity", "Create", "user"),
        ];
        for (table, right, level) in wanted {
            assert_eq!(
                page.text(&format!("{}//span[@class='unseen']", cell(table, right))).await,
                level,
                "{table} {right}"
            );
        }
        assert_eq!(page.count("//table[caption='Privileges that belong to no table']/tbody/tr").await, 2);
        page.write("//input[@aria-label='Filter tables']", "opportunity").await;
        assert_eq!(page.count("//table[contains(@class,'matrix')]/tbody/tr[th/small='account']").await, 0);
        assert_eq!(
            page.count("//table[contains(@class,'matrix')]/tbody/tr[th/small='opportunity']").await,
            1
        );
        page.click("//ul[contains(@class,'holders')]//a[.='Alex Wilber']").await;
        page.find("//h2[.='Alex Wilber']").await;
        let level = format!("{}//span[@class='unseen']", cell("account", "Read"));
        assert_eq!(page.text(&level).await, "parent: child business units");
        picture(env, page, &role).await;
    })
    .await;
}

/// Takes the picture of the README, when it is asked for.
async fn picture(env: &Env, page: &Browser, role: &str) {
    page.go(&format!("{}/#role/{role}", env.emulator.admin_url())).await;
    page.find("//h2[.='Regional Sales']").await;
    // The pointer shall rest on nothing that looks different then.
    page.click("//main/h2").await;
    let bytes = BASE64_STANDARD.decode(page.picture().await).unwrap();
    assert_eq!(bytes.get(1..4), Some(&b"PNG"[..]));
    if let Ok(file) = std::env::var("PAGE_PICTURE") {
        std::fs::write(file, bytes).unwrap();
    }
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn the_last_requests_and_what_is_not_known_appear_while_somebody_looks() {
    with_page(Env::start().await, async |env, page| {
        assert_eq!(page.count("//section[@id='refusals' and not(@hidden)]").await, 0);
        page.click("//nav/a[@href='#requests']").await;
        page.find("//table[caption='Requests']").await;
        let body = "GET WhoAmI HTTP/1.1\r\nAccept: application/json\r\n\r\n".to_owned();
        env.batch(&[body.clone(), body]).await;
        page.find("//table[caption='Requests']/tbody/tr[1][contains(.,'$batch')]").await;
        assert_eq!(page.count("//tbody/tr[position()=2 or position()=3][@class='part' and contains(.,'WhoAmI')]").await, 2);
        assert_eq!(page.text("//tbody/tr[1]/td[4]").await, "# Deployment");

        env.get("queues").await;
        page.find("//section[@id='refusals' and not(@hidden)]//li").await;
        page.find("//tbody/tr[1][contains(.,'queues')]/td[3][.='501']").await;

        let lost = json!({ "id": "lost", "match": { "path": "WhoAmI" }, "fault": { "kind": "error", "status": 503, "code": "0x1", "message": "gone" } });
        env.admin(Method::POST, "faults", lost).await;
        env.get("WhoAmI").await;
        page.find("//tbody/tr[1][td[3]='503' and td[5]='lost']").await;

        page.write("//input[@aria-label='Filter requests']", "queues").await;
        assert_eq!(page.count("//table[caption='Requests']/tbody/tr").await, 1);
        page.click("//button[.='Pause']").await;
        env.get("queues?$top=1").await;
        page.click("//button[.='Go on' and @aria-pressed='true']").await;
        page.find("//table[caption='Requests']/tbody/tr[2]").await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn a_hostile_name_stays_text() {
    let env = Env::start().await;
    let person = json!({ "object_id": "66666666-0000-4000-8000-000000000001", "user_principal_name": "img@contoso.onmicrosoft.com",
        "display_name": HOSTILE, "given_name": HOSTILE, "surname": "x", "licensed": true });
    env.admin(Method::POST, "directory", json!({ "people": [person] })).await;
    let user = env.person("img").await;
    let role = env.role(HOSTILE, &[("prvReadAccount", "Basic")]).await;
    env.assign(&user, &role).await;
    with_page(env, async |env, page| {
        page.find("//table[caption='Users']//th[contains(.,'<img src=x onerror=')]").await;
        for hash in [
            format!("role/{role}"),
            format!("user/{user}"),
            "roles".to_owned(),
            "teams".to_owned(),
            "requests".to_owned(),
        ] {
            page.go(&format!("{}/#{hash}", env.emulator.admin_url())).await;
            page.find("//main/*[1]").await;
            if hash.contains('/') {
                page.find("//h2[contains(.,'<img src=x onerror=')]").await;
            }
            assert_eq!(page.count("//img").await, 0, "{hash}");
        }
        assert_eq!(page.run("return document.title").await, "Dataverse emulator");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn a_thousand_users_are_drawn_in_portions() {
    let env = Env::start().await;
    let people: Vec<Value> = (0..1000)
        .map(|number| {
            json!({ "object_id": format!("77777777-0000-4000-8000-{number:012}"), "user_principal_name": format!("p{number:04}@contoso.onmicrosoft.com"),
                "given_name": "Person", "surname": format!("{number:04}"), "licensed": true })
        })
        .collect();
    env.admin(Method::POST, "directory", json!({ "people": people })).await;
    for number in 0..1000 {
        env.person(&format!("p{number:04}")).await;
    }
    with_page(env, async |_, page| {
        page.find("//table[caption='Users']").await;
        assert_eq!(page.count("//table[caption='Users']/tbody/tr").await, 100);
        page.click("//button[.='Show more']").await;
        assert_eq!(page.count("//table[caption='Users']/tbody/tr").await, 200);
        page.write("//input[@aria-label='Filter users']", "p0999").await;
        assert_eq!(page.text("//table[caption='Users']/tbody/tr/th/a").await, "Person 0999");
        assert_eq!(page.count("//table[caption='Users']/tbody/tr").await, 1);
    })
    .await;
}
