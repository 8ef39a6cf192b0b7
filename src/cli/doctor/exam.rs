//! One check after the other, each with its verdict.

use std::time::{Duration, Instant};

use crate::cli::failure::{Kind, causes, classify};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    Warning,
    Failed,
    /// It could not be made, or there is nothing to check.
    Skipped,
}

impl Verdict {
    /// The name in answers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// A check that was made.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) verdict: Verdict,
    pub(super) took: Duration,
    /// What was found, or why it was skipped.
    pub(super) found: String,
    /// What to do about it.
    pub(super) remedy: Option<String>,
    /// What kind of failure it is, if it is one.
    pub(super) failed: Option<Kind>,
}

/// What a check comes to where it does not fail.
#[derive(Debug)]
pub(super) enum Finding {
    /// All is well.
    Fine(String),
    /// Something is not as it should be, or will not be for long; and what to do.
    Warning(String, String),
    /// There is nothing to check here.
    Nothing(String),
}

/// The checks of one cloud, in order.
#[derive(Debug, Default)]
pub(super) struct Exam(Vec<Check>);

impl Exam {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn checks(&self) -> &[Check] {
        &self.0
    }

    /// Makes a check. What else it came to is there where it did not fail.
    pub(super) fn check<T>(
        &mut self,
        name: &'static str,
        look: impl FnOnce() -> anyhow::Result<(Finding, T)>,
    ) -> Option<T> {
        let began = Instant::now();
        let outcome = look();
        let took = began.elapsed();
        let (verdict, found, remedy, failed, result) = match outcome {
            Ok((Finding::Fine(found), result)) => (Verdict::Ok, found, None, None, Some(result)),
            Ok((Finding::Warning(found, remedy), result)) => {
                (Verdict::Warning, found, Some(remedy), None, Some(result))
            }
            Ok((Finding::Nothing(found), result)) => (Verdict::Skipped, found, None, None, Some(result)),
            Err(error) => {
                let failure = classify(&error);
                let found =
                    std::iter::once(failure.message).chain(causes(&error)).collect::<Vec<_>>().join(": ");
                let remedy = failure.hint.unwrap_or_else(|| usual_remedy(failure.kind));
                (Verdict::Failed, found, Some(remedy), Some(failure.kind), None)
            }
        };
        self.0.push(Check { name, verdict, took, found, remedy, failed });
        result
    }

    /// Notes that checks were not made.
    pub(super) fn skip(&mut self, names: &[&'static str], why: &str) {
        self.0.extend(names.iter().map(|name| Check {
            name,
            verdict: Verdict::Skipped,
            took: Duration::ZERO,
            found: why.to_owned(),
            remedy: None,
            failed: None,
        }));
    }
}

/// What to do where the failure itself does not say it.
fn usual_remedy(kind: Kind) -> String {
    let remedy = match kind {
        Kind::Unreachable => "check the address, the network on the way, and whether the service runs there",
        Kind::Auth => "check who logs in, and with what: `farrier help clouds`",
        _ => "`--debug` shows what was asked and answered",
    };
    remedy.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::failure::Failure;

    #[test]
    fn a_check_that_fails_says_of_which_kind_and_what_to_do() {
        let mut exam = Exam::new();
        let fine = exam.check("one", || Ok((Finding::Fine("well".to_owned()), 7)));
        let failed: Option<()> = exam.check("two", || {
            let cause = anyhow::anyhow!("no route");
            Err(cause.context(Failure::new(Kind::Unreachable, "it is away").hint("wait")))
        });
        exam.skip(&["three"], "because two failed");
        assert_eq!((fine, failed), (Some(7), None));
        let told: Vec<_> =
            exam.checks().iter().map(|check| (check.verdict.name(), check.found.as_str())).collect();
        assert_eq!(
            told,
            [("ok", "well"), ("failed", "it is away: no route"), ("skipped", "because two failed")]
        );
        let two = &exam.checks()[1];
        assert_eq!((two.remedy.as_deref(), two.failed), (Some("wait"), Some(Kind::Unreachable)));
    }
}
