//! Runs checks one after the other and collects their verdicts.

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::app::failure::{FailureKind, causes, classify};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum CheckVerdict {
    /// There is no problem.
    Ok,
    /// There is a problem that does not prevent work now.
    Warning,
    /// There is a problem that prevents work.
    Failed,
    /// It could not run, or there is nothing to check.
    Skipped,
}

/// A finished check.
#[derive(Debug)]
pub(super) struct FinishedCheck {
    pub(super) name: &'static str,
    pub(super) verdict: CheckVerdict,
    pub(super) took: Duration,
    /// The finding, or why the check was skipped.
    pub(super) found: String,
    /// What to do about it.
    pub(super) remedy: Option<String>,
    /// The kind of failure, if it failed.
    pub(super) failed: Option<FailureKind>,
}

/// The result of a check that did not fail.
#[derive(Debug)]
pub(super) enum CheckResult {
    /// The check passed.
    Ok(String),
    /// A problem that does not prevent work now, and what to do about it.
    Warning(String, String),
    /// There is nothing to check.
    Skipped(String),
}

/// The checks of one cloud, in order.
#[derive(Debug, Default)]
pub(super) struct CheckRun(Vec<FinishedCheck>);

impl CheckRun {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn checks(&self) -> &[FinishedCheck] {
        &self.0
    }

    /// Runs a check. Returns its value, unless it failed.
    pub(super) fn check<T>(
        &mut self,
        name: &'static str,
        check: impl FnOnce() -> anyhow::Result<(CheckResult, T)>,
    ) -> Option<T> {
        let began = Instant::now();
        let outcome = check();
        let took = began.elapsed();
        let (verdict, found, remedy, failed, result) = match outcome {
            Ok((CheckResult::Ok(found), result)) => (CheckVerdict::Ok, found, None, None, Some(result)),
            Ok((CheckResult::Warning(found, remedy), result)) => {
                (CheckVerdict::Warning, found, Some(remedy), None, Some(result))
            }
            Ok((CheckResult::Skipped(found), result)) => {
                (CheckVerdict::Skipped, found, None, None, Some(result))
            }
            Err(error) => {
                let failure = classify(&error);
                let remedy = failure.hint_text().unwrap_or_else(|| default_remedy(failure.kind));
                let found =
                    std::iter::once(failure.message).chain(causes(&error)).collect::<Vec<_>>().join(": ");
                (CheckVerdict::Failed, found, Some(remedy), Some(failure.kind), None)
            }
        };
        self.0.push(FinishedCheck { name, verdict, took, found, remedy, failed });
        result
    }

    /// Adds checks that did not run, and why.
    pub(super) fn skip(&mut self, names: &[&'static str], reason: &str) {
        self.0.extend(names.iter().map(|name| FinishedCheck {
            name,
            verdict: CheckVerdict::Skipped,
            took: Duration::ZERO,
            found: reason.to_owned(),
            remedy: None,
            failed: None,
        }));
    }
}

/// What to do about a failure without a hint of its own.
fn default_remedy(kind: FailureKind) -> String {
    let remedy = match kind {
        FailureKind::Unreachable => "check the address, the network, and whether the service is running",
        FailureKind::Auth => "check the credentials: `farrier help clouds`",
        _ => "see the requests and responses: add `--debug`",
    };
    remedy.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::app::failure::Failure;

    #[test]
    fn failed_checks_have_a_kind_and_a_remedy() {
        let mut checks = CheckRun::new();
        let passed = checks.check("one", || Ok((CheckResult::Ok("well".to_owned()), 7)));
        let failed: Option<()> = checks.check("two", || {
            let cause = anyhow::anyhow!("no route");
            Err(cause.context(Failure::new(FailureKind::Unreachable, "service is down").hint("wait")))
        });
        checks.skip(&["three"], "two failed");
        assert_eq!((passed, failed), (Some(7), None));
        let results: Vec<_> =
            checks.checks().iter().map(|check| (check.verdict, check.found.as_str())).collect();
        assert_eq!(
            results,
            [
                (CheckVerdict::Ok, "well"),
                (CheckVerdict::Failed, "service is down: no route"),
                (CheckVerdict::Skipped, "two failed")
            ]
        );
        let two = &checks.checks()[1];
        assert_eq!((two.remedy.as_deref(), two.failed), (Some("wait"), Some(FailureKind::Unreachable)));
    }
}
