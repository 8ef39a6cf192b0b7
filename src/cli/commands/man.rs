//! `farrier man`: manual pages, generated from the help texts.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::Context;
use crate::cli::app::failure::{EXIT_CODES, Failure, FailureKind};
use crate::cli::app::help;

/// Print or install manual pages
///
/// Each command has a page, for example farrier-node-list(1) for `farrier node list`.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES))]
pub(crate) struct Args {
    /// Command (default: farrier itself)
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    command: Vec<String>,

    /// Write all pages to this directory
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

const EXAMPLES: help::Examples = &[
    ("Read the manual", "farrier man | man -l -"),
    ("Install all pages for the current user", "farrier man --dir ~/.local/share/man/man1"),
];

/// All pages of the manual, with file name and text.
///
/// # Panics
///
/// Never: writing to memory cannot fail.
#[must_use]
pub fn pages() -> Vec<(String, Vec<u8>)> {
    let mut command = crate::cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    collect(&command, &mut pages);
    pages
}

fn collect(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) {
    let version = command.get_version().unwrap_or(env!("CARGO_PKG_VERSION"));
    // No date: it would change with every build, or be wrong.
    let man =
        Man::new(command.clone()).date(" ").source(format!("farrier {version}")).manual("farrier manual");
    let mut text = Vec::new();
    page(&man, command, &mut text).expect("writing to memory cannot fail");
    pages.push((man.get_filename(), text));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        collect(sub, pages);
    }
}

/// Adds the paragraphs of a text. Indented lines stay lines of their own.
fn paragraphs(text: &str, roff: &mut Roff) {
    for paragraph in text.split("\n\n") {
        if paragraph.starts_with(' ') {
            roff.control("nf", []);
            for line in paragraph.lines() {
                roff.text([roman(line)]);
            }
            roff.control("fi", []).control("PP", []);
        } else {
            roff.text([roman(paragraph.replace('\n', " "))]).control("PP", []);
        }
    }
}

fn page(man: &Man, command: &clap::Command, text: &mut Vec<u8>) -> io::Result<()> {
    man.render_title(text)?;
    man.render_name_section(text)?;
    let usage = command.clone().render_usage().to_string();
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]).control("nf", []);
    for form in usage.trim_start_matches("Usage: ").lines() {
        roff.text([roman(form.trim())]);
    }
    roff.control("fi", []).to_writer(text)?;
    man.render_description_section(text)?;
    if let Some(examples) = command.get_before_long_help() {
        let examples = examples.to_string();
        let mut roff = Roff::new();
        roff.control("SH", ["EXAMPLES"]).control("nf", []);
        for line in examples.lines().skip(1) {
            roff.text([roman(line)]);
        }
        roff.control("fi", []).to_writer(text)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(text)?;
    }
    man.render_options_section(text)?;
    let codes = EXIT_CODES.map(|(code, meaning)| (code.to_string(), meaning));
    section("EXIT STATUS", codes.iter().map(|(code, meaning)| (code.as_str(), *meaning)), text)?;
    section("ENVIRONMENT", help::ENVIRONMENT.iter().copied(), text)?;
    if command.get_name() == "farrier" {
        let mut roff = Roff::new();
        roff.control("SH", ["CLOUDS"]);
        paragraphs(help::CLOUDS, &mut roff);
        roff.to_writer(text)?;
        let settings = help::settings();
        let rows = settings.iter().map(|(name, meaning)| (name.as_str(), meaning.as_str()));
        section("SETTINGS OF CLOUDS", rows, text)?;
        let mut roff = Roff::new();
        roff.control("SH", ["CONDITIONS"]);
        paragraphs(help::ON_CONDITIONS, &mut roff);
        roff.to_writer(text)?;
        for (written, meaning) in help::CONDITIONS {
            let mut roff = Roff::new();
            roff.control("TP", []).text([bold(*written)]).text([roman(*meaning)]);
            roff.to_writer(text)?;
        }
        let mut roff = Roff::new();
        roff.control("SH", ["JSON"]);
        for paragraph in help::JSON.split("\n\n") {
            roff.text([roman(paragraph.replace('\n', " "))]).control("PP", []);
        }
        roff.to_writer(text)?;
    }
    section("FILES", help::FILES.iter().copied(), text)?;
    text.flush()
}

fn section<'a>(
    title: &str,
    rows: impl Iterator<Item = (&'a str, &'a str)>,
    text: &mut Vec<u8>,
) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    for (name, meaning) in rows {
        roff.control("TP", []).text([bold(name)]).text([roman(meaning)]);
    }
    roff.to_writer(text)
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let pages = pages();
    if let Some(dir) = &args.dir {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
        for (name, text) in &pages {
            let path = dir.join(name);
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        context.ui.note(&format!("wrote {} pages to {}", pages.len(), dir.display()));
        return Ok(());
    }
    let wanted =
        std::iter::once("farrier").chain(args.command.iter().map(String::as_str)).collect::<Vec<_>>();
    let name = format!("{}.1", wanted.join("-"));
    let page = pages.into_iter().find(|(page, _)| *page == name).map(|(_, text)| text).ok_or_else(|| {
        Failure::new(FailureKind::Usage, format!("unknown command `{}`", args.command.join(" ")))
            .hint("list the commands: `farrier --help`")
    })?;
    context.ui.text(&String::from_utf8(page).expect("pages are made of UTF-8"))?;
    Ok(())
}
