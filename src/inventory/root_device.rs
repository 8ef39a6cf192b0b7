//! Hints at the disk that becomes the root device, checked as Ironic checks them (`ironic/common/utils.py`,
//! `parse_root_device_hints` and `find_devices_by_hints`, with oslo's `specs_matcher`): what it does not like fails the
//! deploy only after the claim, in the ramdisk.

use serde_json::{Map, Value};

use super::document::{Objection, Table};
use crate::suggest::nearest;

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

/// The operators that compare numbers; the text of a disk is none, and the ramdisk fails over it.
const OF_NUMBERS: [&str; 7] = ["==", "!=", "<=", ">=", "<", ">", "="];

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

/// Whether two `root_device` mean the same to Ironic: numbers and truth values in quotes or not, and the operator that it
/// takes if there is none, written or not.
#[must_use]
pub fn same(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return one == other };
    let same_hint = |name: &str, one: &Value, other: &Value| {
        let is_text = !HINTS.iter().any(|(known, takes)| *known == name && *takes != Takes::Text);
        match (meaning(one, is_text), meaning(other, is_text)) {
            (Some(a), Some(b)) if one.is_boolean() || other.is_boolean() => a.1.eq_ignore_ascii_case(&b.1),
            (Some(a), Some(b)) => a == b,
            _ => one == other,
        }
    };
    one.len() == other.len()
        && one.iter().all(|(name, value)| other.get(name).is_some_and(|same| same_hint(name, value, same)))
}

/// The operator of a hint, unless it is the one that Ironic takes if there is none, and its value.
fn meaning(hint: &Value, is_text: bool) -> Option<(Option<&'static str>, String)> {
    let text = match hint {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    let default = if is_text { "s==" } else { "==" };
    let (operator, rest) = operator(&text);
    // For numbers, oslo takes `=` for `>=`.
    let operator = if operator == Some("=") && !is_text { Some(">=") } else { operator };
    Some((operator.filter(|operator| *operator != default), rest.to_owned()))
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
    if operator.is_none() && ["<or>", "<in>"].iter().any(|inner| rest.contains(inner)) {
        return Some("fits no disk: an operator such as `<or>` or `<in>` goes before the first value");
    }
    if !matches!(operator, None | Some("s==" | "<or>")) {
        return None;
    }
    let values: Vec<&str> = rest.split("<or>").map(str::trim).collect();
    let any = |is: &dyn Fn(&str) -> bool| values.iter().any(|value| is(value));
    match name {
        "name" if rest.contains([',', ';', '|']) => Some(LISTED),
        "name" | "by_path" if any(&|value| value.contains(char::is_whitespace)) => Some(LISTED),
        "name" | "by_path" if rest.contains(['*', '?']) => {
            Some("fits no disk: Ironic knows no wildcards, write `<in> /dev/sd` for a part of the name")
        }
        "name" if any(&|value| value.starts_with(BY_PATH)) => {
            Some("fits no disk: a path in `/dev/disk/by-path/` is the hint `by_path`")
        }
        "name" if any(&|value| value.starts_with("/dev/disk/")) => Some(
            "fits no disk: their names are those of the kernel, such as `/dev/sda`; use `serial`, `wwn` or `by_path`",
        ),
        "name" if any(&|value| !value.starts_with("/dev/")) => {
            Some("fits no disk: their names begin with `/dev/`")
        }
        "by_path" if any(&|value| !value.starts_with(BY_PATH)) => {
            Some("fits no disk: their paths begin with `/dev/disk/by-path/`")
        }
        _ => None,
    }
}

/// What to say of a list of disks.
const LISTED: &str = "names several disks: write `<or> /dev/sda <or> /dev/sdb`";

/// The folder of disk names that say how disks are connected.
const BY_PATH: &str = "/dev/disk/by-path/";

fn hint(takes: Takes, wanted: &str) -> Result<Value, Objection> {
    let (operator, rest) = operator(wanted);
    let objection = |says: &str| Objection::quoting(format!("it {says}"), format!("`{wanted}` {says}"));
    if rest.trim().is_empty() {
        return Err(objection("names no value"));
    }
    match takes {
        Takes::Text => match text_problem(operator, rest) {
            Some(says) => Err(objection(&says)),
            None => Ok(wanted.into()),
        },
        Takes::Boolean => match wanted.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true.into()),
            "false" | "no" | "0" => Ok(false.into()),
            _ => Err(objection("is neither true nor false")),
        },
        Takes::Number => match number_problem(operator, rest, wanted) {
            Some(says) => Err(objection(&says)),
            // A bare number means exactly so much.
            None => Ok(wanted.parse::<u64>().map_or_else(|_| wanted.into(), Value::from)),
        },
    }
}

