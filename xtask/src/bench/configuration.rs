//! Configurations of so many resources, in modules of fifty: several steps of Terraform are quadratic in the instances
//! of one resource, which would hide what the provider costs.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::error::{Doing, Result};

/// Resources per module.
pub(crate) const PER_MODULE: usize = 50;

/// The kind of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Application users with two roles each.
    Users,
    /// Resources of the provider that does nothing.
    Idle,
}

impl Kind {
    fn provider(self) -> &'static str {
        match self {
            Self::Users => "dataverse",
            Self::Idle => "idle",
        }
    }

    fn resource(self) -> &'static str {
        match self {
            Self::Users => {
                "resource \"dataverse_application_user\" \"it\" {
  count          = var.size
  application_id = format(\"be7c0000-0000-4000-8000-%012d\", var.first + count.index)
  security_roles = [\"Basic User\", \"Service Reader\"]
}
"
            }
            Self::Idle => {
                "resource \"idle_thing\" \"it\" {
  count = var.size
  name  = format(\"be7c0000-0000-4000-8000-%012d\", var.first + count.index)
  tags  = [\"Basic User\", \"Service Reader\"]
}
"
            }
        }
    }
}

/// Writes a configuration of `count` resources whose state is kept at `state_url`.
///
/// # Errors
///
/// When a file cannot be written.
pub(crate) fn write(dir: &Path, kind: Kind, count: usize, state_url: &str) -> Result<()> {
    for (name, text) in [("main.tf", main(kind, count, state_url)), ("part/main.tf", part(kind))] {
        let path = dir.join(name);
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).doing(|| format!("Cannot make the folder {}", folder.display()))?;
        fs::write(&path, text).doing(|| format!("Cannot write {}", path.display()))?;
    }
    Ok(())
}

fn requirements(kind: Kind) -> String {
    let provider = kind.provider();
    format!(
        "  required_providers {{\n    {provider} = {{ source = \"registry.terraform.io/terraform-provider-dataverse/{provider}\" }}\n  }}\n"
    )
}

fn main(kind: Kind, count: usize, state_url: &str) -> String {
    let mut text = format!(
        "terraform {{\n{}  backend \"http\" {{\n    address = \"{state_url}\"\n  }}\n}}\n",
        requirements(kind)
    );
    for (index, first) in (0..count).step_by(PER_MODULE).enumerate() {
        let size = PER_MODULE.min(count - first);
        text.push_str(&format!(
            "\nmodule \"part_{index}\" {{\n  source = \"./part\"\n  first  = {first}\n  size   = {size}\n}}\n"
        ));
    }
    text
}

fn part(kind: Kind) -> String {
    format!(
        "terraform {{\n{}}}\n\nvariable \"first\" {{\n  type = number\n}}\n\nvariable \"size\" {{\n  type = number\n}}\n\n{}",
        requirements(kind),
        kind.resource()
    )
}

/// The service principals of so many application users, for the emulator's directory.
pub(crate) fn directory(count: usize) -> Value {
    let principals: Vec<Value> = (0..count)
        .map(|index| {
            json!({
                "client_id": format!("be7c0000-0000-4000-8000-{index:012}"),
                "object_id": format!("be7c0001-0000-4000-8000-{index:012}"),
                "display_name": format!("Application {index}"),
            })
        })
        .collect();
    json!({ "service_principals": principals })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_spread_over_modules_of_fifty() {
        let text = main(Kind::Users, 120, "http://localhost/state");
        assert_eq!(text.matches("source = \"./part\"").count(), 3);
        assert!(text.contains("first  = 100\n  size   = 20"));
    }

    #[test]
    fn the_directory_has_the_applications_of_the_configuration() {
        let directory = directory(2);
        assert_eq!(directory["service_principals"][1]["client_id"], "be7c0000-0000-4000-8000-000000000001");
    }
}
