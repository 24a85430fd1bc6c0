//! Business tables whose rows have an owner, as far as security needs them: names, owner, state, a few plain
//! columns, and the lookups along which assignments, shares and deletions go down.

use super::state::{ACTIVE, ACTIVE_REASON};
use super::{Collection, Column as C, Link, TableDef, TableId};

/// Who may own a row.
pub(super) const OWNER: &[(&str, TableId)] = &[("ownerid", TableId::SystemUser), ("ownerid", TableId::Team)];

/// A table whose rows have an owner: its own columns, then those every such table has.
macro_rules! owned {
    (
        $name:ident, $id:ident, $logical:literal, $set:literal, $display:literal, $code:literal,
        name: $name_column:literal, state: $state:expr, reason: $reason:expr,
        [$($column:expr),* $(,)?], [$($collection:expr),* $(,)?]
    ) => {
        pub(super) const $name: TableDef = TableDef {
            id: TableId::$id,
            logical: $logical,
            set: $set,
            display: $display,
            code: $code,
            name_column: $name_column,
            keys: &[],
            columns: &[
                $($column,)*
                C::any("ownerid", "_ownerid_value", crate::schema::business::OWNER),
                C::lookup("owninguser", "_owninguser_value", TableId::SystemUser).read_only(),
                C::lookup("owningteam", "_owningteam_value", TableId::Team).read_only(),
                C::lookup("owningbusinessunit", "_owningbusinessunit_value", TableId::BusinessUnit).read_only(),
                C::choice("statecode", $state),
                C::choice("statuscode", $reason),
                C::int("importsequencenumber").create_only(),
                C::lookup("createdby", "_createdby_value", TableId::SystemUser).read_only(),
                C::lookup("modifiedby", "_modifiedby_value", TableId::SystemUser).read_only(),
                C::lookup("createdonbehalfby", "_createdonbehalfby_value", TableId::SystemUser).read_only(),
                C::date("createdon"),
                C::date("modifiedon"),
                C::int("versionnumber").read_only(),
            ],
            collections: &[$($collection),*],
        };
    };
}
pub(super) use owned;

const CUSTOMER: &[(&str, TableId)] =
    &[("customerid_account", TableId::Account), ("customerid_contact", TableId::Contact)];
const PARENT_CUSTOMER: &[(&str, TableId)] =
    &[("parentcustomerid_account", TableId::Account), ("parentcustomerid_contact", TableId::Contact)];

owned!(
    ACCOUNT, Account, "account", "accounts", "Account", 1,
    name: "name", state: ACTIVE, reason: ACTIVE_REASON,
    [
        C::key("accountid"),
        C::text("name", 160),
        C::text("accountnumber", 20),
        C::text("description", 2000),
        C::text("emailaddress1", 100),
        C::text("telephone1", 50),
        C::text("websiteurl", 200),
        C::text("address1_city", 80),
        C::number("revenue"),
        C::number("creditlimit"),
        C::bool("creditonhold"),
        C::int("numberofemployees"),
        C::text("new_creditrating", 100),
        C::lookup("parentaccountid", "_parentaccountid_value", TableId::Account),
        C::lookup("primarycontactid", "_primarycontactid_value", TableId::Contact),
    ],
    [
        Collection::new("account_parent_account", TableId::Account, Link::Lookup("parentaccountid")),
        Collection::new("contact_customer_accounts", TableId::Contact, Link::Lookup("parentcustomerid")),
        Collection::new("opportunity_customer_accounts", TableId::Opportunity, Link::Lookup("customerid")),
        Collection::new("incident_customer_accounts", TableId::Incident, Link::Lookup("customerid")),
        Collection::new("Account_Tasks", TableId::Task, Link::Lookup("regardingobjectid")),
    ]
);