/// Why Ironic's ramdisk fails over a hint of text.
fn text_problem(operator: Option<&str>, rest: &str) -> Option<String> {
    match operator {
        Some("!=") => Some(format!("compares numbers, not text: write `s!= {rest}`")),
        Some("==" | "=") => Some(format!("compares numbers, not text: write `s== {rest}`")),
        Some("<range-in>") => Some("compares numbers, not text".to_owned()),
        Some("<all-in>") => Some(format!("compares lists, not text: write `<in> {rest}`")),
        Some(operator) if OF_NUMBERS.contains(&operator) => {
            Some(format!("compares numbers, not text: write `s{operator} {rest}` for the order of letters"))
        }
        Some(_) if self::operator(rest).0.is_some() => Some("has two operators".to_owned()),
        _ => None,
    }
}

/// Why Ironic refuses a size, its ramdisk fails on it, or no disk matches it.
fn number_problem(operator: Option<&str>, rest: &str, wanted: &str) -> Option<String> {
    const WANTED: &str = "is not a size in whole GiB above 0";
    let is_size = |text: &str| text.trim().parse::<u64>().is_ok_and(|size| size > 0);
    match operator {
        // In small letters only: what follows is not found otherwise.
        Some("<range-in>") if wanted.starts_with("<range-in>") => range_problem(rest).map(str::to_owned),
        None => (!is_size(rest)).then(|| WANTED.to_owned()),
        Some(operator) if OF_NUMBERS.contains(&operator) => (!is_size(rest)).then(|| WANTED.to_owned()),
        Some(operator @ ("s==" | "s!=" | "s<=" | "s>=" | "s<" | "s>")) if is_size(rest) => {
            Some(format!("compares text, not sizes: write `{} {rest}`", &operator[1..]))
        }
        Some("<or>") if rest.split("<or>").all(is_size) => Some(
            "compares text, not sizes: write one size, or a range such as `<range-in> [ 10 20 ]`".to_owned(),
        ),
        Some(_) => Some(WANTED.to_owned()),
    }
}

/// What is wrong with a range: two bounds between brackets, all separated by blanks.
fn range_problem(range: &str) -> Option<&'static str> {
    let [begin, low, high, end] = range.split_whitespace().collect::<Vec<_>>()[..] else {
        return Some("is no range: write `<range-in> [ 10 20 ]`, with two sizes and blanks around them");
    };
    let bound = |text: &str| text.parse::<f64>().ok().filter(|bound| bound.is_finite() && *bound >= 0.0);
    let (Some(low), Some(high)) = (bound(low), bound(high)) else {
        return Some("is no range of sizes in GiB");
    };
    if !["[", "("].contains(&begin) || !["]", ")"].contains(&end) {
        return Some("is no range: it begins with `[` or `(` and ends with `]` or `)`");
    }
    let is_closed = begin == "[" && end == "]";
    (low > high || low >= high && !is_closed || high <= 0.0).then_some("is a range without any size in it")
}

