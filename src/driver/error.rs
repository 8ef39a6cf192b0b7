//! The errors of the driver.

use std::fmt;
use std::time::Duration;

use super::cancel::Signal;
use super::clouds::UnreachableCloud;
use super::object_kind::ObjectKind;
use super::watch::event::{NodeRef, in_words};
use crate::rest::LoginDetails;
use crate::rest::stop::StopReason;
use crate::{ironic, rest};

/// An error of the driver. Each names its node or instance.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection to Ironic failed.
    #[error("{}", _0.text())]
    Connect(ironic::Error),
    /// A request about a node or an instance failed.
    #[error("{subject}: {}", source.text())]
    Request {
        /// The node or instance.
        subject: String,
        /// Ironic's error, or that no answer came.
        source: ironic::Error,
    },
    /// A request failed that must not be sent twice. Ironic may have carried it out.
    #[error("{subject}: {}; it may have succeeded anyway", source.text())]
    MayBeDone {
        /// The node or instance.
        subject: String,
        /// Ironic's error.
        source: ironic::Error,
    },
    /// No object has this name or UUID.
    #[error("{}", what.not_found(name))]
    NotFound {
        /// The kind of object.
        what: ObjectKind,
        /// The name or UUID.
        name: String,
        /// The identity of the caller, if known: Ironic hides objects from users without permission.
        identity: Option<Box<LoginDetails>>,
    },
    /// The name of an instance was given instead of the name of a node.
    #[error("no node is named `{name}`: it is an instance on node {}", node.label())]
    NotANode {
        /// The instance's name or UUID.
        name: String,
        /// The instance's node.
        node: NodeRef,
    },
    /// Several objects have this name.
    #[error("`{name}` is ambiguous: {}", matches.join("; "))]
    Ambiguous {
        /// The name.
        name: String,
        /// The objects, each with its UUID.
        matches: Vec<String>,
    },
    /// All of several clouds are unreachable.
    #[error("no cloud is reachable: {}", list_clouds(unreachable))]
    AllUnreachable {
        /// The clouds, each with the reason.
        unreachable: Vec<UnreachableCloud>,
    },
    /// A lookup that must succeed before a change is incomplete, because a cloud is unreachable.
    #[error("{message}; unreachable: {}", list_clouds(unreachable))]
    NotQueried {
        /// The result of the lookup in the other clouds.
        message: String,
        /// The unreachable clouds.
        unreachable: Vec<UnreachableCloud>,
    },
    /// Every node that fits was taken or locked.
    #[error("instance {name}: could not allocate any node that fits: {}", tried.join("; "))]
    Taken {
        /// The instance.
        name: String,
        /// The nodes tried, each with the reason.
        tried: Vec<String>,
    },
    /// No node that fits can be attached to the requested networks.
    #[error("instance {name}: no node that fits can be attached to its networks: {}", tried.join("; "))]
    NoRoom {
        /// The instance.
        name: String,
        /// The nodes, each with the reason.
        tried: Vec<String>,
    },
    /// Another instance has the name.
    #[error("the name `{name}` is already used {why}")]
    NameTaken {
        /// The instance's name.
        name: String,
        /// What has the name.
        why: String,
    },
    /// Nodes of a file have names or addresses that belong to other nodes; nothing was changed.
    #[error("{}", .0.join("\n"))]
    Clashes(Vec<String>),
    /// The operation is not allowed in the node's state, or the node belongs to another instance.
    #[error("{subject}: {why}")]
    Forbidden {
        /// The node or instance.
        subject: String,
        /// The state, and the state that is required.
        why: String,
    },
    /// The operation is not allowed in the node's state, and a command can change that.
    #[error("{message}")]
    NotAllowed {
        /// The operation, the node and the state.
        message: String,
        /// The command to run first, with what it does.
        hint: String,
    },
    /// Another user took the node: no further request was sent.
    #[error("node {}: another user took it: {why}; no further request was sent", node.label())]
    NodeTaken {
        /// The node.
        node: NodeRef,
        /// The instance that it has now.
        by: Option<String>,
        /// The instances that it has now and had before.
        why: String,
    },
    /// The node was busy until the wait ended.
    #[error("{subject}: still busy after {}: {}", in_words(*waited), source.text())]
    Busy {
        /// The node.
        subject: String,
        /// The duration of the wait.
        waited: Duration,
        /// Ironic's last refusal.
        source: ironic::Error,
    },
    /// Ironic's validation of the node failed.
    #[error("node {} is not ready to deploy: {}", node.label(), reasons.join("; "))]
    Invalid {
        /// The node.
        node: NodeRef,
        /// Ironic's reason for each interface.
        reasons: Vec<String>,
    },
    /// The operation failed on the node.
    #[error("{operation} failed on node {}{}: {reason}", node.label(), state_text(operation, state))]
    Failed {
        /// The node.
        node: NodeRef,
        /// The operation.
        operation: &'static str,
        /// The state of the node afterwards.
        state: String,
        /// Ironic's reason, from the node or its history.
        reason: String,
    },
    /// A deploy failed on several nodes, or its node was quarantined, or no other node was tried.
    #[error(
        "{last}{}{}{}",
        listed("; earlier attempts failed on ", before),
        listed("; quarantined (in maintenance): ", quarantined),
        verdict.map(|verdict| format!("; {verdict}")).unwrap_or_default()
    )]
    GaveUp {
        /// The last attempt's failure.
        last: Box<Error>,
        /// The nodes of the earlier attempts.
        before: Vec<NodeRef>,
        /// The quarantined nodes. They cannot be chosen until their maintenance ends.
        quarantined: Vec<NodeRef>,
        /// Why no other node was tried.
        verdict: Option<&'static str>,
    },
    /// The timeout passed. An operation that was started continues in Ironic.
    #[error("{subject}: timed out after {} ({stage}); {left}", in_words(*after))]
    TimedOut {
        /// The node or instance.
        subject: String,
        /// The timeout.
        after: Duration,
        /// The stage when the timeout passed.
        stage: String,
        /// The conductor that holds the lock that was waited for, if that conductor is not running.
        dead_lock_holder: Option<String>,
        /// What was left behind.
        left: Aftermath,
    },
    /// A signal ended the work. An operation that was started continues in Ironic.
    #[error("{subject}: interrupted; {left}")]
    Interrupted {
        /// The node or instance.
        subject: String,
        /// The signal.
        signal: Signal,
        /// What was left behind.
        left: Aftermath,
    },
    /// The state of an operation in progress can no longer be read.
    #[error("{subject}: lost contact: {}; the operation continues in Ironic", source.text())]
    LostContact {
        /// The node or instance.
        subject: String,
        /// Ironic's error, or that no answer came.
        source: ironic::Error,
    },
    /// A service other than Ironic failed.
    #[error("{subject}: {source}")]
    Service {
        /// The object of the request.
        subject: String,
        /// The service's error, or that no answer came.
        source: rest::Error,
    },
    /// Networks must be attached or detached, but the cloud has no Neutron.
    #[error("{subject}: networks require Neutron, but this cloud has none")]
    NoNeutron {
        /// The instance.
        subject: String,
    },
    /// An input file cannot be used.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why it cannot be used.
        reason: String,
    },
    /// The image does not exist on its server.
    #[error("image {image}: {reason}")]
    NoImage {
        /// The image's URL, without user information.
        image: String,
        /// The server's answer.
        reason: String,
    },
    /// The request is inconsistent; nothing was changed.
    #[error("{0}")]
    Unfit(String),
    /// An error, with the node, instance and state that were known when it occurred.
    #[error("{error}")]
    At {
        /// The operation in progress.
        operation: Operation,
        /// The node.
        node: Option<NodeRef>,
        /// The UUID of the instance.
        instance: Option<String>,
        /// The last known state of the node.
        state: Option<String>,
        /// The error.
        error: Box<Error>,
    },
    /// The operation failed, and undoing it failed too.
    #[error("{cause}; releasing the node failed too: {undo}")]
    NotUndone {
        /// The first failure.
        cause: Box<Error>,
        /// The failure of the undo.
        undo: Box<Error>,
    },
}

