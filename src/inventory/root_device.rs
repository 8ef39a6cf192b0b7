//! Checks root device hints as Ironic does (`ironic/common/utils.py`, `parse_root_device_hints` and `find_devices_by_hints`,
//! with oslo's `specs_matcher`). In Ironic an invalid hint fails the deployment late: after the claim, in the ramdisk.

use serde_json::{Map, Value};

use super::document::{InvalidValue, Table};
use crate::suggest::nearest;

/// The type of a hint's value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HintType {
    Text,
    /// Whole GiB.
    Number,
    Boolean,
}

/// Ironic's hints.
const HINTS: [(&str, HintType); 11] = [
    ("by_path", HintType::Text),
    ("hctl", HintType::Text),
    ("model", HintType::Text),
    ("name", HintType::Text),
    ("rotational", HintType::Boolean),
    ("serial", HintType::Text),
    ("size", HintType::Number),
    ("vendor", HintType::Text),
    ("wwn", HintType::Text),
    ("wwn_vendor_extension", HintType::Text),
    ("wwn_with_extension", HintType::Text),
];

/// Other tools' names of the hints, and common mistakes, with Ironic's names.
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

/// Operators that compare numbers. With text, such as a serial number, they fail in the ramdisk.
const NUMBER_OPERATORS: [&str; 7] = ["==", "!=", "<=", ">=", "<", ">", "="];

/// The operators of oslo's `specs_matcher`. An operator comes before any prefix of it.
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

/// Builds `root_device` from names and values: `size` `>= 60`, `wwn` `0x5000…`, `rotational` `false`.
///
/// # Errors
/// A hint is unknown, given twice, or has an invalid value.
pub fn hints<'a>(given: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Map<String, Value>, String> {
    let mut hints = Map::new();
    for (name, text) in given {
        let hint_type = hint_type(name)?;
        let value = hint(hint_type, text.trim())
            .map_err(|problem| format!("root device hint `{name}`: {}", problem.text(true)))?;
        if hints.insert(name.to_owned(), value).is_some() {
            return Err(format!("root device hint `{name}` is given twice"));
        }
    }
    Ok(hints)
}

/// Reads the hints in a file and reports every error in them.
pub(super) fn read(hints: &Table<'_>) -> Value {
    let mut read = Map::new();
    for (name, value) in hints.entries().filter(|(_, value)| !value.value().is_null()) {
        let hint_type = match hint_type(name) {
            Ok(hint_type) => hint_type,
            Err(problem) => {
                hints.error_at_key(name, &problem);
                continue;
            }
        };
        let is_text = hint_type == HintType::Text;
        let Some(json) = value.checked(|text| hint(hint_type, if is_text { text } else { text.trim() }))
        else {
            continue;
        };
        if let Some(problem) = json.as_str().and_then(|text| never_matches(name, text)) {
            value.warning(problem);
        }
        read.insert(name.to_owned(), json);
    }
    read.into()
}

/// Whether two `root_device` values mean the same to Ironic. Quotes around numbers and booleans do not matter, nor does an
/// explicit default operator.
#[must_use]
pub fn is_equivalent(left: &Value, right: &Value) -> bool {
    let (Some(left), Some(right)) = (left.as_object(), right.as_object()) else { return left == right };
    let same_hint = |name: &str, left: &Value, right: &Value| {
        let is_text = !HINTS.iter().any(|(known, hint_type)| *known == name && *hint_type != HintType::Text);
        match (normalized(left, is_text), normalized(right, is_text)) {
            (Some(a), Some(b)) if left.is_boolean() || right.is_boolean() => a.1.eq_ignore_ascii_case(&b.1),
            (Some(a), Some(b)) => a == b,
            _ => left == right,
        }
    };
    left.len() == right.len()
        && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| same_hint(name, value, other)))
}

/// The operator of a hint (`None` for the default operator) and its value.
fn normalized(hint: &Value, is_text: bool) -> Option<(Option<&'static str>, String)> {
    let text = match hint {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    let default = if is_text { "s==" } else { "==" };
    let (operator, rest) = operator(&text);
    // For numbers, `=` means `>=` in oslo.
    let operator = if operator == Some("=") && !is_text { Some(">=") } else { operator };
    Some((operator.filter(|operator| *operator != default), rest.to_owned()))
}

/// The type of a hint.
///
/// # Errors
/// The hint is unknown; the message suggests a similar one.
fn hint_type(name: &str) -> Result<HintType, String> {
    if let Some((_, hint_type)) = HINTS.iter().find(|(known, _)| *known == name) {
        return Ok(*hint_type);
    }
    let known = HINTS.map(|(name, _)| name);
    let synonym =
        OTHER_NAMES.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, hint)| *hint);
    let advice = match synonym.or_else(|| nearest(name, known)) {
        Some(suggestion) => format!(", did you mean `{suggestion}`?"),
        None => format!(": expected one of {}", known.join(", ")),
    };
    Err(format!("unknown root device hint `{}`{advice}", name.escape_debug()))
}

