//! The picture of what stands: users with their roles, and a role's matrix of tables by rights.

/// An access level, the deepest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Rows the user owns.
    User,
    /// Rows of the user's business unit.
    BusinessUnit,
    /// Rows of that unit and those below it.
    ParentChildBusinessUnit,
    /// All rows.
    Organization,
}

impl Level {
    const ALL: [Self; 4] =
        [Self::Organization, Self::ParentChildBusinessUnit, Self::BusinessUnit, Self::User];

    /// The level behind the API's name of a depth; an unknown one is the shallowest.
    pub(crate) fn of_depth(depth: &str) -> Self {
        match depth {
            "Global" => Self::Organization,
            "Deep" => Self::ParentChildBusinessUnit,
            "Local" => Self::BusinessUnit,
            _ => Self::User,
        }
    }

    fn symbol(self) -> char {
        match self {
            Self::User => '◔',
            Self::BusinessUnit => '◑',
            Self::ParentChildBusinessUnit => '◕',
            Self::Organization => '●',
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::BusinessUnit => "business_unit",
            Self::ParentChildBusinessUnit => "parent_child_business_unit",
            Self::Organization => "organization",
        }
    }
}

/// The columns of the matrix.
const RIGHTS: [&str; 8] = ["create", "read", "write", "delete", "append", "append_to", "assign", "share"];

/// The symbol for a right that is not granted.
const NONE: char = '·';

/// A user and the roles it holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct User {
    /// Full name.
    pub(crate) name: String,
    /// User principal name, or the application id.
    pub(crate) sign_in: String,
    /// Person or application, with the access mode if it is a special one.
    pub(crate) kind: String,
    /// Names of the roles.
    pub(crate) roles: Vec<String>,
}

/// A role's privileges.
#[derive(Debug, Clone, Default)]
pub(crate) struct Role {
    /// Name of the role.
    pub(crate) name: String,
    /// Privileges on the tables that the configuration names.
    pub(crate) rows: Vec<Row>,
    /// Privileges that the configuration names by themselves.
    pub(crate) others: Vec<(String, Level)>,
    /// Privileges that the configuration does not name.
    pub(crate) by_platform: Vec<String>,
}

/// The rights on one table, in the order of the columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// Logical name of the table.
    pub(crate) table: String,
    /// The level of each right that is granted.
    pub(crate) levels: [Option<Level>; 8],
}

impl Row {
    /// A row without rights.
    pub(crate) fn new(table: &str) -> Self {
        Self { table: table.to_owned(), ..Self::default() }
    }
}

/// The users, and in a last line the number of `others`.
pub(crate) fn users(users: &[User], others: usize) -> String {
    let width = |of: fn(&User) -> &str| users.iter().map(|user| of(user).chars().count()).max().unwrap_or(0);
    let (name, kind, sign_in) = (width(|it| &it.name), width(|it| &it.kind), width(|it| &it.sign_in));
    let mut text = String::new();
    for user in users {
        let roles = if user.roles.is_empty() { "no role".to_owned() } else { user.roles.join(", ") };
        text.push_str(&format!(
            "  {:name$}  {:kind$}  {:sign_in$}  {roles}\n",
            user.name, user.kind, user.sign_in
        ));
    }
    let (more, are) = if others == 1 { ("user", "is") } else { ("users", "are") };
    text.push_str(&format!(
        "  and {others} {more} that came with the environment and {are} not Terraform's."
    ));
    text
}

/// The role's matrix with its legend.
pub(crate) fn matrix(role: &Role) -> String {
    let width = role.rows.iter().map(|row| row.table.chars().count()).max().unwrap_or(0);
    let mut text = format!("  {:width$}  {}\n", "", RIGHTS.join("  "));
    for row in &role.rows {
        text.push_str(&format!("  {:width$}", row.table));
        for (right, level) in RIGHTS.iter().zip(row.levels) {
            let symbol = level.map_or(NONE, Level::symbol);
            text.push_str(&format!("  {symbol:^0$}", right.len()));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    for (name, level) in &role.others {
        text.push_str(&format!("  {} {name} (a privilege of no table)\n", level.symbol()));
    }
    let legend: Vec<String> =
        Level::ALL.iter().map(|level| format!("{} {}", level.symbol(), level.name())).collect();
    text.push_str(&format!("\n  {}   {NONE} none", legend.join("   ")));
    if !role.by_platform.is_empty() {
        text.push_str(&format!(
            "\n\n  Dataverse itself gave the role, as it does with every role, for the whole organization:\n{}",
            wrapped(&role.by_platform)
        ));
    }
    text
}

/// Names as a list with commas, in lines of at most 110 characters.
fn wrapped(names: &[String]) -> String {
    let mut lines = vec![String::from("   ")];
    for (index, name) in names.iter().enumerate() {
        let comma = if index + 1 < names.len() { "," } else { "" };
        let word = format!(" {name}{comma}");
        match lines.last_mut() {
            Some(line) if line.len() + word.len() <= 110 => line.push_str(&word),
            _ => lines.push(format!("   {word}")),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
