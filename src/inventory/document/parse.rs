//! From the text of a file to a tree.

use std::collections::{HashMap, HashSet};

use serde_saphyr::granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};

use super::scalar::{Scalar, Style};
use super::{Content, Entry, Finding, InputError, Origin, Place, Source, Value};

/// What aliases may add whatever the size of the file, in values.
const ALIAS_ALLOWANCE: usize = 100_000;

/// More values than this no file needs: 100,000 machines of 50 values fit. It bounds the memory that a file can take.
const MOST_VALUES: usize = 5_000_000;

/// Parses every document of a file; empty ones are left out.
pub(super) fn parse(source: &Source) -> Result<Vec<Value>, InputError> {
    built(source).map_err(|error| unrendered(source, &error).unwrap_or(error))?.finish()
}

/// What a line begins with that a template engine acts on and does not leave in the file, with how messages show it.
const STATEMENTS: [(&str, &str); 5] =
    [("{%", "{% … %}"), ("{#", "{# … #}"), ("<%", "<% … %>"), ("{{-", "{{- … }}"), ("{{", "{{ … }}")];

/// The error of a file that is a template, if a line up to the one that cannot be read looks like a statement of one.
fn unrendered(source: &Source, error: &InputError) -> Option<InputError> {
    let last = error.findings().first()?.origin.line()?;
    let lines = source.text().lines().zip(1_u32..).take_while(|(_, number)| *number <= last);
    lines.into_iter().find_map(|(line, number)| {
        let text = line.trim_start();
        let (_, shown) = STATEMENTS.iter().find(|(begin, _)| text.starts_with(begin))?;
        let column = line.chars().count() - text.chars().count() + 1;
        let message = format!("`{shown}` looks like a template that was not rendered: render the file first");
        Some(
            refuse(
                source,
                Place { column: u32::try_from(column).unwrap_or(u32::MAX), line: number },
                message,
            )
            .into(),
        )
    })
}

/// Reads a file up to its end.
fn built(source: &Source) -> Result<Builder<'_>, InputError> {
    let text = source.text();
    let json = text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let mut builder = Builder::new(source, if json { Style::Json } else { Style::Plain });
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => return Err(unreadable(source, &error)),
        }
    }
    Ok(builder)
}

fn refuse(source: &Source, at: Place, message: impl Into<String>) -> Finding {
    Finding::error(Origin::at(source.name().clone(), at, String::new()), message.into())
}

fn place(marker: Marker) -> Place {
    Place::new(marker.line(), marker.col() + 1)
}

/// A syntax error, in JSON's words for a file that is called JSON.
fn unreadable(source: &Source, error: &ScanError) -> InputError {
    if source.name().to_ascii_lowercase().ends_with(".json")
        && let Err(json) = serde_json::from_str::<serde::de::IgnoredAny>(source.text())
    {
        let words = json.to_string();
        let words = words.split(" at line ").next().unwrap_or(&words);
        let at = Place::new(json.line(), json.column().max(1));
        return refuse(source, at, format!("not valid JSON: {words}")).into();
    }
    let at = place(*error.marker());
    let tab = matches!(
        error.kind(),
        ErrorKind::TabInIndentation
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabNotAllowed
            | ErrorKind::TabInPlainScalar
    );
    if let Some(at) = indenting_tab(source.text(), at.line).filter(|_| tab) {
        return refuse(source, at, "a tab is used to indent, YAML allows only spaces").into();
    }
    let kind = error.kind();
    let advice = advice(kind).map(|advice| format!(" ({advice})")).unwrap_or_default();
    match kind {
        // The character may be part of a password.
        ErrorKind::UnexpectedCharacter { .. } => {
            refuse(source, at, format!("not valid YAML: unexpected character{advice}")).into()
        }
        _ => refuse(source, at, format!("not valid YAML: {kind}{advice}")).into(),
    }
}

/// The advice for a syntax error that text without quotes causes, if its first character has a meaning in YAML.
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

/// Tags of Ansible, GitLab, AWS and others. Any other tag may be a password without quotes and is not shown.
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
fn unknown_tag(tag: &Tag) -> String {
    let tag = tag.original();
    match KNOWN_TAGS.iter().find(|known| **known == tag) {
        Some(tag) if tag.starts_with("!vault") => {
            format!(
                "the tag `{tag}` is not understood: the value is encrypted by Ansible Vault, decrypt it first"
            )
        }
        Some(tag) => format!("the tag `{tag}` is not understood"),
        None => "a tag is not understood (text that begins with `!` needs quotes)".to_owned(),
    }
}

