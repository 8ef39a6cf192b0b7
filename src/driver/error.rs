//! What can go wrong with a machine, an instance or the work on them.

use std::fmt;
use std::time::Duration;

use super::cancel::Signal;
use super::drivers::Silent;
use super::event::{NodeRef, in_words};
use crate::rest::Grants;
use crate::rest::stop::StopReason;
use crate::{ironic, rest};

/// Whatever the driver may fail with. Each says which machine or instance it is about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no connection.
    #[error("{}", _0.words())]
    Connect(ironic::Error),
    /// A request about a machine or an instance failed.
    #[error("{subject}: {}", source.words())]
    Request {
        /// The machine or instance.
        subject: String,
        /// What Ironic said, or that it said nothing.
        source: ironic::Error,
    },
    /// A request failed that must not be sent twice, and Ironic may have done it.
    #[error("{subject}: {}; it may have been done all the same", source.words())]
    MayBeDone {
        /// The machine or instance.
        subject: String,
        /// What Ironic said.
        source: ironic::Error,
    },
    /// Nothing has this name or UUID.
    #[error("no {what} is named `{name}`")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// What it was looked for by.
        name: String,
        /// Who looked, where that is known: much is hidden from some.
        asker: Option<Box<Grants>>,
    },
    /// A node was to be named, and the name is an instance's.
    #[error("no node is named `{name}`: that is an instance, on node {}", node_label(node))]
    NotANode {
        /// The instance's name or UUID.
        name: String,
        /// The node that it is on.
        node: NodeRef,
    },
    /// Several things have this name.
    #[error("`{name}` is ambiguous: {}", matches.join("; "))]
    Ambiguous {
        /// The name.
        name: String,
        /// What it may mean, each with its UUID.
        matches: Vec<String>,
    },
    /// None of several clouds can be asked.
    #[error("none of the clouds can be asked: {}", in_turn(silent))]
    AllSilent {
        /// Each with its reason.
        silent: Vec<Silent>,
    },
    /// What is to be known before anything is changed may stand in a cloud that cannot be asked.
    #[error("{said}; not to be asked: {}", in_turn(silent))]
    Unasked {
        /// What the other clouds say.
        said: String,
        /// The clouds that cannot be asked.
        silent: Vec<Silent>,
    },
    /// Others took every machine that would have fitted.
    #[error("instance {name}: every fitting node was taken while claiming: {}", tried.join("; "))]
    Taken {
        /// The instance.
        name: String,
        /// The nodes tried, each with the reason.
        tried: Vec<String>,
    },
    /// No machine that would have fitted can be on the networks that are asked for.
    #[error("instance {name}: no node that fits can be on its networks: {}", tried.join("; "))]
    NoRoom {
        /// The instance.
        name: String,
        /// The nodes, each with the reason.
        tried: Vec<String>,
    },
    /// The name belongs to something else.
    #[error("the name `{name}` is taken: {why}")]
    NameTaken {
        /// The instance's name.
        name: String,
        /// By what.
        why: String,
    },
    /// Machines of a file have names or addresses that belong to other nodes; nothing was changed.
    #[error("{}", .0.join("\n"))]
    Clashes(Vec<String>),
    /// The state, or who owns the machine, forbids it.
    #[error("{subject}: {why}")]
    Forbidden {
        /// The machine or instance.
        subject: String,
        /// Which state, and what would be needed.
        why: String,
    },
    /// Somebody else has the node by now: nothing more was sent to it.
    #[error(
        "node {}: somebody took the node meanwhile: {why}; nothing more was sent to it",
        node_label(node)
    )]
    NodeTaken {
        /// The machine.
        node: NodeRef,
        /// The instance that it has now.
        by: Option<String>,
        /// Whose it is now, and whose it was.
        why: String,
    },
    /// The machine stayed busy for as long as was reasonable to wait.
    #[error("{subject}: still busy after {}: {}", in_words(*waited), source.words())]
    Busy {
        /// The machine.
        subject: String,
        /// How long it was waited for.
        waited: Duration,
        /// Ironic's last refusal.
        source: ironic::Error,
    },
    /// Ironic finds the machine not ready for it.
    #[error("node {} is not ready to deploy: {}", node_label(node), reasons.join("; "))]
    Invalid {
        /// The machine.
        node: NodeRef,
        /// Interface by interface, in Ironic's words.
        reasons: Vec<String>,
    },
    /// The machine failed at it.
    #[error("{operation} failed on node {} (`{state}`): {reason}", node_label(node))]
    Failed {
        /// The machine.
        node: NodeRef,
        /// What was tried.
        operation: &'static str,
        /// The state that it ended in.
        state: String,
        /// Ironic's words, from the node or its history.
        reason: String,
    },
    /// A deploy failed on several machines, its machine was quarantined for it, or no other one was tried.
    #[error(
        "{last}{}{}{}",
        listed("; it failed before on ", before),
        listed("; quarantined (in maintenance): ", aside),
        verdict.map(|verdict| format!("; {verdict}")).unwrap_or_default()
    )]
    GaveUp {
        /// The last attempt's failure.
        last: Box<Error>,
        /// The machines of the attempts before it.
        before: Vec<NodeRef>,
        /// The machines that nobody is given until their maintenance ends.
        aside: Vec<NodeRef>,
        /// Why no other machine was tried.
        verdict: Option<&'static str>,
    },
    /// It takes longer than was allowed for. Whatever was started in Ironic goes on.
    #[error("{subject}: not finished after {} ({stage}); {left}", in_words(*after))]
    TimedOut {
        /// The machine or instance.
        subject: String,
        /// The time allowed.
        after: Duration,
        /// What was going on when the time ran out.
        stage: String,
        /// The conductor whose lock it waited for, if that conductor is not running.
        dead_lock_holder: Option<String>,
        /// What is left behind.
        left: Left,
    },
    /// Asked to stop. Whatever was started in Ironic goes on.
    #[error("{subject}: interrupted; {left}")]
    Interrupted {
        /// The machine or instance.
        subject: String,
        /// What asked.
        signal: Signal,
        /// What is left behind.
        left: Left,
    },
    /// Ironic does not let us see any more how an operation goes.
    #[error("{subject}: cannot be followed any further: {}; what was started goes on in Ironic", source.words())]
    LostSight {
        /// The machine or instance.
        subject: String,
        /// What Ironic said, or that it said nothing.
        source: ironic::Error,
    },
    /// Another service than Ironic failed.
    #[error("{subject}: {source}")]
    Service {
        /// What it was asked about.
        subject: String,
        /// What it said, or that it said nothing.
        source: rest::Error,
    },
    /// Networks are asked for, or are to be given back, and there is no Neutron to ask.
    #[error("{subject}: this cloud has no Neutron that could be asked for networks")]
    NoNeutron {
        /// The instance.
        subject: String,
    },
    /// A file that an instance was to be made from cannot be used.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The server of an image does not have it.
    #[error("image {image}: {reason}")]
    NoImage {
        /// Its address, without user information.
        image: String,
        /// What the server says.
        reason: String,
    },
    /// What was asked for does not fit together; nothing was changed.
    #[error("{0}")]
    Unfit(String),
    /// What failed, and what was known of the target by then.
    #[error("{error}")]
    At {
        /// What was being done.
        operation: Operation,
        /// The machine.
        node: Option<NodeRef>,
        /// The instance, by its UUID.
        instance: Option<String>,
        /// The state that the machine was last seen in.
        state: Option<String>,
        /// What failed.
        error: Box<Error>,
    },
    /// It failed, and taking back what was done failed too.
    #[error("{cause}; and giving the node back failed: {undo}")]
    NotUndone {
        /// The first failure.
        cause: Box<Error>,
        /// The failure of taking it back.
        undo: Box<Error>,
    },
}

