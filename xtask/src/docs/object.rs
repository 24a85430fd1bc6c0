//! The page of a resource, data source, ephemeral resource or list resource.

use std::path::Path;

use tf_provider::framework::Schema;

use super::page::{Page, first_line};
use super::{example, schema};

/// What the page is about.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A resource, with the attributes of its identity.
    Resource(&'static [&'static str]),
    /// A data source.
    DataSource,
    /// An ephemeral resource.
    Ephemeral,
    /// A list resource.
    List,
}

impl Kind {
    /// What it is called, the folder of its pages and examples, and the file of its example.
    pub(super) fn names(self) -> [&'static str; 3] {
        match self {
            Kind::Resource(_) => ["Resource", "resources", "resource.tf"],
            Kind::DataSource => ["Data Source", "data-sources", "data-source.tf"],
            Kind::Ephemeral => ["Ephemeral Resource", "ephemeral-resources", "ephemeral-resource.tf"],
            Kind::List => ["List Resource", "list-resources", "list-resource.tfquery.hcl"],
        }
    }

    /// What it needs that older command lines lack.
    fn needs(self) -> Option<&'static str> {
        match self {
            Kind::Resource(_) | Kind::DataSource => None,
            Kind::Ephemeral => Some("Ephemeral resources need Terraform 1.10 or OpenTofu 1.11."),
            Kind::List => Some(
                "List resources need Terraform 1.14. `list` blocks stand in files that end in `.tfquery.hcl`; \
                 `terraform query` prints what they find, and with `-generate-config-out` writes `import` blocks and \
                 configuration for it. The schema below is that of the `config` block.",
            ),
        }
    }
}

/// Id that stands for one in examples that no file holds.
const SOME_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The page.
///
/// # Errors
/// When an example is missing; the message names its file.
pub(super) fn page(kind: Kind, type_name: &str, of: &Schema, examples: &Path) -> Result<String, String> {
    let [words, folder, file] = kind.names();
    let usage = example::read(examples, &format!("{folder}/{type_name}/{file}"))?;
    let mut page = Page::new(
        &format!("{type_name} {words} - dataverse"),
        Some(""),
        &first_line(&of.block.doc),
        &format!("{type_name} ({words})"),
    );
    page.text(&of.block.doc);
    if let Some(needs) = kind.needs() {
        page.text(needs);
    }
    page.heading("Example Usage");
    page.code("terraform", &usage);
    page.text(&schema::section(of));
    if let Kind::Resource(identity) = kind {
        let shell = example::read(examples, &format!("{folder}/{type_name}/import.sh"))?;
        import(&mut page, &shell, identity);
    }
    Ok(page.finish())
}

fn import(page: &mut Page, shell: &str, identity: &[&str]) {
    page.heading("Import");
    page.text("On the command line:");
    page.code("shell", shell);
    let Some((address, id)) = example::imports(shell).into_iter().next() else { return };
    page.text(
        "With an `import` block, which takes the same ids (Terraform 1.5 and later, OpenTofu 1.6 and later):",
    );
    page.code("terraform", &format!("import {{\n  to = {address}\n  id = \"{id}\"\n}}"));
    page.text("By resource identity (Terraform 1.12 and later):");
    let width = identity.iter().map(|name| name.len()).max().unwrap_or_default();
    let parts: Vec<String> =
        identity.iter().map(|name| format!("    {name:width$} = \"{SOME_ID}\"\n")).collect();
    page.code(
        "terraform",
        &format!("import {{\n  to = {address}\n  identity = {{\n{}  }}\n}}", parts.concat()),
    );
}
