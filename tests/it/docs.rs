//! The documents match the program: commands parse, links and paths exist, and tables are complete.

use crate::shell_line::calls;
use std::fs;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use farrier::cli::app::failure::{EXIT_CODES, FailureKind};

/// A document.
struct Page {
    path: PathBuf,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All documents: those in the root folder and in docs/.
fn pages() -> Vec<Page> {
    let mut pages = Vec::new();
    for folder in [root().to_owned(), root().join("docs")] {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).expect("UTF-8");
                pages.push(Page { path, text });
            }
        }
    }
    pages
}

fn page(name: &str) -> Page {
    let path = root().join(name);
    Page { text: fs::read_to_string(&path).expect("readable"), path }
}

impl Page {
    /// The lines outside code blocks.
    fn prose(&self) -> String {
        self.text.split("\n```").step_by(2).collect::<Vec<_>>().join("\n")
    }

    /// The command lines of code blocks, after `$ `; a line that ends with `\` is joined with the next one.
    fn command_lines(&self) -> Vec<String> {
        let joined = self.text.replace("\\\n", " ");
        let blocks = joined.split("\n```").skip(1).step_by(2);
        let lines = blocks.flat_map(str::lines).filter_map(|line| line.strip_prefix("$ "));
        lines.map(str::to_owned).collect()
    }

    /// The code spans outside code blocks.
    fn code_spans(&self) -> Vec<String> {
        let prose = self.prose();
        let spans = prose.split('`').skip(1).step_by(2);
        spans.map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    /// The headings as link anchors.
    fn anchors(&self) -> Vec<String> {
        let prose = self.prose();
        let headings = prose.lines().filter(|line| line.starts_with('#'));
        let anchor = |heading: &str| {
            let text = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            text.chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
        };
        headings.map(anchor).collect()
    }
}

/// The error for a command line that the program rejects.
fn refusal(call: &[String]) -> Option<clap::Error> {
    if call.get(1).is_some_and(|argument| argument == "help") {
        crate::farrier().args(&call[1..]).assert().success();
        return None;
    }
    let error = farrier::cli::command().try_get_matches_from(call).err()?;
    (!matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)).then_some(error)
}

