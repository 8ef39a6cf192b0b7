//! Conditions on nodes (`--where`), such as `properties.memory_mb>=262144`.
//!
//! A condition is evaluated on a node's JSON. [`Conditions::narrow`] adds the server's own filters and requests only
//! the fields that the conditions use. Nodes that the server returns are still evaluated here, because its database may
//! ignore case.
//!
//! The type of the node's value determines the comparison: numbers, and texts that are numbers, compare as numbers;
//! other texts by character; times as instants. A list matches if any of its values matches. A missing value (no such
//! key, null or empty) matches `=` only with an empty right side, never `<` or `>`; `!=` and `!~` are the exact
//! opposites of `=` and `~`.

pub mod field;
mod value;

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::error::Error;
use super::node::NodeQuery;
use super::version::{Feature, Microversion};
use crate::rest::mask::is_secret_key;
use crate::suggest::nearest;
use field::{Field, FieldType};
use value::ConditionValue;

/// A condition on a node.
#[derive(Debug, Clone)]
pub struct Condition {
    text: String,
    field: &'static Field,
    /// The key inside a mapping.
    key: Option<String>,
    op: Op,
    wanted: ConditionValue,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Is,
    IsNot,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Like,
    Unlike,
}

/// The operators in text form; longer ones precede their prefixes.
const OPS: [(&str, Op); 9] = [
    ("==", Op::Is),
    ("!=", Op::IsNot),
    ("!~", Op::Unlike),
    ("<=", Op::AtMost),
    (">=", Op::AtLeast),
    ("=", Op::Is),
    ("<", Op::Less),
    (">", Op::Greater),
    ("~", Op::Like),
];

/// Why a condition is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACondition {
    /// It has no operator, or no key before it.
    #[error(
        "expected a key, one of = != < <= > >= ~ !~ and a value, for example `name~rack4-*` or `maintenance=true`"
    )]
    Malformed,
    /// Unknown field.
    #[error("unknown node field `{name}`{}", guess(name))]
    UnknownField {
        /// Its name.
        name: String,
    },
    /// A key in a field that is not a mapping.
    #[error("`{0}` has no keys; only mappings such as `properties` and `extra` have keys")]
    NoKeys(&'static str),
    /// A mapping without a key.
    #[error("`{0}` is a mapping: write `{0}.KEY=VALUE`")]
    Whole(&'static str),
    /// A secret, which Ironic masks.
    #[error(
        "`{0}` is a secret, which Ironic does not show: only `{0}=` (missing) and `{0}!=` (present) are possible"
    )]
    Secret(String),
    /// A boolean with an operator for order or pattern, or with another value.
    #[error("`{0}` is true or false: write `{0}=true` or `{0}=false`")]
    Flag(&'static str),
    /// A list with an operator for order.
    #[error(
        "`{0}` is a list: write `{0}=VALUE` or `{0}~PATTERN`, which match if the list contains a matching value"
    )]
    List(&'static str),
    /// Not a time, or an operator other than order.
    #[error(
        "`{field}` is a time: compare it with <, <=, > or >= to a time such as `2026-11-01` or `2026-11-01T12:30:00Z`"
    )]
    Time {
        /// The field.
        field: &'static str,
    },
    /// No value.
    #[error("the value after `{0}` is missing")]
    NoValue(&'static str),
}

/// A suggestion for an unknown field.
fn guess(name: &str) -> String {
    match nearest(name, field::FIELDS.iter().map(|field| field.name)) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => {
            "; your own keys are in mappings such as `properties` and `extra`: `extra.rack=r4`".to_owned()
        }
    }
}

impl FromStr for Condition {
    type Err = NotACondition;

