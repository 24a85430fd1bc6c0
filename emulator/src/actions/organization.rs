//! Functions about the organization.

use serde_json::json;

use super::arguments::only;
use crate::call::Call;
use crate::errors::{ApiError, bad_payload};
use crate::schema::TableId;
use crate::seed_ids::TENANT_ID;
use crate::wire::Answer;

/// The version the emulator reports.
const VERSION: &str = "9.2.25092.00154";

fn respond(call: &Call<'_>, name: &str, mut body: serde_json::Value) -> Answer {
    body["@odata.context"] = call.context(&format!("Microsoft.Dynamics.CRM.{name}Response")).into();
    Answer::odata(200, body.to_string())
}

/// `RetrieveVersion`
pub(super) fn version(call: &Call<'_>) -> Answer {
    respond(call, "RetrieveVersion", json!({ "Version": VERSION }))
}

/// `RetrieveCurrentOrganization`
pub(super) fn current(call: &Call<'_>) -> Result<Answer, ApiError> {
    let id = call.world.organization();
    let row = call
        .store()
        .row(TableId::Organization, id)
        .ok_or_else(|| crate::errors::missing_row("organization", id))?;
    let name = row.text("name").unwrap_or_default();
    let endpoints = ["WebApplication", "OrganizationService", "OrganizationDataService"];
    let detail = json!({
        "OrganizationId": id, "FriendlyName": name, "OrganizationVersion": VERSION,
        "EnvironmentId": call.world.environment(), "DatacenterId": uuid::Uuid::new_v5(&id, b"datacenter"),
        "Geo": "EMEA", "TenantId": TENANT_ID, "UrlName": name, "UniqueName": format!("unq{}", id.simple()),
        "State": "Enabled",
        "Endpoints": { "Count": endpoints.len(), "IsReadOnly": false, "Keys": endpoints,
            "Values": endpoints.map(|_| format!("{}/", call.origin)) },
    });
    Ok(respond(call, "RetrieveCurrentOrganization", json!({ "Detail": detail })))
}

/// `RetrieveOrganizationInfo`
pub(super) fn info(call: &Call<'_>) -> Answer {
    let solutions: Vec<_> = call
        .store()
        .rows(TableId::Solution)
        .map(|row| {
            json!({ "Id": row.id, "SolutionUniqueName": row.text("uniquename"), "FriendlyName": row.text("friendlyname"),
                "VersionNumber": row.text("version"), "PublisherUniqueName": "", "PublisherName": "", "PublisherId": null })
        })
        .collect();
    let body = json!({ "organizationInfo": { "InstanceType": "Developer", "Solutions": solutions } });
    respond(call, "RetrieveOrganizationInfo", body)
}

/// `RetrieveSettingList`
pub(super) fn setting_list(call: &Call<'_>) -> Answer {
    let settings: Vec<_> = KNOWN
        .iter()
        .map(|name| json!({ "Name": name, "Value": call.world.setting(name).unwrap_or_default() }))
        .collect();
    respond(call, "RetrieveSettingList", json!({ "SettingDetailCollection": settings }))
}

/// Settings the emulator acts on.
const KNOWN: [&str; 4] = [
    "EnableOwnershipAcrossBusinessUnits",
    "DoNotRemoveRolesOnChangeBusinessUnit",
    "AllowRoleAssignmentOnDisabledUsers",
    "EnableSystemUserDelete",
];

/// `GetOrgDbOrgSetting`: an empty value means never set or no such name.
pub(super) fn orgdb_setting(call: &Call<'_>) -> Result<Answer, ApiError> {
    const NAME: &str = "GetOrgDbOrgSetting";
    let body = call.json_body(NAME)?;
    only(NAME, &body, &["SettingName"])?;
    let name = body.get("SettingName").and_then(serde_json::Value::as_str);
    let name = name.ok_or_else(|| bad_payload(NAME, "The parameter 'SettingName' is missing."))?;
    let value = call.world.setting(name).unwrap_or_default();
    Ok(respond(call, NAME, json!({ "SettingValue": value })))
}

/// `PublishAllXml` and `PublishXml`: what was changed is in force already.
pub(super) fn publish(call: &Call<'_>, name: &str) -> Result<Answer, ApiError> {
    call.caller.need_task(call.store(), "prvPublishCustomization", None)?;
    if name == "PublishXml" {
        let body = call.json_body(name)?;
        only(name, &body, &["ParameterXml"])?;
        let xml = body.get("ParameterXml").and_then(serde_json::Value::as_str);
        xml.ok_or_else(|| bad_payload(name, "The parameter 'ParameterXml' is missing."))?;
    }
    Ok(Answer::empty(204))
}
