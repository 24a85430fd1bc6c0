use serde_json::json;

use crate::support::{Env, read};

#[tokio::test]
async fn filters_compare_follow_lookups_and_ignore_case() {
    let env = Env::start().await;
    let hit = async |filter: &str| {
        let path = format!("roles?$select=name&$filter={filter}");
        !env.get(&path).await.is(200).json["value"].as_array().unwrap().is_empty()
    };
    assert!(hit("name eq 'BASIC USER'").await);
    assert!(hit("startswith(name,'basic') and not (name ne 'Basic User')").await);
    assert!(hit("contains(name,'si_ us')").await);
    assert!(hit("businessunitid/name eq 'contoso' and endswith(name,'User')").await);
    assert!(hit("_roletemplateid_value ne null and (ismanaged eq false or componentstate gt 0)").await);
    assert!(
        hit("Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"Basic User\",\"x\"])").await
    );
    assert!(
        hit("Microsoft.Dynamics.CRM.In(PropertyName=@p1,PropertyValues=@p2)&@p1='name'&@p2=[\"Basic User\"]")
            .await
    );
    assert!(hit("systemuserroles_association/any(u:u/fullname eq 'SYSTEM')").await);
    assert!(hit("parentroleid eq null").await);
    assert!(hit("iscustomizable/Value eq false and canbedeleted/Value eq false").await);
    assert!(!hit("name eq 'O''Brien'").await);
    assert!(hit("name%20eq%20%27Basic+User%27").await);
}

#[tokio::test]
async fn refusals_have_the_codes_of_the_service() {
    let env = Env::start().await;
    env.get("roles?$select=nam").await.refused(400, "0x80060888");
    env.get("roles?$select=businessunitid").await.refused(400, "0x80060888");
    env.get("roles?$filter=nam eq 'x'").await.refused(400, "0x80060888");
    env.get("roles?$filter=businessunitid eq 99999999-0000-4000-8000-000000000000")
        .await
        .refused(400, "0x80060888");
    env.get("roles?$filter=roleid eq 'x'").await.refused(400, "0x80060888");
    env.get("roles?$filter=tolower(name) eq 'x'").await.refused(400, "0x80060888");
    env.get("roles?$skip=1").await.refused(400, "0x80060888");
    env.get("Roles").await.refused(404, "0x80060888");
    env.get("roles('x')").await.refused(400, "0x80060888");
    env.get("roles?$expand=nothing").await.refused(400, "0x80060888");
    env.get("roles?$filter=iscustomizable eq true").await.refused(400, "0x80060888");
    env.get("EntityDefinitions(LogicalName='account')/Keys").await.refused(501, "emulator.unsupported");
    env.get("roles?fetchXml=x").await.refused(501, "emulator.unsupported");
    env.get("systemusers?$filter=Microsoft.Dynamics.CRM.EqualUserId(PropertyName='systemuserid')")
        .await
        .refused(501, "emulator.unsupported");
    env.get("products").await.refused(501, "emulator.unsupported");
    let refusals = read(env.http.get(format!("{}/refusals", env.emulator.admin_url()))).await.is(200);
    assert_eq!(refusals.json["query option fetchXml"], 1);
    let wrong = env.get("roles?$select=nam").await;
    assert_eq!(
        wrong.message(),
        "Could not find a property named 'nam' on type 'Microsoft.Dynamics.CRM.role'."
    );
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    let env = Env::start().await;
    let page = |path: String| {
        read(env.request(reqwest::Method::GET, &path).header("prefer", "odata.maxpagesize=50"))
    };
    let mut path = "roles?$select=name&$orderby=name desc&$count=true".to_owned();
    let mut found = Vec::new();
    let total = loop {
        let reply = page(path).await.is(200);
        let total = reply.json["@odata.count"].as_u64();
        found.extend(reply.json["value"].as_array().unwrap().iter().map(|role| role["roleid"].clone()));
        match reply.json["@odata.nextLink"].as_str() {
            Some(link) => path = link.replace(env.emulator.url(), ""),
            None => break total,
        }
    };
    assert!(found.len() > 100);
    assert_eq!(total, Some(found.len() as u64));
    found.sort_by_key(ToString::to_string);
    found.dedup();
    assert_eq!(total, Some(found.len() as u64));
    assert_eq!(env.get("roles?$select=name&$top=3").await.json["value"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn expands_carry_a_next_link_and_nested_options() {
    let env = Env::start().await;
    let path = "systemusers?$select=fullname&$filter=fullname eq 'SYSTEM'&$expand=systemuserroles_association($select=name;$orderby=name;$top=1),businessunitid($select=name),teammembership_association($select=name)";
    let row = env.first(path).await;
    assert_eq!(row["systemuserroles_association"][0]["name"], "System Administrator");
    assert!(row["systemuserroles_association@odata.nextLink"].is_string());
    assert_eq!(row["businessunitid"]["name"], "contoso");
    assert_eq!(row["teammembership_association"][0]["name"], "contoso");
    env.get("systemusers?$expand=businessunitid($top=1)").await.refused(400, "0x80060888");
    env.get("systemusers?$expand=systemuserroles_association/$ref").await.refused(400, "0x80060888");
    env.get("systemusers?$expand=systemuserroles_association($skip=1)").await.refused(400, "0x80060888");
}

#[tokio::test]
async fn annotations_come_only_when_asked_for() {
    let env = Env::start().await;
    let path = "systemusers?$select=accessmode,_businessunitid_value&$filter=fullname eq 'SYSTEM'";
    assert!(env.first(path).await.get("accessmode@OData.Community.Display.V1.FormattedValue").is_none());
    let request = env.request(reqwest::Method::GET, path).header("prefer", "odata.include-annotations=\"*\"");
    let reply = read(request).await.is(200);
    let row = &reply.json["value"][0];
    assert_eq!(row["accessmode@OData.Community.Display.V1.FormattedValue"], "Read-Write");
    assert_eq!(row["_businessunitid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "businessunit");
    assert_eq!(reply.json["@Microsoft.Dynamics.CRM.totalrecordcount"], -1);
    assert_eq!(reply.header("odata-version"), "4.0");
}

#[tokio::test]
async fn single_rows_have_etags_contexts_and_conditional_reads() {
    let env = Env::start().await;
    let me = env.me().await;
    let path = format!("systemusers({me})?$select=fullname");
    let reply = env.get(&path).await.is(200);
    assert!(reply.json["@odata.context"].as_str().unwrap().ends_with("#systemusers(fullname)/$entity"));
    let etag = reply.header("etag").to_owned();
    read(env.request(reqwest::Method::GET, &path).header("if-none-match", etag)).await.is(304);
    read(env.request(reqwest::Method::GET, &path).header("if-none-match", "null")).await.is(200);
    let name = env.get(&format!("systemusers({me})/fullname")).await.is(200);
    assert_eq!(name.json["value"], "# Deployment");
    let unit = env.get(&format!("systemusers({me})/businessunitid?$select=name")).await.is(200);
    assert_eq!(unit.json["name"], "contoso");
    let groups = env.get("systemusers?$apply=groupby((accessmode),aggregate($count as n))").await.is(200);
    assert_eq!(groups.json["value"].as_array().unwrap().len(), 2);
    assert_eq!(
        env.get("RetrieveVersion()").await.is(200).json["Version"].as_str().unwrap().split('.').count(),
        4
    );
    let organization = env.get("RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'").await.is(200);
    assert_eq!(organization.json["Detail"]["TenantId"], json!(dataverse_emulator::seed_ids::TENANT_ID));
}
