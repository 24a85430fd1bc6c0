use super::*;
use crate::framework::{Type, check_plan, computed, optional, optional_computed, required};

fn block() -> Block {
    Block {
        attributes: vec![
            computed().named("id", Type::String, "Id.").keep(),
            computed().named("version", Type::Number, "Version."),
            computed().named("address", Type::String, "Address.").follows(&["name"]),
            required()
                .named("name", Type::String, "Name.")
                .equivalent(|a, b| a.as_str().map(str::to_lowercase) == b.as_str().map(str::to_lowercase)),
            optional().named("note", Type::String, "Note."),
            optional().named("place", Type::String, "Place.").replaces(),
            optional_computed().named("size", Type::String, "Size.").default(Value::string("small")),
        ],
        blocks: vec![NestedBlock {
            name: "rule",
            nesting: Nesting::List,
            block: Block {
                attributes: vec![
                    required().named("key", Type::String, "Key."),
                    computed().named("token", Type::String, "Token.").keep(),
                ],
                ..Block::default()
            },
        }],
        ..Block::default()
    }
}

fn object(values: &[(&str, Value)]) -> Value {
    let Value::Object(mut all) = block().empty() else { unreachable!() };
    all.extend(values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Value::Object(all)
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn prior() -> Value {
    object(&[
        ("id", text("1")),
        ("version", Value::Number(7.into())),
        ("address", text("a/one")),
        ("name", text("one")),
        ("size", text("small")),
    ])
}

/// Core's merge, as far as flat attributes go.
fn propose(prior: &Value, config: &Value) -> Value {
    let block = block();
    let Value::Object(mut proposed) = config.clone() else { unreachable!() };
    for attribute in block.attributes.iter().filter(|a| a.is_computed() && config.get(a.name).is_null()) {
        proposed.insert(attribute.name.to_owned(), prior.get(attribute.name).clone());
    }
    Value::Object(proposed)
}

fn run(prior: &Value, config: &Value) -> PlanOutput {
    let block = block();
    let proposed = propose(prior, config);
    let output = plan(PlanInput { block: &block, prior, config, proposed: &proposed });
    assert_eq!(check_plan(&block, prior, config, &output.planned), Vec::<String>::new());
    let again = plan(PlanInput { block: &block, prior, config, proposed: &proposed });
    assert_eq!(output, again, "a plan is a function of its request");
    output
}

#[test]
fn a_create_knows_its_defaults_and_leaves_the_rest_unknown() {
    let planned = run(&Value::Null, &object(&[("name", text("one"))])).planned;
    assert!(planned.get("id").is_unknown());
    assert!(planned.get("version").is_unknown());
    assert_eq!(planned.get("size"), &text("small"));
    assert!(planned.get("note").is_null());
}

#[test]
fn no_change_is_no_change() {
    let output = run(&prior(), &object(&[("name", text("one"))]));
    assert_eq!(output.planned, prior());
}

#[test]
fn an_equivalent_spelling_is_no_change() {
    let output = run(&prior(), &object(&[("name", text("ONE"))]));
    assert_eq!(output.planned, prior());
}

#[test]
fn an_update_keeps_what_is_fixed_and_marks_the_rest() {
    let planned = run(&prior(), &object(&[("name", text("one")), ("note", text("n"))])).planned;
    assert_eq!(planned.get("id"), &text("1"));
    assert!(planned.get("version").is_unknown());
    assert_eq!(planned.get("address"), &text("a/one"));
}

#[test]
fn a_value_follows_its_inputs() {
    let planned = run(&prior(), &object(&[("name", text("two"))])).planned;
    assert!(planned.get("address").is_unknown());
}

#[test]
fn removing_an_argument_brings_the_default_back() {
    let before = object(&[("id", text("1")), ("name", text("one")), ("size", text("big"))]);
    let output = run(&before, &object(&[("name", text("one"))]));
    assert_eq!(output.planned.get("size"), &text("small"));
}

#[test]
fn a_change_that_replaces_is_named() {
    let output = run(&prior(), &object(&[("name", text("one")), ("place", text("north"))]));
    assert_eq!(output.replace, [Path::attribute("place")]);
    assert!(run(&Value::Null, &object(&[("name", text("one")), ("place", text("x"))])).replace.is_empty());
}

#[test]
fn unknown_configuration_stays_unknown() {
    let output = run(&prior(), &object(&[("name", Value::unknown())]));
    assert!(output.planned.get("name").is_unknown());
    assert!(output.planned.get("address").is_unknown());
}

#[test]
fn blocks_keep_their_own_values_and_unknown_lists_pass() {
    let rule = |key: &str, token: Value| {
        Value::Object([("key".to_owned(), text(key)), ("token".to_owned(), token)].into())
    };
    let before = object(&[
        ("id", text("1")),
        ("name", text("one")),
        ("size", text("small")),
        ("rule", Value::List(vec![rule("a", text("t"))])),
    ]);
    let rules = Value::List(vec![rule("a", Value::Null), rule("b", Value::Null)]);
    let config = object(&[("name", text("one")), ("rule", rules)]);
    let block = block();
    let Value::Object(mut proposed) = propose(&before, &config) else { unreachable!() };
    proposed.insert("rule".into(), Value::List(vec![rule("a", text("t")), rule("b", Value::Null)]));
    let proposed = Value::Object(proposed);
    let output = plan(PlanInput { block: &block, prior: &before, config: &config, proposed: &proposed });
    let expected = Value::List(vec![rule("a", text("t")), rule("b", Value::unknown())]);
    assert_eq!(output.planned.get("rule"), &expected);

    let config = object(&[("name", text("one")), ("rule", Value::unknown())]);
    let proposed = propose(&before, &config);
    let output = plan(PlanInput { block: &block, prior: &before, config: &config, proposed: &proposed });
    assert!(output.planned.get("rule").is_unknown());
}

#[test]
fn sets_keep_as_many_unknown_elements_as_the_configuration_has() {
    let set =
        |elements: &[Value]| Value::Object([("members".to_owned(), Value::Set(elements.to_vec()))].into());
    let config = set(&[text("a"), Value::unknown(), Value::unknown()]);
    let mut planned = set(&[Value::unknown(), text("a")]);
    keep_unknowns(&config, &mut planned);
    assert_eq!(planned, config);
    let mut decided = set(&[text("a"), text("b")]);
    keep_unknowns(&config, &mut decided);
    assert_eq!(decided, set(&[text("a"), text("b")]));
}
