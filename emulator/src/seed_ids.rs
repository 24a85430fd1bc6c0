//! Identifiers every emulator starts with: the tenant, client ids, secrets, people and applications.
//!
//! They are the same for every seed, so that configurations and tests can name them. The people are the
//! sample identities of Microsoft's developer documentation.

/// The Entra tenant.
pub const TENANT_ID: &str = "0f3c1a9e-5b7d-4e2a-8c61-9d4b2f7a6e10";
/// The domain of the tenant; also accepted instead of [`TENANT_ID`] by the token endpoint.
pub const TENANT_DOMAIN: &str = "contoso.onmicrosoft.com";
/// The application that deploys: its user holds System Administrator.
pub const DEPLOYER_CLIENT_ID: &str = "11111111-aaaa-4aaa-8aaa-000000000001";
/// The secret of [`DEPLOYER_CLIENT_ID`].
pub const DEPLOYER_CLIENT_SECRET: &str = "deployer-secret";
/// An application whose user holds Basic User only.
pub const POWERLESS_CLIENT_ID: &str = "11111111-aaaa-4aaa-8aaa-000000000002";
/// The secret of [`POWERLESS_CLIENT_ID`].
pub const POWERLESS_CLIENT_SECRET: &str = "powerless-secret";
/// An application known to the directory that is no user of the environment.
pub const STRANGER_CLIENT_ID: &str = "11111111-aaaa-4aaa-8aaa-000000000003";
/// The secret of [`STRANGER_CLIENT_ID`].
pub const STRANGER_CLIENT_SECRET: &str = "stranger-secret";
/// `IDENTITY_HEADER` of the App Service that the emulator plays; `IDENTITY_ENDPOINT` is `{url}/msi/token`.
pub const IDENTITY_HEADER: &str = "identity-header";
/// The user principal name of the human administrator.
pub const ADMIN_UPN: &str = "admin@contoso.onmicrosoft.com";

/// A person of the default directory.
#[derive(Debug, Clone, Copy)]
pub struct SeedPerson {
    /// Entra object id.
    pub object_id: &'static str,
    /// User principal name.
    pub user_principal_name: &'static str,
    /// First name.
    pub given_name: &'static str,
    /// Last name.
    pub surname: &'static str,
    /// Whether the person has a license.
    pub licensed: bool,
}

/// A service principal of the default directory.
#[derive(Debug, Clone, Copy)]
pub struct SeedPrincipal {
    /// Client (application) id.
    pub client_id: &'static str,
    /// Entra object id.
    pub object_id: &'static str,
    /// Display name.
    pub display_name: &'static str,
    /// Client secret; `None` when the application cannot sign in here.
    pub secret: Option<&'static str>,
}

macro_rules! people {
    ($($id:literal $upn:literal $given:literal $surname:literal $licensed:literal;)*) => {
        /// The people of the default directory. [`ADMIN_UPN`] comes first and is the only one with a user
        /// row at the start; the last two have no license.
        pub const PEOPLE: &[SeedPerson] = &[$(SeedPerson {
            object_id: concat!("22222222-bbbb-4bbb-8bbb-0000000000", $id),
            user_principal_name: concat!($upn, "@contoso.onmicrosoft.com"),
            given_name: $given,
            surname: $surname,
            licensed: $licensed,
        },)*];
    };
}

people! {
    "01" "admin" "MOD" "Administrator" true;
    "02" "adelev" "Adele" "Vance" true;
    "03" "alexw" "Alex" "Wilber" true;
    "04" "alland" "Allan" "Deyoung" true;
    "05" "christiec" "Christie" "Cline" true;
    "06" "debrab" "Debra" "Berger" true;
    "07" "diegos" "Diego" "Siciliani" true;
    "08" "emilyb" "Emily" "Braun" true;
    "09" "gradya" "Grady" "Archie" true;
    "10" "henriettam" "Henrietta" "Mueller" true;
    "11" "irvins" "Irvin" "Sayers" true;
    "12" "isaiahl" "Isaiah" "Langer" true;
    "13" "johannal" "Johanna" "Lorenz" true;
    "14" "jonis" "Joni" "Sherman" true;
    "15" "leeg" "Lee" "Gu" true;
    "16" "lidiah" "Lidia" "Holloway" true;
    "17" "lynner" "Lynne" "Robbins" true;
    "18" "meganb" "Megan" "Bowen" true;
    "19" "miriamg" "Miriam" "Graham" true;
    "20" "nestorw" "Nestor" "Wilke" true;
    "21" "pattif" "Patti" "Fernandez" false;
    "22" "pradeepg" "Pradeep" "Gupta" false;
}

macro_rules! principals {
    ($($id:literal $name:literal $secret:expr;)*) => {
        /// The service principals of the default directory: the three that can sign in, then applications
        /// to create application users for.
        pub const SERVICE_PRINCIPALS: &[SeedPrincipal] = &[$(SeedPrincipal {
            client_id: concat!("11111111-aaaa-4aaa-8aaa-0000000000", $id),
            object_id: concat!("33333333-cccc-4ccc-8ccc-0000000000", $id),
            display_name: $name,
            secret: $secret,
        },)*];
    };
}

principals! {
    "01" "Deployment" Some(DEPLOYER_CLIENT_SECRET);
    "02" "Powerless" Some(POWERLESS_CLIENT_SECRET);
    "03" "Stranger" Some(STRANGER_CLIENT_SECRET);
    "04" "Invoice Integration" Some("invoice-secret");
    "05" "Sales Portal" Some("portal-secret");
    "06" "Data Warehouse" Some("warehouse-secret");
    "07" "Field Scheduling" Some("scheduling-secret");
    "08" "Document Archive" None;
    "09" "Customer Insights" None;
    "10" "Marketing Automation" None;
    "11" "Business Central" None;
    "12" "Support Desk" None;
}

/// Applications of Microsoft that have a user row in every environment: client id and name.
pub const FIRST_PARTY_APPLICATIONS: &[(&str, &str)] = &[
    ("475226c6-020e-4fb2-8a90-7a972cbfc1d4", "PowerApps Service"),
    ("7df0a125-d3be-4c96-aa54-591f83ff541c", "Microsoft Flow Service"),
    ("8578e004-a5c6-46e7-913e-12f58912df43", "Power Platform API"),
];

/// A group of the default directory.
#[derive(Debug, Clone, Copy)]
pub struct SeedGroup {
    /// Entra object id.
    pub object_id: &'static str,
    /// Display name.
    pub display_name: &'static str,
    /// Whether it is a Microsoft 365 group; otherwise it is a security group.
    pub office: bool,
    /// The positions of its members in [`PEOPLE`].
    pub members: &'static [usize],
    /// The positions of its owners in [`PEOPLE`].
    pub owners: &'static [usize],
}

macro_rules! groups {
    ($($id:literal $name:literal $office:literal $members:expr, $owners:expr;)*) => {
        /// The groups of the default directory: two security groups, two Microsoft 365 groups and one group
        /// without members.
        pub const GROUPS: &[SeedGroup] = &[$(SeedGroup {
            object_id: concat!("44444444-dddd-4ddd-8ddd-0000000000", $id),
            display_name: $name,
            office: $office,
            members: $members,
            owners: $owners,
        },)*];
    };
}

groups! {
    "01" "sg-Finance" false &[1, 2, 3], &[1];
    "02" "sg-Operations" false &[3, 4, 5, 6], &[4];
    "03" "Retail" true &[7, 8, 9], &[7];
    "04" "Mark 8 Project Team" true &[9, 10], &[10];
    "05" "sg-Empty" false &[], &[];
}