/// The first tab among the spaces that begin a line, from the given line on.
fn indenting_tab(text: &str, from: u32) -> Option<Place> {
    text.lines().enumerate().skip(from.saturating_sub(1) as usize).find_map(|(index, line)| {
        let column = line.bytes().take_while(|byte| *byte == b' ').count();
        (line.as_bytes().get(column) == Some(&b'\t')).then(|| Place::new(index + 1, column + 1))
    })
}

/// A collection that is not closed yet.
struct Open {
    at: Place,
    anchor: usize,
    inner: Inner,
}

enum Inner {
    List(Vec<Value>),
    Mapping { entries: Vec<Entry>, key: Option<(Place, Key)>, merged: Vec<Value> },
}

enum Key {
    /// The key, and whether a colon comes after it.
    Text(Box<str>, bool),
    /// `<<`, not in quotes: what follows is merged into the mapping.
    Merge,
}

/// What an anchor stands for, and how many values that is.
struct Anchored {
    value: Value,
    size: usize,
}

struct Builder<'s> {
    source: &'s Source,
    plain: Style,
    open: Vec<Open>,
    roots: Vec<Value>,
    anchors: HashMap<usize, Anchored>,
    /// How many more values may be copied on behalf of anchors and aliases.
    allowance: usize,
    /// How many values were placed.
    count: usize,
    duplicates: Vec<Finding>,
}

impl<'s> Builder<'s> {
    fn new(source: &'s Source, plain: Style) -> Self {
        Self {
            source,
            plain,
            open: Vec::new(),
            roots: Vec::new(),
            anchors: HashMap::new(),
            allowance: ALIAS_ALLOWANCE + source.text().len() / 2,
            count: 0,
            duplicates: Vec::new(),
        }
    }

