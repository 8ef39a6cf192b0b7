//! Parses the text of a file into a tree.

use std::collections::{HashMap, HashSet};

use serde_saphyr::granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};

use super::scalar::{Scalar, Style};
use super::{Content, Entry, InputError, InputFile, InputProblem, Position, SourceLocation, Value};

/// How many values aliases may add to a file of any size.
const ALIAS_ALLOWANCE: usize = 100_000;

/// The maximum number of values in a file, which limits memory. A file of 100,000 machines with 50 values each fits.
const MAX_VALUES: usize = 5_000_000;

/// Parses all documents of a file, except for empty ones.
pub(super) fn parse(file: &InputFile) -> Result<Vec<Value>, InputError> {
    build(file).map_err(|error| unrendered(file, &error).unwrap_or(error))?.finish()
}

/// Beginnings of lines that a template engine would have removed, and their form in messages.
const STATEMENTS: [(&str, &str); 5] =
    [("{%", "{% … %}"), ("{#", "{# … #}"), ("<%", "<% … %>"), ("{{-", "{{- … }}"), ("{{", "{{ … }}")];

/// The error for an unrendered template: a line up to the syntax error begins with a template statement.
fn unrendered(file: &InputFile, error: &InputError) -> Option<InputError> {
    let last = error.errors().first()?.location.line()?;
    let lines = file.text().lines().zip(1_u32..).take_while(|(_, number)| *number <= last);
    lines.into_iter().find_map(|(line, number)| {
        let text = line.trim_start();
        let (_, shown) = STATEMENTS.iter().find(|(begin, _)| text.starts_with(begin))?;
        let column = line.chars().count() - text.chars().count() + 1;
        let message = format!("`{shown}` looks like a template that was not rendered: render the file first");
        Some(
            refuse(
                file,
                Position { column: u32::try_from(column).unwrap_or(u32::MAX), line: number },
                message,
            )
            .into(),
        )
    })
}

/// Parses a file to its end.
fn build(file: &InputFile) -> Result<Builder<'_>, InputError> {
    let text = file.text();
    let json = text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let mut builder = Builder::new(file, if json { Style::Json } else { Style::Plain });
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => return Err(syntax_error(file, &error)),
        }
    }
    Ok(builder)
}

fn refuse(file: &InputFile, at: Position, message: impl Into<String>) -> InputProblem {
    InputProblem::error(SourceLocation::at(file.name().clone(), at, String::new()), message.into())
}

fn position(marker: Marker) -> Position {
    Position::new(marker.line(), marker.col() + 1)
}

/// A syntax error. A file whose name ends in `.json` gets the error of the JSON parser.
fn syntax_error(file: &InputFile, error: &ScanError) -> InputError {
    if file.name().to_ascii_lowercase().ends_with(".json")
        && let Err(json) = serde_json::from_str::<serde::de::IgnoredAny>(file.text())
    {
        let message = json.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        let at = Position::new(json.line(), json.column().max(1));
        return refuse(file, at, format!("not valid JSON: {message}")).into();
    }
    let at = position(*error.marker());
    let tab = matches!(
        error.kind(),
        ErrorKind::TabInIndentation
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabNotAllowed
            | ErrorKind::TabInPlainScalar
    );
    if let Some(at) = indenting_tab(file.text(), at.line).filter(|_| tab) {
        return refuse(file, at, "indented with a tab, YAML allows only spaces").into();
    }
    let kind = error.kind();
    let advice = advice(kind).map(|advice| format!(" ({advice})")).unwrap_or_default();
    match kind {
        // Do not show the character: it may be part of a password.
        ErrorKind::UnexpectedCharacter { .. } => {
            refuse(file, at, format!("not valid YAML: unexpected character{advice}")).into()
        }
        _ => refuse(file, at, format!("not valid YAML: {kind}{advice}")).into(),
    }
}

/// The advice for a syntax error caused by unquoted text whose first character has a meaning in YAML.
fn advice(kind: &ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::UnknownAnchor => "text that begins with `*` needs quotes",
        ErrorKind::UndeclaredTagHandle => "text that begins with `!` needs quotes",
        ErrorKind::UnexpectedCharacter { character: '@' | '`' | '%' } => {
            "text that begins with `@`, `%` or a backtick needs quotes"
        }
        _ => return None,
    })
}

/// Tags of Ansible, GitLab, AWS and others. Other tags are not shown, because they may be unquoted passwords.
const KNOWN_TAGS: [&str; 19] = [
    "!vault",
    "!vault-encrypted",
    "!unsafe",
    "!include",
    "!include_vars",
    "!reference",
    "!Ref",
    "!Sub",
    "!GetAtt",
    "!Join",
    "!Split",
    "!Select",
    "!If",
    "!ImportValue",
    "!FindInMap",
    "!Base64",
    "!!binary",
    "!!set",
    "!!timestamp",
];

