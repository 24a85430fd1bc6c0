//! The first page: the provider block, and what there is.

use std::path::Path;

use terraform_provider_dataverse::provider::Dataverse;
use tf_provider::framework::Provider;

use super::page::{Page, first_line};
use super::{example, objects, schema, short};

/// The page.
///
/// # Errors
/// When the example is missing; the message names its file.
pub(super) fn page(
    provider: &Provider<Dataverse>,
    examples: &Path,
    guides: &[(String, String)],
) -> Result<String, String> {
    let doc = &provider.schema.block.doc;
    let mut page = Page::new("Provider: Dataverse", None, &first_line(doc), "Dataverse Provider");
    page.text(doc);
    page.heading("Example Usage");
    page.code("terraform", &example::read(examples, "provider/provider.tf")?);
    page.heading("What there is");
    let rows = objects(provider).into_iter().map(|(kind, name, of)| {
        let [words, folder, _] = kind.names();
        row(&sentence_case(words), folder, name, short(name), &of.block.doc)
    });
    let functions = provider
        .registry
        .functions
        .iter()
        .map(|function| row("Function", "functions", function.name, function.name, function.summary));
    let rows: Vec<String> = rows.chain(functions).collect();
    page.text(&format!("| kind | name | what it does |\n| --- | --- | --- |\n{}", rows.join("\n")));
    if !guides.is_empty() {
        page.heading("Guides");
        let lines: Vec<String> = guides.iter().map(|(path, title)| format!("- [{title}]({path})")).collect();
        page.text(&lines.join("\n"));
    }
    page.text(&schema::section(&provider.schema));
    Ok(page.finish())
}

/// Words of a title as they stand elsewhere: "Data source".
fn sentence_case(title: &str) -> String {
    let rest = title.get(1..).unwrap_or_default().to_lowercase();
    title.chars().take(1).chain(rest.chars()).collect()
}

fn row(kind: &str, folder: &str, name: &str, file: &str, doc: &str) -> String {
    let line = first_line(doc);
    let end = if line.ends_with('.') { "" } else { "." };
    format!("| {kind} | [`{name}`]({folder}/{file}.md) | {line}{end} |")
}
