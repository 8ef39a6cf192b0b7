//! The `--where` option, which selects nodes by conditions.

use crate::ironic::ProvisionState;
use crate::ironic::condition::{Condition, Conditions};
use crate::suggest::nearest;

/// Reads a provision state, in upper or lower case, with spaces, `-` or `_`.
pub(crate) fn provision_state(text: &str) -> Result<String, String> {
    let plain = |text: &str| text.trim().to_lowercase().replace(['-', '_'], " ");
    let known = || ProvisionState::KNOWN.iter().map(ProvisionState::as_str);
    // `wait call-back` has a dash.
    if let Some(state) = known().find(|state| plain(state) == plain(text)) {
        return Ok(state.to_owned());
    }
    let guess = nearest(text, known()).map(|near| format!("did you mean `{near}`? "));
    let all: Vec<&str> = known().collect();
    Err(format!("{}valid states: {}", guess.unwrap_or_default(), all.join(", ")))
}

/// The heading of the options that select nodes.
pub(crate) const SELECTION: &str = "Selection";

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct WhereArgs {
    /// Only nodes that match (repeatable)
    ///
    /// For example, `extra.rack=r4`. See `farrier help conditions`.
    #[arg(long = "where", value_name = "CONDITION", help_heading = SELECTION)]
    conditions: Vec<Condition>,
}

impl WhereArgs {
    /// The conditions, combined with those of other options.
    pub(crate) fn and(&self, others: impl IntoIterator<Item = Condition>) -> Conditions {
        others.into_iter().chain(self.conditions.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_in_any_case_and_with_any_separator() {
        for (given, state) in [
            ("available", "available"),
            ("AVAILABLE", "available"),
            ("Wait Call-Back", "wait call-back"),
            ("wait_call_back", "wait call-back"),
            ("clean-failed", "clean failed"),
        ] {
            assert_eq!(provision_state(given).as_deref(), Ok(state));
        }
        let unknown = provision_state("avail").expect_err("it is not a state");
        assert!(unknown.contains("did you mean `available`?") && unknown.contains("manageable"), "{unknown}");
        assert!(provision_state("").is_err());
    }
}
