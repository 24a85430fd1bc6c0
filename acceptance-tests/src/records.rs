//! Rows of business tables, teams and personal views, and what they are shared for, by hand.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{self, text};
use crate::target::Target;

/// Whom a row is shared with.
#[derive(Clone, Copy, Debug)]
pub enum Party<'a> {
    /// The user of this id.
    User(&'a str),
    /// The team of this id.
    Team(&'a str),
}

impl Party<'_> {
    fn reference(self) -> Value {
        match self {
            Party::User(id) => {
                json!({ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": id })
            }
            Party::Team(id) => json!({ "@odata.type": "Microsoft.Dynamics.CRM.team", "teamid": id }),
        }
    }
}

/// A person of the directory as a user with the role Basic User; returns the user's id.
#[must_use]
pub fn colleague(target: &Target, index: usize) -> String {
    let user = service::sign_in(target, &target.person(index));
    service::assign(target, &user, &service::role_named(target, "Basic User"));
    user
}

/// A team in the root unit with the role Basic User; returns its id.
#[must_use]
pub fn create_team(target: &Target, what: &str) -> String {
    let unit = service::root_unit(target);
    let team = json!({
        "name": target.name(what), "teamtype": 0,
        "businessunitid@odata.bind": format!("/businessunits({unit})"),
    });
    let team = text(&target.api().post("teams", &team), "teamid").to_owned();
    let role = service::role_named(target, "Basic User");
    target.api().link(&format!("teams({team})/teamroles_association"), &format!("roles({role})"));
    team
}

/// An account of the tests' own user; returns its id.
#[must_use]
pub fn create_account(target: &Target) -> String {
    let account = target.api().post("accounts", &json!({ "name": target.name("account") }));
    text(&account, "accountid").to_owned()
}

/// A personal view of the person with this Entra object id; returns its id.
#[must_use]
pub fn create_view(target: &Target, name: &str, owner: &str) -> String {
    let fetch = "<fetch><entity name=\"account\"><attribute name=\"name\"/></entity></fetch>";
    let layout = "<grid name=\"resultset\" object=\"1\" jump=\"name\" select=\"1\" icon=\"1\" preview=\"1\">\
                  <row name=\"result\" id=\"accountid\"><cell name=\"name\" width=\"300\"/></row></grid>";
    let view = json!({
        "name": name, "returnedtypecode": "account", "querytype": 0, "fetchxml": fetch, "layoutxml": layout,
    });
    let created = target.api().act(&Method::POST, "userqueries", Some(&view), Some(owner));
    text(&created, "userqueryid").to_owned()
}

/// What a row, such as `accounts(..)`, is shared for: id of the user or team, then the rights in the API's words.
#[must_use]
pub fn shares(target: &Target, row: &str, acting_as: Option<&str>) -> BTreeMap<String, String> {
    let path = format!("RetrieveSharedPrincipalsAndAccess(Target=@p)?@p={{'@odata.id':'{row}'}}");
    let owner = acting_as.map(|owner| entra_id(target, owner));
    let answer = target.api().act(&Method::GET, &path, None, owner.as_deref());
    let list = answer["PrincipalAccesses"].as_array().expect("a list of shares").clone();
    list.iter()
        .map(|it| (text(&it["Principal"], "ownerid").to_owned(), text(it, "AccessMask").to_owned()))
        .collect()
}

/// Shares a row.
pub fn grant(target: &Target, row: &str, with: Party<'_>, rights: &str, acting_as: Option<&str>) {
    give(target, "GrantAccess", (row, with, rights), acting_as);
}

/// Shares a row for these rights and no others.
pub fn modify(target: &Target, row: &str, with: Party<'_>, rights: &str, acting_as: Option<&str>) {
    give(target, "ModifyAccess", (row, with, rights), acting_as);
}

/// Takes a share away.
pub fn revoke(target: &Target, row: &str, from: Party<'_>, acting_as: Option<&str>) {
    let body = json!({ "Target": reference(row), "Revokee": from.reference() });
    act(target, "RevokeAccess", &body, acting_as);
}

fn give(
    target: &Target,
    action: &str,
    (row, with, rights): (&str, Party<'_>, &str),
    acting_as: Option<&str>,
) {
    let access = json!({ "AccessMask": rights, "Principal": with.reference() });
    act(target, action, &json!({ "Target": reference(row), "PrincipalAccess": access }), acting_as);
}

fn act(target: &Target, action: &str, body: &Value, acting_as: Option<&str>) {
    let owner = acting_as.map(|owner| entra_id(target, owner));
    let _ = target.api().act(&Method::POST, action, Some(body), owner.as_deref());
}

fn reference(row: &str) -> Value {
    let (set, id) = row.trim_end_matches(')').split_once('(').expect("a row has an id");
    let table = if set == "userqueries" { "userquery" } else { set.trim_end_matches('s') };
    json!({ "@odata.type": format!("Microsoft.Dynamics.CRM.{table}"), format!("{table}id"): id })
}

/// The Entra object id of a user that is named by its id or by that.
fn entra_id(target: &Target, user: &str) -> String {
    let path = format!("systemusers({user})?$select=azureactivedirectoryobjectid");
    if !target.api().exists(&path) {
        return user.to_owned();
    }
    text(&target.api().get(&path), "azureactivedirectoryobjectid").to_owned()
}
