//! The files under `examples/`, as far as pages show them.

use std::fs;
use std::path::Path;

/// Reads an example, without blanks at its end.
///
/// # Errors
/// When it cannot be read; the message names the file.
pub(super) fn read(examples: &Path, path: &str) -> Result<String, String> {
    let file = examples.join(path);
    fs::read_to_string(&file)
        .map(|text| text.replace("\r\n", "\n").trim_end().to_owned())
        .map_err(|error| format!("The example {} cannot be read: {error}", file.display()))
}

/// Address and id of each `terraform import` in a shell example.
pub(super) fn imports(shell: &str) -> Vec<(&str, &str)> {
    shell
        .lines()
        .filter_map(|line| line.strip_prefix("terraform import ")?.split_once(' '))
        .map(|(address, id)| (address, id.trim_matches('"')))
        .collect()
}