owned!(
    CONTACT, Contact, "contact", "contacts", "Contact", 2,
    name: "fullname", state: ACTIVE, reason: ACTIVE_REASON,
    [
        C::key("contactid"),
        C::text("fullname", 160).read_only(),
        C::text("firstname", 50),
        C::text("lastname", 50),
        C::text("jobtitle", 100),
        C::text("description", 2000),
        C::text("emailaddress1", 100),
        C::text("telephone1", 50),
        C::text("mobilephone", 50),
        C::text("governmentid", 50),
        C::text("address1_city", 80),
        C::number("creditlimit"),
        C::number("new_salary"),
        C::text("new_bankaccount", 50),
        C::any("parentcustomerid", "_parentcustomerid_value", PARENT_CUSTOMER),
    ],
    [
        Collection::new("contact_customer_contacts", TableId::Contact, Link::Lookup("parentcustomerid")),
        Collection::new("account_primary_contact", TableId::Account, Link::Lookup("primarycontactid")),
        Collection::new("opportunity_customer_contacts", TableId::Opportunity, Link::Lookup("customerid")),
        Collection::new("incident_customer_contacts", TableId::Incident, Link::Lookup("customerid")),
        Collection::new("Contact_Tasks", TableId::Task, Link::Lookup("regardingobjectid")),
    ]
);

owned!(
    LEAD, Lead, "lead", "leads", "Lead", 4,
    name: "fullname",
    state: &[(0, "Open"), (1, "Qualified"), (2, "Disqualified")],
    reason: &[(1, "New"), (2, "Contacted"), (3, "Qualified"), (4, "Lost"), (5, "Cannot Contact"), (6, "No Longer Interested"), (7, "Canceled")],
    [
        C::key("leadid"),
        C::text("fullname", 160).read_only(),
        C::text("firstname", 50),
        C::text("lastname", 50),
        C::text("subject", 300),
        C::text("companyname", 100),
        C::text("description", 2000),
        C::text("emailaddress1", 100),
        C::text("telephone1", 50),
        C::number("revenue"),
        C::any("customerid", "_customerid_value", CUSTOMER),
    ],
    [Collection::new("Lead_Tasks", TableId::Task, Link::Lookup("regardingobjectid"))]
);

owned!(
    OPPORTUNITY, Opportunity, "opportunity", "opportunities", "Opportunity", 3,
    name: "name",
    state: &[(0, "Open"), (1, "Won"), (2, "Lost")],
    reason: &[(1, "In Progress"), (2, "On Hold"), (3, "Won"), (4, "Canceled"), (5, "Out-Sold")],
    [
        C::key("opportunityid"),
        C::text("name", 300),
        C::text("description", 2000),
        C::number("estimatedvalue"),
        C::any("customerid", "_customerid_value", CUSTOMER),
        C::lookup("originatingleadid", "_originatingleadid_value", TableId::Lead),
    ],
    [Collection::new("Opportunity_Tasks", TableId::Task, Link::Lookup("regardingobjectid"))]
);

owned!(
    INCIDENT, Incident, "incident", "incidents", "Case", 112,
    name: "title",
    state: &[(0, "Active"), (1, "Resolved"), (2, "Cancelled")],
    reason: &[(1, "In Progress"), (2, "On Hold"), (3, "Waiting for Details"), (4, "Researching"), (5, "Problem Solved"), (1000, "Information Provided"), (6, "Cancelled"), (2000, "Merged")],
    [
        C::key("incidentid"),
        C::text("title", 200),
        C::text("ticketnumber", 100).create_only(),
        C::text("description", 2000),
        C::any("customerid", "_customerid_value", CUSTOMER),
    ],
    [Collection::new("Incident_Tasks", TableId::Task, Link::Lookup("regardingobjectid"))]
);

owned!(
    CAMPAIGN, Campaign, "campaign", "campaigns", "Campaign", 4400,
    name: "name", state: ACTIVE,
    reason: &[(0, "Proposed"), (1, "Ready To Launch"), (2, "Launched"), (3, "Completed"), (4, "Canceled"), (5, "Suspended"), (6, "Inactive")],
    [
        C::key("campaignid"),
        C::text("name", 128),
        C::text("codename", 32),
        C::text("description", 2000),
        C::number("budgetedcost"),
    ],
    []
);
