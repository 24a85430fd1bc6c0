//! The errors the service answers with: one table of code, HTTP status and message.
//!
//! Codes and names come from the public error-code list of Microsoft Dataverse. Statuses that no public
//! source states are 400, as for other business rules (see COVERAGE.md).

use std::fmt::Display;

/// An error of the Web API, ready to be written as `{"error":{"code":..,"message":..}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// The hexadecimal code as text; empty for errors below the OData layer.
    pub(crate) code: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The text for people.
    pub(crate) message: String,
}

/// The answer to what this emulator does not know: it never guesses and never ignores.
pub(crate) const UNSUPPORTED: &str = "emulator.unsupported";

impl ApiError {
    /// Refuses something the emulator has not learned, with a code of its own (HTTP 501).
    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self { code: UNSUPPORTED.to_owned(), status: 501, message: what.into() }
    }

    /// Same code, other HTTP status.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal, $status:literal, $message:literal;)*) => {
        /// A named error of the service.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code { $(#[doc = $message] $name,)* }

        impl Code {
            const fn parts(self) -> (&'static str, u16, &'static str) {
                match self { $(Self::$name => ($code, $status, $message),)* }
            }
        }
    };
}

codes! {
    RequiredFieldMissing = "0x80040200", 400, "The required field '{0}' is missing.";
    InvalidArgument = "0x80040203", 400, "{0}";
    Unexpected = "0x80040216", 500, "An unexpected error occurred.";
    ObjectDoesNotExist = "0x80040217", 404, "Entity '{0}' With Id = {1} Does Not Exist";
    PrivilegeDenied = "0x80040220", 403, "{0}";
    UserNotEnabled = "0x80040225", 403, "The specified user(Id={0}) is either disabled or is not a member of any business unit.";
    CannotDeleteDueToAssociation = "0x80040227", 400, "The object cannot be deleted because it is associated with another object: {0}.";
    ShareWithOwner = "0x80040214", 400, "The object (Id={0}) cannot be shared with its owner.";
    InvalidAccessRights = "0x8004020d", 400, "The access rights '{0}' are not valid for sharing.";
    RevokeOwner = "0x80040223", 400, "Only the owner can revoke the access of the owner to the object.";
    NotSharable = "0x80040232", 400, "The entity '{0}' cannot be shared.";
    OwnerWithoutRead = "0x80040299", 403, "Read Privilege Check For Owner failed with exception: Principal {0} (Id={1}) is missing {2} privilege for entity '{3}'.";
    UnitDisabledForAssign = "0x8004032d", 400, "Records cannot be assigned to the disabled business unit (Id={0}).";
    SystemAccessTeamShare = "0x80048339", 400, "Records cannot be shared with a system-generated access team.";
    InvalidPrincipalType = "0x80048346", 400, "The principal type '{0}' is not valid.";
    InvalidRights = "0x80048347", 400, "The access rights '{0}' are not valid.";
    EmptyPrincipal = "0x80048348", 400, "The id of the principal is empty.";
    StatusOutsideState = "0x80048408", 400, "{0} is not a valid status code for state code {1} on {2} with Id {3}.";
    UnknownColumn = "0x80041103", 400, "'{0}' entity doesn't contain attribute with Name = '{1}' and NameMapping = 'Logical'.";
    CannotSecure = "0x8004f501", 400, "The field '{0}' is not securable";
    SecuredCreate = "0x8004f502", 403, "Caller user with Id {0} does not have create permissions to a {1} secured field on entity {2}.";
    AdminProfileMember = "0x8004f505", 400, "The System Administrator column security profile cannot be removed from a user who holds the System Administrator role.";
    SecuredUpdate = "0x8004f507", 403, "Caller user with Id {0} does not have update permissions to a {1} secured field on entity {2}.";
    ColumnNotSecured = "0x8004f508", 400, "One or more columns are not enabled for column security. Column security is not enabled until the customizations are published.";
    ColumnShareEmpty = "0x8004f509", 400, "A share of a secured column must give the right to read or to update.";
    ColumnShareWithdrawn = "0x8004f50a", 400, "Both rights of the shared column are false: delete the share instead.";
    ColumnShareExists = "0x8004f50b", 400, "The column is already shared with the principal.";
    AdminProfile = "0x8004f50c", 400, "The System Administrator column security profile cannot be changed or deleted.";
    DuplicateName = "0x8004022a", 400, "An object with the specified name '{0}' already exists.";
    DuplicateRecord = "0x80040237", 412, "A record with matching key values already exists.";
    BusinessUnitDisabled = "0x8004032c", 403, "The business unit (Id={0}) is disabled.";
    MethodNotSupported = "0x80040800", 400, "The '{0}' method does not support entities of type '{1}'. MessageProcessorCache returned MessageProcessor.Empty.";
    UnknownTable = "0x80041102", 400, "The entity with a name = '{0}' with namemapping = 'Logical' was not found in the MetadataCache.";
    RoleMissingBusinessUnit = "0x80041406", 400, "The business unit of the role is missing.";
    RoleMissingName = "0x80041407", 400, "The name of the role is missing.";
    RoleAlreadyExists = "0x80041403", 400, "A role with the specified name '{0}' already exists on business unit {1} with role id {2}.";
    UserInWrongBusiness = "0x80041409", 400, "The user and the role are not in the same business unit. User business unit: {0}, role business unit: {1}.";
    TeamInWrongBusiness = "0x8004140d", 400, "The team and the role are not in the same business unit. Team business unit: {0}, role business unit: {1}.";
    InvalidPrivilegeDepth = "0x8004140b", 400, "The privilege depth {0} is not valid for the privilege {1}.";
    CannotDeleteInheritedRole = "0x8004140c", 400, "The role is inherited from a parent business and cannot be deleted.";
    DuplicatedPrivilege = "0x8004140f", 400, "Duplicated privilege {0}.";
    RestrictInheritedRole = "0x80044152", 400, "Inherited roles cannot be modified.";
    InvalidPrivilegeId = "0x800404ce", 400, "Invalid privilege id: {0}.";
    AdminRoleNotDeletable = "0x80041d2e", 400, "The System Administrator role cannot be deleted.";
    AdminRoleNotEditable = "0x80041d31", 400, "The System Administrator role cannot be updated.";
    CustomizerNotDeletable = "0x80041d4a", 400, "The System Customizer role cannot be deleted.";
    BasicUserNotDeletable = "0x80041d5a", 400, "The Common Data Service User role cannot be deleted.";
    SupportRoleNotEditable = "0x80041d42", 400, "The Support User role is read only and cannot be modified.";
    SupportRoleNotDeletable = "0x80041d43", 400, "The Support User role cannot be deleted.";
    DisableLastAdmin = "0x80041d2f", 400, "The only user in the System Administrator role cannot be disabled.";
    RemoveLastAdmin = "0x80041d30", 400, "The only user in the System Administrator role cannot be removed from it.";
    TenantAdminRole = "0x80041d64", 400, "A tenant administrator cannot be removed from the System Administrator role.";
    TenantAdminDisable = "0x80041d65", 400, "A tenant administrator cannot be disabled.";
    UserAlreadyExists = "0x80041d2c", 400, "The specified user already exists in this organization (systemuserid={0}).";
    UnknownUpn = "0x80041d4b", 400, "The user name '{0}' is not a valid Microsoft Online Services ID for this organization.";
    LicensedNotEditable = "0x80041d4c", 400, "The property islicensed cannot be modified.";
    LicensedNotCreatable = "0x80041d4d", 400, "The property islicensed cannot be set on create.";
    SyncNotEditable = "0x80041d4e", 400, "The property issyncwithdirectory cannot be modified.";
    ObjectIdNotEditable = "0x80041d4f", 400, "The property azureactivedirectoryobjectid cannot be modified.";
    ApplicationUserNotEditable = "0x80041d48", 400, "The application user cannot be updated: the request must carry its applicationid.";
    BuiltInUser = "0x80041d33", 400, "The SYSTEM and INTEGRATION users cannot be modified.";
    LastReadWriteAdmin = "0x80041d38", 400, "The access mode of the last System Administrator with read-write access cannot be changed.";
    OwnAccessMode = "0x80041d39", 400, "You cannot change the access mode of your own account.";
    AccessModeUnlicensed = "0x80041d66", 400, "The access mode of the user {0} cannot be changed: it needs a license.";
    ManagerLoop = "0x80041d24", 400, "The manager {0} cannot be set: the users would form a loop.";
    UserUnlicensed = "0x8004d24b", 400, "The user {0} has no license.";
    CannotEnableUnlicensed = "0x8004d24c", 400, "The user {0} cannot be enabled: it has no license.";
    NonInteractiveQuota = "0x8004b050", 400, "The quota of non-interactive users ({0}) is reached.";
    ApplicationNotFound = "0x8004f510", 400, "The application with the id {0} was not found in the directory of the organization.";
    UserHasNoRoles = "0x80042f09", 403, "The user (Id={0}) has no roles assigned.";
    PrincipalPrivilegeDenied = "0x80040231", 403, "Principal with id {0} is missing the privilege {1}.";
    ElevationGuard = "0x80048d3b", 403, "Principal user (Id={0}) does not hold every privilege of the role and cannot grant it. Missing privileges: {1}";
    ActOnBehalfFrozen = "0x8004ed43", 400, "Act on Behalf of Another User privilege cannot be added or removed.";
    CannotActOnBehalf = "0x8004a110", 403, "Principal user (Id={0}) cannot act on behalf of another user: prvActOnBehalfOfAnotherUser is missing.";
    UnmanagedAccessDenied = "0x80048306", 403, "Principal user (Id={0}, type=8) does not have {1} right(s) for record with id {2} of entity {3}.";
    DefaultTeamDelete = "0x80048307", 400, "The default team of a business unit cannot be deleted.";
    DefaultTeamParent = "0x80048308", 400, "The business unit of a default team cannot be changed.";
    DefaultTeamRename = "0x8004830a", 400, "The default team of a business unit cannot be renamed.";
    DefaultTeamAdd = "0x8004830b", 400, "Members cannot be added to the default team of a business unit.";
    DefaultTeamRemove = "0x8004830c", 400, "Members cannot be removed from the default team of a business unit.";
    TeamOwnsRecords = "0x8004830e", 400, "The team owns records and cannot be deleted.";
    TeamTypeRoles = "0x80048336", 400, "The type of the team cannot be changed: roles or column security profiles are assigned to it.";
    TeamTypeRecords = "0x80048337", 400, "The type of the team cannot be changed: it owns records.";
    AssignToAccessTeam = "0x80048340", 400, "A record cannot be assigned to an access team.";
    GroupTeamRole = "0x80048350", 400, "A role with team privileges only cannot be assigned to the team of an Entra group (TeamId = {0}).";
    AccessTeamRoles = "0x80048331", 400, "Roles and column security profiles cannot be assigned to an access team.";
    TeamNameMissing = "0x80041d0b", 400, "The name of the team is missing.";
    UnitNameMissing = "0x80041d00", 400, "The name of the business unit is missing.";
    UnitParentMissing = "0x80041d02", 400, "The parent of the business unit is missing.";
    UnitLoop = "0x80041d20", 400, "The parent {0} cannot be set: the business units would form a loop.";
    UnitLastAdmin = "0x80041d59", 400, "The business unit cannot be disabled: no active System Administrator exists outside of it.";
    UnitNotDisabled = "0x80041d60", 400, "The business unit must be disabled before it is deleted.";
    UnitTeamOwnsRecords = "0x80041d62", 400, "The default team of the business unit owns records: the unit cannot be deleted.";
    UnitHasChildren = "0x80041d61", 400, "The business unit has child business units and cannot be deleted.";
    RootUnitDisable = "0x80041d63", 400, "The root business unit cannot be disabled.";
    PicklistRange = "0x8004431a", 400, "A validation error occurred. The value {0} of '{1}' on record of type '{2}' is outside the valid range. Accepted values: {3}.";
    StringTooLong = "0x80044331", 400, "A validation error occurred.  The length of the '{0}' attribute of the '{1}' entity exceeded the maximum allowed length of '{2}'.";
    ManagedNotEditable = "0x8004f012", 400, "The managed component with id {0} cannot be updated.";
    ManagedNotDeletable = "0x8004f013", 400, "The managed component with id {0} cannot be deleted.";
    Payload = "0x80048d19", 400, "Error identified in Payload provided by the user for Entity :'{0}', ----> InnerException : {1}";
    VersionMismatch = "0x80060882", 412, "The version of the existing record doesn't match the RowVersion property provided.";
    Query = "0x80060888", 400, "{0}";
    SegmentNotFound = "0x80060888", 404, "Resource not found for the segment '{0}'.";
    ApiVersion = "0x8006088a", 501, "The API version {0} is not served.";
    KeyNotFound = "0x80060891", 404, "A record with the specified key values does not exist in {0} entity";
    DuplicateKey = "0x80060892", 412, "A record with the values {0} of the key {1} already exists.";
    NotMember = "0x80072560", 403, "The user is not a member of the organization.";
    AccessTokenExpired = "0x8005f101", 401, "The access token has expired.";
    ThrottleTime = "0x80072321", 429, "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.";
    ThrottleConcurrency = "0x80072326", 429, "Number of concurrent requests exceeded the limit of 52.";
    ThrottleCount = "0x80072322", 429, "Number of requests exceeded the limit of 6000 over time window of 300 seconds.";
}

impl Code {
    /// Builds the error; `args` replace `{0}`, `{1}`, ... of the message.
    pub(crate) fn error(self, args: &[&dyn Display]) -> ApiError {
        let (code, status, form) = self.parts();
        let mut message = form.to_owned();
        for (index, arg) in args.iter().enumerate() {
            message = message.replace(&format!("{{{index}}}"), &arg.to_string());
        }
        ApiError { code: code.to_owned(), status, message }
    }
}

/// `Could not find a property named ..`, the answer to an unknown column or navigation in a query.
pub(crate) fn unknown_property(name: &str, table: &str) -> ApiError {
    let text = format!("Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'.");
    Code::Query.error(&[&text])
}

/// `Entity '..' With Id = .. Does Not Exist`.
pub(crate) fn missing_row(table: &str, id: uuid::Uuid) -> ApiError {
    Code::ObjectDoesNotExist.error(&[&table, &id])
}

/// The answer to a body that cannot be read as the request needs it (`0x80048d19`).
pub(crate) fn bad_payload(entity: &str, why: &str) -> ApiError {
    Code::Payload.error(&[&entity, &why])
}
