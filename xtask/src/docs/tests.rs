//! What every declaration owes its page.

use super::*;
use tf_provider::framework::{Block, Schema, Timeouts, Type, Validator, Value, computed, optional, required};

fn registry() -> Vec<(String, String)> {
    let provider = Provider::<Dataverse>::default();
    let objects = objects(&provider).into_iter().map(|(kind, name, _)| {
        let [_, folder, file] = kind.names();
        (format!("{folder}/{name}"), file.to_owned())
    });
    let functions = provider.registry.functions.iter().map(|function| function.name);
    objects.chain(functions.map(|name| (format!("functions/{name}"), "function.tf".to_owned()))).collect()
}

/// The names that `hcl` gives to its resources of this type.
fn labels<'h>(hcl: &'h str, type_name: &str) -> Vec<&'h str> {
    let start = format!("resource \"{type_name}\" \"");
    hcl.lines().filter_map(|line| line.strip_prefix(&start)?.split('"').next()).collect()
}

#[test]
fn everything_the_provider_offers_has_an_example() {
    let examples = repository().join("examples");
    let missing: Vec<String> = registry()
        .into_iter()
        .flat_map(|(folder, file)| {
            let shell = folder.starts_with("resources/").then(|| format!("{folder}/import.sh"));
            [format!("{folder}/{file}"), format!("{folder}/versions.tf")].into_iter().chain(shell)
        })
        .filter(|path| !examples.join(path).is_file())
        .collect();
    assert!(missing.is_empty(), "missing under examples/: {missing:?}");
}

#[test]
fn no_example_is_left_over_from_something_that_is_gone() {
    let examples = repository().join("examples");
    let known: Vec<PathBuf> = registry().into_iter().map(|(folder, _)| examples.join(folder)).collect();
    for kind in FOLDERS {
        for entry in fs::read_dir(examples.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            assert!(known.contains(&path), "{} belongs to nothing", path.display());
        }
    }
}

#[test]
fn import_examples_use_the_address_of_the_resource_example() {
    let examples = repository().join("examples");
    for entry in &Provider::<Dataverse>::default().registry.resources {
        let name = entry.type_name();
        let hcl = example::read(&examples, &format!("resources/{name}/resource.tf")).unwrap();
        let shell = example::read(&examples, &format!("resources/{name}/import.sh")).unwrap();
        let labels = labels(&hcl, name);
        let imports = example::imports(&shell);
        assert!(!imports.is_empty(), "{name}: import.sh imports nothing");
        for (address, _) in imports {
            let label = address.strip_prefix(&format!("{name}.")).unwrap_or_default();
            assert!(labels.contains(&label), "{address} is not in {name}/resource.tf");
        }
    }
}

#[test]
fn pages_of_resources_say_in_the_first_line_what_they_claim() {
    for entry in &Provider::<Dataverse>::default().registry.resources {
        let line = page::first_line(&entry.schema().block.doc);
        assert!(
            line.starts_with("Authoritative for ") || line.starts_with("Additive: "),
            "{}: {line}",
            entry.type_name()
        );
    }
}

#[test]
fn the_schema_part_shows_type_meaning_limits_default_and_replacement() {
    let schema = Schema::new(Block {
        doc: String::new(),
        attributes: vec![
            computed().named("id", Type::String, "Id."),
            required().named("name", Type::String, "Name\nof it.").check(Validator::length(1, 9)).replaces(),
            optional()
                .named("mode", Type::String, "How: `a` or `b`.")
                .default(Value::string("a"))
                .check(Validator::one_of(&["a", "b"])),
            optional().named("key", Type::map(Type::set(Type::Bool)), "Key.").sensitive(),
        ],
        blocks: vec![Timeouts::block(Timeouts::default())],
    });
    let text = schema::section(&schema);
    let wanted = "\
## Schema

### Required

- `name` (String) Name of it. 1 to 9 characters. Changing it makes a new object.

### Optional

- `key` (Map of Set of Boolean, Sensitive) Key.
- `mode` (String) How: `a` or `b`. Default `a`.
- `timeouts` (Block) How long operations may take. See [below](#nestedblock--timeouts).

### Read-Only

- `id` (String) Id.

<a id=\"nestedblock--timeouts\"></a>

### Nested Schema for `timeouts`

#### Optional

- `create` (String) How long to create may take";
    assert!(text.starts_with(wanted), "{text}");
}

#[test]
fn the_pages_in_the_repository_are_fresh() {
    run(true).unwrap();
}
