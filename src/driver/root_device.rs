//! Hints at the disk that becomes the root device, checked as Ironic checks them (`ironic/common/utils.py`,
//! `parse_root_device_hints`): what it does not like fails the deploy only after the claim.

use serde_json::{Map, Value};

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
        let Some((_, takes)) = HINTS.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = HINTS.iter().map(|(name, _)| *name).collect();
            return Err(format!("there is no root device hint `{name}`; known are {}", known.join(", ")));
        };
        let value =
            hint(*takes, wanted.trim()).map_err(|problem| format!("root device hint `{name}`: {problem}"))?;
        if hints.insert(name.to_owned(), value).is_some() {
            return Err(format!("root device hint `{name}` is given twice"));
        }
    }
    Ok(hints)
}

fn hint(takes: Takes, wanted: &str) -> Result<Value, String> {
    let (operator, rest) = operator(wanted);
    if rest.is_empty() {
        return Err(format!("`{wanted}` names no value"));
    }
    match takes {
        Takes::Text => Ok(wanted.into()),
        Takes::Boolean => match wanted.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true.into()),
            "false" | "no" | "0" => Ok(false.into()),
            _ => Err(format!("`{wanted}` is neither true nor false")),
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
                return Err(format!("`{wanted}` is not a size in whole GiB above 0"));
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
        assert!(hints([("name", "a"), ("name", "b")]).expect_err("twice").contains("twice"));
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
