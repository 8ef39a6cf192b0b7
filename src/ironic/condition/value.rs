//! What a condition compares with, and how a node's value is compared.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::field::{Field, Kind};
use super::{NotACondition, Op};

/// What a node is to have.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// Nothing at all.
    Nothing,
    Flag(bool),
    Time(Timestamp),
    /// A list or a mapping, whole.
    Json(Value),
    /// A word, a number or a pattern.
    Text(String),
}

impl Wanted {
    /// Whether a text stands for nothing.
    pub(super) fn is_nothing(text: &str) -> bool {
        text.is_empty() || text == "null"
    }

    pub(super) fn read(field: &Field, op: Op, text: &str) -> Result<Self, NotACondition> {
        match field.kind {
            Kind::Flag => match text.to_ascii_lowercase().as_str() {
                "true" => Ok(Self::Flag(true)),
                "false" => Ok(Self::Flag(false)),
                _ => Err(NotACondition::Flag(field.name)),
            },
            Kind::Time => moment(text).map(Self::Time).ok_or(NotACondition::Time { field: field.name }),
            Kind::Text | Kind::List | Kind::Mapping => {
                let whole = op.is_equality() && text.starts_with(['{', '[']);
                let json = whole.then(|| serde_json::from_str(text).ok()).flatten();
                Ok(json.map_or_else(|| Self::Text(text.to_owned()), Self::Json))
            }
        }
    }

    /// Whether a node's value is this, or less, greater or like it.
    pub(super) fn is_met(&self, op: Op, there: &Value) -> bool {
        match (self, there) {
            (Self::Nothing, there) => is_nothing(there),
            (Self::Json(wanted), there) => wanted == there,
            // Of what is null Ironic decides by itself; it is neither.
            (Self::Flag(wanted), there) => there.as_bool() == Some(*wanted),
            (Self::Time(wanted), there) => {
                let there = there.as_str().and_then(|text| text.parse::<Timestamp>().ok());
                there.is_some_and(|there| op.allows(there.cmp(wanted)))
            }
            (Self::Text(_), Value::Array(values)) => values.iter().any(|value| self.is_met(op, value)),
            (Self::Text(wanted), there) => match op {
                Op::Like | Op::Unlike => plain(there).is_some_and(|there| is_like(wanted, &there)),
                Op::Is | Op::IsNot => is_same(wanted, there),
                _ => order(there, wanted).is_some_and(|order| op.allows(order)),
            },
        }
    }
}

impl Op {
    /// Whether a value that stands so to the one wanted is meant.
    fn allows(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Is | Self::IsNot | Self::Like | Self::Unlike => order.is_eq(),
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(mapping) => mapping.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A time with its zone, or one of this computer's zone; a date is its first moment.
fn moment(text: &str) -> Option<Timestamp> {
    let zoned = text.parse().ok();
    zoned.or_else(|| Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::system()).ok()?.timestamp()))
}

/// The text of what is neither nothing nor of parts.
fn plain(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(_) | Value::Number(_) => Some(Cow::Owned(value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a value is the one written so. Texts are compared letter by letter: a serial number `007` is not `7`.
fn is_same(wanted: &str, there: &Value) -> bool {
    match there {
        Value::String(text) => text == wanted,
        Value::Number(_) => order(there, wanted) == Some(Ordering::Equal),
        Value::Bool(flag) => wanted.eq_ignore_ascii_case(if *flag { "true" } else { "false" }),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// How a node's value stands to one written so: as numbers where both are, as texts where neither is.
fn order(there: &Value, wanted: &str) -> Option<Ordering> {
    let there = match there {
        Value::String(text) => Cow::Borrowed(text.as_str()),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    if there.is_empty() {
        return None;
    }
    match (Number::read(&there), Number::read(wanted)) {
        (Some(there), Some(wanted)) => there.partial_cmp(&wanted),
        (None, None) => Some(there.as_ref().cmp(wanted)),
        _ => None,
    }
}

/// A number: whole ones are compared without loss.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    Whole(i128),
    Broken(f64),
}

impl Number {
    fn read(text: &str) -> Option<Self> {
        if let Ok(whole) = text.parse() {
            return Some(Self::Whole(whole));
        }
        text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Broken)
    }
}

impl PartialOrd for Number {
    #[expect(
        clippy::cast_precision_loss,
        reason = "beside a broken number a whole one need be no more exact"
    )]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (*self, *other) {
            (Self::Whole(one), Self::Whole(other)) => Some(one.cmp(&other)),
            (Self::Broken(one), Self::Broken(other)) => one.partial_cmp(&other),
            (Self::Whole(one), Self::Broken(other)) => (one as f64).partial_cmp(&other),
            (Self::Broken(one), Self::Whole(other)) => one.partial_cmp(&(other as f64)),
        }
    }
}

/// Whether a whole text is as a pattern says, in which `*` is any letters, or none, and `?` is any one.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` is, and how far the letters go that it stands for.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// What a mapping has under a key with dots, each of which may be a step inwards or part of a name; `capabilities:NAME` is
/// one of the capabilities that are written as `NAME:VALUE,NAME:VALUE`.
pub(super) fn inside<'v>(mapping: &'v Map<String, Value>, key: &str) -> Option<Cow<'v, Value>> {
    if let Some(value) = mapping.get(key) {
        return Some(Cow::Borrowed(value));
    }
    let dots = key.match_indices('.').find_map(|(at, _)| {
        let inner = mapping.get(&key[..at])?.as_object()?;
        inside(inner, &key[at + 1..])
    });
    dots.or_else(|| {
        let capability = key.strip_prefix("capabilities:")?;
        match mapping.get("capabilities")? {
            Value::Object(capabilities) => capabilities.get(capability).map(Cow::Borrowed),
            Value::String(written) => {
                let mut pairs = written.split(',').filter_map(|pair| pair.split_once(':'));
                let (_, value) = pairs.find(|(name, _)| name.trim() == capability)?;
                Some(Cow::Owned(value.trim().into()))
            }
            _ => None,
        }
    })
}
