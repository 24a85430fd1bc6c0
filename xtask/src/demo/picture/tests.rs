//! What the picture looks like.

use super::*;

#[test]
fn the_matrix_shows_levels_as_symbols_under_their_rights() {
    let mut account = Row::new("account");
    account.levels[1] = Some(Level::Organization);
    account.levels[2] = Some(Level::User);
    let mut list = Row::new("customeropportunityrole");
    list.levels[5] = Some(Level::ParentChildBusinessUnit);
    let role = Role {
        name: "Demandbase".to_owned(),
        rows: vec![account, list],
        others: vec![("prvBulkEdit".to_owned(), Level::Organization)],
        by_platform: vec!["prvReadPluginType".to_owned()],
    };
    let expected = "                           create  read  write  delete  append  append_to  assign  share
  account                    ·      ●      ◔      ·       ·         ·        ·       ·
  customeropportunityrole    ·      ·      ·      ·       ·         ◕        ·       ·
  ● prvBulkEdit (a privilege of no table)

  ● organization   ◕ parent_child_business_unit   ◑ business_unit   ◔ user   · none

  Dataverse itself gave the role, as it does with every role, for the whole organization:
    prvReadPluginType";
    let shown: Vec<String> = matrix(&role).lines().map(|line| line.trim_end().to_owned()).collect();
    assert_eq!(shown.join("\n"), expected);
}

#[test]
fn users_stand_in_columns_with_their_roles() {
    let user = |name: &str, roles: &[&str]| User {
        name: name.to_owned(),
        sign_in: "x@contoso.com".to_owned(),
        kind: "person".to_owned(),
        roles: roles.iter().map(ToString::to_string).collect(),
    };
    let shown = users(&[user("Ann", &["Reader", "Writer"]), user("Bertrand", &[])], 7);
    let expected = "  Ann       person  x@contoso.com  Reader, Writer
  Bertrand  person  x@contoso.com  no role
  and 7 users that came with the environment and are not Terraform's.";
    assert_eq!(shown, expected);
}

#[test]
fn the_four_depths_of_the_api_have_their_own_symbols() {
    let symbols: String =
        ["Basic", "Local", "Deep", "Global"].map(|depth| Level::of_depth(depth).symbol()).iter().collect();
    assert_eq!(symbols, "◔◑◕●");
}

#[test]
fn long_lists_of_privileges_are_wrapped() {
    let names: Vec<String> = (0..9).map(|index| format!("prvReadSomethingLong{index}")).collect();
    let text = wrapped(&names);
    assert!(text.lines().count() > 1 && text.lines().all(|line| line.len() <= 110));
    assert_eq!(text.split_whitespace().count(), 9);
}