    fn refuse(&self, at: Place, message: impl Into<String>) -> InputError {
        refuse(self.source, at, message).into()
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), InputError> {
        let at = place(span.start);
        let tag_at = span.tag_start().map_or(at, place);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = self.is_text(tag.as_deref(), tag_at)?;
                let style = if style == ScalarStyle::Plain && !quoted { self.plain } else { Style::Quoted };
                let value = Value { at, content: Content::Scalar(Scalar::new(text, style)) };
                self.anchor(anchor, &value)?;
                let has_colon = span.end.byte_offset().and_then(|end| self.source.text().get(end..));
                let has_colon = has_colon.is_none_or(|rest| rest.trim_start().starts_with(':'));
                self.place(value, has_colon)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.is_text(tag.as_deref(), tag_at)?;
                self.begin(at, anchor, Inner::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.is_text(tag.as_deref(), tag_at)?;
                self.begin(at, anchor, Inner::Mapping { entries: Vec::new(), key: None, merged: Vec::new() })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let Some(anchored) = self.anchors.get(&anchor) else {
                    return Err(self.refuse(at, "an alias refers to the collection that it is part of"));
                };
                let (value, size) = (anchored.value.clone(), anchored.size);
                self.spend(size, at)?;
                self.place(value, true)
            }
            _ => Ok(()),
        }
    }

    /// Whether a tag says that the value is text; a tag that YAML does not define is refused.
    fn is_text(&self, tag: Option<&Tag>, at: Place) -> Result<bool, InputError> {
        match tag {
            None => Ok(false),
            Some(tag) if tag.is_yaml_core_schema() => Ok(tag.is_yaml_core_schema_tag("str")),
            // `! text`, the tag that means text whatever the value looks like.
            Some(tag) if tag.handle().is_empty() && tag.suffix() == "!" => Ok(true),
            Some(tag) => Err(self.refuse(at, unknown_tag(tag))),
        }
    }

    /// Opens a collection, which cannot be the key of a mapping.
    fn begin(&mut self, at: Place, anchor: usize, inner: Inner) -> Result<(), InputError> {
        if let Some(Open { inner: Inner::Mapping { key: None, .. }, .. }) = self.open.last() {
            return Err(self.refuse(
                at,
                "a key must be text, found a collection (a `{{ … }}` template is to be filled in first)",
            ));
        }
        self.open.push(Open { at, anchor, inner });
        Ok(())
    }

    /// Closes the innermost collection.
    fn close(&mut self) -> Result<(), InputError> {
        let Some(Open { at, anchor, inner }) = self.open.pop() else { return Ok(()) };
        let content = match inner {
            Inner::List(items) => Content::List(items),
            Inner::Mapping { mut entries, merged, .. } => {
                self.note_duplicates(&mut entries);
                for mapping in merged {
                    self.merge(&mut entries, mapping)?;
                }
                Content::Mapping(entries)
            }
        };
        let value = Value { at, content };
        self.anchor(anchor, &value)?;
        self.place(value, true)
    }

    /// Remembers what an anchor stands for.
    fn anchor(&mut self, anchor: usize, value: &Value) -> Result<(), InputError> {
        if anchor != 0 {
            let size = size(value);
            self.spend(size, value.at)?;
            self.anchors.insert(anchor, Anchored { value: value.clone(), size });
        }
        Ok(())
    }

    fn spend(&mut self, size: usize, at: Place) -> Result<(), InputError> {
        match self.allowance.checked_sub(size) {
            Some(rest) => self.allowance = rest,
            None => return Err(self.refuse(at, "aliases multiply to more values than this file can need")),
        }
        Ok(())
    }

    /// Refuses a file of too many values.
    fn count(&mut self, at: Place) -> Result<(), InputError> {
        self.count += 1;
        if self.count > MOST_VALUES {
            return Err(self.refuse(at, format!("more than {MOST_VALUES} values in one file, split it")));
        }
        Ok(())
    }

    /// Puts a finished value where it belongs; if it is a key, `has_colon` says whether a colon comes after it.
    fn place(&mut self, value: Value, has_colon: bool) -> Result<(), InputError> {
        let at = value.at;
        self.count(at)?;
        match self.open.last_mut().map(|open| &mut open.inner) {
            None if value.is_null() => {}
            None => self.roots.push(value),
            Some(Inner::List(items)) => items.push(value),
            Some(Inner::Mapping { entries, key, merged }) => match (key.take(), value.content) {
                (None, Content::Scalar(scalar)) => {
                    let merge = scalar.text() == "<<" && scalar.is_bare();
                    let text = || Key::Text(scalar.text().into(), has_colon);
                    *key = Some((at, if merge { Key::Merge } else { text() }));
                }
                (None, _) => return Err(self.refuse(at, "a key must be text, found a collection")),
                (Some((at, Key::Text(_, false))), Content::Scalar(scalar)) if scalar.is_null() => {
                    // The rest of a password, perhaps: it is not quoted.
                    return Err(
                        self.refuse(at, "a key without `:` and value (text with a comma in it needs quotes)")
                    );
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

    /// Adds the entries of a merged mapping whose keys are not there already.
    fn merge(&self, entries: &mut Vec<Entry>, merged: Value) -> Result<(), InputError> {
        let Content::Mapping(merged_entries) = merged.content else {
            return Err(self.refuse(merged.at, "`<<` merges a mapping or a list of mappings"));
        };
        let own: HashSet<Box<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
        entries.extend(merged_entries.into_iter().filter(|entry| !own.contains(&entry.key)));
        Ok(())
    }

    /// Notes keys given twice, and keeps the first of each.
    fn note_duplicates(&mut self, entries: &mut Vec<Entry>) {
        let mut first: HashMap<&str, Place> = HashMap::with_capacity(entries.len());
        let mut again = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(first) = first.get(&*entry.key) {
                let key = entry.key.escape_debug();
                let message = format!("the key `{key}` is given twice, first on line {}", first.line);
                self.duplicates.push(refuse(self.source, entry.at, message));
                again.push(index);
            } else {
                first.insert(&entry.key, entry.at);
            }
        }
        for index in again.into_iter().rev() {
            entries.remove(index);
        }
    }

    fn finish(self) -> Result<Vec<Value>, InputError> {
        if self.duplicates.is_empty() {
            return Ok(self.roots);
        }
        let report = super::Report::default();
        for duplicate in self.duplicates {
            report.error(duplicate.origin, duplicate.message);
        }
        report.finish(self.roots).map(|(roots, _)| roots)
    }
}

/// How many values a value consists of.
fn size(value: &Value) -> usize {
    1 + match &value.content {
        Content::Scalar(_) => 0,
        Content::List(items) => items.iter().map(size).sum(),
        Content::Mapping(entries) => entries.iter().map(|entry| size(&entry.value)).sum(),
    }
}
