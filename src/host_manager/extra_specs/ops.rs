//! The operators in the values of extra specs: `>= 16`, `s== uefi`, `<or> raid1 <or> raid10`, …
//!
//! The semantics are Nova's (`nova.scheduler.filters.extra_specs_ops`), including the surprising parts: `=` means *at
//! least*, numbers are Python floats, only the first word after most operators counts, and a value without an operator
//! is compared as a whole.

use crate::host_manager::python;

/// A comparison of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumberOp {
    AtLeast,
    AtMost,
    Equal,
    NotEqual,
}

/// A comparison of texts by code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A test of a value.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    /// Equal to the whole requirement.
    Whole,
    /// A comparison with a number. `None` if the operand is not a number; then no value passes.
    Number(NumberOp, Option<f64>),
    /// A comparison with a text.
    Text(TextOp, Box<str>),
    /// Contains all of these.
    Contains(Vec<Box<str>>),
    /// Equal to one of these.
    OneOf(Vec<Box<str>>),
    /// An operator without an operand, which matches nothing.
    Nothing,
}

/// Whether a value meets a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpecResult {
    /// The value meets it.
    Met,
    /// The value does not meet it.
    Unmet,
    /// The requirement needs a number, but the node's value is not one. (Nova raises an exception.)
    ValueIsNotANumber,
    /// The requirement needs a number, but its operand is not one. (Nova raises an exception.)
    OperandIsNotANumber,
    /// The requirement is an operator without an operand.
    NoOperand,
}

/// The parsed value of an extra spec.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    source: Box<str>,
    test: Test,
}

impl Requirement {
    /// Parses the value of an extra spec. This cannot fail: a value without an operator is compared as a whole.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        let mut words = python::split(source);
        let test = match words.next() {
            Some("=" | ">=") => number(NumberOp::AtLeast, words.next()),
            Some("<=") => number(NumberOp::AtMost, words.next()),
            Some("==") => number(NumberOp::Equal, words.next()),
            Some("!=") => number(NumberOp::NotEqual, words.next()),
            Some("s==") => text(TextOp::Equal, words.next()),
            Some("s!=") => text(TextOp::NotEqual, words.next()),
            Some("s<") => text(TextOp::Less, words.next()),
            Some("s<=") => text(TextOp::LessOrEqual, words.next()),
            Some("s>") => text(TextOp::Greater, words.next()),
            Some("s>=") => text(TextOp::GreaterOrEqual, words.next()),
            Some("<in>") => some(words.take(1), Test::Contains),
            Some("<all-in>") => some(words, Test::Contains),
            // Like Nova, skips every second word without checking that it is `<or>`.
            Some("<or>") => some(words.step_by(2), Test::OneOf),
            Some(_) | None => Test::Whole,
        };
        Self { source: source.into(), test }
    }

    /// The requirement as text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the value meets the requirement.
    #[must_use]
    pub fn verdict(&self, value: &str) -> SpecResult {
        let met = match &self.test {
            Test::Whole => value == &*self.source,
            Test::Number(_, None) => return SpecResult::OperandIsNotANumber,
            Test::Number(op, Some(operand)) => match python::float(value) {
                None => return SpecResult::ValueIsNotANumber,
                Some(number) => compare_numbers(*op, number, *operand),
            },
            Test::Text(op, operand) => match op {
                TextOp::Equal => value == &**operand,
                TextOp::NotEqual => value != &**operand,
                TextOp::Less => value < &**operand,
                TextOp::LessOrEqual => value <= &**operand,
                TextOp::Greater => value > &**operand,
                TextOp::GreaterOrEqual => value >= &**operand,
            },
            Test::Contains(operands) => operands.iter().all(|operand| value.contains(&**operand)),
            Test::OneOf(operands) => operands.iter().any(|operand| value == &**operand),
            Test::Nothing => return SpecResult::NoOperand,
        };
        if met { SpecResult::Met } else { SpecResult::Unmet }
    }
}

#[expect(clippy::float_cmp, reason = "Nova compares floats exactly, and the same nodes must match")]
fn compare_numbers(op: NumberOp, value: f64, operand: f64) -> bool {
    match op {
        NumberOp::AtLeast => value >= operand,
        NumberOp::AtMost => value <= operand,
        NumberOp::Equal => value == operand,
        NumberOp::NotEqual => value != operand,
    }
}

fn number(op: NumberOp, operand: Option<&str>) -> Test {
    operand.map_or(Test::Nothing, |word| Test::Number(op, python::float(word)))
}

