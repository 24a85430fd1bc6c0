//! The settings of a user: a row that comes, moves and goes with the user.

use uuid::Uuid;

use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::store::{Row, Store, Val};

/// Languages an environment has without language packs; 0 stands for the base language.
const INSTALLED: [i64; 2] = [0, 1033];

/// Keeps the business unit of the settings that of the user.
pub(crate) fn follow(store: &mut Store, user: Uuid, unit: Uuid) {
    if let Some(row) = store.row(TableId::UserSettings, user) {
        store.put(row.as_ref().clone().with("businessunitid", Val::Guid(unit)));
    }
}

/// Changes the settings of a user.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    for column in ["timezonecode", "localeid", "uilanguageid", "helplanguageid", "paginglimit"] {
        match changes.get(column) {
            Some(Val::Null) => return Err(Code::RequiredFieldMissing.error(&[&column])),
            Some(Val::Int(language)) if column.ends_with("languageid") && !INSTALLED.contains(language) => {
                return Err(ApiError::unsupported(format!(
                    "{column} {language}: no language pack is installed"
                )));
            }
            _ => {}
        }
    }
    let changed = super::applied(call, row, changes);
    call.store_mut().put(changed);
    Ok(())
}
