//! Sizes with units: `16G`, `16GiB`, `16384M`, or a number in the unit of the field.
//!
//! A flavor must match a node exactly, to the mebibyte, so sizes are not rounded or guessed. Suffixes are powers
//! of 1024. `KB`, `MB`, `GB` and `TB` are refused, because they can also mean powers of 1000. A size that is not a
//! whole number of the field's unit is refused.

use thiserror::Error;

/// The unit of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 2^20 bytes: RAM and swap, as Nova and Ironic count them.
    Mebibyte,
    /// 2^30 bytes: disks, as Nova and Ironic count them.
    Gibibyte,
}

impl Unit {
    /// The unit as a power of 1024.
    fn power(self) -> u32 {
        match self {
            Self::Mebibyte => 2,
            Self::Gibibyte => 3,
        }
    }

    /// The suffix after a number.
    fn symbol(self) -> &'static str {
        match self {
            Self::Mebibyte => "MiB",
            Self::Gibibyte => "GiB",
        }
    }
}

/// Why a text is not a valid size.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SizeError {
    /// It does not consist of digits and a known suffix.
    #[error("expected a whole number, optionally with K, M, G or T (`16G`, `16GiB`), found `{0}`")]
    Malformed(String),
    /// Its suffix can mean a power of 1000 or of 1024.
    #[error("`{text}` is ambiguous: write `{binary}` for powers of 1024")]
    Ambiguous {
        /// The text.
        text: String,
        /// The text with the unambiguous suffix.
        binary: String,
    },
    /// It is not a whole number of the field's unit.
    #[error("`{text}` is not a whole number of {unit}")]
    Fraction {
        /// The text.
        text: String,
        /// The field's unit.
        unit: &'static str,
    },
    /// The number, or the size in the field's unit, is larger than 2^64 - 1.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// Parses a size and converts it to `unit`.
///
/// # Errors
///
/// See [`SizeError`].
pub fn parse(text: &str, unit: Unit) -> Result<u64, SizeError> {
    let trimmed = text.trim();
    let split = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
    let (digits, suffix) = trimmed.split_at(split);
    let malformed = || SizeError::Malformed(text.to_owned());
    if digits.is_empty() {
        return Err(malformed());
    }
    let number: u64 = digits.parse().map_err(|_| SizeError::TooLarge(text.to_owned()))?;
    let suffix = suffix.trim_start().to_ascii_lowercase();
    let mut letters = suffix.chars();
    let power = match letters.next() {
        None => return Ok(number),
        Some('k') => 1,
        Some('m') => 2,
        Some('g') => 3,
        Some('t') => 4,
        Some(_) => return Err(malformed()),
    };
    match letters.as_str() {
        "" | "i" | "ib" => {}
        "b" => {
            let letter = suffix[..1].to_ascii_uppercase();
            return Err(SizeError::Ambiguous {
                text: text.to_owned(),
                binary: format!("{digits}{letter}iB"),
            });
        }
        _ => return Err(malformed()),
    }
    if let Some(exponent) = u32::checked_sub(power, unit.power()) {
        return 1024_u64
            .pow(exponent)
            .checked_mul(number)
            .ok_or_else(|| SizeError::TooLarge(text.to_owned()));
    }
    let divisor = 1024_u64.pow(unit.power() - power);
    if number.is_multiple_of(divisor) {
        Ok(number / divisor)
    } else {
        Err(SizeError::Fraction { text: text.to_owned(), unit: unit.symbol() })
    }
}

/// Parses a size whose default unit is mebibytes (RAM, swap).
///
/// # Errors
///
/// See [`parse`].
pub fn mebibytes(text: &str) -> Result<u64, SizeError> {
    parse(text, Unit::Mebibyte)
}

/// Parses a size whose default unit is gibibytes (disks).
///
/// # Errors
///
/// See [`parse`].
pub fn gibibytes(text: &str) -> Result<u64, SizeError> {
    parse(text, Unit::Gibibyte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_binary_and_plain_numbers_use_the_unit_of_the_field() {
        for (text, mib) in [
            ("16384", 16384),
            ("16G", 16384),
            ("16g", 16384),
            ("16Gi", 16384),
            ("16GiB", 16384),
            (" 16 GiB ", 16384),
            ("16384M", 16384),
            ("1T", 1_048_576),
            ("2048K", 2),
            ("0", 0),
        ] {
            assert_eq!(mebibytes(text), Ok(mib), "{text}");
        }
        assert_eq!(gibibytes("893"), Ok(893));
        assert_eq!(gibibytes("2048M"), Ok(2));
        assert_eq!(gibibytes("1T"), Ok(1024));
    }

    #[test]
    fn decimal_suffixes_are_refused_with_a_binary_suggestion() {
        let error = mebibytes("16GB").expect_err("GB is ambiguous");
        assert_eq!(error.to_string(), "`16GB` is ambiguous: write `16GiB` for powers of 1024");
        assert!(matches!(mebibytes("16kb"), Err(SizeError::Ambiguous { .. })));
    }

    #[test]
    fn invalid_sizes_are_refused_instead_of_rounded() {
        assert!(matches!(gibibytes("1536M"), Err(SizeError::Fraction { unit: "GiB", .. })));
        assert!(matches!(mebibytes("1K"), Err(SizeError::Fraction { unit: "MiB", .. })));
        for text in ["", "G", "-1", "1.5G", "lots", "16X", "16Gib!", "0x10", "1 2", "１６"] {
            assert!(matches!(mebibytes(text), Err(SizeError::Malformed(_))), "{text}");
        }
        for text in ["99999999999999999999", "18446744073709551615T"] {
            assert!(matches!(mebibytes(text), Err(SizeError::TooLarge(_))), "{text}");
        }
    }
}
