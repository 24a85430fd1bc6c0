//! The XML of solutions, as far as it is about roles.
//!
//! `customizations.xml` is an `ImportExportXml` with `Roles/Role`; the Solution Packager writes each `Role` to a file of its
//! own. A `Role` has an attribute `name`, and `RolePrivileges/RolePrivilege` with `name` and `level` (Microsoft's schema
//! `CustomizationsSolution.xsd`).

use std::collections::BTreeMap;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use quick_xml::{XmlVersion, escape};

use crate::dataverse::tables::Depth;
use crate::terms;

/// The largest document: solutions of this size exist, those beyond are an attack or an accident.
const MAX_BYTES: usize = 64 << 20;
/// The deepest nesting; forms, which nest deepest, have some thirty levels.
const MAX_DEPTH: usize = 200;
/// The most roles of one document; environments have some hundreds.
const MAX_ROLES: usize = 5_000;
/// The longest name of a role, in characters; Dataverse takes half of that.
const MAX_NAME: usize = 200;
/// The most privileges of one role; environments with everything installed have some ten thousand.
const MAX_PRIVILEGES: usize = 50_000;
/// The most attributes of one element of a role.
const MAX_ATTRIBUTES: usize = 50;

/// A role as a document holds it.
#[derive(Debug, Default)]
pub(super) struct Role {
    /// Its name.
    pub(super) name: String,
    /// Name and level of each privilege, by the name in lower case.
    pub(super) privileges: BTreeMap<String, (String, Depth)>,
}

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("The document has more than {} MiB.", MAX_BYTES >> 20)]
    TooLarge,
    #[error("Line {line}: {text}")]
    At { line: usize, text: String },
}

/// All roles of a document, in its order.
///
/// # Errors
/// When it is not the XML of a solution or a role, or is more than any of them.
pub(super) fn roles(xml: &str) -> Result<Vec<Role>, Fault> {
    if xml.len() > MAX_BYTES {
        return Err(Fault::TooLarge);
    }
    let xml = xml.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut reading = Reading::default();
    loop {
        let event = reader.read_event();
        let fault = |position: u64, text: String| {
            let before = usize::try_from(position).unwrap_or(usize::MAX).min(xml.len());
            let line = 1 + xml.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count();
            Fault::At { line, text }
        };
        let event = event.map_err(|error| {
            fault(reader.error_position(), format!("The document is not well-formed XML: {error}."))
        })?;
        match reading.take(event) {
            Ok(true) => return Ok(reading.roles),
            Ok(false) => {}
            Err(text) => return Err(fault(reader.buffer_position(), text)),
        }
    }
}

#[derive(Default)]
struct Reading {
    roles: Vec<Role>,
    /// Names of the elements that are open, as far as roles can lie in them.
    open: Vec<Place>,
    ended: bool,
}

/// What an element is for roles.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Solution,
    Roles,
    Role,
    RolePrivileges,
    RolePrivilege,
    Other,
}

