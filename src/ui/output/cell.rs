//! The text of one value, and the order of values.

use std::cmp::Ordering;
use std::time::Duration;

use anstyle::Style;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::driver::watch::event::in_words;
use crate::ui::color;

/// How tables show a value. The other formats print it unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Unchanged; lists joined by commas, objects as JSON.
    Text,
    /// A state of Ironic, colored by its meaning.
    State,
    /// A number of mebibytes.
    Mib,
    /// A number of gibibytes.
    Gib,
    /// An RFC 3339 time, shown as local time.
    Time,
    /// A number of seconds.
    Seconds,
    /// An object with `name` and `uuid`: the name, or the UUID if it has no name. Also in other formats with columns.
    Named,
    /// A list of changes, each with `field`, `has` and `wants`. Also in other formats with columns.
    Changes,
}

/// A duration for [`Show::Seconds`]: seconds, rounded to milliseconds.
#[must_use]
pub fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

/// The text of a value in a table.
pub(super) fn for_people(show: Show, value: &Value) -> String {
    let special = match show {
        Show::Text | Show::State | Show::Named | Show::Changes => None,
        Show::Mib => value.as_f64().map(|mib| binary_size(mib * MIB)),
        Show::Gib => value.as_f64().map(|gib| binary_size(gib * MIB * 1024.0)),
        Show::Time => value.as_str().and_then(local_time),
        Show::Seconds => {
            value.as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).map(in_words)
        }
    };
    let text = special.unwrap_or_else(|| match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => for_programs(show, other),
    });
    if text.is_empty() { "-".to_owned() } else { text }
}

/// The text of a value in formats for programs.
pub(super) fn for_programs(show: Show, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(|item| for_programs(show, item)).collect::<Vec<_>>().join(",")
        }
        Value::Object(fields) if show == Show::Named => {
            let text = |key| fields.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            text("name").or_else(|| text("uuid")).unwrap_or_default().to_owned()
        }
        Value::Array(changes) if show == Show::Changes => {
            let change = |change: &Value| {
                let text = |key| for_programs(Show::Text, &change[key]);
                format!("{}: {} -> {}", text("field"), text("has"), text("wants"))
            };
            changes.iter().map(change).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// The style of a value: states are colored by their meaning, other values have no style.
pub(super) fn style(show: Show, value: &Value) -> Style {
    let (Show::State, Some(state)) = (show, value.as_str()) else {
        return Style::new();
    };
    match state {
        "active" | "available" | "manageable" | "power on" | "deleted" | "created" | "updated"
        | "unchanged" => color::GOOD,
        "error" => color::FAILED,
        failed if failed.contains("fail") => color::FAILED,
        moving if moving.ends_with("ing") || moving.contains("wait") => color::WARNING,
        _ => Style::new(),
    }
}

/// A total order of values: numbers by size, text by its characters, missing values last.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (Value::Number(a), Value::Number(b)) => {
            a.as_f64().unwrap_or(f64::NAN).total_cmp(&b.as_f64().unwrap_or(f64::NAN))
        }
        // Numbers before text, so that the order of a mixed column is defined.
        (_, Value::Null) | (Value::Number(_), _) => Ordering::Less,
        (_, Value::Number(_)) => Ordering::Greater,
        (a, b) => for_programs(Show::Named, a).cmp(&for_programs(Show::Named, b)),
    }
}

const MIB: f64 = 1024.0 * 1024.0;

/// Bytes in the largest binary unit with a value of at least one: `16.0 GiB`.
fn binary_size(bytes: f64) -> String {
    const UNITS: [&str; 4] = ["MiB", "GiB", "TiB", "PiB"];
    let mut size = bytes / MIB;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

/// An RFC 3339 time in local time.
fn local_time(text: &str) -> Option<String> {
    let time: Timestamp = text.parse().ok()?;
    Some(time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sizes_and_durations_are_readable() {
        assert_eq!(for_people(Show::Mib, &json!(512)), "512.0 MiB");
        assert_eq!(for_people(Show::Mib, &json!(16384)), "16.0 GiB");
        assert_eq!(for_people(Show::Gib, &json!(1024)), "1.0 TiB");
        assert_eq!(for_people(Show::Gib, &json!("lots")), "lots");
        assert_eq!(for_people(Show::Seconds, &json!(252.0)), "4m12s");
        assert_eq!(for_people(Show::Seconds, &json!(-1)), "-1");
    }

    #[test]
    fn a_value_has_one_text_for_people_and_one_for_programs() {
        let node = json!({"uuid": "u", "name": "n"});
        assert_eq!(for_programs(Show::Named, &node), "n");
        assert_eq!(for_programs(Show::Named, &json!({"uuid": "u", "name": null})), "u");
        assert_eq!(for_programs(Show::Text, &node), r#"{"uuid":"u","name":"n"}"#);
        assert_eq!(for_programs(Show::Text, &json!(["a", "b", 3])), "a,b,3");
        assert_eq!(for_programs(Show::Text, &Value::Null), "");
        assert_eq!(for_people(Show::Text, &Value::Null), "-");
        assert_eq!(for_people(Show::Text, &json!(true)), "yes");
        assert_eq!(for_programs(Show::Text, &json!(true)), "true");
    }

    #[test]
    fn times_are_local_and_invalid_times_are_unchanged() {
        let shown = for_people(Show::Time, &json!("2026-11-22T14:03:09+00:00"));
        assert_eq!(shown.len(), "2026-11-22 14:03".len(), "{shown}");
        assert_eq!(for_people(Show::Time, &json!("yesterday")), "yesterday");
    }

    #[test]
    fn missing_values_come_last() {
        let mut values = [json!(null), json!("b"), json!(10), json!("a"), json!(9)];
        values.sort_by(compare);
        assert_eq!(values, [json!(9), json!(10), json!("a"), json!("b"), json!(null)]);
    }
}
