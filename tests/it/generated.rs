//! The committed completions and manual pages are what the program would write today.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::ValueEnum;
use clap_complete::{Generator, Shell};

/// What makes the files anew.
const REGENERATE: &str = "REGENERATE=1 cargo test --test it generated";

/// Compares a directory with what should be in it, or brings it up to date where that was asked for.
fn check(directory: &str, wanted: &BTreeMap<String, Vec<u8>>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    if std::env::var_os("REGENERATE").is_some() {
        // What is there may be of commands that are no more.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the project can be written to");
        for (name, text) in wanted {
            fs::write(path.join(name), text).expect("the project can be written to");
        }
    }
    let entries =
        fs::read_dir(&path).unwrap_or_else(|error| panic!("{directory}/: {error}; run `{REGENERATE}`"));
    let there: BTreeMap<String, Vec<u8>> = entries
        .map(|entry| {
            let entry = entry.expect("the directory can be read");
            let name = entry.file_name().into_string().expect("names are UTF-8");
            (name, fs::read(entry.path()).expect("the file can be read"))
        })
        .collect();
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&there),
        names(wanted),
        "files of {directory}/ are missing or too many; run `{REGENERATE}`"
    );
    for (name, text) in wanted {
        assert!(there[name] == *text, "{directory}/{name} is stale; run `{REGENERATE}`");
    }
}

#[test]
fn generated_completions_are_fresh() {
    let scripts = Shell::value_variants()
        .iter()
        .map(|shell| (shell.file_name("farrier"), farrier::cli::commands::completions::script(*shell)));
    check("completions", &scripts.collect());
}

#[test]
fn generated_manual_pages_are_fresh() {
    check("man", &farrier::cli::commands::man::pages().into_iter().collect());
}