impl Reading {
    /// Takes one event; true when it is the last.
    fn take(&mut self, event: Event<'_>) -> Result<bool, String> {
        match event {
            Event::Start(start) => self.start(&start)?,
            Event::End(_) => {
                self.open.pop();
                self.ended = self.open.is_empty();
            }
            Event::DocType(_) => {
                return Err("The document has a document type declaration. Exported solutions have none, and what it \
                            could refer to is not read."
                    .to_owned());
            }
            Event::GeneralRef(reference) => known_reference(&reference)?,
            Event::Text(text) if self.open.is_empty() && !text.trim().is_empty() => {
                return Err(
                    "There is text outside of the document's element. Is this the content of an XML file?"
                        .to_owned(),
                );
            }
            Event::CData(_) if self.open.is_empty() => {
                return Err("There is text outside of the document's element.".to_owned());
            }
            Event::Eof if self.ended => return Ok(true),
            Event::Eof => return Err("The document ends too early.".to_owned()),
            _ => {}
        }
        Ok(false)
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        if self.ended {
            return Err("The document has more than one root element.".to_owned());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("The document nests deeper than {MAX_DEPTH} elements."));
        }
        let name = start.name();
        let place = match (self.open.last(), name.as_ref()) {
            (None, "ImportExportXml") => Place::Solution,
            (None | Some(Place::Solution), "Roles") => Place::Roles,
            (None | Some(Place::Roles), "Role") => Place::Role,
            (Some(Place::Role), "RolePrivileges") => Place::RolePrivileges,
            (Some(Place::RolePrivileges), "RolePrivilege") => Place::RolePrivilege,
            (None, other) => {
                return Err(format!(
                    "The document is a <{}>. Pass the content of customizations.xml (<ImportExportXml>) or of one file of \
                     Roles/ (<Role>).",
                    shown(other)
                ));
            }
            _ => Place::Other,
        };
        match place {
            Place::Role => {
                let name = attributes(start, ["name"])?;
                let [Some(name)] = name else { return Err("A <Role> has no name.".to_owned()) };
                if name.trim().is_empty() {
                    return Err("A <Role> has an empty name.".to_owned());
                }
                if name.trim().chars().nth(MAX_NAME).is_some() {
                    return Err(format!(
                        "The name of a <Role> has more than {MAX_NAME} characters: \"{}\".",
                        shown(name.trim())
                    ));
                }
                if self.roles.len() >= MAX_ROLES {
                    return Err(format!("The document holds more than {MAX_ROLES} roles."));
                }
                self.roles.push(Role { name: name.trim().to_owned(), ..Role::default() });
            }
            Place::RolePrivilege => self.privilege(start)?,
            _ => {}
        }
        self.open.push(place);
        Ok(())
    }

    fn privilege(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let Some(role) = self.roles.last_mut() else { return Ok(()) };
        let [name, level] = attributes(start, ["name", "level"])?;
        let name = name.ok_or_else(|| format!("A privilege of the role \"{}\" has no name.", role.name))?;
        let sound = name.len() <= 200
            && name.strip_prefix("prv").is_some_and(|rest| {
                !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            });
        if !sound {
            return Err(format!(
                "\"{}\" is not the name of a privilege. Names start with \"prv\" and have letters, digits and \
                 underscores.",
                shown(&name)
            ));
        }
        let level = level.ok_or_else(|| format!("The privilege {name} has no level."))?;
        let depth = terms::level(&level).ok_or_else(|| {
            format!(
                "The privilege {name} has the level \"{}\". Known are Basic, Local, Deep and Global.",
                shown(&level)
            )
        })?;
        if role.privileges.len() >= MAX_PRIVILEGES {
            return Err(format!("The role \"{}\" has more than {MAX_PRIVILEGES} privileges.", role.name));
        }
        if role.privileges.insert(name.to_lowercase(), (name.clone(), depth)).is_some() {
            return Err(format!("The privilege {name} stands twice in the role \"{}\".", role.name));
        }
        Ok(())
    }
}

/// The values of these attributes of an element.
fn attributes<const N: usize>(
    start: &BytesStart<'_>,
    names: [&str; N],
) -> Result<[Option<String>; N], String> {
    let mut found = [const { None }; N];
    for (count, attribute) in start.attributes().enumerate() {
        if count >= MAX_ATTRIBUTES {
            return Err(format!("An element has more than {MAX_ATTRIBUTES} attributes."));
        }
        let attribute =
            attribute.map_err(|error| format!("The document is not well-formed XML: {error}."))?;
        if let Some(position) = names.iter().position(|name| *name == attribute.key.as_ref()) {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| format!("The document is not well-formed XML: {error}."))?;
            found[position] = Some(value.into_owned());
        }
    }
    Ok(found)
}

/// Lets pass what every XML document may refer to: characters, and the five entities that need no declaration.
fn known_reference(reference: &BytesRef<'_>) -> Result<(), String> {
    let known = match reference.resolve_char_ref() {
        Ok(Some(_)) => true,
        Ok(None) => escape::resolve_xml_entity(reference).is_some(),
        Err(_) => false,
    };
    if known {
        return Ok(());
    }
    Err(format!("The document refers to the entity \"{}\", which nothing declares.", shown(reference)))
}

/// The start of a text that may be of any length.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { format!("{short}...") } else { short }
}
