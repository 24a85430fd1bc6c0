//! The first page: the provider block, and what there is.

use std::path::Path;

use terraform_provider_dataverse::provider::Dataverse;
use tf_provider::framework::Provider;

use super::page::{Page, first_line};
use super::{example, schema, short};

/// The page.
///
/// # Errors
/// When the example is missing; the message names its file.
pub(super) fn page(provider: &Provider<Dataverse>, examples: &Path) -> Result<String, String> {
    let doc = &provider.schema.block.doc;
    let mut page = Page::new("Provider: Dataverse", None, &first_line(doc), "Dataverse Provider");
    page.text(doc);
    page.heading("Example Usage");
    page.code("terraform", &example::read(examples, "provider/provider.tf")?);
    page.heading("What there is");
    let registry = &provider.registry;
    let resources = registry.resources.iter().map(|entry| {
        row("Resource", "resources", entry.type_name(), short(entry.type_name()), &entry.schema().block.doc)
    });
    let sources = registry.data_sources.iter().map(|entry| {
        row(
            "Data source",
            "data-sources",
            entry.type_name(),
            short(entry.type_name()),
            &entry.schema().block.doc,
        )
    });
    let functions = registry
        .functions
        .iter()
        .map(|function| row("Function", "functions", function.name, function.name, function.summary));
    let rows: Vec<String> = resources.chain(sources).chain(functions).collect();
    page.text(&format!("| kind | name | what it does |\n| --- | --- | --- |\n{}", rows.join("\n")));
    page.text(&schema::section(&provider.schema));
    Ok(page.finish())
}

fn row(kind: &str, folder: &str, name: &str, file: &str, doc: &str) -> String {
    let line = first_line(doc);
    let end = if line.ends_with('.') { "" } else { "." };
    format!("| {kind} | [`{name}`]({folder}/{file}.md) | {line}{end} |")
}
