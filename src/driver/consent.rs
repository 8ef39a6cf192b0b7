//! What the operator must say before something is disturbed or lost.
//!
//! Whatever destroys takes a [`Confirmed`], and one can only come out of a [`Question`]: answered, or
//! waived as a whole with `--yes`. Who asks, and how, is none of the driver's business.

/// How much is at stake, and so how the operator must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stakes {
    /// A disturbance that can be made good: power off, a rebuild that keeps the data. Answered with `y`.
    Disturbance,
    /// Nodes are removed from Ironic; the machines and their data stay. Answered as a loss is.
    Removal,
    /// Data may be lost: steps of which it is not known. Answered as a loss is.
    Risk,
    /// Data is lost: destroy, clean. Answered with the target's name, or the number of targets.
    Loss,
}

/// A question that must be answered before the work may begin.
#[derive(Debug, Clone)]
pub struct Question {
    stakes: Stakes,
    action: String,
    targets: Vec<String>,
}

/// The operator's consent to what one [`Question`] named. Nothing else makes one.
#[derive(Debug, Clone, Copy)]
#[must_use = "consent is for the function that demands it"]
pub struct Confirmed(());

impl Question {
    /// Asks to do `action` (an imperative: `destroy`, `power off`) to `targets`, by name.
    #[must_use]
    pub fn new(stakes: Stakes, action: impl Into<String>, targets: Vec<String>) -> Self {
        Self { stakes, action: action.into(), targets }
    }

    /// How much is at stake.
    #[must_use]
    pub fn stakes(&self) -> Stakes {
        self.stakes
    }

    /// What is to be done, as an imperative.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// What it is to be done to.
    #[must_use]
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// What must be typed to consent.
    #[must_use]
    pub fn expected(&self) -> String {
        match (self.stakes, self.targets.as_slice()) {
            (Stakes::Disturbance, _) => "y".to_owned(),
            (Stakes::Removal | Stakes::Risk | Stakes::Loss, [only]) => only.clone(),
            (Stakes::Removal | Stakes::Risk | Stakes::Loss, many) => many.len().to_string(),
        }
    }

    /// Judges what was typed. Whatever is not plain consent is a refusal.
    #[must_use]
    pub fn answered(&self, typed: &str) -> Option<Confirmed> {
        let typed = typed.trim();
        let agreed = match self.stakes {
            Stakes::Disturbance => typed.eq_ignore_ascii_case("y") || typed.eq_ignore_ascii_case("yes"),
            Stakes::Removal | Stakes::Risk | Stakes::Loss => typed == self.expected(),
        };
        agreed.then_some(Confirmed(()))
    }

    /// Consent given beforehand, with `--yes`.
    pub fn waived(&self) -> Confirmed {
        Confirmed(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(stakes: Stakes, targets: &[&str]) -> Question {
        Question::new(stakes, "destroy", targets.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_disturbance_takes_yes_and_nothing_else() {
        let question = question(Stakes::Disturbance, &["web-1"]);
        assert!(["y", "Y", "yes", " YES\n"].iter().all(|typed| question.answered(typed).is_some()));
        assert!(["", "n", "no", "web-1", "yess"].iter().all(|typed| question.answered(typed).is_none()));
    }

    #[test]
    fn a_loss_takes_the_name_of_one_and_the_count_of_many() {
        let one = question(Stakes::Loss, &["web-1"]);
        assert!(one.answered("web-1\n").is_some());
        assert!(["y", "1", "", "WEB-1"].iter().all(|typed| one.answered(typed).is_none()));
        let many = question(Stakes::Loss, &["web-1", "web-2"]);
        assert!(many.answered("2").is_some());
        assert!(["y", "web-1", ""].iter().all(|typed| many.answered(typed).is_none()));
    }
}
