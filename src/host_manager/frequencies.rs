//! Counts equal values and lists them, for messages.

use std::collections::HashMap;
use std::hash::Hash;

/// How many values or changes a message shows.
pub(super) const SHOWN: usize = 3;

/// Counts equal values, the most frequent first, then by value.
pub(super) fn counted<T: Ord + Hash + Eq>(values: impl Iterator<Item = T>) -> Vec<(T, usize)> {
    let mut counts = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    descending(counts)
}

/// The counts, the highest first, then by value.
pub(super) fn descending<T: Ord>(counts: HashMap<T, usize>) -> Vec<(T, usize)> {
    let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
    counts.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    counts
}

/// Lists the first values, and the number of the others.
pub(super) fn listed<T>(counts: &[(T, usize)], text: impl Fn(&T, usize) -> String) -> String {
    let mut parts: Vec<String> =
        counts.iter().take(SHOWN).map(|(value, count)| text(value, *count)).collect();
    let more: usize = counts.iter().skip(SHOWN).map(|(_, count)| count).sum();
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    parts.join(", ")
}
