//! What fuzz targets ask of the emulator.

/// The texts that a path with its query says, in their order, as the emulator reads them.
///
/// # Errors
/// When a part of it is not OData.
pub fn texts(url: &str) -> Result<Vec<String>, String> {
    crate::odata::texts(url)
}
