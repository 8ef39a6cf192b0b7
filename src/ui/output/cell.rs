//! The text of one value, and the order of values.

use std::cmp::Ordering;
use std::time::Duration;

use anstyle::Style;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::driver::watch::event::in_words;
use crate::ironic::state::Tone;
use crate::ironic::{PowerState, ProvisionState};
use crate::ui::color;

/// How tables show a value. The other formats print it unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellStyle {
    /// Unchanged; lists joined by commas, objects as JSON.
    Text,
    /// The state of a node, or of an instance, which may have no node yet or any more. Colored by its meaning.
    State,
    /// A power state, colored by its meaning.
    PowerState,
    /// What a command did, or the state of something else than a node. Colored by its meaning.
    Result,
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

/// A duration for [`CellStyle::Seconds`]: seconds, rounded to milliseconds.
#[must_use]
pub fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

/// The text of a value in a table.
pub(super) fn for_people(show: CellStyle, value: &Value) -> String {
    let special = match show {
        CellStyle::Text
        | CellStyle::State
        | CellStyle::PowerState
        | CellStyle::Result
        | CellStyle::Named
        | CellStyle::Changes => None,
        CellStyle::Mib => value.as_f64().map(|mib| binary_size(mib * MIB)),
        CellStyle::Gib => value.as_f64().map(|gib| binary_size(gib * MIB * 1024.0)),
        CellStyle::Time => value.as_str().and_then(local_time),
        CellStyle::Seconds => {
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
pub(super) fn for_programs(show: CellStyle, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(|item| for_programs(show, item)).collect::<Vec<_>>().join(",")
        }
        Value::Object(fields) if show == CellStyle::Named => {
            let text = |key| fields.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            text("name").or_else(|| text("uuid")).unwrap_or_default().to_owned()
        }
        Value::Array(changes) if show == CellStyle::Changes => {
            let change = |change: &Value| {
                let text = |key| for_programs(CellStyle::Text, &change[key]);
                format!("{}: {} -> {}", text("field"), text("has"), text("wants"))
            };
            changes.iter().map(change).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// The style of a value: states are colored by their meaning, other values have no style.
pub(super) fn style(show: CellStyle, value: &Value) -> Style {
    let Some(text) = value.as_str() else { return Style::new() };
    let tone = match show {
        CellStyle::State => tone_of_state(text),
        CellStyle::PowerState => PowerState::from(text).tone(),
        CellStyle::Result => tone_of_result(text),
        CellStyle::Text
        | CellStyle::Mib
        | CellStyle::Gib
        | CellStyle::Time
        | CellStyle::Seconds
        | CellStyle::Named
        | CellStyle::Changes => Tone::Neutral,
    };
    match tone {
        Tone::Good => color::GOOD,
        Tone::Changing => color::WARNING,
        Tone::Failed => color::FAILED,
        Tone::Neutral => Style::new(),
    }
}

/// The tone of the state of a node or of an instance.
fn tone_of_state(text: &str) -> Tone {
    match ProvisionState::from(text) {
        // Before an instance has a node, and after it had one.
        ProvisionState::Unknown(state) => match state.as_str() {
            "allocating" => Tone::Changing,
            other => tone_of_result(other),
        },
        state => state.tone(),
    }
}

fn tone_of_result(text: &str) -> Tone {
    match text {
        "created" | "updated" | "unchanged" | "deleted" | "running" => Tone::Good,
        "failed" => Tone::Failed,
        _ => Tone::Neutral,
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
        (a, b) => for_programs(CellStyle::Named, a).cmp(&for_programs(CellStyle::Named, b)),
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
        assert_eq!(for_people(CellStyle::Mib, &json!(512)), "512.0 MiB");
        assert_eq!(for_people(CellStyle::Mib, &json!(16384)), "16.0 GiB");
        assert_eq!(for_people(CellStyle::Gib, &json!(1024)), "1.0 TiB");
        assert_eq!(for_people(CellStyle::Gib, &json!("lots")), "lots");
        assert_eq!(for_people(CellStyle::Seconds, &json!(252.0)), "4m12s");
        assert_eq!(for_people(CellStyle::Seconds, &json!(-1)), "-1");
    }

    #[test]
    fn a_value_has_one_text_for_people_and_one_for_programs() {
        let node = json!({"uuid": "u", "name": "n"});
        assert_eq!(for_programs(CellStyle::Named, &node), "n");
        assert_eq!(for_programs(CellStyle::Named, &json!({"uuid": "u", "name": null})), "u");
        assert_eq!(for_programs(CellStyle::Text, &node), r#"{"uuid":"u","name":"n"}"#);
        assert_eq!(for_programs(CellStyle::Text, &json!(["a", "b", 3])), "a,b,3");
        assert_eq!(for_programs(CellStyle::Text, &Value::Null), "");
        assert_eq!(for_people(CellStyle::Text, &Value::Null), "-");
        assert_eq!(for_people(CellStyle::Text, &json!(true)), "yes");
        assert_eq!(for_programs(CellStyle::Text, &json!(true)), "true");
    }

    #[test]
    fn every_state_has_the_color_of_its_meaning() {
        let color = |show, text: &str| style(show, &json!(text));
        for state in ["active", "available", "manageable", "deleted"] {
            assert_eq!(color(CellStyle::State, state), color::GOOD, "{state}");
        }
        for state in [
            "deploying",
            "wait call-back",
            "clean wait",
            "clean hold",
            "deploy hold",
            "service hold",
            "allocating",
        ] {
            assert_eq!(color(CellStyle::State, state), color::WARNING, "{state}");
        }
        for state in ["error", "deploy failed", "service failed", "failed"] {
            assert_eq!(color(CellStyle::State, state), color::FAILED, "{state}");
        }
        for state in ["enroll", "rescue", "reserved", "quantum hold", "being", "no failure"] {
            assert_eq!(color(CellStyle::State, state), Style::new(), "{state}");
        }
        let power =
            ["power on", "power off", "rebooting", "error"].map(|state| color(CellStyle::PowerState, state));
        assert_eq!(power, [color::GOOD, Style::new(), color::WARNING, color::FAILED]);
        let results = ["created", "running", "failed", "kept"].map(|result| color(CellStyle::Result, result));
        assert_eq!(results, [color::GOOD, color::GOOD, color::FAILED, Style::new()]);
        assert_eq!(color(CellStyle::Text, "active"), Style::new());
    }

    #[test]
    fn times_are_local_and_invalid_times_are_unchanged() {
        let shown = for_people(CellStyle::Time, &json!("2026-11-22T14:03:09+00:00"));
        assert_eq!(shown.len(), "2026-11-22 14:03".len(), "{shown}");
        assert_eq!(for_people(CellStyle::Time, &json!("yesterday")), "yesterday");
    }

    #[test]
    fn missing_values_come_last() {
        let mut values = [json!(null), json!("b"), json!(10), json!("a"), json!(9)];
        values.sort_by(compare);
        assert_eq!(values, [json!(9), json!(10), json!("a"), json!("b"), json!(null)]);
    }
}
