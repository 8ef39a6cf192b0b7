//! Texts and names of the project contain no phrase or word that wording.txt lists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files at the top level whose texts are checked. `man` and `completions` contain the help.
const CHECKED: [&str; 10] = [
    "src",
    "tests",
    "benches",
    "man",
    "completions",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs",
];

/// Folders whose names are checked.
const CODE: [&str; 3] = ["src", "tests", "benches"];

/// What is not checked: texts that are still to be rewritten, the output in snapshots, and this list and its tests.
const EXEMPT: [&str; 2] = ["tests/it/snapshots/", "tests/it/wording."];

/// Listed words that names in `src` still contain. Remove a word from here when nothing is named so any more.
const STILL_USED: [&str; 0] = [];

/// The endings of the names of checked files. Completions for bash, zsh and fish are checked by their folder.
const TEXT_FILES: [&str; 5] = ["rs", "md", "py", "conf", "1"];

/// A phrase, in lower case, and what to write instead, if the list has it.
struct Phrase {
    text: String,
    better: Option<String>,
}

impl Phrase {
    fn problem(&self, place: &str) -> String {
        let better = self.better.as_ref().map(|better| format!(" (better: {better})"));
        format!("{place}: `{}`{}", self.text, better.unwrap_or_default())
    }
}

/// The phrases of some sections of a list.
fn phrases(list: &str, sections: &[&str]) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    let mut is_wanted = false;
    for line in list.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(section) = line.strip_prefix('[') {
            is_wanted = sections.contains(&section.trim_end_matches(']'));
        } else if is_wanted {
            let (text, better) =
                line.split_once('\t').map_or((line, None), |(text, better)| (text, Some(better)));
            phrases.push(Phrase { text: text.to_owned(), better: better.map(str::to_owned) });
        }
    }
    phrases
}

fn listed(sections: &[&str]) -> Vec<Phrase> {
    phrases(include_str!("wording.txt"), sections)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below these folders, except for the exempt ones, as paths and as they are shown.
fn files(names: &[&str]) -> Vec<(PathBuf, String)> {
    fn collect(path: PathBuf, found: &mut Vec<PathBuf>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).expect("the project can be read") {
                collect(entry.expect("the project can be read").path(), found);
            }
        } else {
            found.push(path);
        }
    }
    let mut found = Vec::new();
    for name in names {
        collect(root().join(name), &mut found);
    }
    found.sort();
    let shown = |path: &Path| path.strip_prefix(root()).expect("it is below").display().to_string();
    let files = found.into_iter().map(|path| (shown(&path), path)).map(|(shown, path)| (path, shown));
    files.filter(|(_, shown)| !EXEMPT.iter().any(|exempt| shown.starts_with(exempt))).collect()
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|ending| extensions.contains(&ending))
}

/// A Rust source file: its comments and string literals, and its code without these, each with its line.
#[derive(Default)]
struct Source {
    texts: Vec<(usize, String)>,
    code: Vec<(usize, String)>,
}

fn split_rust(source: &str) -> Source {
    let (mut texts, mut code) = (Vec::new(), Vec::new());
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
                code.push((number + 1, rest[..comment.unwrap_or(rest.len())].to_owned()));
                if let Some(comment) = comment {
                    texts.push((number + 1, rest[comment..].trim_start_matches(['/', '!']).to_owned()));
                }
                break;
            };
            let before = &rest[..at];
            code.push((number + 1, before.to_owned()));
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
    let texts = texts.into_iter().map(|(line, text)| (line, one_line(&text))).collect();
    Source { texts, code }
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

