//! JSON values of any type, for fields that should have a certain type.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::host_manager::host::OddityKind;
use crate::host_manager::python;

/// How many characters of a value a warning shows.
const SHOWN_CHARS: usize = 60;

/// A text for a warning: quoted, with control characters escaped, truncated if long.
pub(super) fn quoted(text: &str) -> Box<str> {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", &text[..end]),
    }
    .into()
}

/// A value of any type. Text is borrowed from the input if possible.
///
/// `N` is the type for a list or an object if the key should have one. Other lists and objects are skipped.
#[derive(Debug, Default)]
pub(super) enum Loose<'de, N = Infallible> {
    /// The key is missing.
    #[default]
    Absent,
    Null,
    Bool(bool),
    /// A whole number, clamped to `i64`.
    Integer(i64),
    Float(f64),
    Text(Cow<'de, str>),
    /// An unexpected list.
    List,
    /// An unexpected object.
    Object,
    /// The expected list or object.
    Nested(N),
}

/// A type that a list or an object is parsed into.
pub(super) trait Nested<'de>: Sized {
    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Loose<'de, Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::List)
    }

    fn from_object<A: MapAccess<'de>>(mut object: A) -> Result<Loose<'de, Self>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Object)
    }
}

impl Nested<'_> for Infallible {}

impl<N> Loose<'_, N> {
    /// The text, if this is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value for a warning.
    pub(super) fn shown(&self) -> Box<str> {
        match self {
            Self::Absent => "nothing".into(),
            Self::Null => "null".into(),
            Self::Bool(flag) => flag.to_string().into(),
            Self::Integer(number) => number.to_string().into(),
            Self::Float(number) => format!("{number:?}").into(),
            Self::Text(text) => quoted(text),
            Self::List => "a list".into(),
            Self::Object | Self::Nested(_) => "an object".into(),
        }
    }
}

impl Loose<'_> {
    /// The value for a warning, if it is not text, null or missing.
    pub(super) fn not_text(&self) -> Option<Box<str>> {
        match self {
            Self::Absent | Self::Null | Self::Text(_) => None,
            other => Some(other.shown()),
        }
    }

    /// The result of Python's `int()`, or 0 if it is invalid, and the oddity.
    pub(super) fn whole_number(&self) -> (i64, Option<OddityKind>) {
        match self {
            Self::Absent => (0, Some(OddityKind::Missing)),
            Self::Null => (0, Some(OddityKind::Null)),
            Self::Integer(number) => (*number, None),
            Self::Float(number) if number.is_finite() => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "int() drops the fraction; the cast saturates"
                )]
                let whole = number.trunc() as i64;
                (whole, (number.fract() != 0.0).then(|| OddityKind::Fraction(self.shown())))
            }
            // int(True) is 1, so Nova accepts it. The warning tells the operator.
            Self::Bool(flag) => (i64::from(*flag), Some(OddityKind::Malformed(self.shown()))),
            Self::Text(text) => match python::int(text) {
                Some(number) => (number, Some(OddityKind::NumberAsText(self.shown()))),
                None => (0, Some(OddityKind::Malformed(self.shown()))),
            },
            Self::Float(_) | Self::List | Self::Object | Self::Nested(_) => {
                (0, Some(OddityKind::Malformed(self.shown())))
            }
        }
    }

    /// The flag, and the oddity. An invalid value counts as set, because the flags of a node are reasons not to use it.
    pub(super) fn flag(&self) -> (bool, Option<OddityKind>) {
        let flag = match self {
            Self::Absent | Self::Null => return (false, None),
            Self::Bool(flag) => return (*flag, None),
            Self::Text(text) => {
                !["", "false", "no", "off", "0"].iter().any(|value| text.eq_ignore_ascii_case(value))
            }
            Self::Integer(number) => *number != 0,
            Self::Float(_) | Self::List | Self::Object | Self::Nested(_) => true,
        };
        (flag, Some(OddityKind::Malformed(self.shown())))
    }
}

impl<'de, N: Nested<'de>> Deserialize<'de> for Loose<'de, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor(PhantomData))
    }
}

struct LooseVisitor<N>(PhantomData<N>);

impl<'de, N: Nested<'de>> Visitor<'de> for LooseVisitor<N> {
    type Value = Loose<'de, N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Loose::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Loose::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Loose::deserialize(deserializer)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Loose::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Loose::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Loose::Integer(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Loose::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        N::from_list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        N::from_object(object)
    }
}

/// The properties that the filters need.
#[derive(Default)]
pub(super) struct Properties<'de> {
    pub(super) cpus: Loose<'de>,
    pub(super) memory_mb: Loose<'de>,
    pub(super) local_gb: Loose<'de>,
    pub(super) cpu_arch: Loose<'de>,
    pub(super) capabilities: Loose<'de>,
}

impl<'de> Nested<'de> for Properties<'de> {
    fn from_object<A: MapAccess<'de>>(mut object: A) -> Result<Loose<'de, Self>, A::Error> {
        let mut properties = Self::default();
        while let Some(key) = object.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "cpus" => properties.cpus = object.next_value()?,
                "memory_mb" => properties.memory_mb = object.next_value()?,
                "local_gb" => properties.local_gb = object.next_value()?,
                "cpu_arch" => properties.cpu_arch = object.next_value()?,
                "capabilities" => properties.capabilities = object.next_value()?,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Loose::Nested(properties))
    }
}

/// A list that should contain texts.
#[derive(Default)]
pub(super) struct Texts<'de>(pub(super) Vec<Loose<'de>>);

impl<'de> Nested<'de> for Texts<'de> {
    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Loose<'de, Self>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(Loose::Nested(Self(texts)))
    }
}