fn text(op: TextOp, operand: Option<&str>) -> Test {
    operand.map_or(Test::Nothing, |word| Test::Text(op, word.into()))
}

fn some<'a>(operands: impl Iterator<Item = &'a str>, test: fn(Vec<Box<str>>) -> Test) -> Test {
    let operands: Vec<Box<str>> = operands.map(Box::from).collect();
    if operands.is_empty() { Test::Nothing } else { test(operands) }
}

#[cfg(test)]
mod tests {
    use super::SpecResult::{Met, NoOperand, OperandIsNotANumber, Unmet, ValueIsNotANumber};
    use super::*;

    /// Value, requirement, verdict.
    const CASES: &[(&str, &str, SpecResult)] = &[
        // No operator: the whole string is compared.
        ("uefi", "uefi", Met),
        ("uefi", "bios", Unmet),
        ("uefi", " uefi", Unmet),
        (" uefi", " uefi", Met),
        ("a b", "a b", Met),
        ("", "", Met),
        ("x", "", Unmet),
        ("16", "16.0", Unmet),
        ("s==uefi", "s==uefi", Met),
        ("> 5", "> 5", Met),
        ("6", "> 5", Unmet),
        // `=` is at least.
        ("16", "= 16", Met),
        ("17", "= 16", Met),
        ("15", "= 16", Unmet),
        ("16", ">= 16", Met),
        ("15.9", ">= 16", Unmet),
        // Numbers are Python's floats.
        ("16.0", "== 16", Met),
        (" 16 ", "== 16", Met),
        ("1e3", "== 1_000", Met),
        ("0x10", "== 16", ValueIsNotANumber),
        ("16", "== sixteen", OperandIsNotANumber),
        ("", "== 0", ValueIsNotANumber),
        ("inf", ">= 1e308", Met),
        ("nan", "== nan", Unmet),
        ("nan", "!= nan", Met),
        ("nan", ">= 0", Unmet),
        ("16", "!= 16", Unmet),
        ("17", "!= 16", Met),
        ("uefi", "!= 16", ValueIsNotANumber),
        ("16", "<= 16", Met),
        ("17", "<= 16", Unmet),
        ("0.1", "== 1e-1", Met),
        ("-0", "== 0", Met),
        // Only the first operand counts.
        ("16", "== 16 17", Met),
        ("17", "== 16 17", Unmet),
        ("a", "s== a b", Met),
        // Texts, by code point.
        ("uefi", "s== uefi", Met),
        ("uefi ", "s== uefi", Unmet),
        ("uefi", "s!= uefi", Unmet),
        ("bios", "s!= uefi", Met),
        ("a", "s< b", Met),
        ("B", "s< a", Met),
        ("9", "s< 10", Unmet),
        ("a", "s<= a", Met),
        ("b", "s<= a", Unmet),
        ("é", "s> z", Met),
        ("\u{ffff}", "s< \u{10000}", Met),
        ("a", "s> a", Unmet),
        ("a", "s>= a", Met),
        ("10", "s>= 9", Unmet),
        // Substrings.
        ("avx2 sse", "<in> avx", Met),
        ("avx2 sse", "<in> avx512", Unmet),
        ("avx2 sse", "<in> avx sse4", Met),
        ("avx2 sse", "<all-in> avx sse", Met),
        ("avx2 sse", "<all-in> avx sse4", Unmet),
        // One of: every second word.
        ("a", "<or> a <or> b", Met),
        ("b", "<or> a <or> b", Met),
        ("c", "<or> a <or> b", Unmet),
        ("b", "<or> a b c", Unmet),
        ("c", "<or> a b c", Met),
        ("<or>", "<or> a <or> <or>", Met),
        ("b", "<or> a <or>", Unmet),
        ("b", "\t<or>\na\u{2003}<or>  b ", Met),
        // An operator without an operand matches nothing.
        ("", "=", NoOperand),
        ("=", "=", NoOperand),
        ("", "s==", NoOperand),
        ("x", "s!= ", NoOperand),
        ("", "<in>", NoOperand),
        ("", "<all-in>", NoOperand),
        ("<or>", "<or>", NoOperand),
    ];

    #[test]
    fn operators_compare_like_in_nova() {
        for (value, source, verdict) in CASES {
            assert_eq!(Requirement::parse(source).verdict(value), *verdict, "{value:?} against {source:?}");
        }
    }
}