/// Why no disk can match a hint that Ironic accepts.
fn never_matches(name: &str, text: &str) -> Option<&'static str> {
    let (operator, rest) = operator(text);
    if operator.is_none() && ["<or>", "<in>"].iter().any(|inner| rest.contains(inner)) {
        return Some("matches no disk: put an operator such as `<or>` or `<in>` before the first value");
    }
    if !matches!(operator, None | Some("s==" | "<or>")) {
        return None;
    }
    let values: Vec<&str> = rest.split("<or>").map(str::trim).collect();
    let any = |is: &dyn Fn(&str) -> bool| values.iter().any(|value| is(value));
    match name {
        "name" if rest.contains([',', ';', '|']) => Some(SEVERAL_DISKS),
        "name" | "by_path" if any(&|value| value.contains(char::is_whitespace)) => Some(SEVERAL_DISKS),
        "name" | "by_path" if rest.contains(['*', '?']) => Some(
            "matches no disk: Ironic does not support wildcards; use `<in> /dev/sd` to match part of the name",
        ),
        "name" if any(&|value| value.starts_with(BY_PATH)) => {
            Some("matches no disk: use the hint `by_path` for a path in `/dev/disk/by-path/`")
        }
        "name" if any(&|value| value.starts_with("/dev/disk/")) => Some(
            "matches no disk: use a kernel name such as `/dev/sda`, or the hint `serial`, `wwn` or `by_path`",
        ),
        "name" if any(&|value| !value.starts_with("/dev/")) => {
            Some("matches no disk: disk names begin with `/dev/`")
        }
        "by_path" if any(&|value| !value.starts_with(BY_PATH)) => {
            Some("matches no disk: paths begin with `/dev/disk/by-path/`")
        }
        _ => None,
    }
}

/// The warning about a list of disks.
const SEVERAL_DISKS: &str = "names several disks: use `<or> /dev/sda <or> /dev/sdb`";

/// The folder of device links that are named after the disk's connection.
const BY_PATH: &str = "/dev/disk/by-path/";

fn hint(hint_type: HintType, text: &str) -> Result<Value, InvalidValue> {
    let (operator, rest) = operator(text);
    let objection =
        |problem: &str| InvalidValue::quoting(format!("it {problem}"), format!("`{text}` {problem}"));
    if rest.trim().is_empty() {
        return Err(objection("has no value"));
    }
    match hint_type {
        HintType::Text => match text_problem(operator, rest) {
            Some(problem) => Err(objection(&problem)),
            None => Ok(text.into()),
        },
        HintType::Boolean => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true.into()),
            "false" | "no" | "0" => Ok(false.into()),
            _ => Err(objection("is neither true nor false")),
        },
        HintType::Number => match number_problem(operator, rest, text) {
            Some(problem) => Err(objection(&problem)),
            // A number without an operator must match exactly.
            None => Ok(text.parse::<u64>().map_or_else(|_| text.into(), Value::from)),
        },
    }
}

/// Why a text hint fails in Ironic's ramdisk.
fn text_problem(operator: Option<&str>, rest: &str) -> Option<String> {
    match operator {
        Some("!=") => Some(format!("compares numbers, not text: use `s!= {rest}`")),
        Some("==" | "=") => Some(format!("compares numbers, not text: use `s== {rest}`")),
        Some("<range-in>") => Some("compares numbers, not text".to_owned()),
        Some("<all-in>") => Some(format!("compares lists, not text: use `<in> {rest}`")),
        Some(operator) if NUMBER_OPERATORS.contains(&operator) => {
            Some(format!("compares numbers, not text: use `s{operator} {rest}` for alphabetical order"))
        }
        Some(_) if self::operator(rest).0.is_some() => Some("has two operators".to_owned()),
        _ => None,
    }
}