    fn from_str(text: &str) -> Result<Self, NotACondition> {
        let at = text.find(['=', '!', '<', '>', '~']).ok_or(NotACondition::Malformed)?;
        let (path, rest) = text.split_at(at);
        let (sign, op) =
            *OPS.iter().find(|(sign, _)| rest.starts_with(sign)).ok_or(NotACondition::Malformed)?;
        let (path, given) = (path.trim(), rest[sign.len()..].trim());
        let (name, key) = path.split_once('.').map_or((path, None), |(name, key)| (name, Some(key)));
        if name.is_empty() || key == Some("") {
            return Err(NotACondition::Malformed);
        }
        let field =
            field::named(name).ok_or_else(|| NotACondition::UnknownField { name: name.to_owned() })?;
        let is_presence_check = op.is_equality() && ConditionValue::is_nothing(given);
        match (field.kind, key) {
            (FieldType::Mapping, None) if !is_presence_check => return Err(NotACondition::Whole(field.name)),
            (FieldType::Mapping, _) | (_, None) => {}
            (_, Some(_)) => return Err(NotACondition::NoKeys(field.name)),
        }
        if !is_presence_check {
            if key.is_some_and(is_secret_key) {
                return Err(NotACondition::Secret(path.to_owned()));
            }
            if given.is_empty() {
                return Err(NotACondition::NoValue(sign));
            }
            op.check(field)?;
        }
        let wanted =
            if is_presence_check { ConditionValue::Nothing } else { ConditionValue::read(field, op, given)? };
        Ok(Self { text: text.to_owned(), field, key: key.map(str::to_owned), op, wanted })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Op {
    fn is_equality(self) -> bool {
        matches!(self, Self::Is | Self::IsNot)
    }

    fn is_pattern(self) -> bool {
        matches!(self, Self::Like | Self::Unlike)
    }

    /// The operator that this one negates.
    fn opposite(self) -> Option<Self> {
        match self {
            Self::IsNot => Some(Self::Is),
            Self::Unlike => Some(Self::Like),
            _ => None,
        }
    }

    /// Checks that the operator applies to the field.
    fn check(self, field: &Field) -> Result<(), NotACondition> {
        match field.kind {
            FieldType::Flag if !self.is_equality() => Err(NotACondition::Flag(field.name)),
            FieldType::List if !self.is_equality() && !self.is_pattern() => {
                Err(NotACondition::List(field.name))
            }
            FieldType::Time if self.is_equality() || self.is_pattern() => {
                Err(NotACondition::Time { field: field.name })
            }
            _ => Ok(()),
        }
    }
}

impl Condition {
    /// A condition that a text field equals a value.
    ///
    /// # Panics
    /// If nodes have no text field of this name.
    #[must_use]
    pub fn is(name: &str, value: &str) -> Self {
        let field = field::named(name).filter(|field| field.kind == FieldType::Text).expect("a text field");
        let wanted = ConditionValue::Text(value.to_owned());
        Self { text: format!("{name}={value}"), field, key: None, op: Op::Is, wanted }
    }

    /// Whether the condition holds for a node's JSON.
    #[must_use]
    pub fn holds(&self, node: &Map<String, Value>) -> bool {
        let field = node.get(self.field.name);
        let value = match (&self.key, field) {
            (Some(key), Some(Value::Object(mapping))) => value::inside(mapping, key),
            (Some(_), _) => None,
            (None, field) => field.map(std::borrow::Cow::Borrowed),
        };
        let value = value.as_deref().unwrap_or(&Value::Null);
        match self.op.opposite() {
            Some(op) => !self.wanted.is_met(op, value),
            None => self.wanted.is_met(self.op, value),
        }
    }

    /// The server's own filter for the condition, if that excludes no matching node.
    fn filter(&self) -> Option<(&'static str, String)> {
        match (&self.wanted, self.op) {
            (ConditionValue::Nothing, op) if self.field.name == "instance_uuid" => {
                Some(("associated", if op == Op::Is { "False" } else { "True" }.to_owned()))
            }
            // The server reads a shard with a comma as several shards.
            (ConditionValue::Text(text), Op::Is) if self.field.filter && !text.contains(',') => {
                Some((self.field.name, text.clone()))
            }
            (ConditionValue::Flag(flag), op) if self.field.filter && op.is_equality() => {
                let flag = *flag == (op == Op::Is);
                Some((self.field.name, if flag { "True" } else { "False" }.to_owned()))
            }
            _ => None,
        }
    }
}

/// Conditions that must all hold.
#[derive(Debug, Clone, Default)]
pub struct Conditions(Vec<Condition>);

impl FromIterator<Condition> for Conditions {
    fn from_iter<I: IntoIterator<Item = Condition>>(conditions: I) -> Self {
        Self(conditions.into_iter().collect())
    }
}

impl Conditions {
    /// Whether there are no conditions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all conditions hold for a node's JSON.
    #[must_use]
    pub fn all_hold(&self, node: &Map<String, Value>) -> bool {
        self.0.iter().all(|condition| condition.holds(node))
    }

    /// Narrows a query to nodes that may match, with the fields that the conditions use.
    ///
    /// # Errors
    /// [`Error::Lacks`] if a field is newer than this API version.
    pub fn narrow(&self, mut query: NodeQuery, version: Microversion) -> Result<NodeQuery, Error> {
        for condition in &self.0 {
            let field = condition.field;
            if version < Microversion(field.since) {
                let feature = Feature::NodeField(field.name, field.since);
                return Err(Error::Lacks { feature, newest: version });
            }
            query = if field.listed { query.and_field(field.name) } else { query.detail() };
            if let Some((key, value)) = condition.filter().filter(|(key, _)| !query.filters_by(key)) {
                query = query.filter(key, value);
            }
            // Ironic omits child nodes from lists by default.
            if field.name == "parent_node" && !query.filters_by("include_children") {
                query = query.filter("include_children", "True");
            }
        }
        Ok(query)
    }
}

#[cfg(test)]
mod tests;