/// What is done with an instance or a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// An instance is deployed: it may be undone.
    Deploy,
    /// An instance is destroyed: afterwards only its node is there to be waited for.
    Destroy,
    /// Anything else, of which nothing can be taken back.
    Other,
}

impl Error {
    /// The error itself, without what was known of the target.
    #[must_use]
    pub fn bare(&self) -> &Self {
        match self {
            Self::At { error, .. } => error.bare(),
            other => other,
        }
    }

    /// The instance concerned, by its UUID, where one is known.
    #[must_use]
    pub fn instance(&self) -> Option<&str> {
        match self {
            Self::At { instance, .. } => instance.as_deref(),
            _ => None,
        }
    }

    /// The state that the machine was last seen in, where that is known.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Failed { state, .. } => Some(state),
            Self::GaveUp { last: error, .. } | Self::NotUndone { cause: error, .. } => error.state(),
            Self::At { state, error, .. } => error.state().or(state.as_deref()),
            _ => None,
        }
    }

    /// What an early end has left behind; `None` for any other error.
    #[must_use]
    pub fn left(&self) -> Option<Left> {
        match self.bare() {
            Self::Interrupted { left, .. } | Self::TimedOut { left, .. } => Some(*left),
            Self::LostSight { .. } => Some(Left::UnderWay),
            Self::GaveUp { last, .. } => last.left(),
            _ => None,
        }
    }

    /// Says that a signal or the time limit came before the answer to a request that changes something.
    pub(super) fn unanswered(subject: &str, reason: StopReason, stage: String) -> Self {
        let (subject, left) = (subject.to_owned(), Left::Unknown);
        match reason {
            StopReason::Signal(number) => {
                Self::Interrupted { subject, signal: Signal::of_number(number), left }
            }
            StopReason::Timeout(after) => {
                Self::TimedOut { subject, after, stage, dead_lock_holder: None, left }
            }
        }
    }

    /// Says which machine or instance a request was about.
    pub(super) fn about(subject: impl Into<String>) -> impl FnOnce(ironic::Error) -> Self {
        let subject = subject.into();
        move |source| Self::Request { subject, source }
    }

    /// Says what another service was asked about.
    pub(super) fn at_service(subject: impl Into<String>) -> impl FnOnce(rest::Error) -> Self {
        let subject = subject.into();
        move |source| Self::Service { subject, source }
    }

    /// Says that it is the machine, its driver or what is set for it that does not allow what Ironic was asked: no
    /// fault of Ironic's, though it answers 400 or 500 in its own words.
    pub(super) fn of_machine(self, node: &ironic::Node) -> Self {
        match self {
            Self::Request { source, .. }
                if matches!(
                    source.fault(),
                    Some(ironic::Fault::Server | ironic::Fault::BadRequest | ironic::Fault::InvalidState)
                ) =>
            {
                Self::Forbidden { subject: format!("node {}", node.label()), why: source.words() }
            }
            other => other,
        }
    }

    /// Says what an early end leaves behind, once that is known, and of a lost request that what it began goes on;
    /// other errors stay as they are.
    pub(super) fn leaving(self, left: Left) -> Self {
        match self {
            // Only that it was taken back, or is seen to go on, is more than not to know.
            Self::Interrupted { left: Left::Unknown, .. } | Self::TimedOut { left: Left::Unknown, .. }
                if matches!(left, Left::AsItWas | Left::Unplugged) =>
            {
                self
            }
            Self::Interrupted { subject, signal, .. } => Self::Interrupted { subject, signal, left },
            Self::TimedOut { subject, after, stage, dead_lock_holder, .. } => {
                Self::TimedOut { subject, after, stage, dead_lock_holder, left }
            }
            Self::Request { subject, source } | Self::Busy { subject, source, .. }
                if left == Left::UnderWay =>
            {
                Self::LostSight { subject, source }
            }
            Self::At { operation, node, instance, state, error } => {
                Self::At { operation, node, instance, state, error: Box::new(error.leaving(left)) }
            }
            other => other,
        }
    }

    /// Says of an early end that Ironic may have done what was last asked, if that is so.
    pub(super) fn in_doubt_if(self, may_be_done: bool) -> Self {
        if may_be_done && self.left() == Some(Left::AsItWas) { self.leaving(Left::Unknown) } else { self }
    }

    /// The machine concerned, where one is known.
    #[must_use]
    pub fn node(&self) -> Option<&NodeRef> {
        match self {
            Self::Invalid { node, .. } | Self::Failed { node, .. } | Self::NodeTaken { node, .. } => {
                Some(node)
            }
            Self::NotUndone { cause: error, .. } | Self::GaveUp { last: error, .. } => error.node(),
            Self::At { node, error, .. } => error.node().or(node.as_ref()),
            _ => None,
        }
    }

    /// Whether it says nothing of what was asked for, but that nobody there can be asked: no answer came, or no login.
    pub(super) fn is_silence(&self) -> bool {
        match self {
            Self::Connect(source) | Self::Request { source, .. } => {
                matches!(source, ironic::Error::Rest(_)) && source.stopped().is_none()
                    || matches!(
                        source.fault(),
                        Some(
                            ironic::Fault::Gateway | ironic::Fault::NoDatabase | ironic::Fault::Unauthorized
                        )
                    )
            }
            _ => false,
        }
    }

    /// The signal that ended the work, where one did.
    #[must_use]
    pub fn signal(&self) -> Option<Signal> {
        match self {
            Self::Interrupted { signal, .. } => Some(*signal),
            Self::NotUndone { cause, undo } => undo.signal().or(cause.signal()),
            Self::At { error, .. } => error.signal(),
            Self::GaveUp { last, .. } => last.signal(),
            Self::Connect(source) | Self::Request { source, .. } | Self::LostSight { source, .. } => {
                signal_of(source.stopped())
            }
            Self::Service { source, .. } => signal_of(source.stopped()),
            _ => None,
        }
    }

    /// What Ironic meant, where it was Ironic that refused.
    #[must_use]
    pub fn fault(&self) -> Option<&ironic::Fault> {
        match self {
            Self::Request { source, .. }
            | Self::MayBeDone { source, .. }
            | Self::Busy { source, .. }
            | Self::LostSight { source, .. } => source.fault(),
            Self::At { error: last, .. } | Self::GaveUp { last, .. } => last.fault(),
            _ => None,
        }
    }
}

