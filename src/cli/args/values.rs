//! Parsers for values of several commands: sizes, durations and JSON.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use crate::inventory::document;

pub use crate::inventory::size::{gibibytes, mebibytes};

/// Parses JSON, or reads a JSON or YAML file.
///
/// # Errors
/// The syntax error, with its place in the file.
pub fn json_or_file(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with(['{', '[']) {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    document::json_of(Path::new(text)).map_err(|error| error.to_string())
}

/// An invalid duration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DurationError {
    /// Not whole numbers with units.
    #[error("expected seconds or a time such as `90s`, `10m` or `1h30m`, found `{0}`")]
    Malformed(String),
    /// A unit occurs twice, or a smaller unit before a larger one.
    #[error("`{0}`: give each unit once, the largest first, such as `1h30m`")]
    Order(String),
    /// The seconds do not fit in 64 bits.
    #[error("`{0}` is too long")]
    TooLong(String),
}

/// The units of a duration, largest first, with their seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Parses a duration: seconds (`90`), or whole numbers with `d`, `h`, `m`, `s`, the largest unit first (`1h30m`).
///
/// # Errors
///
/// See [`DurationError`].
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let malformed = || DurationError::Malformed(text.to_owned());
    let too_long = || DurationError::TooLong(text.to_owned());
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(malformed());
    }
    let mut seconds: u64 = 0;
    let mut units = UNITS.as_slice();
    let mut first = true;
    while !rest.is_empty() {
        let split = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, tail) = rest.split_at(split);
        if digits.is_empty() {
            return Err(malformed());
        }
        let number: u64 = digits.parse().map_err(|_| too_long())?;
        let mut letters = tail.chars();
        let scale = match letters.next().map(|c| c.to_ascii_lowercase()) {
            None if first => 1,
            None => return Err(malformed()),
            Some(letter) => match units.iter().position(|(unit, _)| *unit == letter) {
                Some(at) => {
                    let scale = units[at].1;
                    units = &units[at + 1..];
                    scale
                }
                None if UNITS.iter().any(|(unit, _)| *unit == letter) => {
                    return Err(DurationError::Order(text.to_owned()));
                }
                None => return Err(malformed()),
            },
        };
        let part = number.checked_mul(scale).ok_or_else(too_long)?;
        seconds = seconds.checked_add(part).ok_or_else(too_long)?;
        rest = letters.as_str();
        first = false;
    }
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_units_are_parsed() {
        for (text, seconds) in [
            ("0", 0),
            ("90", 90),
            ("90s", 90),
            ("10m", 600),
            ("1h30m", 5400),
            ("1H", 3600),
            ("2d12h", 216_000),
            ("1h0m1s", 3601),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn invalid_durations_are_refused() {
        for text in ["", "h", "-1", "1.5h", "1h30", "soon", "1w", "1h m"] {
            assert!(matches!(duration(text), Err(DurationError::Malformed(_))), "{text}");
        }
        for text in ["30m1h", "1h1h", "1s1d"] {
            assert!(matches!(duration(text), Err(DurationError::Order(_))), "{text}");
        }
        for text in ["99999999999999999999", "999999999999999999d"] {
            assert!(matches!(duration(text), Err(DurationError::TooLong(_))), "{text}");
        }
    }
}
