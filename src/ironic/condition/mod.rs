//! Conditions on nodes, as an operator writes them: `properties.memory_mb>=262144`.
//!
//! A condition is judged by a node's JSON, whoever has it; [`Conditions::narrow`] has the server leave out as much as it
//! can by itself, and ask for no more fields than are looked at. What the server filters is judged again: its database may
//! take no care of upper and lower case.
//!
//! What a value is compared as depends on what the node has: numbers, and texts that are numbers, are ordered as numbers;
//! other texts by their letters; times as moments. Of a list it is enough that one of its values is meant. Where a node has
//! nothing (no such key, null, or empty), `=` holds only with nothing behind it, nothing is less or greater, and `!=` and
//! `!~` are just the opposites of `=` and `~`.

pub mod field;
mod value;

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::error::Error;
use super::node::NodeQuery;
use super::version::{Feature, Microversion};
use crate::rest::mask::is_secret_key;
use crate::spelling::nearest;
use field::{Field, Kind};
use value::Wanted;

/// A condition on a node.
#[derive(Debug, Clone)]
pub struct Condition {
    text: String,
    field: &'static Field,
    /// What of a mapping is looked at.
    key: Option<String>,
    op: Op,
    wanted: Wanted,
}

/// How a node's value is to stand to the one named.
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

/// The operators as they are written; of two that begin alike the longer comes first.
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

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACondition {
    /// There is no operator in it, or nothing before that.
    #[error(
        "expected a key, one of = != < <= > >= ~ !~ and a value, as in `name~rack4-*` or `maintenance=true`"
    )]
    Malformed,
    /// Nodes have no such field.
    #[error("nodes have no field `{name}`{}", guess(name))]
    UnknownField {
        /// Its name.
        name: String,
    },
    /// Something inside a field that has no inside.
    #[error("`{0}` has no keys; what is free to name is under `properties`, `extra` and the like")]
    NoKeys(&'static str),
    /// A mapping as a whole.
    #[error("`{0}` holds many values; name one, as in `{0}.KEY=VALUE`")]
    Whole(&'static str),
    /// Ironic shows stars in place of it.
    #[error(
        "`{0}` is a secret, which Ironic does not show; only whether there is any can be asked: `{0}=` or `{0}!=`"
    )]
    Secret(String),
    /// What is true or false has no order and no pattern.
    #[error("`{0}` is true or false: write `{0}=true` or `{0}=false`")]
    Flag(&'static str),
    /// A list has no order.
    #[error("`{0}` is a list: write `{0}=VALUE` or `{0}~PATTERN` for lists with such a value")]
    List(&'static str),
    /// It is not a time.
    #[error(
        "`{field}` is a time: write one as `2026-11-01` or `2026-11-01T12:30:00Z`, and what it is to be with < or >"
    )]
    Time {
        /// The field.
        field: &'static str,
    },
    /// There is nothing to compare with.
    #[error("there is nothing behind `{0}`")]
    NoValue(&'static str),
}

/// What was probably meant.
fn guess(name: &str) -> String {
    match nearest(name, field::FIELDS.iter().map(|field| field.name)) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => "; what is free to name is under `properties`, `extra` and the like, as in `extra.rack=r4`"
            .to_owned(),
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
        let is_for_any = op.is_equality() && Wanted::is_nothing(given);
        match (field.kind, key) {
            (Kind::Mapping, None) if !is_for_any => return Err(NotACondition::Whole(field.name)),
            (Kind::Mapping, _) | (_, None) => {}
            (_, Some(_)) => return Err(NotACondition::NoKeys(field.name)),
        }
        if !is_for_any {
            if key.is_some_and(is_secret_key) {
                return Err(NotACondition::Secret(path.to_owned()));
            }
            if given.is_empty() {
                return Err(NotACondition::NoValue(sign));
            }
            op.check(field)?;
        }
        let wanted = if is_for_any { Wanted::Nothing } else { Wanted::read(field, op, given)? };
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

    /// What is true where this is not.
    fn opposite(self) -> Option<Self> {
        match self {
            Self::IsNot => Some(Self::Is),
            Self::Unlike => Some(Self::Like),
            _ => None,
        }
    }

    /// Whether a field can be asked about in this way.
    fn check(self, field: &Field) -> Result<(), NotACondition> {
        match field.kind {
            Kind::Flag if !self.is_equality() => Err(NotACondition::Flag(field.name)),
            Kind::List if !self.is_equality() && !self.is_pattern() => Err(NotACondition::List(field.name)),
            Kind::Time if self.is_equality() || self.is_pattern() => {
                Err(NotACondition::Time { field: field.name })
            }
            _ => Ok(()),
        }
    }
}

impl Condition {
    /// That a field of a node is just this word.
    ///
    /// # Panics
    /// Where nodes have no such field with words in it.
    #[must_use]
    pub fn is(name: &str, word: &str) -> Self {
        let field = field::named(name).filter(|field| field.kind == Kind::Text).expect("a field with words");
        let wanted = Wanted::Text(word.to_owned());
        Self { text: format!("{name}={word}"), field, key: None, op: Op::Is, wanted }
    }

    /// Whether it is true of a node as Ironic tells it.
    #[must_use]
    pub fn holds(&self, node: &Map<String, Value>) -> bool {
        let there = node.get(self.field.name);
        let there = match (&self.key, there) {
            (Some(key), Some(Value::Object(mapping))) => value::inside(mapping, key),
            (Some(_), _) => None,
            (None, there) => there.map(std::borrow::Cow::Borrowed),
        };
        let there = there.as_deref().unwrap_or(&Value::Null);
        match self.op.opposite() {
            Some(op) => !self.wanted.is_met(op, there),
            None => self.wanted.is_met(self.op, there),
        }
    }

    /// The server's own filter for it, where that leaves out nothing for which it holds.
    fn filter(&self) -> Option<(&'static str, String)> {
        match (&self.wanted, self.op) {
            (Wanted::Nothing, op) if self.field.name == "instance_uuid" => {
                Some(("associated", if op == Op::Is { "False" } else { "True" }.to_owned()))
            }
            // A shard with a comma is several to the server.
            (Wanted::Text(word), Op::Is) if self.field.filter && !word.contains(',') => {
                Some((self.field.name, word.clone()))
            }
            (Wanted::Flag(flag), op) if self.field.filter && op.is_equality() => {
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
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all are true of a node as Ironic tells it.
    #[must_use]
    pub fn hold(&self, node: &Map<String, Value>) -> bool {
        self.0.iter().all(|condition| condition.holds(node))
    }

    /// A query that tells at least the nodes for which these hold, and of each what these look at.
    ///
    /// # Errors
    /// [`Error::Lacks`] where a field is newer than this version of the API.
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
            // Ironic leaves children out of its lists unless asked.
            if field.name == "parent_node" && !query.filters_by("include_children") {
                query = query.filter("include_children", "True");
            }
        }
        Ok(query)
    }
}

#[cfg(test)]
mod tests;
