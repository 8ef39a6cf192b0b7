//! Finds the orphans in the evidence. A pure function.

use std::time::Duration;

use super::{GcEvidence, Orphan, SEARCHES};
use crate::driver::watch::stage::time;

impl GcEvidence {
    /// The orphans that have not changed for this long, and the number of orphans that changed later. An orphan without a
    /// known time of change counts as unchanged.
    #[must_use]
    pub fn orphans(&self, unchanged_for: Duration) -> (Vec<Orphan>, usize) {
        let all = SEARCHES.iter().flat_map(|search| search(self));
        let is_old = |orphan: &Orphan| {
            orphan.since.as_deref().and_then(time).is_none_or(|since| {
                self.now.duration_since(since).as_secs()
                    >= i64::try_from(unchanged_for.as_secs()).unwrap_or(i64::MAX)
            })
        };
        let (mut old, young): (Vec<Orphan>, Vec<Orphan>) = all.partition(is_old);
        old.sort_by(|a, b| (a.kind, &a.since, &a.id).cmp(&(b.kind, &b.since, &b.id)));
        (old, young.len())
    }
}

/// The later of two times.
pub(super) fn later(a: Option<&String>, b: Option<&String>) -> Option<String> {
    let parsed = |text: Option<&String>| text.and_then(|text| time(text));
    if parsed(b) > parsed(a) { b.cloned() } else { a.cloned() }
}

#[cfg(test)]
mod tests;
