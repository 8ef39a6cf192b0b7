//! The committed completions, man pages and JSON Schemas match what the program generates.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::ValueEnum;
use clap_complete::{Generator, Shell};

/// The variable that regenerates the files.
const REGENERATE: &str = "REGENERATE=1 cargo test --test it generated";

/// Compares a directory with its expected contents, or updates it if requested.
fn check(directory: &str, wanted: &BTreeMap<String, Vec<u8>>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    if std::env::var_os("REGENERATE").is_some() {
        // Files in it may belong to commands that no longer exist.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the project can be written to");
        for (name, text) in wanted {
            fs::write(path.join(name), text).expect("the project can be written to");
        }
    }
    let entries =
        fs::read_dir(&path).unwrap_or_else(|error| panic!("{directory}/: {error}; run `{REGENERATE}`"));
    let existing: BTreeMap<String, Vec<u8>> = entries
        .map(|entry| {
            let entry = entry.expect("the directory can be read");
            let name = entry.file_name().into_string().expect("names are UTF-8");
            (name, fs::read(entry.path()).expect("the file can be read"))
        })
        .collect();
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&existing),
        names(wanted),
        "files of {directory}/ are missing or too many; run `{REGENERATE}`"
    );
    for (name, text) in wanted {
        assert!(existing[name] == *text, "{directory}/{name} is stale; run `{REGENERATE}`");
    }
}

#[test]
fn completions_are_up_to_date() {
    let scripts = Shell::value_variants()
        .iter()
        .map(|shell| (shell.file_name("farrier"), farrier::cli::commands::completions::script(*shell)));
    check("completions", &scripts.collect());
}

#[test]
fn schemas_are_up_to_date() {
    let answers = farrier::cli::commands::schema::answers();
    let schemas = answers.iter().map(|answer| {
        (format!("{}.json", answer.file_name()), format!("{:#}\n", answer.schema()).into_bytes())
    });
    check("docs/schema", &schemas.collect());
}

#[test]
fn man_pages_are_up_to_date() {
    check("man", &farrier::cli::commands::man::pages().into_iter().collect());
}
