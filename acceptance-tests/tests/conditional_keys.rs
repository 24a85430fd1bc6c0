//! Modules that take one of several keys: what is not known yet, while Terraform validates, is neither given nor missing.

#![allow(clippy::expect_used, reason = "a failed step is a failed test")]

use acceptance_tests::{Target, Workspace};

const MODULE: &str = r#"
variable "key" { type = string }
variable "one" { type = bool }

locals {
  this  = var.one ? var.key : null
  other = var.one ? null : var.key
}

data "dataverse_system_user" "it" {
  domain_name     = local.this
  entra_object_id = local.other
}
data "dataverse_business_unit" "it" {
  id   = local.other
  name = local.this
}
data "dataverse_security_role" "it" {
  id   = local.other
  name = local.this
}
data "dataverse_team" "it" {
  id   = local.other
  name = local.this
}
data "dataverse_personal_view" "it" {
  owner_id = var.key
  id       = local.other
  name     = local.this
}
data "dataverse_record_access" "it" {
  table     = "account"
  record_id = var.key
  user_id   = local.this
  team_id   = local.other
}
resource "dataverse_role_assignment" "it" {
  role    = "Salesperson"
  user_id = local.this
  team_id = local.other
}
resource "dataverse_record_share" "it" {
  table         = "account"
  record_id     = var.key
  user_id       = local.this
  team_id       = local.other
  access_rights = ["read"]
}
resource "dataverse_team" "it" {
  name            = "It"
  team_type       = "entra_security_group"
  entra_group_id  = var.key
  members         = var.one ? [var.key] : null
  membership_type = local.this
}
resource "dataverse_team" "owners" {
  name            = "Owners"
  entra_group_id  = local.this
  membership_type = local.this
}
resource "dataverse_role_privilege" "it" {
  role_id   = var.key
  level     = "user"
  privilege = local.this
  table     = local.other
  right     = var.one ? null : "read"
}
resource "dataverse_system_user" "it" {
  provisioning    = var.one ? "sync" : "create"
  entra_object_id = local.this
  domain_name     = local.other
}
"#;

#[test]
fn what_is_not_known_yet_is_neither_given_nor_missing() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", MODULE);
    workspace.run(&["validate", "-no-color"]).ok();
}
