//! Guides are written by hand; their configurations are files under `examples/`, which are validated and applied.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Every guide by its path below `docs/`, with its configurations fresh.
///
/// # Errors
/// When a guide has a configuration that is no file, or a file cannot be read.
pub(super) fn pages(root: &Path) -> Result<BTreeMap<PathBuf, String>, Box<dyn Error>> {
    let entries = match fs::read_dir(root.join("docs/guides")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error.into()),
    };
    let mut pages = BTreeMap::new();
    for entry in entries {
        let (name, text) = {
            let entry = entry?;
            let text = fs::read_to_string(entry.path())?.replace("\r\n", "\n");
            (entry.file_name().to_string_lossy().into_owned(), text)
        };
        pages.insert(Path::new("guides").join(&name), filled(root, &name, &text)?);
    }
    Ok(pages)
}

/// Path below `docs/` and title of each guide.
///
/// # Errors
/// When a guide has no title in its front matter.
pub(super) fn titles(guides: &BTreeMap<PathBuf, String>) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let title = |(path, text): (&PathBuf, &String)| {
        let title = text.lines().find_map(|line| line.strip_prefix("page_title:"));
        let title = title.ok_or_else(|| format!("docs/{} has no page_title.", path.display()))?;
        Ok((path.display().to_string().replace('\\', "/"), title.trim().trim_matches('"').to_owned()))
    };
    guides.iter().map(title).collect()
}

/// The guide `text` with every configuration as it is in its file.
///
/// A comment with the path of the file stands above each block: `<!-- examples/guides/x/main.tf -->`.
///
/// # Errors
/// When a block has no such comment, or the file cannot be read.
fn filled(root: &Path, name: &str, text: &str) -> Result<String, Box<dyn Error>> {
    let mut filled = String::with_capacity(text.len());
    let mut source: Option<&str> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        filled.push_str(line);
        filled.push('\n');
        if line == "```terraform" {
            let Some(file) = source.take() else {
                return Err(format!(
                    "docs/guides/{name} has a configuration of its own. Put it into a file under examples/ and name the file \
                     in a comment above the block."
                )
                .into());
            };
            let code = fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"))?;
            filled.push_str(code.trim_end());
            filled.push_str("\n```\n");
            // What stood there, up to the end of the block, is replaced.
            lines.find(|line| *line == "```");
        } else if !line.trim().is_empty() {
            let comment = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
            source = comment.filter(|path| path.starts_with("examples/"));
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_filled_from_its_file_and_one_without_a_file_is_refused() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("examples")).unwrap();
        fs::write(root.path().join("examples/a.tf"), "a = 1\n").unwrap();
        let guide = "# G\n\n<!-- examples/a.tf -->\n```terraform\nold\n```\n\nEnd.\n";
        let fresh = filled(root.path(), "g.md", guide).unwrap();
        assert_eq!(fresh, "# G\n\n<!-- examples/a.tf -->\n```terraform\na = 1\n```\n\nEnd.\n");
        assert_eq!(filled(root.path(), "g.md", &fresh).unwrap(), fresh);
        assert!(filled(root.path(), "g.md", "```terraform\n```\n").is_err());
        assert!(filled(root.path(), "g.md", "<!-- examples/b.tf -->\n```terraform\n```\n").is_err());
    }
}
