use dataverse_emulator::seed_ids;
use serde_json::{Value, json};

use crate::support::{BASIC_TEMPLATE, Env, PORTAL, Reply, read};

async fn surface(env: &Env, path: &str) -> Reply {
    read(env.http.get(format!("{}{path}", env.emulator.admin_url()))).await
}

fn named<'v>(list: &'v Value, name: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap()
}

#[tokio::test]
async fn the_page_may_load_its_own_files_only() {
    let env = Env::start().await;
    for path in ["", "/"] {
        let page = surface(&env, path).await.is(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
    let page = surface(&env, "/").await.text;
    let files: Vec<&str> = page.split('"').filter(|text| text.starts_with("/emulator/page/")).collect();
    assert_eq!(files, ["/emulator/page/style.css", "/emulator/page/main.js"]);
    let mut left = vec!["page/main.js".to_owned(), "page/style.css".to_owned()];
    let mut seen = 0;
    while let Some(file) = left.pop() {
        seen += 1;
        let text = surface(&env, &format!("/{file}")).await.is(200).text;
        assert!(!text.contains("http://") && !text.contains("https://"), "{file} names another host");
        assert!(!text.contains("innerHTML"), "{file} makes elements of text");
        let imports = text.lines().filter_map(|line| line.split("from \"./").nth(1));
        left.extend(imports.map(|rest| format!("page/{}", rest.trim_end_matches("\";"))));
    }
    assert!(seen > 8, "only {seen} files were reached");
    read(env.http.post(format!("{}/", env.emulator.admin_url()))).await.is(405);
    surface(&env, "/page/other.js").await.is(404);
}

#[tokio::test]
async fn what_the_page_asks_for_is_neither_counted_nor_logged() {
    let env = Env::start().await;
    read(env.http.delete(format!("{}/requests", env.emulator.admin_url()))).await.is(204);
    for path in ["/", "/page/main.js", "/users", "/roles", "/teams", "/log?last=5", "/users/nobody"] {
        surface(&env, path).await;
    }
    assert_eq!(surface(&env, "/requests").await.json["total"], 0);
    assert_eq!(surface(&env, "/log").await.json, json!([]));
    assert_eq!(surface(&env, "/refusals").await.json, json!({}));
}

#[tokio::test]
async fn roles_are_listed_own_ones_first_with_privileges_and_holders() {
    let env = Env::start().await;
    let root = env.root().await;
    let role = env.new_role("Zebra keeper", &root).await;
    env.add_privileges(&role, &[("prvReadAccount", "Deep"), ("prvGoMobile", "Global")]).await;
    let unit = env.new_unit("West", &root).await;
    let user = env.new_application_user(PORTAL, &unit).await;
    let copy =
        format!("roles?$filter=name eq 'Zebra keeper' and _businessunitid_value eq {unit}&$select=name");
    let copy = env.first(&copy).await["roleid"].as_str().unwrap().to_owned();
    env.assign(&user, &copy).await.is(204);

    let roles = surface(&env, "/roles").await.is(200).json;
    assert_eq!((&roles[0]["name"], &roles[0]["own"]), (&json!("Zebra keeper"), &json!(true)));
    assert_eq!((&roles[0]["users"], &roles[1]["own"]), (&json!(1), &json!(false)));
    let once = roles.as_array().unwrap().iter().filter(|entry| entry["name"] == "Zebra keeper").count();
    assert_eq!(once, 1, "copies of a role are not listed");

    for id in [&role, &copy] {
        let found = surface(&env, &format!("/roles/{id}")).await.is(200).json;
        assert_eq!((&found["id"], &found["held_by"]["users"][0]["id"]), (&json!(role), &json!(user)));
        let tables = found["tables"].as_array().unwrap();
        let account = tables.iter().find(|row| row["table"] == "account").unwrap();
        assert_eq!(
            (&account["rights"]["Read"], &account["rights"]["Write"]),
            (&json!("Deep"), &json!("None"))
        );
        assert_eq!(named(&found["others"], "prvGoMobile")["depth"], "Global");
    }
    surface(&env, &format!("/roles/{user}")).await.is(404);
}

#[tokio::test]
async fn users_are_listed_with_status_and_roles_and_one_with_its_effective_privileges() {
    let env = Env::start().await;
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    let team = env
        .post("teams", json!({ "name": "Callers", "teamtype": 0, "businessunitid@odata.bind": format!("/businessunits({root})") }))
        .await.is(204).id();
    let member = format!("{}/api/data/v9.2/systemusers({user})", env.emulator.url());
    env.post(&format!("teams({team})/teammembership_association/$ref"), json!({ "@odata.id": member }))
        .await
        .is(204);
    let basic = env.role(BASIC_TEMPLATE).await;
    let bind = format!("{}/api/data/v9.2/roles({basic})", env.emulator.url());
    env.post(&format!("teams({team})/teamroles_association/$ref"), json!({ "@odata.id": bind }))
        .await
        .is(204);

    let users = surface(&env, "/users").await.is(200).json;
    let found = users.as_array().unwrap().iter().find(|entry| entry["id"] == json!(user)).unwrap();
    assert_eq!((&found["kind"], &found["enabled"]), (&json!("application"), &json!(true)));
    assert_eq!(
        (&found["access_mode"], &found["business_unit"]),
        (&json!("Non-interactive"), &json!("contoso"))
    );
    assert_eq!(found["roles"], json!([{ "id": basic, "name": "Basic User", "team": "Callers" }]));
    assert_eq!(named(&users, "MOD Administrator")["licensed"], true);

    let one = surface(&env, &format!("/users/{user}")).await.is(200).json;
    let account = one["tables"].as_array().unwrap().iter().find(|row| row["table"] == "account").unwrap();
    assert_eq!(account["rights"]["Read"], "Basic");

    let teams = surface(&env, "/teams").await.is(200).json;
    let callers = named(&teams["teams"], "Callers");
    assert_eq!((&callers["kind"], &callers["members"]), (&json!("Owner"), &json!(1)));
    assert_eq!(named(&teams["business_units"], "contoso")["parent"], Value::Null);
}

#[tokio::test]
async fn a_user_who_only_reads_has_no_effective_privilege_to_write() {
    let env = Env::start().await;
    let user = env.post("systemusers", json!({ "domainname": "MeganB@contoso.onmicrosoft.com" })).await;
    let user = if user.status == 204 {
        user.id()
    } else {
        env.new_application_user(PORTAL, &env.root().await).await
    };
    env.assign(&user, &env.role(BASIC_TEMPLATE).await).await.is(204);
    let read_of = async || {
        let one = surface(&env, &format!("/users/{user}")).await.is(200).json;
        one["tables"].as_array().unwrap().iter().find(|row| row["table"] == "account").unwrap()["rights"]
            .clone()
    };
    assert_eq!(read_of().await["Write"], "Basic");
    env.patch(&format!("systemusers({user})"), json!({ "accessmode": 2 })).await.is(204);
    assert_eq!((&read_of().await["Read"], &read_of().await["Write"]), (&json!("Basic"), &json!("None")));
}

#[tokio::test]
async fn the_log_names_its_callers() {
    let env = Env::start().await;
    env.get("WhoAmI").await.is(200);
    let log = surface(&env, "/log?last=1").await.json;
    assert_eq!(log[0]["caller_name"], "# Deployment");
    assert!(log[0]["caller"].as_str().is_some_and(|id| id != seed_ids::DEPLOYER_CLIENT_ID));
}
