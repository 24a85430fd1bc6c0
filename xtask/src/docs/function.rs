//! The page of a function.

use std::path::Path;

use tf_provider::framework::{Function, Parameter};

use super::page::Page;
use super::{example, schema};

/// The page.
///
/// # Errors
/// When the example is missing; the message names its file.
pub(super) fn page(function: &Function, examples: &Path) -> Result<String, String> {
    let name = function.name;
    let usage = example::read(examples, &format!("functions/{name}/function.tf"))?;
    let mut page = Page::new(
        &format!("{name} Function - dataverse"),
        Some(""),
        &format!("{}.", function.summary.trim_end_matches('.')),
        &format!("{name} (Function)"),
    );
    page.text(function.doc);
    page.text("Provider functions need Terraform 1.8 or OpenTofu 1.7.");
    page.heading("Example Usage");
    page.code("terraform", &usage);
    page.heading("Signature");
    page.code("text", &signature(function));
    page.heading("Arguments");
    let arguments: Vec<String> =
        function.parameters.iter().enumerate().map(|(i, parameter)| argument(i, parameter, "")).collect();
    let variadic =
        function.variadic.iter().map(|rest| argument(function.parameters.len(), rest, "Variadic, "));
    page.text(&arguments.into_iter().chain(variadic).collect::<Vec<_>>().join("\n"));
    Ok(page.finish())
}

fn argument(position: usize, parameter: &Parameter, traits: &str) -> String {
    let words = schema::type_words(&parameter.ty);
    format!("{}. `{}` ({traits}{words}) {}", position + 1, parameter.name, parameter.doc)
}

fn signature(function: &Function) -> String {
    let fixed =
        function.parameters.iter().map(|parameter| format!("{} {}", parameter.name, parameter.ty.hcl()));
    let rest = function.variadic.iter().map(|rest| format!("{} {}...", rest.name, rest.ty.hcl()));
    let parameters: Vec<String> = fixed.chain(rest).collect();
    format!("{}({}) {}", function.name, parameters.join(", "), function.returns.hcl())
}