/// The words of the identifiers in code: `SetAside` and `set_aside` contain `set` and `aside`.
fn words_of_names(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut last = ' ';
    for c in code.chars().chain([' ']) {
        let starts = c.is_uppercase() && !last.is_uppercase();
        if (!c.is_alphanumeric() || starts) && !word.is_empty() {
            words.push(std::mem::take(&mut word).to_lowercase());
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
        last = c;
    }
    words
}

#[test]
fn texts_contain_no_listed_phrase() {
    let phrases = listed(&["texts", "spelling"]);
    let mut found = Vec::new();
    for (path, shown) in files(&CHECKED) {
        if !has_extension(&path, &TEXT_FILES) && !shown.starts_with("completions/") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("sources are UTF-8");
        let texts = if has_extension(&path, &["rs"]) {
            split_rust(&source).texts
        } else {
            // Manual pages escape hyphens.
            let lines = source.lines().map(|line| line.replace("\\-", "-"));
            lines.enumerate().map(|(number, line)| (number + 1, line)).collect()
        };
        for (line, text) in texts {
            let text = text.to_lowercase();
            let hits = phrases.iter().filter(|phrase| has(&text, &phrase.text));
            found.extend(hits.map(|phrase| phrase.problem(&format!("{shown}:{line}"))));
        }
    }
    assert!(found.is_empty(), "{} phrases of wording.txt:\n{}", found.len(), found.join("\n"));
}

#[test]
fn names_contain_no_listed_word() {
    let listed = listed(&["names", "spelling"]);
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    let mut check = |name: &str, place: String| {
        for word in words_of_names(name) {
            let Some(phrase) = listed.iter().find(|phrase| phrase.text == word) else { continue };
            if STILL_USED.contains(&word.as_str()) {
                used.insert(word);
            } else {
                found.push(phrase.problem(&place));
            }
        }
    };
    for (path, shown) in files(&CODE) {
        check(&shown, shown.clone());
        if has_extension(&path, &["rs"]) {
            for (line, code) in split_rust(&fs::read_to_string(&path).expect("sources are UTF-8")).code {
                check(&code, format!("{shown}:{line}"));
            }
        }
    }
    assert!(found.is_empty(), "{} words of wording.txt:\n{}", found.len(), found.join("\n"));
    let unused: Vec<&str> = STILL_USED.into_iter().filter(|word| !used.contains(*word)).collect();
    assert!(unused.is_empty(), "remove from STILL_USED in {}: {unused:?}", file!());
}

#[test]
fn comments_strings_and_code_are_separated() {
    let source = "let a = \"one \\\" two\"; // three\n/// four\nlet b = r#\"five \" six\"#; let c = '\"'; f(\"se\\\n   ven\");";
    let Source { texts, code } = split_rust(source);
    let texts: Vec<String> = texts.into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["one \\\" two", "three", "four", "five \" six", "se ven"]);
    let code = code.into_iter().map(|(_, code)| code).collect::<String>();
    assert!(["let a", "let b", "let c", "f("].iter().all(|part| code.contains(part)), "{code}");
    assert!(["one", "three", "four", "five", "ven"].iter().all(|text| !code.contains(text)), "{code}");
}

#[test]
fn phrases_are_found_as_whole_words() {
    assert!(has("it is told, so", "is told"));
    assert!(has("goes on", "goes on"));
    assert!(!has("this told", "is told"));
    assert!(!has("grey-box", "grey"));
    assert!(!has("such as a node", "such a"));
}

#[test]
fn list_has_sections() {
    let list = "# comment\n\n[texts]\nso many\tmany\nbe it\n[names]\nanew\tagain\n";
    let texts = phrases(list, &["texts"]);
    assert_eq!(
        texts.iter().map(|phrase| phrase.problem("x")).collect::<Vec<_>>(),
        ["x: `so many` (better: many)", "x: `be it`"]
    );
    assert_eq!(phrases(list, &["names", "texts"]).len(), 3);
    for section in ["texts", "spelling", "names"] {
        let listed = listed(&[section]);
        assert!(listed.len() > 10, "{section}");
        assert!(listed.iter().all(|phrase| phrase.text == phrase.text.trim().to_lowercase()), "{section}");
    }
}

#[test]
fn names_are_split_into_words() {
    assert_eq!(
        words_of_names("fn set_aside(x: SetAside) -> BMCState"),
        ["fn", "set", "aside", "x", "set", "aside", "bmcstate"]
    );
    assert_eq!(words_of_names("src/driver/marks.rs"), ["src", "driver", "marks", "rs"]);
}
