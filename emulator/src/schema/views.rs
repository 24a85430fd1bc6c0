//! Views: personal ones, which have an owner, and those of the system.

use super::business::owned;
use super::state::{ACTIVE, ACTIVE_REASON};
use super::{Column as C, TableDef, TableId};

const XML: usize = 1_073_741_823;

owned!(
    USER_QUERY, UserQuery, "userquery", "userqueries", "Saved View", 4230,
    name: "name", state: ACTIVE, reason: ACTIVE_REASON,
    [
        C::key("userqueryid"),
        C::text("name", 200),
        C::text("description", 2000),
        C::text("returnedtypecode", 64).create_only(),
        C::int("querytype").create_only(),
        C::text("fetchxml", XML),
        C::text("layoutxml", XML),
        C::text("layoutjson", XML),
        C::text("columnsetxml", XML),
        C::text("advancedgroupby", XML),
        C::text("conditionalformatting", XML),
        C::lookup("parentqueryid", "_parentqueryid_value", TableId::SavedQuery),
    ],
    []
);

pub(super) const SAVED_QUERY: TableDef = TableDef {
    id: TableId::SavedQuery,
    logical: "savedquery",
    set: "savedqueries",
    display: "View",
    code: 1039,
    name_column: "name",
    keys: &[],
    columns: &[
        C::key("savedqueryid"),
        C::text("name", 200),
        C::text("description", 2000),
        C::text("returnedtypecode", 64).create_only(),
        C::int("querytype").create_only(),
        C::text("fetchxml", XML),
        C::text("layoutxml", XML),
        C::text("layoutjson", XML),
        C::text("columnsetxml", XML),
        C::text("advancedgroupby", XML),
        C::text("conditionalformatting", XML),
        C::bool("isdefault"),
        C::bool("isquickfindquery"),
        C::bool("isuserdefined").read_only(),
        C::bool("isprivate").read_only(),
        C::managed("iscustomizable"),
        C::managed("canbedeleted"),
        C::bool("ismanaged").read_only(),
        C::choice("componentstate", &[(0, "Published"), (1, "Unpublished"), (2, "Deleted")]).read_only(),
        C::choice("statecode", ACTIVE),
        C::choice("statuscode", ACTIVE_REASON),
        C::guid("savedqueryidunique").read_only(),
        C::guid("solutionid").read_only(),
        C::guid("organizationid").read_only(),
        C::lookup("createdby", "_createdby_value", TableId::SystemUser).read_only(),
        C::lookup("modifiedby", "_modifiedby_value", TableId::SystemUser).read_only(),
        C::lookup("createdonbehalfby", "_createdonbehalfby_value", TableId::SystemUser).read_only(),
        C::date("createdon"),
        C::date("modifiedon"),
        C::int("versionnumber").read_only(),
    ],
    collections: &[],
};
