//! The privileges and tables of a Dataverse environment, read once from the data files.

use std::collections::HashMap;
use std::sync::OnceLock;

use uuid::Uuid;

use crate::store::Depth;

const PRIVILEGES: &str = include_str!("../data/privileges.tsv");
const TABLES: &str = include_str!("../data/tables.tsv");

/// The name space of identifiers that no public source states; they are derived from names.
pub(crate) const DERIVED: Uuid = Uuid::from_u128(0x7a1c_0b1e_6d5f_4c3a_9e21_8f44_d2b0_5c17);

/// Access rights: name, number of `accessright`; the order of the grants in the role data.
pub(crate) const RIGHTS: [(&str, i64); 8] = [
    ("Create", 32),
    ("Read", 1),
    ("Write", 2),
    ("Delete", 65536),
    ("Append", 4),
    ("AppendTo", 16),
    ("Assign", 524_288),
    ("Share", 262_144),
];

/// A privilege of the catalogue.
#[derive(Debug)]
pub(crate) struct Privilege {
    /// The name.
    pub(crate) name: &'static str,
    /// The id: the public one, or one derived from the name.
    pub(crate) id: Uuid,
    /// The name of the access right, `None` for a task privilege.
    pub(crate) access: &'static str,
    /// Which depths may be granted: Basic, Local, Deep, Global.
    pub(crate) depths: [bool; 4],
    /// The tables it governs.
    pub(crate) tables: Vec<&'static str>,
}

impl Privilege {
    /// The deepest depth that may be granted.
    pub(crate) fn deepest(&self) -> Depth {
        Depth::ALL.into_iter().rev().find(|depth| self.allows(*depth)).unwrap_or(Depth::Global)
    }

    /// Whether a depth may be granted.
    pub(crate) fn allows(&self, depth: Depth) -> bool {
        self.depths[depth as usize]
    }

    /// The number of `accessright`.
    pub(crate) fn access_right(&self) -> i64 {
        RIGHTS.iter().find(|(name, _)| *name == self.access).map_or(0, |(_, number)| *number)
    }
}

/// A table of the metadata.
#[derive(Debug)]
pub(crate) struct MetaTable {
    /// The columns of the data file: logical, schema, display, collection display, set, type code,
    /// ownership, primary id, primary name, flags.
    pub(crate) fields: [&'static str; 10],
    /// The privileges that govern it.
    pub(crate) privileges: Vec<u16>,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// Privileges, by name.
    pub(crate) privileges: Vec<Privilege>,
    /// Tables, by logical name.
    pub(crate) tables: Vec<MetaTable>,
    by_id: HashMap<Uuid, u16>,
    by_name: HashMap<String, u16>,
    by_table: HashMap<&'static str, [Option<u16>; 8]>,
}

impl Catalogue {
    /// The privilege at a position.
    pub(crate) fn privilege(&self, position: u16) -> &Privilege {
        &self.privileges[usize::from(position)]
    }

    /// The position of a privilege by id.
    pub(crate) fn position(&self, id: Uuid) -> Option<u16> {
        self.by_id.get(&id).copied()
    }

    /// The position of a privilege by name, without regard to case.
    pub(crate) fn position_of(&self, name: &str) -> Option<u16> {
        self.by_name.get(&name.to_ascii_lowercase()).copied()
    }

    /// The privileges of a table in the order of [`RIGHTS`].
    pub(crate) fn of_table(&self, logical: &str) -> [Option<u16>; 8] {
        self.by_table.get(logical).copied().unwrap_or_default()
    }

    /// Every position.
    pub(crate) fn positions(&self) -> impl Iterator<Item = u16> + use<> {
        0..u16::try_from(self.privileges.len()).unwrap_or(u16::MAX)
    }
}

/// The catalogue.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(load)
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn privilege(line: &'static str) -> Privilege {
    let mut fields = line.split('\t');
    let mut next = || fields.next().unwrap_or_default();
    let (name, id, access, letters, tables) = (next(), next(), next(), next(), next());
    let derived = || Uuid::new_v5(&DERIVED, name.to_ascii_lowercase().as_bytes());
    let mut depths = [false; 4];
    for depth in letters.chars().filter_map(Depth::by_letter) {
        depths[depth as usize] = true;
    }
    Privilege {
        name,
        id: Uuid::parse_str(id).unwrap_or_else(|_| derived()),
        access,
        depths,
        tables: tables.split(',').filter(|table| !table.is_empty()).collect(),
    }
}

fn meta_table(line: &'static str) -> MetaTable {
    let mut fields = [""; 10];
    for (field, text) in fields.iter_mut().zip(line.split('\t')) {
        *field = text;
    }
    MetaTable { fields, privileges: Vec::new() }
}

fn load() -> Catalogue {
    let privileges: Vec<Privilege> = lines(PRIVILEGES).map(privilege).collect();
    let mut tables: Vec<MetaTable> = lines(TABLES).map(meta_table).collect();
    let mut places: HashMap<&'static str, usize> = HashMap::with_capacity(tables.len());
    for (index, table) in tables.iter().enumerate() {
        places.insert(table.fields[0], index);
    }
    let mut by_id = HashMap::with_capacity(privileges.len());
    let mut by_name = HashMap::with_capacity(privileges.len());
    let mut by_table: HashMap<&'static str, [Option<u16>; 8]> = HashMap::new();
    for (position, privilege) in (0u16..).zip(&privileges) {
        by_id.insert(privilege.id, position);
        by_name.insert(privilege.name.to_ascii_lowercase(), position);
        let right = RIGHTS.iter().position(|(name, _)| *name == privilege.access);
        for table in &privilege.tables {
            if let Some(index) = places.get(table) {
                tables[*index].privileges.push(position);
            }
            if let Some(right) = right {
                by_table.entry(table).or_default()[right].get_or_insert(position);
            }
        }
    }
    Catalogue { privileges, tables, by_id, by_name, by_table }
}