/// The operator that a value begins with, and the rest. Ironic does not look at the case of letters in it.
pub(super) fn operator(wanted: &str) -> (Option<&'static str>, &str) {
    let begins = |operator: &&str| {
        wanted.get(..operator.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(operator))
    };
    match OPERATORS.into_iter().find(begins) {
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
        for size in
            ["<range-in> [ 10 20 ]", "<range-in>( 0 20.5 ]", "<range-in> [ 20 20 ]", "== 7", "<= 4", "= 3"]
        {
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
            // Ironic takes these, and its ramdisk then fails, or finds no disk (`find_devices_by_hints`).
            ("serial", "== S1", "compares numbers, not text: write `s== S1`"),
            ("model", "!= ATA", "write `s!= ATA`"),
            ("vendor", "= ATA", "write `s== ATA`"),
            ("wwn", ">= 0x5", "write `s>= 0x5`"),
            ("hctl", "< 1:0:0:0", "write `s< 1:0:0:0`"),
            ("name", "<foo> x", "compares numbers, not text"),
            ("by_path", "<range-in> [ 1 2 ]", "compares numbers, not text"),
            ("wwn_with_extension", "<all-in> a b", "compares lists, not text: write `<in> a b`"),
            ("wwn_vendor_extension", "s== <in> x", "has two operators"),
            ("serial", "<IN> == 5", "has two operators"),
            ("size", "<range-in> 10 20", "write `<range-in> [ 10 20 ]`"),
            ("size", "<range-in> [10 20]", "blanks around them"),
            ("size", "<range-in> [ 10 20 30 ]", "two sizes"),
            ("size", "<range-in> { 10 20 }", "begins with `[` or `(`"),
            ("size", "<range-in> [ a 20 ]", "range of sizes"),
            ("size", "<range-in> [ 20 10 ]", "without any size in it"),
            ("size", "<range-in> ( 20 20 ]", "without any size in it"),
            ("size", "<RANGE-IN> [ 10 20 ]", "is not a size"),
            ("size", "<in> 60", "is not a size"),
            ("size", "<all-in> 60", "is not a size"),
            ("size", "s>= 60", "write `>= 60`"),
            ("size", "s== 60", "write `== 60`"),
            ("size", "s!= 60", "write `!= 60`"),
            ("size", "<or> 60", "compares text, not sizes"),
            ("size", "<or> 10 <or> 20", "a range such as"),
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
            (json!({"size": "= 60", "model": "S== a"}), json!({"size": ">= 60", "model": "a"})),
        ] {
            assert!(same(&one, &other), "{one} {other}");
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
            assert!(!same(&one, &other), "{one} {other}");
        }
    }

    #[test]
    fn names_that_no_disk_has_are_recognized() {
        for (name, wanted, why) in [
            ("name", "sda", "begin with `/dev/`"),
            ("name", "/dev/disk/by-path/x", "is the hint `by_path`"),
            ("name", "s== /dev/disk/by-id/x", "those of the kernel"),
            ("name", "<or> /dev/sda <or> /dev/disk/by-id/x", "those of the kernel"),
            ("name", "/dev/sd*", "no wildcards"),
            ("by_path", "/dev/disk/by-path/pci-*", "no wildcards"),
            ("name", "/dev/sda /dev/sdb", "several disks"),
            ("name", "/dev/sda,/dev/sdb", "several disks"),
            ("by_path", "/dev/sda", "their paths begin with"),
            ("model", "a <or> b", "goes before the first value"),
        ] {
            assert!(never_met(name, wanted).is_some_and(|told| told.contains(why)), "{name} {wanted}");
        }
        for (name, wanted) in [
            ("name", "/dev/sda"),
            ("name", "<or> /dev/sda <or> /dev/nvme0n1"),
            ("name", "<in> sd"),
            ("by_path", "/dev/disk/by-path/pci-0000:00"),
            ("model", "INTEL SSD, 2 TB"),
        ] {
            assert_eq!(never_met(name, wanted), None, "{name} {wanted}");
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
