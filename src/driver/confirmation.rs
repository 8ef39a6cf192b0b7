//! Confirmation of disruptive and destructive operations.
//!
//! Every destructive function requires a [`Confirmed`]. Only a [`Question`] creates one: by its answer, or without an
//! answer because of `--yes`. The command line asks the question.

/// The consequences of an operation. They decide which answer is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequences {
    /// A disruption without loss: power off, a rebuild that keeps the data. Requires `y`.
    Disturbance,
    /// Nodes are removed from Ironic. The machines and their data stay. Requires the same answer as a loss.
    Removal,
    /// Data may be lost: steps with unknown effects. Requires the same answer as a loss.
    Risk,
    /// Data is lost: destroy, clean. Requires the name of the target, or the number of targets.
    Loss,
}

/// A question that must be answered before the work starts.
#[derive(Debug, Clone)]
pub struct Question {
    consequences: Consequences,
    action: String,
    targets: Vec<String>,
    noun: &'static str,
}

/// Consent to a [`Question`]. It can be created only by one.
#[derive(Debug, Clone, Copy)]
#[must_use = "pass the consent to the function that requires it"]
pub struct Confirmed(());

impl Question {
    /// A question whether to do `action` (an imperative: `destroy`, `power off`) to the named `targets`.
    #[must_use]
    pub fn new(consequences: Consequences, action: impl Into<String>, targets: Vec<String>) -> Self {
        Self { consequences, action: action.into(), targets, noun: "instance" }
    }

    /// Sets what a target is: `node`. Without this, it is an instance.
    #[must_use]
    pub fn with_noun(self, noun: &'static str) -> Self {
        Self { noun, ..self }
    }

    /// What a target is: `instance`, `node`.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        self.noun
    }

    /// The consequences of the action.
    #[must_use]
    pub fn consequences(&self) -> Consequences {
        self.consequences
    }

    /// The action, as an imperative.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The names of the targets.
    #[must_use]
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// The text that must be typed to consent.
    #[must_use]
    pub fn expected(&self) -> String {
        match (self.consequences, self.targets.as_slice()) {
            (Consequences::Disturbance, _) => "y".to_owned(),
            (Consequences::Removal | Consequences::Risk | Consequences::Loss, [only]) => only.clone(),
            (Consequences::Removal | Consequences::Risk | Consequences::Loss, many) => many.len().to_string(),
        }
    }

    /// Evaluates the typed answer. Anything but the expected text is a refusal.
    #[must_use]
    pub fn answered(&self, typed: &str) -> Option<Confirmed> {
        let typed = typed.trim();
        let agreed = match self.consequences {
            Consequences::Disturbance => typed.eq_ignore_ascii_case("y") || typed.eq_ignore_ascii_case("yes"),
            Consequences::Removal | Consequences::Risk | Consequences::Loss => typed == self.expected(),
        };
        agreed.then_some(Confirmed(()))
    }

    /// Consent given with `--yes`.
    pub fn given_by_option(&self) -> Confirmed {
        Confirmed(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(consequences: Consequences, targets: &[&str]) -> Question {
        Question::new(consequences, "destroy", targets.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_disturbance_requires_yes() {
        let question = question(Consequences::Disturbance, &["web-1"]);
        assert!(["y", "Y", "yes", " YES\n"].iter().all(|typed| question.answered(typed).is_some()));
        assert!(["", "n", "no", "web-1", "yess"].iter().all(|typed| question.answered(typed).is_none()));
    }

    #[test]
    fn a_loss_requires_the_name_of_one_target_or_the_number_of_many() {
        let one = question(Consequences::Loss, &["web-1"]);
        assert!(one.answered("web-1\n").is_some());
        assert!(["y", "1", "", "WEB-1"].iter().all(|typed| one.answered(typed).is_none()));
        let many = question(Consequences::Loss, &["web-1", "web-2"]);
        assert!(many.answered("2").is_some());
        assert!(["y", "web-1", ""].iter().all(|typed| many.answered(typed).is_none()));
    }
}