/// The error for a tag that YAML does not define.
fn unsupported_tag(tag: &Tag) -> String {
    let tag = tag.original();
    match KNOWN_TAGS.iter().find(|known| **known == tag) {
        Some(tag) if tag.starts_with("!vault") => {
            format!("unsupported tag `{tag}`: the value is encrypted by Ansible Vault, decrypt it first")
        }
        Some(tag) => format!("unsupported tag `{tag}`"),
        None => "unsupported tag (text that begins with `!` needs quotes)".to_owned(),
    }
}

/// The first tab in the indentation of a line, from the given line on.
fn indenting_tab(text: &str, from: u32) -> Option<Position> {
    text.lines().enumerate().skip(from.saturating_sub(1) as usize).find_map(|(index, line)| {
        let column = line.bytes().take_while(|byte| *byte == b' ').count();
        (line.as_bytes().get(column) == Some(&b'\t')).then(|| Position::new(index + 1, column + 1))
    })
}

/// A collection that is not closed yet.
struct OpenCollection {
    at: Position,
    anchor: usize,
    inner: PartialCollection,
}

enum PartialCollection {
    List(Vec<Value>),
    Mapping { entries: Vec<Entry>, key: Option<(Position, Key)>, merged: Vec<Value> },
}

enum Key {
    /// The key, and whether a colon follows it.
    Text(Box<str>, bool),
    /// An unquoted `<<`: its value is merged into the mapping.
    Merge,
}

/// The value of an anchor, and the number of values in it.
struct Anchored {
    value: Value,
    size: usize,
}

struct Builder<'s> {
    file: &'s InputFile,
    plain: Style,
    open: Vec<OpenCollection>,
    roots: Vec<Value>,
    anchors: HashMap<usize, Anchored>,
    /// How many more values anchors and aliases may copy.
    allowance: usize,
    /// How many values were added.
    count: usize,
    duplicates: Vec<InputProblem>,
}

impl<'s> Builder<'s> {
    fn new(file: &'s InputFile, plain: Style) -> Self {
        Self {
            file,
            plain,
            open: Vec::new(),
            roots: Vec::new(),
            anchors: HashMap::new(),
            allowance: ALIAS_ALLOWANCE + file.text().len() / 2,
            count: 0,
            duplicates: Vec::new(),
        }
    }

    fn refuse(&self, at: Position, message: impl Into<String>) -> InputError {
        refuse(self.file, at, message).into()
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), InputError> {
        let at = position(span.start);
        let tag_at = span.tag_start().map_or(at, position);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = self.is_text(tag.as_deref(), tag_at)?;
                let style = if style == ScalarStyle::Plain && !quoted { self.plain } else { Style::Quoted };
                let value = Value { at, content: Content::Scalar(Scalar::new(text, style)) };
                self.anchor(anchor, &value)?;
                let has_colon = span.end.byte_offset().and_then(|end| self.file.text().get(end..));
                let has_colon = has_colon.is_none_or(|rest| rest.trim_start().starts_with(':'));
                self.add(value, has_colon)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.is_text(tag.as_deref(), tag_at)?;
                self.begin(at, anchor, PartialCollection::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.is_text(tag.as_deref(), tag_at)?;
                self.begin(
                    at,
                    anchor,
                    PartialCollection::Mapping { entries: Vec::new(), key: None, merged: Vec::new() },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let Some(anchored) = self.anchors.get(&anchor) else {
                    return Err(self.refuse(at, "an alias refers to a collection that contains it"));
                };
                let (value, size) = (anchored.value.clone(), anchored.size);
                self.spend(size, at)?;
                self.add(value, true)
            }
            _ => Ok(()),
        }
    }

    /// Whether a tag makes the value text. A tag that YAML does not define is an error.
    fn is_text(&self, tag: Option<&Tag>, at: Position) -> Result<bool, InputError> {
        match tag {
            None => Ok(false),
            Some(tag) if tag.is_yaml_core_schema() => Ok(tag.is_yaml_core_schema_tag("str")),
            // `! text`: the non-specific tag makes any value text.
            Some(tag) if tag.handle().is_empty() && tag.suffix() == "!" => Ok(true),
            Some(tag) => Err(self.refuse(at, unsupported_tag(tag))),
        }
    }

    /// Opens a collection. A collection cannot be the key of a mapping.
    fn begin(&mut self, at: Position, anchor: usize, inner: PartialCollection) -> Result<(), InputError> {
        if let Some(OpenCollection { inner: PartialCollection::Mapping { key: None, .. }, .. }) =
            self.open.last()
        {
            return Err(
                self.refuse(at, "a key must be text, found a collection (render `{{ … }}` templates first)")
            );
        }
        self.open.push(OpenCollection { at, anchor, inner });
        Ok(())
    }

