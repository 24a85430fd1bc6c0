use serde_json::json;

use crate::support::Env;

#[tokio::test]
async fn columns_are_listed_filtered_and_found_by_name_and_id() {
    let env = Env::start().await;
    let path = "EntityDefinitions(LogicalName='contact')/Attributes";
    let secured =
        env.get(&format!("{path}?$select=LogicalName,IsSecured&$filter=IsSecured eq true")).await.is(200);
    let names: Vec<_> =
        secured.json["value"].as_array().unwrap().iter().map(|row| row["LogicalName"].clone()).collect();
    assert_eq!(names, [json!("new_salary"), json!("new_bankaccount")]);
    assert_eq!(secured.json["value"][0]["@odata.type"], "#Microsoft.Dynamics.CRM.DecimalAttributeMetadata");
    let one = env.get(&format!("{path}(LogicalName='new_salary')")).await.is(200).json;
    assert_eq!((&one["AttributeType"], &one["IsCustomAttribute"]), (&json!("Decimal"), &json!(true)));
    let id = one["MetadataId"].as_str().unwrap();
    assert_eq!(
        env.get(&format!("{path}({id})?$select=LogicalName")).await.is(200).json["LogicalName"],
        "new_salary"
    );
    let name = env.get(&format!("{path}(LogicalName='fullname')")).await.json;
    assert_eq!((&name["IsPrimaryName"], &name["CanBeSecuredForRead"]), (&json!(true), &json!(false)));
    env.get(&format!("{path}(LogicalName='nothing')")).await.is(404);
    env.get("EntityDefinitions(LogicalName='product')/Attributes").await.refused(501, "emulator.unsupported");
    env.get("Attributes").await.refused(501, "emulator.unsupported");
    env.get("EntityDefinitions(LogicalName='contact')?$expand=Attributes")
        .await
        .refused(501, "emulator.unsupported");
}

#[tokio::test]
async fn the_metadata_document_describes_what_is_served() {
    let env = Env::start().await;
    let document = env.get("$metadata").await.is(200);
    assert!(document.header("content-type").starts_with("application/xml"));
    let xml = &document.text;
    for tag in ["EntityType", "EntitySet", "Schema", "NavigationProperty"] {
        let opened = xml.matches(&format!("<{tag} ")).count();
        let closed = xml.matches(&format!("</{tag}>")).count();
        assert!(opened > 0 && closed <= opened, "{tag}");
    }
    let sets = env.get("").await.is(200).json["value"].clone();
    for set in sets.as_array().unwrap().iter().map(|set| set["name"].as_str().unwrap()) {
        let listed = xml.contains(&format!("<EntitySet Name=\"{set}\""));
        assert_eq!(listed, set != "EntityDefinitions", "{set}");
    }
    for part in [
        "<Property Name=\"_ownerid_value\" Type=\"Edm.Guid\"",
        "<NavigationProperty Name=\"ownerid\" Type=\"mscrm.principal\"",
        "<NavigationProperty Name=\"parentcustomerid_account\" Type=\"mscrm.account\"",
        "<NavigationProperty Name=\"systemuserroles_association\" Type=\"Collection(mscrm.role)\"",
    ] {
        assert!(xml.contains(part), "{part}");
    }
}

#[tokio::test]
async fn many_to_many_relationships_of_the_security_tables_are_known() {
    let env = Env::start().await;
    let path = "EntityDefinitions(LogicalName='role')/ManyToManyRelationships?$select=SchemaName,IntersectEntityName";
    let list = env.get(path).await.is(200).json["value"].clone();
    let names: Vec<_> = list.as_array().unwrap().iter().map(|row| row["SchemaName"].clone()).collect();
    assert_eq!(
        names,
        [
            json!("systemuserroles_association"),
            json!("teamroles_association"),
            json!("roleprivileges_association")
        ]
    );
    assert_eq!(list[0]["IntersectEntityName"], "systemuserroles");
    env.get("EntityDefinitions(LogicalName='account')/ManyToManyRelationships")
        .await
        .refused(501, "emulator.unsupported");
}
