//! Who may use whom. The picture is in the architecture notes; a new arrow needs a decision record.

use super::source::Source;
use super::{Finding, paths};

/// A border: files below `inside` name none of the paths in `forbidden`.
struct Border {
    inside: &'static str,
    /// Files below `inside` to which this does not apply; with a slash at the end, a folder.
    except: &'static [&'static str],
    forbidden: &'static [&'static str],
    why: &'static str,
}

const BORDERS: &[Border] = &[
    Border {
        inside: "tf-provider/src/framework",
        except: &[],
        forbidden: &[
            "tonic",
            "prost",
            "prost_types",
            "rmp",
            "reqwest",
            "crate::plugin",
            "super::super::plugin",
        ],
        why: "the framework knows neither gRPC nor any API",
    },
    Border {
        inside: "tf-provider",
        except: &[],
        forbidden: &["terraform_provider_dataverse", "dataverse_emulator"],
        why: "the SDK knows nothing of Dataverse",
    },
    Border {
        inside: "src/dataverse",
        except: &[],
        forbidden: &[
            "tf_provider",
            "crate::claims",
            "crate::data_sources",
            "crate::ephemeral",
            "crate::effective",
            "crate::faults",
            "crate::functions",
            "crate::lists",
            "crate::planned",
            "crate::privileges",
            "crate::provider",
            "crate::records",
            "crate::references",
            "crate::resources",
            "crate::terms",
        ],
        why: "the client has no word of Terraform",
    },
    Border {
        inside: "src",
        except: &["src/main.rs"],
        forbidden: &["tf_provider::plugin", "tonic", "prost"],
        why: "only main sees the plugin",
    },
    Border {
        inside: "src/resources",
        except: &[],
        forbidden: &["reqwest"],
        why: "requests are the client's",
    },
    Border {
        inside: "src/data_sources",
        except: &[],
        forbidden: &["reqwest"],
        why: "requests are the client's",
    },
    Border {
        inside: "src/ephemeral",
        except: &[],
        forbidden: &["reqwest"],
        why: "requests are the client's",
    },
    Border { inside: "src/lists", except: &[], forbidden: &["reqwest"], why: "requests are the client's" },
    Border {
        inside: "src/functions",
        except: &[],
        forbidden: &["reqwest", "crate::dataverse::Client"],
        why: "functions are pure",
    },
    Border {
        inside: "emulator",
        except: &[],
        forbidden: &["terraform_provider_dataverse", "tf_provider", "acceptance_tests"],
        why: "client and emulator must not agree on one mistake",
    },
    Border {
        inside: "acceptance-tests",
        except: &["acceptance-tests/fuzz/"],
        forbidden: &["terraform_provider_dataverse"],
        why: "the tests use the built binary",
    },
];

/// The borders that a file crosses.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let named = paths::all(source);
    for border in BORDERS.iter().filter(|border| is_inside(&source.path, border)) {
        for (at, path) in &named {
            if border.forbidden.iter().any(|forbidden| begins_with(path, forbidden)) {
                let what = format!("names {path}: {}", border.why);
                findings.push(Finding { path: source.path.clone(), line: source.line(*at), what });
            }
        }
    }
    findings
}

fn is_inside(path: &str, border: &Border) -> bool {
    let module = format!("{}.rs", border.inside);
    let below = path.strip_prefix(border.inside).is_some_and(|rest| rest.starts_with('/'));
    let excepted = |except: &&str| path == *except || (except.ends_with('/') && path.starts_with(*except));
    (below || path == module) && !border.except.iter().any(excepted)
}

/// Whether a path is `start` or lies below it.
fn begins_with(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::File;

    fn crossed(path: &str, text: &str) -> Vec<String> {
        let source = Source::new(&File { path: path.to_owned(), text: text.to_owned() });
        check(&source).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_framework_knows_no_grpc() {
        let found = crossed("tf-provider/src/framework/plan.rs", "use std::io;\nuse tonic::Status;\n");
        assert_eq!(
            found,
            [
                "tf-provider/src/framework/plan.rs:2: names tonic::Status: the framework knows neither gRPC nor any API"
            ]
        );
        assert!(crossed("tf-provider/src/plugin/server.rs", "use tonic::Status;").is_empty());
    }

    #[test]
    fn the_client_has_no_word_of_terraform_even_in_a_group() {
        let found = crossed("src/dataverse/http.rs", "use crate::{dataverse::Id, resources::role};");
        assert_eq!(
            found,
            ["src/dataverse/http.rs:1: names crate::resources::role: the client has no word of Terraform"]
        );
    }

    #[test]
    fn only_main_sees_the_plugin() {
        assert!(crossed("src/main.rs", "use tf_provider::plugin::run;").is_empty());
        let fuzzed = "use terraform_provider_dataverse::fuzzing;";
        assert!(crossed("acceptance-tests/fuzz/fuzz_targets/a.rs", fuzzed).is_empty());
        assert_eq!(crossed("acceptance-tests/fuzz.rs", fuzzed).len(), 1);
        assert_eq!(crossed("src/provider.rs", "use tf_provider::{framework, plugin};").len(), 1);
    }

    #[test]
    fn a_name_that_only_begins_alike_is_another() {
        assert!(crossed("src/dataverse/a.rs", "use crate::provider_names::X;").is_empty());
    }
}
