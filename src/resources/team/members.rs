//! The members of a team, as `members` names them.

use std::collections::BTreeSet;

use tf_provider::framework::Tf;

use crate::dataverse::Id;

/// The value of `members`: null when not managed.
pub(super) type Members = Tf<BTreeSet<Tf<String>>>;

/// The ids in a set.
pub(super) fn ids(members: &Members) -> BTreeSet<Id> {
    members.known().into_iter().flatten().filter_map(|id| Id::parse(id.text()?).ok()).collect()
}

/// The users of a team, each in the spelling of `prior` if that names it.
pub(super) fn spelled(users: &BTreeSet<Id>, prior: &Members) -> Members {
    let spelling = |id: &Id| {
        let known = prior
            .known()
            .into_iter()
            .flatten()
            .find(|text| text.text().and_then(|text| Id::parse(text).ok()) == Some(*id));
        known.cloned().unwrap_or_else(|| Tf::Known(id.to_string()))
    };
    Tf::Known(users.iter().map(spelling).collect())
}

/// Who must join and who must leave, so that a team of `users` has the members that `wish` names.
pub(super) fn difference(users: &BTreeSet<Id>, wish: &Members) -> (Vec<Id>, Vec<Id>) {
    let wanted = ids(wish);
    (wanted.difference(users).copied().collect(), users.difference(&wanted).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_compare_without_case_and_keep_their_spelling() {
        let upper = "00000000-0000-0000-0000-00000000000A";
        let wish: Members = Tf::Known([Tf::Known(upper.to_owned())].into());
        let users = BTreeSet::from([Id::from_u128(10), Id::from_u128(11)]);
        assert_eq!(difference(&users, &wish), (vec![], vec![Id::from_u128(11)]));
        let shown = spelled(&users, &wish);
        assert!(shown.known().unwrap().contains(&Tf::Known(upper.to_owned())));
        assert_eq!(shown.known().unwrap().len(), 2);
    }
}