/// An operation on an instance or a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A deploy. It can be undone.
    Deploy,
    /// A destroy. Afterwards only the node exists and can be waited for.
    Destroy,
    /// Any other operation. It cannot be undone.
    Other,
}

impl Error {
    /// The error without the context of [`Error::At`].
    #[must_use]
    pub fn bare(&self) -> &Self {
        match self {
            Self::At { error, .. } => error.bare(),
            other => other,
        }
    }

    /// The UUID of the instance, if known.
    #[must_use]
    pub fn instance(&self) -> Option<&str> {
        match self {
            Self::At { instance, .. } => instance.as_deref(),
            _ => None,
        }
    }

    /// The last known state of the node.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Failed { state, .. } => Some(state),
            Self::GaveUp { last: error, .. } | Self::NotUndone { cause: error, .. } => error.state(),
            Self::At { state, error, .. } => error.state().or(state.as_deref()),
            _ => None,
        }
    }

    /// What a signal, the timeout or a lost connection left behind; `None` for any other error.
    #[must_use]
    pub fn aftermath(&self) -> Option<Aftermath> {
        match self.bare() {
            Self::Interrupted { left, .. } | Self::TimedOut { left, .. } => Some(*left),
            Self::LostContact { .. } => Some(Aftermath::UnderWay),
            Self::GaveUp { last, .. } => last.aftermath(),
            _ => None,
        }
    }

    /// The error for a signal or timeout before the answer to a request that changes something.
    pub(super) fn interrupted(subject: &str, reason: StopReason, stage: String) -> Self {
        let (subject, left) = (subject.to_owned(), Aftermath::Unknown);
        match reason {
            StopReason::Signal(number) => {
                Self::Interrupted { subject, signal: Signal::of_number(number), left }
            }
            StopReason::Timeout(after) => {
                Self::TimedOut { subject, after, stage, dead_lock_holder: None, left }
            }
        }
    }

    /// Adds the node or instance to a failed request.
    pub(super) fn about(subject: impl Into<String>) -> impl FnOnce(ironic::Error) -> Self {
        let subject = subject.into();
        move |source| Self::Request { subject, source }
    }

    /// Adds the object to a failed request to another service.
    pub(super) fn at_service(subject: impl Into<String>) -> impl FnOnce(rest::Error) -> Self {
        let subject = subject.into();
        move |source| Self::Service { subject, source }
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(path: impl Into<String>, error: &std::io::Error) -> Self {
        // Other errors describe the content: too large, or no UTF-8.
        let reason = match error.raw_os_error() {
            Some(_) => format!("cannot be read: {}", crate::inventory::document::without_errno(error)),
            None => error.to_string(),
        };
        Self::File { path: path.into(), reason }
    }

    /// Turns status 400 or 500 into [`Error::Forbidden`]. For some requests these mean that the machine, its driver or
    /// its settings do not support the operation.
    pub(super) fn into_refusal_by_node(self, node: &ironic::Node) -> Self {
        match self {
            Self::Request { source, .. }
                if matches!(
                    source.fault(),
                    Some(ironic::Fault::Server | ironic::Fault::BadRequest | ironic::Fault::InvalidState)
                ) =>
            {
                Self::Forbidden { subject: format!("node {}", node.label()), why: source.text() }
            }
            other => other,
        }
    }

    /// Sets what an early end leaves behind. A failed request becomes [`Error::LostContact`] if the operation that it
    /// started continues. Other errors are unchanged.
    pub(super) fn with_aftermath(self, left: Aftermath) -> Self {
        match self {
            // `AsItWas` and `Unplugged` say less than `Unknown`: keep it.
            Self::Interrupted { left: Aftermath::Unknown, .. }
            | Self::TimedOut { left: Aftermath::Unknown, .. }
                if matches!(left, Aftermath::AsItWas | Aftermath::Unplugged) =>
            {
                self
            }
            Self::Interrupted { subject, signal, .. } => Self::Interrupted { subject, signal, left },
            Self::TimedOut { subject, after, stage, dead_lock_holder, .. } => {
                Self::TimedOut { subject, after, stage, dead_lock_holder, left }
            }
            Self::Request { subject, source } | Self::Busy { subject, source, .. }
                if left == Aftermath::UnderWay =>
            {
                Self::LostContact { subject, source }
            }
            Self::At { operation, node, instance, state, error } => {
                Self::At { operation, node, instance, state, error: Box::new(error.with_aftermath(left)) }
            }
            other => other,
        }
    }

    /// Changes `AsItWas` to `Unknown` if the last request may have taken effect.
    pub(super) fn in_doubt_if(self, may_be_done: bool) -> Self {
        if may_be_done && self.aftermath() == Some(Aftermath::AsItWas) {
            self.with_aftermath(Aftermath::Unknown)
        } else {
            self
        }
    }

    /// The node, if known.
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

    /// Whether the cloud is unreachable: no answer came, or the login failed. This error does not depend on the
    /// request.
    pub(super) fn is_unreachable(&self) -> bool {
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

    /// The signal that ended the work, if one did.
    #[must_use]
    pub fn signal(&self) -> Option<Signal> {
        match self {
            Self::Interrupted { signal, .. } => Some(*signal),
            Self::NotUndone { cause, undo } => undo.signal().or(cause.signal()),
            Self::At { error, .. } => error.signal(),
            Self::GaveUp { last, .. } => last.signal(),
            Self::Connect(source) | Self::Request { source, .. } | Self::LostContact { source, .. } => {
                signal_of(source.stopped())
            }
            Self::Service { source, .. } => signal_of(source.stopped()),
            _ => None,
        }
    }

    /// The meaning of Ironic's refusal, if Ironic refused.
    #[must_use]
    pub fn fault(&self) -> Option<&ironic::Fault> {
        match self {
            Self::Request { source, .. }
            | Self::MayBeDone { source, .. }
            | Self::Busy { source, .. }
            | Self::LostContact { source, .. } => source.fault(),
            Self::At { error: last, .. } | Self::GaveUp { last, .. } => last.fault(),
            _ => None,
        }
    }
}

/// The signal that ended a request, if it was a signal.
fn signal_of(reason: Option<StopReason>) -> Option<Signal> {
    match reason? {
        StopReason::Signal(number) => Some(Signal::of_number(number)),
        StopReason::Timeout(_) => None,
    }
}

/// What is left behind when the work ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aftermath {
    /// Nothing was started, or everything was undone.
    Nothing,
    /// The work on this target was not started.
    NotBegun,
    /// No further operation was started.
    AsItWas,
    /// An operation continues in Ironic.
    UnderWay,
    /// The instance lost its network ports, but its node was not undeployed.
    Unplugged,
    /// A request was sent, but no answer came.
    Unknown,
}

impl fmt::Display for Aftermath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "everything was undone",
            Self::NotBegun => "nothing was started",
            Self::AsItWas => "nothing else was started",
            Self::UnderWay => "the operation continues in Ironic",
            Self::Unplugged => "its network ports were removed, but its node was not undeployed",
            Self::Unknown => "the last request got no response, so its result is unknown",
        })
    }
}

/// The unreachable clouds, each with the reason.
fn list_clouds(unreachable: &[UnreachableCloud]) -> String {
    unreachable.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The labels of the nodes after a prefix; empty if there are no nodes.
fn listed(prefix: &str, nodes: &[NodeRef]) -> String {
    if nodes.is_empty() {
        return String::new();
    }
    format!("{prefix}{}", nodes.iter().map(NodeRef::label).collect::<Vec<_>>().join(", "))
}

/// The state of a node on which an operation failed; empty if the state only says that the operation failed.
fn state_text(operation: &str, state: &str) -> String {
    let says_the_same = match (operation, state) {
        ("cleaning", "clean failed") => true,
        _ => state.strip_suffix(" failed") == Some(operation),
    };
    if says_the_same { String::new() } else { format!(" (`{state}`)") }
}
