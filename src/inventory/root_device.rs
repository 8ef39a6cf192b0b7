//! Hints at the disk that becomes the root device, checked as Ironic checks them (`ironic/common/utils.py`,
//! `parse_root_device_hints`): what it does not like fails the deploy only after the claim.

use serde_json::{Map, Value};

use super::document::{Objection, Table};
use crate::spelling::nearest;

/// What kind of value a hint takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Text,
    /// Whole GiB.
    Number,
    Boolean,
}

/// The hints that Ironic knows.
const HINTS: [(&str, Takes); 11] = [
    ("by_path", Takes::Text),
    ("hctl", Takes::Text),
    ("model", Takes::Text),
    ("name", Takes::Text),
    ("rotational", Takes::Boolean),
    ("serial", Takes::Text),
    ("size", Takes::Number),
    ("vendor", Takes::Text),
    ("wwn", Takes::Text),
    ("wwn_vendor_extension", Takes::Text),
    ("wwn_with_extension", Takes::Text),
];

/// What other tools call the hints, and what people do.
const OTHER_NAMES: [(&str, &str); 11] = [
    ("deviceName", "name"),
    ("device", "name"),
    ("device_name", "name"),
    ("disk", "name"),
    ("serialNumber", "serial"),
    ("serial_number", "serial"),
    ("minSizeGigabytes", "size"),
    ("size_gb", "size"),
    ("wwnWithExtension", "wwn_with_extension"),
    ("wwnVendorExtension", "wwn_vendor_extension"),
    ("byPath", "by_path"),
];

/// The operators of oslo's `specs_matcher`, none before one that it begins with.
const OPERATORS: [&str; 17] = [
    "<all-in>",
    "<range-in>",
    "<in>",
    "<or>",
    "s==",
    "s!=",
    "s<=",
    "s>=",
    "s<",
    "s>",
    "==",
    "!=",
    "<=",
    ">=",
    "<",
    ">",
    "=",
];

/// Makes `root_device` of hints and what they want: `size` `>= 60`, `wwn` `0x5000…`, `rotational` `false`.
///
/// # Errors
/// The hint that is not known, is given twice, or wants something that it cannot be.
pub fn hints<'a>(given: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Map<String, Value>, String> {
    let mut hints = Map::new();
    for (name, wanted) in given {
        let takes = takes(name)?;
        let value = hint(takes, wanted.trim())
            .map_err(|problem| format!("root device hint `{name}`: {}", problem.text(true)))?;
        if hints.insert(name.to_owned(), value).is_some() {
            return Err(format!("root device hint `{name}` is given twice"));
        }
    }
    Ok(hints)
}

/// Reads the hints of a file: all that is wrong with any of them is noted.
pub(super) fn read(hints: &Table<'_>) -> Value {
    let mut read = Map::new();
    for (name, value) in hints.entries().filter(|(_, value)| !value.value().is_null()) {
        let takes = match takes(name) {
            Ok(takes) => takes,
            Err(problem) => {
                hints.error_at_key(name, &problem);
                continue;
            }
        };
        let own = |text: &str| if takes == Takes::Text { text.to_owned() } else { text.trim().to_owned() };
        let Some(json) = value.checked(|text| hint(takes, &own(text))) else { continue };
        if let Some(problem) = json.as_str().and_then(|text| never_met(name, text)) {
            value.warning(problem);
        }
        read.insert(name.to_owned(), json);
    }
    read.into()
}

/// Whether two `root_device` mean the same to Ironic: numbers and truth values in quotes or not, and `==` and `s==`, which
/// it takes where there is no operator, written or not.
#[must_use]
pub fn same(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return one == other };
    let same_hint = |one: &Value, other: &Value| match (meaning(one), meaning(other)) {
        (Some(a), Some(b)) if one.is_boolean() || other.is_boolean() => a.1.eq_ignore_ascii_case(&b.1),
        (Some(a), Some(b)) => a == b,
        _ => one == other,
    };
    one.len() == other.len()
        && one.iter().all(|(name, value)| other.get(name).is_some_and(|same| same_hint(value, same)))
}

/// The operator of a hint, unless it is the usual one, and its value.
fn meaning(hint: &Value) -> Option<(Option<&'static str>, String)> {
    let text = match hint {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    let (operator, rest) = operator(&text);
    Some((operator.filter(|operator| !matches!(*operator, "s==" | "==")), rest.to_owned()))
}

/// What a hint takes.
///
/// # Errors
/// There is no such hint, with what was probably meant.
fn takes(name: &str) -> Result<Takes, String> {
    if let Some((_, takes)) = HINTS.iter().find(|(known, _)| *known == name) {
        return Ok(*takes);
    }
    let known = HINTS.map(|(name, _)| name);
    let meant =
        OTHER_NAMES.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, meant)| *meant);
    let advice = match meant.or_else(|| nearest(name, known)) {
        Some(meant) => format!(", did you mean `{meant}`?"),
        None => format!("; known are {}", known.join(", ")),
    };
    Err(format!("there is no root device hint `{}`{advice}", name.escape_debug()))
}

