//! The nine privileges that every new role has at Global depth, and the four of them that Replace leaves.
//!
//! Seen by several clients and in Microsoft's sample of role creation; the ids are the same everywhere.

use crate::dataverse::id::Id;

/// A privilege that Dataverse puts into new roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultPrivilege {
    /// Name of the privilege.
    pub name: &'static str,
    /// Id of the privilege.
    pub id: Id,
    /// Whether `ReplacePrivilegesRole` leaves it in the role; `RemovePrivilegeRole` takes it away.
    pub survives_replace: bool,
}

const fn default(name: &'static str, id: u128, survives_replace: bool) -> DefaultPrivilege {
    DefaultPrivilege { name, id: Id::from_u128(id), survives_replace }
}

/// All nine.
pub const DEFAULT_PRIVILEGES: [DefaultPrivilege; 9] = [
    default("prvReadSharePointData", 0xfecbd29c_df64_4ede_a611_47226b402c22, true),
    default("prvWriteSharePointData", 0xcfdd12cf_090b_4599_8302_771962d2350a, true),
    default("prvCreateSharePointData", 0x5eb85025_363b_46ea_a77e_ce24159cd231, true),
    default("prvReadSharePointDocument", 0xd71fc8d0_99bc_430e_abd7_d95c64f11e9c, true),
    default("prvReadSdkMessage", 0x94c3ac2c_eb23_41cb_a903_4e2e49e910b4, false),
    default("prvReadSdkMessageProcessingStep", 0xdb10a828_ec49_4035_8b7e_c58efaf169ec, false),
    default("prvReadSdkMessageProcessingStepImage", 0x122e085f_8c52_47e8_8415_875dee1c961e, false),
    default("prvReadPluginAssembly", 0xf5b50296_a212_488a_be92_cbcca8971717, false),
    default("prvReadPluginType", 0x9365005c_4703_473b_8d3c_d073cfd8670c, false),
];

/// Whether a new role has this privilege without anybody's doing.
pub fn is_default(privilege: Id) -> bool {
    DEFAULT_PRIVILEGES.iter().any(|one| one.id == privilege)
}

/// Whether this privilege stays in a role when all are replaced.
pub fn survives_replace(privilege: Id) -> bool {
    DEFAULT_PRIVILEGES.iter().any(|one| one.id == privilege && one.survives_replace)
}
