//! `cargo xtask docs`: the reference pages, made from what the provider declares and from the examples.
//!
//! The pages have the layout that the Terraform Registry asks of providers ("Provider documentation"): `docs/index.md`,
//! and a page for each resource, data source, ephemeral resource, list resource and function. Guides are written by hand, with
//! configurations from files; other pages under `docs/` are left alone. The index lists everything.

mod example;
mod function;
mod guides;
mod index;
mod object;
mod page;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

use terraform_provider_dataverse::provider::Dataverse;
use tf_provider::framework::{Provider, Schema};

use self::object::Kind;

/// Folders of generated pages: whatever else lies in them is left over from something that is gone.
const FOLDERS: [&str; 5] =
    ["resources", "data-sources", "ephemeral-resources", "list-resources", "functions"];

/// Writes the reference pages, or with `check` only compares.
///
/// # Errors
/// When an example is missing or a file cannot be read or written; with `check` also when a page is not fresh, with the
/// names of all such pages.
pub(crate) fn run(check: bool) -> Result<(), Box<dyn Error>> {
    let root = repository();
    let docs = root.join("docs");
    let wanted = pages(&root)?;
    let mut stale = Vec::new();
    for (path, text) in &wanted {
        if read(&docs.join(path))?.as_deref() != Some(text) {
            stale.push(path.clone());
        }
    }
    let left_over: Vec<PathBuf> =
        present(&docs)?.into_iter().filter(|path| !wanted.contains_key(path)).collect();
    if check {
        return refuse(stale.iter().chain(&left_over));
    }
    for path in &stale {
        let target = docs.join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, &wanted[path])?;
        eprintln!("wrote docs/{}", path.display());
    }
    for path in &left_over {
        fs::remove_file(docs.join(path))?;
        eprintln!("removed docs/{}", path.display());
    }
    Ok(())
}

/// Every page by its path below `docs/`.
fn pages(root: &Path) -> Result<BTreeMap<PathBuf, String>, Box<dyn Error>> {
    let provider = Provider::<Dataverse>::default();
    let examples = root.join("examples");
    let mut pages = guides::pages(root)?;
    let titles = guides::titles(&pages)?;
    pages.insert(PathBuf::from("index.md"), index::page(&provider, &examples, &titles)?);
    for (kind, name, schema) in objects(&provider) {
        let [_, folder, _] = kind.names();
        pages.insert(path(folder, short(name)), object::page(kind, name, schema, &examples)?);
    }
    for function in &provider.registry.functions {
        pages.insert(path("functions", function.name), function::page(function, &examples)?);
    }
    Ok(pages)
}

/// Everything that has a schema, with its kind and name.
fn objects(provider: &Provider<Dataverse>) -> Vec<(Kind, &'static str, &Schema)> {
    let registry = &provider.registry;
    let resources = registry.resources.iter();
    let resources = resources.map(|it| (Kind::Resource(it.identity()), it.type_name(), it.schema()));
    let sources = registry.data_sources.iter().map(|it| (Kind::DataSource, it.type_name(), it.schema()));
    let ephemerals = registry.ephemerals.iter().map(|it| (Kind::Ephemeral, it.type_name(), it.schema()));
    let lists = registry.lists.iter().map(|it| (Kind::List, it.type_name(), it.schema()));
    resources.chain(sources).chain(ephemerals).chain(lists).collect()
}

fn path(folder: &str, name: &str) -> PathBuf {
    Path::new(folder).join(format!("{name}.md"))
}

/// A type's name without the prefix of the provider, as the registry names pages.
fn short(type_name: &str) -> &str {
    type_name.split_once('_').map_or(type_name, |(_, name)| name)
}

/// The pages in the generated folders.
fn present(docs: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        for file in entries(&docs.join(folder))? {
            found.push(Path::new(folder).join(file.file_name().unwrap_or_default()));
        }
    }
    Ok(found)
}

/// The sorted entries of a folder; none if it is not there.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn refuse<'p>(pages: impl Iterator<Item = &'p PathBuf>) -> Result<(), Box<dyn Error>> {
    let list: Vec<String> = pages.map(|path| format!("\n  docs/{}", path.display())).collect();
    if list.is_empty() {
        return Ok(());
    }
    Err(format!("These pages are not fresh; run `cargo xtask docs`:{}", list.concat()).into())
}

/// The root of the repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