/// The signal that ended a request, where it was one.
fn signal_of(reason: Option<StopReason>) -> Option<Signal> {
    match reason? {
        StopReason::Signal(number) => Some(Signal::of_number(number)),
        StopReason::Timeout(_) => None,
    }
}

/// What is left behind when work ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing was begun, or what was begun is taken back.
    Nothing,
    /// The work on this target had not begun.
    NotBegun,
    /// Nothing more was begun than before.
    AsItWas,
    /// An operation goes on in Ironic.
    UnderWay,
    /// The instance has lost its network ports, and its node was not undeployed.
    Unplugged,
    /// A request was sent to which no answer came.
    Unknown,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing is left behind",
            Self::NotBegun => "nothing was started",
            Self::AsItWas => "nothing more was started",
            Self::UnderWay => "what was started goes on in Ironic",
            Self::Unplugged => "its network ports are removed, but the node is not undeployed",
            Self::Unknown => "no answer came to the last request, so it is not known whether it was done",
        })
    }
}

/// Clouds and why they cannot be asked.
fn in_turn(silent: &[Silent]) -> String {
    silent.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The nodes after some words; nothing where there are none.
fn listed(words: &str, nodes: &[NodeRef]) -> String {
    if nodes.is_empty() {
        return String::new();
    }
    format!("{words}{}", nodes.iter().map(node_label).collect::<Vec<_>>().join(", "))
}

fn node_label(node: &NodeRef) -> &str {
    node.name.as_deref().unwrap_or(&node.uuid)
}
