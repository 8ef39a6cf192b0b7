//! Comparing a text with a snapshot, for these tests and the unit tests of the library.

use insta::Settings;

/// The folder of all snapshots.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots");

/// Compares a text with the snapshot of this name. To accept the text: `INSTA_UPDATE=always cargo test snapshot`.
pub(crate) fn compare(name: &str, text: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