/// Why Ironic refuses a size, its ramdisk fails on it, or no disk matches it.
fn number_problem(operator: Option<&str>, rest: &str, text: &str) -> Option<String> {
    const NOT_A_SIZE: &str = "is not a size in whole GiB above 0";
    let is_size = |text: &str| text.trim().parse::<u64>().is_ok_and(|size| size > 0);
    match operator {
        // oslo only finds the bounds after an operator in lower case.
        Some("<range-in>") if text.starts_with("<range-in>") => range_problem(rest).map(str::to_owned),
        None => (!is_size(rest)).then(|| NOT_A_SIZE.to_owned()),
        Some(operator) if NUMBER_OPERATORS.contains(&operator) => {
            (!is_size(rest)).then(|| NOT_A_SIZE.to_owned())
        }
        Some(operator @ ("s==" | "s!=" | "s<=" | "s>=" | "s<" | "s>")) if is_size(rest) => {
            Some(format!("compares text, not sizes: use `{} {rest}`", &operator[1..]))
        }
        Some("<or>") if rest.split("<or>").all(is_size) => Some(
            "compares text, not sizes: use one size, or a range such as `<range-in> [ 10 20 ]`".to_owned(),
        ),
        Some(_) => Some(NOT_A_SIZE.to_owned()),
    }
}

/// Why a range is invalid. It consists of two bounds in brackets, all separated by spaces.
fn range_problem(range: &str) -> Option<&'static str> {
    let [begin, low, high, end] = range.split_whitespace().collect::<Vec<_>>()[..] else {
        return Some("is not a range: use `<range-in> [ 10 20 ]`, with two sizes and spaces around them");
    };
    let bound = |text: &str| text.parse::<f64>().ok().filter(|bound| bound.is_finite() && *bound >= 0.0);
    let (Some(low), Some(high)) = (bound(low), bound(high)) else {
        return Some("is not a range of sizes in GiB");
    };
    if !["[", "("].contains(&begin) || !["]", ")"].contains(&end) {
        return Some("is not a range: it must begin with `[` or `(` and end with `]` or `)`");
    }
    let is_closed = begin == "[" && end == "]";
    (low > high || low >= high && !is_closed || high <= 0.0).then_some("is an empty range")
}

