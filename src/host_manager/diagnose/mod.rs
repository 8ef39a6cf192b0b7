//! Explains why too few nodes fit: a one-line reason, the closest sizes, and the changes that would make nodes fit.

mod hints;

use thiserror::Error;

use super::filters::FilterName;
use super::host::HostState;
use super::select::{Count, FilterCount, Refused, Selection};
use crate::counts;

/// Too few nodes fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no valid host: {reason}{}", filter.map(|filter| format!(" ({filter})")).unwrap_or_default())]
pub struct NoValidHost {
    /// One line: the filter that refused the last node, and the closest values.
    pub reason: String,
    /// The changes that would make nodes fit, the most promising first; then how many nodes passed each filter. One
    /// line each.
    pub hints: Vec<String>,
    /// The filter that refused the last node; `None` if some nodes fit, but too few.
    pub filter: Option<FilterName>,
    /// For each filter, how many nodes reached and passed it.
    pub summary: Vec<FilterCount>,
    /// How many nodes fit.
    pub fitting: usize,
    /// How many more nodes are needed.
    pub missing: usize,
}

impl Selection<'_> {
    /// Checks that enough nodes fit.
    ///
    /// # Errors
    ///
    /// [`NoValidHost`] if fewer fit than requested.
    pub fn verdict(&self) -> Result<(), NoValidHost> {
        let missing = self.missing();
        if missing == 0 {
            return Ok(());
        }
        let fitting = self.candidates.len();
        let last = self.summary.iter().find(|count| count.came > 0 && count.passed == 0).copied();
        let reason = match (last, self.count) {
            _ if self.considered() == 0 => "there are no nodes to choose from".to_owned(),
            (Some(last), _) => self.reason(last),
            (None, Count::Exactly(count)) => {
                format!(
                    "{} wanted, but only {} of {} {}",
                    counts::counted(count, "node"),
                    fitting,
                    self.considered(),
                    counts::agreeing(fitting, "fits", "fit")
                )
            }
            (None, Count::All) => "no node fits".to_owned(),
        };
        Err(NoValidHost {
            reason,
            hints: self.hints(),
            filter: last.map(|count| count.filter),
            summary: self.summary.clone(),
            fitting,
            missing,
        })
    }

    /// Describes the filter that refused the last node, with the closest values of the nodes that it refused.
    fn reason(&self, last: FilterCount) -> String {
        let is_last = |refused: &&Refused| refused.filter == last.filter;
        let refused: Vec<&HostState> =
            self.refused.iter().filter(is_last).map(|refused| &self.hosts[refused.host]).collect();
        last.filter.filter().summary(&self.matcher, &self.subject(last), &refused)
    }

    /// The subject of the reason: `no node`, or how many nodes reached the filter.
    fn subject(&self, last: FilterCount) -> String {
        if last.came == self.considered() {
            return "no node".to_owned();
        }
        let only_free = self
            .summary
            .iter()
            .take_while(|count| count.filter != last.filter)
            .all(|count| count.filter == FilterName::Compute || count.came == count.passed);
        if only_free {
            "no free node".to_owned()
        } else {
            format!("no node among the remaining {}", last.came)
        }
    }
}
