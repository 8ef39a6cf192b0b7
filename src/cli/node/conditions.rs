//! The option by which nodes are chosen by what Ironic knows of them.

use crate::ironic::condition::{Condition, Conditions};

#[derive(Debug, clap::Args)]
pub(super) struct Where {
    /// Only nodes of which this is true, as `extra.rack=r4`; see `farrier help conditions`; repeat for more
    #[arg(long = "where", value_name = "CONDITION")]
    conditions: Vec<Condition>,
}

impl Where {
    /// The conditions, together with those that other options stand for.
    pub(super) fn and(&self, others: impl IntoIterator<Item = Condition>) -> Conditions {
        others.into_iter().chain(self.conditions.iter().cloned()).collect()
    }
}
