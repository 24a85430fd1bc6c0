//! `cargo xtask docs`: the reference pages, made from what the provider declares and from the examples.
//!
//! The pages have the layout that the Terraform Registry asks of providers ("Provider documentation"): `docs/index.md`,
//! and a page for each resource, data source and function. Guides are written by hand, with configurations from files; other
//! pages under `docs/` are left alone.

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
use tf_provider::framework::Provider;

use self::object::Kind;

/// Folders of generated pages: whatever else lies in them is left over from something that is gone.
const FOLDERS: [&str; 3] = ["resources", "data-sources", "functions"];

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
    let mut pages = BTreeMap::new();
    pages.insert(PathBuf::from("index.md"), index::page(&provider, &examples)?);
    for resource in &provider.registry.resources {
        let name = resource.type_name();
        let text = object::page(Kind::Resource(resource.identity()), name, resource.schema(), &examples)?;
        pages.insert(path("resources", short(name)), text);
    }
    for source in &provider.registry.data_sources {
        let name = source.type_name();
        let text = object::page(Kind::DataSource, name, source.schema(), &examples)?;
        pages.insert(path("data-sources", short(name)), text);
    }
    for function in &provider.registry.functions {
        pages.insert(path("functions", function.name), function::page(function, &examples)?);
    }
    pages.extend(guides::pages(root)?);
    Ok(pages)
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
        let entries = match fs::read_dir(docs.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            found.push(Path::new(folder).join(entry?.file_name()));
        }
    }
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