/// The operator that a hint begins with, and the rest. As in Ironic, its case does not matter.
pub(super) fn operator(text: &str) -> (Option<&'static str>, &str) {
    let begins = |operator: &&str| {
        text.get(..operator.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(operator))
    };
    match OPERATORS.into_iter().find(begins) {
        Some(operator) => (Some(operator), text[operator.len()..].trim()),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn valid_hints_are_accepted() {
        let valid = hints([
            ("size", ">= 60"),
            ("rotational", "false"),
            ("wwn", "0x4000cca77fc4dba1"),
            ("model", "s!= foo"),
        ]);
        assert_eq!(
            Value::Object(valid.expect("valid hints")),
            json!({"size": ">= 60", "rotational": false, "wwn": "0x4000cca77fc4dba1", "model": "s!= foo"})
        );
        assert_eq!(hints([("size", "100")]).expect("a number")["size"], 100);
        for size in
            ["<range-in> [ 10 20 ]", "<range-in>( 0 20.5 ]", "<range-in> [ 20 20 ]", "== 7", "<= 4", "= 3"]
        {
            assert_eq!(hints([("size", size)]).expect(size)["size"], size);
        }
        assert!(hints([("vendor", "seagate")]).is_ok(), "`s` is not an operator");
    }

    #[test]
    fn hints_that_fail_late_in_ironic_are_refused() {
        for (name, text, message) in [
            ("color", "red", "unknown root device hint `color`"),
            ("size", "big", "`big` is not a size"),
            ("size", ">= 0", "above 0"),
            ("size", ">= 10G", "is not a size"),
            ("size", "<or> 10 <or> x", "is not a size"),
            ("rotational", "maybe", "neither true nor false"),
            ("wwn", "", "has no value"),
            ("model", "s==", "has no value"),
            // Ironic accepts these, but then its ramdisk fails or finds no disk (`find_devices_by_hints`).
            ("serial", "== S1", "compares numbers, not text: use `s== S1`"),
            ("model", "!= ATA", "use `s!= ATA`"),
            ("vendor", "= ATA", "use `s== ATA`"),
            ("wwn", ">= 0x5", "use `s>= 0x5`"),
            ("hctl", "< 1:0:0:0", "use `s< 1:0:0:0`"),
            ("name", "<foo> x", "compares numbers, not text"),
            ("by_path", "<range-in> [ 1 2 ]", "compares numbers, not text"),
            ("wwn_with_extension", "<all-in> a b", "compares lists, not text: use `<in> a b`"),
            ("wwn_vendor_extension", "s== <in> x", "has two operators"),
            ("serial", "<IN> == 5", "has two operators"),
            ("size", "<range-in> 10 20", "use `<range-in> [ 10 20 ]`"),
            ("size", "<range-in> [10 20]", "spaces around them"),
            ("size", "<range-in> [ 10 20 30 ]", "two sizes"),
            ("size", "<range-in> { 10 20 }", "begin with `[` or `(`"),
            ("size", "<range-in> [ a 20 ]", "range of sizes"),
            ("size", "<range-in> [ 20 10 ]", "is an empty range"),
            ("size", "<range-in> ( 20 20 ]", "is an empty range"),
            ("size", "<RANGE-IN> [ 10 20 ]", "is not a size"),
            ("size", "<in> 60", "is not a size"),
            ("size", "<all-in> 60", "is not a size"),
            ("size", "s>= 60", "use `>= 60`"),
            ("size", "s== 60", "use `== 60`"),
            ("size", "s!= 60", "use `!= 60`"),
            ("size", "<or> 60", "compares text, not sizes"),
            ("size", "<or> 10 <or> 20", "a range such as"),
        ] {
            let error = hints([(name, text)]).expect_err(text);
            assert!(error.contains(message), "{error}");
        }
        let error = hints([("serialNumber", "S1")]).expect_err("another tool's name");
        assert!(error.contains("did you mean `serial`?"), "{error}");
        assert!(hints([("name", "a"), ("name", "b")]).expect_err("a duplicate").contains("twice"));
    }

    #[test]
    fn equivalent_hints_are_the_same() {
        for (one, other) in [
            (json!({"size": "60", "rotational": "false"}), json!({"size": 60, "rotational": false})),
            (json!({"size": "== 60", "rotational": "False"}), json!({"rotational": false, "size": 60})),
            (json!({"serial": "s== S1", "size": ">=60"}), json!({"serial": "S1", "size": ">= 60"})),
            (json!({"size": "= 60", "model": "S== a"}), json!({"size": ">= 60", "model": "a"})),
        ] {
            assert!(is_equivalent(&one, &other), "{one} {other}");
        }
        for (one, other) in [
            (json!({"size": 60}), json!({"size": 61})),
            (json!({"size": 60}), json!({"size": ">= 60"})),
            (json!({"size": 60}), json!({"size": 60, "rotational": true})),
            (json!({"rotational": true}), json!({"rotational": false})),
            (json!({"serial": "== S1"}), json!({"serial": "S1"})),
            (json!({"serial": "== S1"}), json!({"serial": "s== S1"})),
            (json!({"size": "s== 60"}), json!({"size": 60})),
            (json!({"name": "/dev/sda"}), json!({"by_path": "/dev/sda"})),
        ] {
            assert!(!is_equivalent(&one, &other), "{one} {other}");
        }
    }

    #[test]
    fn hints_that_match_no_disk_are_recognized() {
        for (name, text, message) in [
            ("name", "sda", "begin with `/dev/`"),
            ("name", "/dev/disk/by-path/x", "use the hint `by_path`"),
            ("name", "s== /dev/disk/by-id/x", "a kernel name"),
            ("name", "<or> /dev/sda <or> /dev/disk/by-id/x", "a kernel name"),
            ("name", "/dev/sd*", "not support wildcards"),
            ("by_path", "/dev/disk/by-path/pci-*", "not support wildcards"),
            ("name", "/dev/sda /dev/sdb", "several disks"),
            ("name", "/dev/sda,/dev/sdb", "several disks"),
            ("by_path", "/dev/sda", "paths begin with"),
            ("model", "a <or> b", "before the first value"),
        ] {
            let warning = never_matches(name, text);
            assert!(warning.is_some_and(|warning| warning.contains(message)), "{name} {text}");
        }
        for (name, text) in [
            ("name", "/dev/sda"),
            ("name", "<or> /dev/sda <or> /dev/nvme0n1"),
            ("name", "<in> sd"),
            ("by_path", "/dev/disk/by-path/pci-0000:00"),
            ("model", "INTEL SSD, 2 TB"),
        ] {
            assert_eq!(never_matches(name, text), None, "{name} {text}");
        }
    }

    proptest! {
        #[test]
        fn no_hint_panics(name in "size|rotational|wwn|\\PC{0,9}", text in "\\PC{0,20}") {
            let _ = hints([(name.as_str(), text.as_str())]);
        }

        #[test]
        fn a_size_with_any_comparison_is_unchanged(size in 1..1_000_000_u64, operator in 10..17_usize) {
            let text = format!("{} {size}", OPERATORS[operator]);
            prop_assert_eq!(&hints([("size", text.as_str())]).expect("a size")["size"], &json!(text));
        }
    }
}