/// Why no disk will ever be as a hint wants it, though Ironic takes the hint.
fn never_met(name: &str, wanted: &str) -> Option<&'static str> {
    let (operator, rest) = operator(wanted);
    let is_exact = matches!(operator, None | Some("s==" | "<or>"));
    let mut values = rest.split("<or>").map(str::trim).filter(|_| is_exact);
    match name {
        "name" if rest.contains(',') => Some("names several disks: write `<or> /dev/sda <or> /dev/sdb`"),
        "name" if !values.all(|value| value.starts_with("/dev/")) => {
            Some("fits no disk: their names begin with `/dev/`")
        }
        "by_path" if !values.all(|value| value.starts_with("/dev/disk/by-path/")) => {
            Some("fits no disk: their paths begin with `/dev/disk/by-path/`")
        }
        _ => None,
    }
}

fn hint(takes: Takes, wanted: &str) -> Result<Value, Objection> {
    let (operator, rest) = operator(wanted);
    let objection = |says: &str| Objection::quoting(format!("it {says}"), format!("`{wanted}` {says}"));
    if rest.trim().is_empty() {
        return Err(objection("names no value"));
    }
    match takes {
        Takes::Text => Ok(wanted.into()),
        Takes::Boolean => match wanted.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true.into()),
            "false" | "no" | "0" => Ok(false.into()),
            _ => Err(objection("is neither true nor false")),
        },
        Takes::Number => {
            let numbers: Vec<&str> = match operator {
                Some("<or>") => rest.split("<or>").collect(),
                // Two bounds in brackets: `<range-in> [ 10 20 ]`.
                Some("<range-in>") => {
                    rest.split_whitespace().filter(|word| !matches!(*word, "[" | "]" | "(" | ")")).collect()
                }
                _ => vec![rest],
            };
            let is_size = |text: &&str| text.trim().parse::<u64>().is_ok_and(|size| size > 0);
            if !numbers.iter().all(is_size) {
                return Err(objection("is not a size in whole GiB above 0"));
            }
            // A bare number means exactly so much.
            Ok(wanted.parse::<u64>().map_or_else(|_| wanted.into(), Value::from))
        }
    }
}

/// The operator that a value begins with, and the rest.
fn operator(wanted: &str) -> (Option<&'static str>, &str) {
    match OPERATORS.into_iter().find(|operator| wanted.starts_with(operator)) {
        Some(operator) => (Some(operator), wanted[operator.len()..].trim()),
        None => (None, wanted),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn hints_are_taken_as_ironic_wants_them() {
        let made = hints([
            ("size", ">= 60"),
            ("rotational", "false"),
            ("wwn", "0x4000cca77fc4dba1"),
            ("model", "s!= foo"),
        ]);
        assert_eq!(
            Value::Object(made.expect("all are good")),
            json!({"size": ">= 60", "rotational": false, "wwn": "0x4000cca77fc4dba1", "model": "s!= foo"})
        );
        assert_eq!(hints([("size", "100")]).expect("a number")["size"], 100);
        for size in ["<or> 10 <or> 20", "<range-in> [ 10 20 ]", "== 7", "<= 4"] {
            assert_eq!(hints([("size", size)]).expect(size)["size"], size);
        }
        assert!(hints([("vendor", "seagate")]).is_ok(), "an `s` is no operator");
    }

    #[test]
    fn what_ironic_would_refuse_late_is_refused_at_once() {
        for (name, wanted, told) in [
            ("colour", "red", "no root device hint `colour`"),
            ("size", "big", "`big` is not a size"),
            ("size", ">= 0", "above 0"),
            ("size", ">= 10G", "is not a size"),
            ("size", "<or> 10 <or> x", "is not a size"),
            ("rotational", "maybe", "neither true nor false"),
            ("wwn", "", "names no value"),
            ("model", "s==", "names no value"),
        ] {
            let problem = hints([(name, wanted)]).expect_err(wanted);
            assert!(problem.contains(told), "{problem}");
        }
        assert!(
            hints([("serialNumber", "S1")]).expect_err("another tool's").contains("did you mean `serial`?")
        );
        assert!(hints([("name", "a"), ("name", "b")]).expect_err("twice").contains("twice"));
    }

    #[test]
    fn hints_that_ironic_reads_alike_are_the_same() {
        for (one, other) in [
            (json!({"size": "60", "rotational": "false"}), json!({"size": 60, "rotational": false})),
            (json!({"size": "== 60", "rotational": "False"}), json!({"rotational": false, "size": 60})),
            (json!({"serial": "s== S1", "size": ">=60"}), json!({"serial": "S1", "size": ">= 60"})),
        ] {
            assert!(same(&one, &other), "{one} {other}");
        }
        for (one, other) in [
            (json!({"size": 60}), json!({"size": 61})),
            (json!({"size": 60}), json!({"size": ">= 60"})),
            (json!({"size": 60}), json!({"size": 60, "rotational": true})),
            (json!({"rotational": true}), json!({"rotational": false})),
            (json!({"name": "/dev/sda"}), json!({"by_path": "/dev/sda"})),
        ] {
            assert!(!same(&one, &other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_given_nothing_breaks(name in "size|rotational|wwn|\\PC{0,9}", wanted in "\\PC{0,20}") {
            let _ = hints([(name.as_str(), wanted.as_str())]);
        }

        #[test]
        fn a_size_with_any_comparison_is_kept(size in 1..1_000_000_u64, which in 10..17_usize) {
            let wanted = format!("{} {size}", OPERATORS[which]);
            prop_assert_eq!(&hints([("size", wanted.as_str())]).expect("a size")["size"], &json!(wanted));
        }
    }
}
