//! The value of a condition and its comparison with a node's value.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::field::{Field, FieldType};
use super::{NotACondition, Op};

/// The right side of a condition.
#[derive(Debug, Clone)]
pub(super) enum ConditionValue {
    /// Missing, null or empty.
    Nothing,
    Flag(bool),
    Time(Timestamp),
    /// A whole list or mapping.
    Json(Value),
    /// A text, a number or a pattern.
    Text(String),
}

impl ConditionValue {
    /// Whether a text means "missing".
    pub(super) fn is_nothing(text: &str) -> bool {
        text.is_empty() || text == "null"
    }

    pub(super) fn read(field: &Field, op: Op, text: &str) -> Result<Self, NotACondition> {
        match field.kind {
            FieldType::Flag => match text.to_ascii_lowercase().as_str() {
                "true" => Ok(Self::Flag(true)),
                "false" => Ok(Self::Flag(false)),
                _ => Err(NotACondition::Flag(field.name)),
            },
            FieldType::Time => {
                parse_time(text).map(Self::Time).ok_or(NotACondition::Time { field: field.name })
            }
            FieldType::Text | FieldType::List | FieldType::Mapping => {
                let whole = op.is_equality() && text.starts_with(['{', '[']);
                let json = whole.then(|| serde_json::from_str(text).ok()).flatten();
                Ok(json.map_or_else(|| Self::Text(text.to_owned()), Self::Json))
            }
        }
    }

    /// Whether a node's value satisfies the comparison.
    pub(super) fn is_met(&self, op: Op, value: &Value) -> bool {
        match (self, value) {
            (Self::Nothing, value) => is_nothing(value),
            (Self::Json(wanted), value) => wanted == value,
            // Null is neither true nor false: Ironic decides.
            (Self::Flag(wanted), value) => value.as_bool() == Some(*wanted),
            (Self::Time(wanted), value) => {
                let time = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
                time.is_some_and(|time| op.allows(time.cmp(wanted)))
            }
            (Self::Text(_), Value::Array(values)) => values.iter().any(|value| self.is_met(op, value)),
            (Self::Text(wanted), value) => match op {
                Op::Like | Op::Unlike => plain(value).is_some_and(|text| is_like(wanted, &text)),
                Op::Is | Op::IsNot => is_same(wanted, value),
                _ => order(value, wanted).is_some_and(|order| op.allows(order)),
            },
        }
    }
}

impl Op {
    /// Whether the operator accepts this order of the node's value and the wanted one.
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

/// Parses a time with a zone, or without one in the local zone; a date means its start.
fn parse_time(text: &str) -> Option<Timestamp> {
    let zoned = text.parse().ok();
    zoned.or_else(|| Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::system()).ok()?.timestamp()))
}

/// The text of a scalar.
fn plain(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(_) | Value::Number(_) => Some(Cow::Owned(value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a value equals a text. Texts compare exactly: the serial number `007` is not `7`.
fn is_same(wanted: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Number(_) => order(value, wanted) == Some(Ordering::Equal),
        Value::Bool(flag) => wanted.eq_ignore_ascii_case(if *flag { "true" } else { "false" }),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Compares a node's value with a text: as numbers if both are numbers, as texts if neither is.
fn order(value: &Value, wanted: &str) -> Option<Ordering> {
    let text = match value {
        Value::String(text) => Cow::Borrowed(text.as_str()),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    if text.is_empty() {
        return None;
    }
    match (Number::read(&text), Number::read(wanted)) {
        (Some(number), Some(wanted)) => number.partial_cmp(&wanted),
        (None, None) => Some(text.as_ref().cmp(wanted)),
        _ => None,
    }
}

/// A number. Integers compare without loss.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    Integer(i128),
    Float(f64),
}

impl Number {
    fn read(text: &str) -> Option<Self> {
        if let Ok(whole) = text.parse() {
            return Some(Self::Integer(whole));
        }
        text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Float)
    }
}

impl PartialOrd for Number {
    #[expect(clippy::cast_precision_loss, reason = "a comparison with a float need not be exact")]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (*self, *other) {
            (Self::Integer(one), Self::Integer(other)) => Some(one.cmp(&other)),
            (Self::Float(one), Self::Float(other)) => one.partial_cmp(&other),
            (Self::Integer(one), Self::Float(other)) => (one as f64).partial_cmp(&other),
            (Self::Float(one), Self::Integer(other)) => one.partial_cmp(&(other as f64)),
        }
    }
}

/// Whether a pattern matches the whole text: `*` matches any characters, including none, and `?` exactly one.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // The position of the last `*`, and the end of the text that it matches.
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

/// The value at a key with dots: each dot may separate nested keys or be part of one. `capabilities:NAME` is one of the
/// capabilities in a text `NAME:VALUE,NAME:VALUE`.
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
            Value::String(text) => {
                let mut pairs = text.split(',').filter_map(|pair| pair.split_once(':'));
                let (_, value) = pairs.find(|(name, _)| name.trim() == capability)?;
                Some(Cow::Owned(value.trim().into()))
            }
            _ => None,
        }
    })
}
