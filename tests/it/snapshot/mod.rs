//! The complete output of farrier: exit code, stdout and stderr of every command, compared with snapshots.
//!
//! A changed text fails these tests, and review shows the change as a diff of the files in `tests/it/snapshots/`.
//! To accept the output as it is now: `INSTA_UPDATE=always cargo test snapshot`. That includes the unit tests in `src`
//! that list hints and diagnoses.

mod compare;
mod help;
mod instances;
mod nodes;
mod plans;
mod progress;
mod prompts;
mod transcript;
mod usage;

use std::path::Path;

use compare::FOLDER;

#[test]
fn every_snapshot_belongs_to_a_test() {
    let mut sources = String::new();
    for folder in ["src", "tests/it/snapshot"] {
        read_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
    }
    let mut help_pages = help::names();
    help_pages.extend(help::TOPICS.map(|topic| format!("help_topic_{}", topic.replace('-', "_"))));
    for entry in std::fs::read_dir(FOLDER).expect("readable") {
        let file = entry.expect("readable").file_name().into_string().expect("UTF-8");
        let name = file.strip_suffix(".snap").unwrap_or_else(|| panic!("{file} is not a snapshot"));
        let is_used = help_pages.iter().any(|page| page == name) || sources.contains(&format!("\"{name}\""));
        assert!(is_used, "no test compares anything with {file}: remove it");
    }
}

fn read_sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            read_sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("UTF-8"));
        }
    }
}
