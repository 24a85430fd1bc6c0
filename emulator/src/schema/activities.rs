//! Activities: their privileges are those of `activitypointer`, their key is `activityid`.

use super::business::owned;
use super::{Column as C, TableDef, TableId};

/// What an activity may be about, with the navigation properties of one activity table.
macro_rules! regarding {
    ($account:literal, $contact:literal, $incident:literal, $lead:literal, $opportunity:literal) => {
        C::any(
            "regardingobjectid",
            "_regardingobjectid_value",
            &[
                ($account, TableId::Account),
                ($contact, TableId::Contact),
                ($incident, TableId::Incident),
                ($lead, TableId::Lead),
                ($opportunity, TableId::Opportunity),
            ],
        )
    };
}

const PRIORITY: &[(i64, &str)] = &[(0, "Low"), (1, "Normal"), (2, "High")];
const STATE: &[(i64, &str)] = &[(0, "Open"), (1, "Completed"), (2, "Canceled")];

owned!(
    TASK, Task, "task", "tasks", "Task", 4212,
    name: "subject", state: STATE,
    reason: &[(2, "Not Started"), (3, "In Progress"), (4, "Waiting on someone else"), (5, "Completed"), (6, "Canceled"), (7, "Deferred")],
    [
        C::key("activityid"),
        C::text("subject", 200),
        C::text("description", 2000),
        C::choice("prioritycode", PRIORITY),
        C::int("percentcomplete"),
        regarding!(
            "regardingobjectid_account_task",
            "regardingobjectid_contact_task",
            "regardingobjectid_incident_task",
            "regardingobjectid_lead_task",
            "regardingobjectid_opportunity_task"
        ),
    ],
    []
);

owned!(
    PHONE_CALL, PhoneCall, "phonecall", "phonecalls", "Phone Call", 4210,
    name: "subject", state: STATE,
    reason: &[(1, "Open"), (2, "Made"), (3, "Canceled"), (4, "Received")],
    [
        C::key("activityid"),
        C::text("subject", 200),
        C::text("description", 2000),
        C::text("phonenumber", 200),
        C::bool("directioncode"),
        C::choice("prioritycode", PRIORITY),
        regarding!(
            "regardingobjectid_account_phonecall",
            "regardingobjectid_contact_phonecall",
            "regardingobjectid_incident_phonecall",
            "regardingobjectid_lead_phonecall",
            "regardingobjectid_opportunity_phonecall"
        ),
    ],
    []
);

owned!(
    APPOINTMENT, Appointment, "appointment", "appointments", "Appointment", 4201,
    name: "subject",
    state: &[(0, "Open"), (1, "Completed"), (2, "Canceled"), (3, "Scheduled")],
    reason: &[(1, "Free"), (2, "Tentative"), (3, "Completed"), (4, "Canceled"), (5, "Busy"), (6, "Out of Office")],
    [
        C::key("activityid"),
        C::text("subject", 200),
        C::text("description", 2000),
        C::text("location", 200),
        C::choice("prioritycode", PRIORITY),
        regarding!(
            "regardingobjectid_account_appointment",
            "regardingobjectid_contact_appointment",
            "regardingobjectid_incident_appointment",
            "regardingobjectid_lead_appointment",
            "regardingobjectid_opportunity_appointment"
        ),
    ],
    []
);

owned!(
    LETTER, Letter, "letter", "letters", "Letter", 4207,
    name: "subject", state: STATE,
    reason: &[(1, "Open"), (2, "Draft"), (3, "Received"), (4, "Sent"), (5, "Canceled")],
    [
        C::key("activityid"),
        C::text("subject", 200),
        C::text("description", 2000),
        C::text("address", 200),
        C::bool("directioncode"),
        C::choice("prioritycode", PRIORITY),
        regarding!(
            "regardingobjectid_account_letter",
            "regardingobjectid_contact_letter",
            "regardingobjectid_incident_letter",
            "regardingobjectid_lead_letter",
            "regardingobjectid_opportunity_letter"
        ),
    ],
    []
);
