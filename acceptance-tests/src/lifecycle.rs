//! The suite that every resource passes, from nothing through every kind of change to nothing again.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::service::text;
use crate::target::Target;
use crate::workspace::Workspace;

/// Makes two tests of each function that takes a [`Target`]: with classic business units, and where a principal may hold
/// roles of other business units ("record ownership across business units"). A live environment has one of the two.
#[macro_export]
macro_rules! in_both_models {
    ($($name:ident),+ $(,)?) => {
        mod classic_business_units {
            $(#[test] fn $name() { super::$name(&acceptance_tests::Target::with_business_units(false)); })+
        }
        mod modern_business_units {
            $(#[test] fn $name() { super::$name(&acceptance_tests::Target::with_business_units(true)); })+
        }
    };
}

/// Looks at the service, or changes it, given the attributes that the state holds.
pub type Act<'a, T = ()> = Box<dyn Fn(&Target, &Value) -> T + 'a>;

/// A resource and how to treat it.
pub struct Case<'a> {
    /// The address of the resource under test.
    pub address: &'a str,
    /// The configuration.
    pub config: String,
    /// Another one, with something about the resource changed.
    pub updated_config: String,
    /// What the change must be, as in [`crate::Plan::actions`]: `update`, or `delete,create` for a replacement.
    pub update_is: &'a str,
    /// The ids under which the resource can be imported.
    pub import_ids: Act<'a, Vec<String>>,
    /// Removes the object behind Terraform's back.
    pub remove_behind: Act<'a>,
    /// Changes behind Terraform's back, each of exactly one element.
    pub drift: Vec<Drift<'a>>,
    /// What must happen in the service before a destroy can succeed; [`nothing`] as a rule.
    pub before_destroy: Act<'a>,
    /// What must happen in the service after a destroy, so that the object can be created again.
    pub after_destroy: Act<'a>,
    /// Whether the object stands in the service.
    pub exists: Act<'a, bool>,
}

/// A change behind Terraform's back.
pub struct Drift<'a> {
    /// What somebody did, for messages.
    pub description: &'a str,
    /// Does it.
    pub change: Act<'a>,
    /// The one element that the plan must show, as in [`crate::plan::Change::differences`].
    pub shows_as: String,
}

/// A [`Drift`] that `change` makes.
pub fn drift<'a>(description: &'a str, shows_as: &str, change: impl Fn(&Target, &Value) + 'a) -> Drift<'a> {
    Drift { description, change: Box::new(change), shows_as: shows_as.to_owned() }
}

/// Sets columns of the row with the id in the state.
pub fn set<'a>(collection: &'a str, columns: Value) -> impl Fn(&Target, &Value) + 'a {
    move |target, attributes| {
        target.api().patch(&format!("{collection}({})", text(attributes, "id")), &columns);
    }
}

/// Whether the row with the id in the state is there.
#[must_use]
pub fn row_exists(collection: &str) -> Act<'_, bool> {
    Box::new(move |target, attributes| {
        target.api().exists(&format!("{collection}({})", text(attributes, "id")))
    })
}

/// Does nothing.
#[must_use]
pub fn nothing<'a>() -> Act<'a> {
    Box::new(|_, _| ())
}

impl Case<'_> {
    /// Runs the suite.
    pub fn run(&self, target: &Target) {
        let workspace = Workspace::new(target);
        workspace.write("main.tf", &self.config);
        workspace.apply();
        let attributes = workspace.attributes(self.address);
        assert!(
            (self.exists)(target, &attributes),
            "{} does not stand after apply: {attributes:#}",
            self.address
        );
        workspace.assert_plan_is_empty();

        self.import(target, &workspace);
        self.update(&workspace);
        self.removed_behind(target, &workspace);
        for drift in &self.drift {
            self.drifts(target, &workspace, drift);
        }

        let attributes = workspace.attributes(self.address);
        (self.before_destroy)(target, &attributes);
        workspace.destroy();
        self.assert_nothing_is_left(target, &workspace, &attributes);
        (self.after_destroy)(target, &attributes);
        self.destroy_what_is_gone(target, &workspace);
        target.assert_nothing_was_refused();
    }

    fn import(&self, target: &Target, workspace: &Workspace) {
        let everything = workspace.state();
        for id in (self.import_ids)(target, &workspace.attributes(self.address)) {
            let fresh = Workspace::new(target);
            fresh.write("main.tf", &self.config);
            // What the resource under test refers to is known already; only itself is forgotten.
            fresh.write("terraform.tfstate", &everything.to_string());
            fresh.run(&["state", "rm", self.address]).ok();
            fresh.import(self.address, &id);
            let run = fresh.run(&["plan", "-input=false", "-no-color", "-detailed-exitcode"]);
            assert!(
                run.succeeded(),
                "after the import of {} as {id:?} the plan is not empty:\n{run}",
                self.address
            );
        }
    }

    fn update(&self, workspace: &Workspace) {
        workspace.write("main.tf", &self.updated_config);
        let plan = workspace.plan();
        plan.assert_actions(&[(self.address, self.update_is)]);
        workspace.apply_plan();
        workspace.assert_plan_is_empty();
    }

    fn removed_behind(&self, target: &Target, workspace: &Workspace) {
        let attributes = workspace.attributes(self.address);
        (self.remove_behind)(target, &attributes);
        let plan = workspace.plan();
        let action = plan.change(self.address).actions.join(",");
        assert_eq!(action, "create", "{} was removed, and the plan is:\n{}", self.address, plan.shown());
        workspace.apply_plan();
        let attributes = workspace.attributes(self.address);
        assert!((self.exists)(target, &attributes), "{} was not created again", self.address);
        workspace.assert_plan_is_empty();
    }

    fn drifts(&self, target: &Target, workspace: &Workspace, drift: &Drift<'_>) {
        (drift.change)(target, &workspace.attributes(self.address));
        let plan = workspace.plan();
        plan.assert_actions(&[(self.address, "update")]);
        let expected = BTreeSet::from([drift.shows_as.clone()]);
        let found = plan.change(self.address).differences();
        assert_eq!(found, expected, "{}: the plan is:\n{}", drift.description, plan.shown());
        workspace.apply_plan();
        workspace.assert_plan_is_empty();
    }

    fn assert_nothing_is_left(&self, target: &Target, workspace: &Workspace, attributes: &Value) {
        assert_eq!(workspace.addresses(), Vec::<String>::new(), "after destroy");
        assert!(!(self.exists)(target, attributes), "{} is left after destroy: {attributes:#}", self.address);
    }

    fn destroy_what_is_gone(&self, target: &Target, workspace: &Workspace) {
        workspace.apply();
        let attributes = workspace.attributes(self.address);
        // The plan is made while the object stands, so that its removal meets the destroy itself.
        workspace.run(&["plan", "-destroy", "-input=false", "-no-color", "-out=tfplan"]).ok();
        (self.remove_behind)(target, &attributes);
        workspace.apply_plan();
        self.assert_nothing_is_left(target, workspace, &attributes);
    }
}