#[test]
fn every_command_in_a_code_block_parses() {
    let (mut number, mut problems) = (0, Vec::new());
    for page in pages() {
        for line in page.command_lines() {
            for call in calls(&line) {
                number += 1;
                if let Some(error) = refusal(&call) {
                    problems.push(format!("{}: `{line}`: {error}", page.path.display()));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(number > 50, "only {number} commands were found");
}

#[test]
fn every_command_in_a_sentence_exists() {
    // A sentence may name a command without its arguments.
    const INCOMPLETE: [ErrorKind; 2] =
        [ErrorKind::MissingRequiredArgument, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand];
    let mut problems = Vec::new();
    for page in pages() {
        for span in page.code_spans() {
            for call in calls(&span) {
                if let Some(error) = refusal(&call).filter(|error| !INCOMPLETE.contains(&error.kind())) {
                    problems.push(format!("{}: `{span}`: {error}", page.path.display()));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    for page in pages() {
        let folder = page.path.parent().expect("not the root");
        for link in page.prose().split("](").skip(1) {
            let target = link.split(')').next().expect("never empty");
            if target.contains("://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.path.clone() } else { folder.join(file) };
            assert!(file.exists(), "{}: {target} does not exist", page.path.display());
            if !anchor.is_empty() {
                let text = fs::read_to_string(&file).expect("UTF-8");
                let anchors = Page { path: file, text }.anchors();
                assert!(anchors.iter().any(|heading| heading == anchor), "{}: {target}", page.path.display());
            }
        }
    }
}

#[test]
fn every_path_of_the_repository_exists() {
    const FOLDERS: [&str; 8] =
        ["src/", "tests/", "benches/", "docs/", "man/", "completions/", ".ci/", ".cargo/"];
    let mut missing = Vec::new();
    for page in pages() {
        for span in page.code_spans() {
            let is_path = FOLDERS.iter().any(|folder| span.starts_with(folder)) && !span.contains(' ');
            if is_path && !root().join(&span).exists() {
                missing.push(format!("{}: {span} does not exist", page.path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_exit_code_is_explained() {
    let scripting = page("docs/scripting.md");
    for (code, meaning) in EXIT_CODES {
        let row = scripting.text.lines().find(|line| line.starts_with(&format!("| {code} |")));
        let row = row.unwrap_or_else(|| panic!("exit code {code} is missing"));
        assert!(row.ends_with(&format!("| {meaning} |")), "`{row}` does not say `{meaning}`");
        for kind in FailureKind::ALL.into_iter().filter(|kind| kind.exit_code() == code) {
            let name = format!("`{}`", kind.name());
            assert!(row.contains(&name), "the kind {name} is missing in `{row}`");
        }
    }
}

#[test]
fn every_dependency_has_a_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("readable");
    let reasons = page("ARCHITECTURE.md").text;
    let (_, reasons) = reasons.split_once("\n## Dependencies\n").expect("a section of this name");
    let rows: Vec<&str> = reasons.lines().filter_map(|line| line.strip_prefix("| ")).collect();
    let named: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.split(" | ").next())
        .flat_map(|names| names.split('`').skip(1).step_by(2))
        .collect();
    let mut used = Vec::new();
    for section in ["\n[dependencies]\n", "\n[dev-dependencies]\n"] {
        let (_, section) = manifest.split_once(section).expect("a section of this name");
        let lines = section.lines().take_while(|line| !line.is_empty());
        used.extend(lines.filter_map(|line| Some(line.split_once(" = ")?.0)));
    }
    for name in &used {
        assert!(named.contains(name), "ARCHITECTURE.md has no reason for {name}");
    }
    for name in named {
        assert!(used.contains(&name), "ARCHITECTURE.md has a reason for {name}, which is not used");
    }
}

/// The floor of each room, from the picture in ARCHITECTURE.md. A line of the ground floor has several rooms.
fn floors() -> Vec<(String, u32)> {
    let text = page("ARCHITECTURE.md").text;
    let lines = text.lines().filter_map(|line| line.strip_prefix("floor "));
    let mut floors = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        let floor = words.next().and_then(|number| number.parse().ok()).expect("the number of a floor");
        let rooms = words.take(if floor == 0 { usize::MAX } else { 1 });
        floors.extend(rooms.map(|room| (room.to_owned(), floor)));
    }
    floors
}

/// The Rust files in a folder, without those of tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("UTF-8");
        if name.ends_with("tests") || name == "test_files" {
            continue;
        }
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The rooms that a source file uses outside of its tests and comments.
fn used_rooms(source: &str) -> Vec<String> {
    let (code, _) = source.split_once("\n#[cfg(test)]\nmod tests").unwrap_or((source, ""));
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join(" ");
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut rooms = Vec::new();
    for after in code.split("crate::").skip(1) {
        let Some(list) = after.strip_prefix('{') else {
            rooms.push(name(after));
            continue;
        };
        let mut depth = 1;
        let mut item = String::new();
        for c in list.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 || (depth == 1 && c == ',') {
                rooms.push(name(&item));
                item.clear();
            } else {
                item.push(c);
            }
            if depth == 0 {
                break;
            }
        }
    }
    rooms
}

#[test]
fn rooms_use_only_rooms_on_lower_floors() {
    let floors = floors();
    let floor_of = |room: &str| floors.iter().find(|(known, _)| known == room).map(|(_, floor)| *floor);
    let source_folder = root().join("src");
    let mut arrows = 0;
    for path in sources(&source_folder) {
        let below = path.strip_prefix(&source_folder).expect("it is in src");
        let room = below.iter().next().and_then(|room| room.to_str()).expect("a room");
        let room = room.strip_suffix(".rs").unwrap_or(room);
        if ["lib", "main"].contains(&room) {
            continue;
        }
        let floor = floor_of(room).unwrap_or_else(|| panic!("the picture has no floor for {room}"));
        for used in used_rooms(&fs::read_to_string(&path).expect("UTF-8")) {
            let Some(below) = floor_of(&used).filter(|_| used != room) else { continue };
            assert!(below < floor, "{}: {room} is not above {used}", path.display());
            arrows += 1;
        }
    }
    assert!(arrows > 500, "only {arrows} uses of rooms were found");
    for (room, _) in floors {
        let exists = ["", ".rs"].iter().any(|ending| source_folder.join(format!("{room}{ending}")).exists());
        assert!(exists, "there is no room {room}");
    }
}

#[test]
fn used_rooms_are_found() {
    let source = "use crate::ui::Ui;\n// crate::lab\nuse crate::{cloud, driver::{a, b},\n  rest};\n\
                  fn f() { crate::drift::g() }\n#[cfg(test)]\nmod tests { use crate::audit; }\n";
    assert_eq!(used_rooms(source), ["ui", "cloud", "driver", "rest", "drift"]);
}