    /// Closes the innermost collection.
    fn close(&mut self) -> Result<(), InputError> {
        let Some(OpenCollection { at, anchor, inner }) = self.open.pop() else { return Ok(()) };
        let content = match inner {
            PartialCollection::List(items) => Content::List(items),
            PartialCollection::Mapping { mut entries, merged, .. } => {
                self.report_duplicates(&mut entries);
                for mapping in merged {
                    self.merge(&mut entries, mapping)?;
                }
                Content::Mapping(entries)
            }
        };
        let value = Value { at, content };
        self.anchor(anchor, &value)?;
        self.add(value, true)
    }

    /// Stores the value of an anchor.
    fn anchor(&mut self, anchor: usize, value: &Value) -> Result<(), InputError> {
        if anchor != 0 {
            let size = size(value);
            self.spend(size, value.at)?;
            self.anchors.insert(anchor, Anchored { value: value.clone(), size });
        }
        Ok(())
    }

    fn spend(&mut self, size: usize, at: Position) -> Result<(), InputError> {
        match self.allowance.checked_sub(size) {
            Some(rest) => self.allowance = rest,
            None => return Err(self.refuse(at, "aliases expand to too many values")),
        }
        Ok(())
    }

    /// Counts a value, and fails if the file has too many.
    fn count(&mut self, at: Position) -> Result<(), InputError> {
        self.count += 1;
        if self.count > MAX_VALUES {
            return Err(self.refuse(at, format!("more than {MAX_VALUES} values, split the file")));
        }
        Ok(())
    }

    /// Adds a complete value to the open collection. If it is a key, `has_colon` is whether a colon follows it.
    fn add(&mut self, value: Value, has_colon: bool) -> Result<(), InputError> {
        let at = value.at;
        self.count(at)?;
        match self.open.last_mut().map(|open| &mut open.inner) {
            None if value.is_null() => {}
            None => self.roots.push(value),
            Some(PartialCollection::List(items)) => items.push(value),
            Some(PartialCollection::Mapping { entries, key, merged }) => match (key.take(), value.content) {
                (None, Content::Scalar(scalar)) => {
                    let merge = scalar.text() == "<<" && scalar.is_unquoted();
                    let text = || Key::Text(scalar.text().into(), has_colon);
                    *key = Some((at, if merge { Key::Merge } else { text() }));
                }
                (None, _) => return Err(self.refuse(at, "a key must be text, found a collection")),
                (Some((at, Key::Text(_, false))), Content::Scalar(scalar)) if scalar.is_null() => {
                    // Do not quote the key: it may be the rest of a password.
                    return Err(self.refuse(
                        at,
                        "a key has no `:` and no value (put text that contains a comma in quotes)",
                    ));
                }
                (Some((at, Key::Text(key, _))), content) => {
                    entries.push(Entry { at, key, value: Value { at: value.at, content } });
                }
                (Some((_, Key::Merge)), content @ Content::Mapping(_)) => merged.push(Value { at, content }),
                (Some((_, Key::Merge)), Content::List(list)) => merged.extend(list),
                (Some((at, Key::Merge)), Content::Scalar(_)) => {
                    return Err(self.refuse(at, "`<<` merges a mapping or a list of mappings"));
                }
            },
        }
        Ok(())
    }

    /// Adds the entries of a merged mapping whose keys do not exist yet.
    fn merge(&self, entries: &mut Vec<Entry>, merged: Value) -> Result<(), InputError> {
        let Content::Mapping(merged_entries) = merged.content else {
            return Err(self.refuse(merged.at, "`<<` merges a mapping or a list of mappings"));
        };
        let own: HashSet<Box<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
        entries.extend(merged_entries.into_iter().filter(|entry| !own.contains(&entry.key)));
        Ok(())
    }

    /// Reports duplicate keys, and keeps the first of each.
    fn report_duplicates(&mut self, entries: &mut Vec<Entry>) {
        let mut first: HashMap<&str, Position> = HashMap::with_capacity(entries.len());
        let mut duplicates = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(first) = first.get(&*entry.key) {
                let key = entry.key.escape_debug();
                let message = format!("the key `{key}` is given twice, first on line {}", first.line);
                self.duplicates.push(refuse(self.file, entry.at, message));
                duplicates.push(index);
            } else {
                first.insert(&entry.key, entry.at);
            }
        }
        for index in duplicates.into_iter().rev() {
            entries.remove(index);
        }
    }

    fn finish(self) -> Result<Vec<Value>, InputError> {
        if self.duplicates.is_empty() {
            return Ok(self.roots);
        }
        let report = super::Report::default();
        for duplicate in self.duplicates {
            report.error(duplicate.location, duplicate.message);
        }
        report.finish(self.roots).map(|(roots, _)| roots)
    }
}

/// The number of values in a value.
fn size(value: &Value) -> usize {
    1 + match &value.content {
        Content::Scalar(_) => 0,
        Content::List(items) => items.iter().map(size).sum(),
        Content::Mapping(entries) => entries.iter().map(|entry| size(&entry.value)).sum(),
    }
}
