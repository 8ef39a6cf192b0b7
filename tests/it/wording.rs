//! The texts of the project contain no phrase that wording.txt lists.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files at the top level whose texts are checked.
const CHECKED: [&str; 6] = ["src", "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs"];

/// Folders whose texts are still to be rewritten.
const EXEMPT: [&str; 1] = ["src/inventory/"];

/// A phrase, in lower case, and what to write instead, if the list has it.
struct Phrase {
    text: String,
    better: Option<String>,
}

fn phrases() -> Vec<Phrase> {
    include_str!("wording.txt")
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| match line.split_once('\t') {
            Some((text, better)) => Phrase { text: text.to_owned(), better: Some(better.to_owned()) },
            None => Phrase { text: line.to_owned(), better: None },
        })
        .collect()
}

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("the project can be read");
        for entry in entries {
            files(&entry.expect("the project can be read").path(), found);
        }
    } else if path.is_file()
        && path.extension().is_some_and(|extension| extension == "rs" || extension == "md")
    {
        found.push(path.to_owned());
    }
}

/// The comments and string literals of a Rust source file, each with its line. Code is left out.
fn texts_of_rust(source: &str) -> Vec<(usize, String)> {
    let mut texts = Vec::new();
    let mut text = String::new();
    let mut in_string: Option<usize> = None;
    for (number, line) in source.lines().enumerate() {
        let mut rest = line;
        loop {
            if let Some(hashes) = in_string {
                let end = format!("\"{}", "#".repeat(hashes.saturating_sub(1)));
                let Some(at) = end_of_string(rest, hashes, &end) else {
                    text.push_str(rest.trim_start().trim_end_matches('\\'));
                    text.push(' ');
                    break;
                };
                text.push_str(&rest[..at]);
                texts.push((number + 1, std::mem::take(&mut text)));
                in_string = None;
                rest = &rest[at + end.len()..];
                continue;
            }
            let comment = rest.find("//");
            let string = rest.find('"').filter(|at| comment.is_none_or(|comment| *at < comment));
            let Some(at) = string else {
                if let Some(comment) = comment {
                    texts.push((number + 1, rest[comment..].trim_start_matches(['/', '!']).to_owned()));
                }
                break;
            };
            let before = &rest[..at];
            if before.ends_with('\'') || before.ends_with('\\') {
                // A character literal.
                rest = &rest[at + 1..];
                continue;
            }
            let hashes = before.len() - before.trim_end_matches('#').len();
            let is_raw = before.trim_end_matches('#').ends_with('r');
            in_string = Some(if is_raw { hashes + 1 } else { 0 });
            rest = &rest[at + 1..];
        }
    }
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    texts.into_iter().map(|(line, text)| (line, one_line(&text))).collect()
}

/// Where a string ends in the rest of a line. `hashes` is 0 for a string with escapes.
fn end_of_string(rest: &str, hashes: usize, end: &str) -> Option<usize> {
    if hashes > 0 {
        return rest.find(end);
    }
    let mut escaped = false;
    rest.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

/// Whether a text contains a phrase as whole words.
fn has(text: &str, phrase: &str) -> bool {
    let is_word =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-' || c == '/');
    text.match_indices(phrase).any(|(at, _)| {
        !is_word(text[..at].chars().next_back()) && !is_word(text[at + phrase.len()..].chars().next())
    })
}

#[test]
fn texts_contain_no_listed_phrase() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for name in CHECKED {
        files(&root.join(name), &mut paths);
    }
    paths.sort();
    let phrases = phrases();
    let mut found = Vec::new();
    for path in paths {
        let shown = path.strip_prefix(root).expect("it is below").display().to_string();
        if EXEMPT.iter().any(|folder| shown.starts_with(folder)) {
            continue;
        }
        let source = fs::read_to_string(&path).expect("sources are UTF-8");
        let texts = if path.extension().is_some_and(|extension| extension == "rs") {
            texts_of_rust(&source)
        } else {
            source.lines().enumerate().map(|(number, line)| (number + 1, line.to_owned())).collect()
        };
        for (line, text) in texts {
            let text = text.to_lowercase();
            for phrase in phrases.iter().filter(|phrase| has(&text, &phrase.text)) {
                let better = phrase.better.as_ref().map(|better| format!(" (better: {better})"));
                found.push(format!("{shown}:{line}: `{}`{}", phrase.text, better.unwrap_or_default()));
            }
        }
    }
    assert!(found.is_empty(), "{} phrases of wording.txt:\n{}", found.len(), found.join("\n"));
}

#[test]
fn comments_and_strings_are_found_in_rust() {
    let source = "let a = \"one \\\" two\"; // three\n/// four\nlet b = r#\"five \" six\"#; let c = '\"'; f(\"se\\\n   ven\");";
    let texts: Vec<String> = texts_of_rust(source).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["one \\\" two", "three", "four", "five \" six", "se ven"]);
}

#[test]
fn phrases_are_found_as_whole_words() {
    assert!(has("it is told, so", "is told"));
    assert!(!has("this told", "is told"));
    assert!(!has("grey-box", "grey"));
}
