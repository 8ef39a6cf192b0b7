//! The exit code, hint and output of every error.

use std::error::Error as StdError;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{batch, help, permission_hints};
use crate::driver::cancel::Signal;
use crate::driver::watch::event::NodeRef;
use crate::driver::{ObjectKind, Operation};
use crate::host_manager::{NoValidHost, RequestError};
use crate::inventory::document::InputError;
use crate::ironic::Fault;
use crate::rest::stop::StopReason;
use crate::rest::{self, LoginDetails, LoginError, Meaning};
use crate::ui::output::{ViewError, json};
use crate::ui::prompt::NotConfirmed;
use crate::ui::{Terminal, Ui};
use crate::{cloud, driver, ironic, lab};

/// The kinds of errors. Scripts rely on their names and exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The command line is invalid; nothing was changed.
    Usage,
    /// An input file is invalid; nothing was changed.
    Input,
    /// Not logged in.
    Auth,
    /// Logged in, but permission denied.
    Forbidden,
    /// No node fits, or none that fits is free.
    NoValidHost,
    /// No such node, instance, image, flavor or network.
    NotFound,
    /// The name is taken, the node is still busy after all retries or has another instance, or the state forbids it.
    Conflict,
    /// A deploy, cleaning, power change or another operation failed on the node.
    MachineFailed,
    /// `--timeout` is over. The operation may continue in Ironic.
    Timeout,
    /// Ironic or another service is unreachable, or something else answers at its address.
    Unreachable,
    /// Some targets failed; each has its own error.
    Partial,
    /// A check found something.
    Findings,
    /// SIGINT, or a prompt was answered with no.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// SIGHUP.
    HungUp,
    /// An unexpected error.
    Internal,
}

impl FailureKind {
    /// All kinds.
    pub const ALL: [Self; 16] = [
        Self::Usage,
        Self::Input,
        Self::Auth,
        Self::Forbidden,
        Self::NoValidHost,
        Self::NotFound,
        Self::Conflict,
        Self::MachineFailed,
        Self::Timeout,
        Self::Unreachable,
        Self::Partial,
        Self::Findings,
        Self::Interrupted,
        Self::Terminated,
        Self::HungUp,
        Self::Internal,
    ];

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Input => "input",
            Self::Auth => "auth",
            Self::Forbidden => "forbidden",
            Self::NoValidHost => "no_valid_host",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::MachineFailed => "machine_failed",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Partial => "partial",
            Self::Findings => "findings",
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
            Self::HungUp => "hung_up",
            Self::Internal => "internal",
        }
    }

    /// The exit code.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Usage | Self::Input => 2,
            Self::Auth | Self::Forbidden => 3,
            Self::NoValidHost => 4,
            Self::NotFound => 5,
            Self::Conflict => 6,
            Self::MachineFailed => 7,
            Self::Timeout => 8,
            Self::Unreachable => 9,
            Self::Partial | Self::Findings => 10,
            Self::Interrupted => Signal::Interrupt.exit_code(),
            Self::Terminated => Signal::Terminate.exit_code(),
            Self::HungUp => Signal::HangUp.exit_code(),
        }
    }
}

impl From<Signal> for FailureKind {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Interrupt => Self::Interrupted,
            Signal::Terminate => Self::Terminated,
            Signal::HangUp => Self::HungUp,
        }
    }
}

impl From<StopReason> for FailureKind {
    fn from(reason: StopReason) -> Self {
        match reason {
            StopReason::Signal(number) => Signal::of_number(number).into(),
            StopReason::Timeout(_) => Self::Timeout,
        }
    }
}

/// The meanings of the exit codes, for help and the manual, in ascending order.
pub const EXIT_CODES: [(u8, &str); 14] = [
    (0, "success"),
    (1, "unexpected error"),
    (2, "invalid command line or input file, or confirmation is missing; nothing was changed"),
    (3, "login failed, or permission denied"),
    (4, "no valid host: no node fits, or all nodes that fit are in use"),
    (5, "not found: no such node, instance, image, flavor, network or other object"),
    (6, "conflict: the name is taken, the node is busy or in use, or its state does not allow it"),
    (7, "the operation failed on the node"),
    (8, "timed out; the message says whether the operation continues in Ironic"),
    (9, "Ironic or another service is unreachable"),
    (10, "some targets failed, a cloud was unreachable, or a check or comparison found something"),
    (129, "the terminal closed (SIGHUP)"),
    (130, "interrupted (SIGINT), or a prompt was answered with no"),
    (143, "terminated (SIGTERM)"),
];

/// An error with its kind. Commands create one if no typed error of another module fits. If there is a cause, it is the
/// `anyhow` context of the cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The kind.
    pub kind: FailureKind,
    /// What failed, on which node, and why: in lower case, without a final period.
    pub message: String,
    /// What to run next.
    pub hints: Vec<String>,
    /// The node that the error is about.
    pub node: Option<NodeRef>,
}

impl Failure {
    /// A failure without a hint or a node.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), node: None }
    }

    /// Sets the only hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        self.hints([hint])
    }

    /// Sets the hints.
    #[must_use]
    pub fn hints(mut self, hints: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.hints = hints.into_iter().map(Into::into).collect();
        self
    }

    /// The hints in one text, one per line.
    #[must_use]
    pub fn hint_text(&self) -> Option<String> {
        (!self.hints.is_empty()).then(|| self.hints.join("\n"))
    }

    /// Adds the node.
    #[must_use]
    pub fn node(mut self, node: NodeRef) -> Self {
        self.node = Some(node);
        self
    }
}

/// The failure for a typed error of another module.
fn from_typed(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let failure = |kind| Some(Failure::new(kind, error.to_string()));
    if let Some(error) = error.downcast_ref::<NoValidHost>() {
        let failure = Failure::new(FailureKind::NoValidHost, error.to_string());
        return Some(failure.hints(&error.hints));
    }
    if let Some(error) = error.downcast_ref::<RequestError>() {
        let kind = match error {
            RequestError::NoSuchNode { .. } => FailureKind::NotFound,
            RequestError::ExtraSpec(_) | RequestError::Ambiguous { .. } => FailureKind::Usage,
        };
        let failure = Failure::new(kind, error.to_string());
        return Some(if kind == FailureKind::NotFound { failure.hint(batch::NODE_LIST) } else { failure });
    }
    if let Some(error) = error.downcast_ref::<driver::Error>() {
        return Some(from_driver(error));
    }
    if let Some(error) = error.downcast_ref::<ironic::Error>() {
        return Some(from_ironic(error));
    }
    if let Some(error) = error.downcast_ref::<rest::Error>() {
        return Some(from_rest(error));
    }
    if let Some(error) = error.downcast_ref::<LoginError>() {
        return Some(from_login(error));
    }
    if let Some(error) = error.downcast_ref::<cloud::Error>() {
        return Some(from_cloud(error));
    }
    if let Some(error) = error.downcast_ref::<lab::Error>() {
        return Some(from_lab(error));
    }
    if let Some(refusal) = error.downcast_ref::<NotConfirmed>() {
        return Some(match refusal {
            NotConfirmed::CannotAsk { .. } => {
                let command = help::command_line(std::env::args_os());
                let hint = format!("to confirm, run `{command} --yes`");
                Failure::new(FailureKind::Usage, refusal.to_string()).hint(hint)
            }
            NotConfirmed::Declined => Failure::new(FailureKind::Interrupted, refusal.to_string()),
        });
    }
    match error {
        _ if error.is::<InputError>() => failure(FailureKind::Input),
        _ if error.is::<ViewError>() => failure(FailureKind::Usage),
        _ => None,
    }
}

/// The failure for an error of the driver. The hint depends on the operation.
fn from_driver(error: &driver::Error) -> Failure {
    let failure = from_bare(error.bare());
    let driver::Error::At { operation, .. } = error else { return failure };
    let label = error.node().map(NodeRef::label);
    let hints = match (error.bare(), operation) {
        // `destroy` is suggested only for a first deploy: otherwise the data of an existing instance would be lost.
        (
            driver::Error::Interrupted { subject, left: driver::Aftermath::UnderWay, .. },
            Operation::Deploy,
        ) => vec![
            format!("keep waiting: `farrier wait {subject}`"),
            format!("undo the deploy: `farrier destroy {subject}`"),
        ],
        (driver::Error::NotUndone { .. }, Operation::Deploy) => {
            let name = error.instance().or(label);
            name.map(|name| format!("undo the rest: `farrier destroy {name}`")).into_iter().collect()
        }
        (
            driver::Error::Interrupted { left: driver::Aftermath::UnderWay, .. }
            | driver::Error::TimedOut { left: driver::Aftermath::UnderWay, .. }
            | driver::Error::LostContact { .. },
            Operation::Destroy,
        ) => label.map(|label| format!("keep waiting: `farrier wait {label}`")).into_iter().collect(),
        _ => failure.hints,
    };
    Failure { hints, node: error.node().cloned(), ..failure }
}

fn from_bare(error: &driver::Error) -> Failure {
    let kind = match error {
        driver::Error::Connect(source)
        | driver::Error::Request { source, .. }
        | driver::Error::MayBeDone { source, .. }
        | driver::Error::LostContact { source, .. } => from_ironic(source).kind,
        driver::Error::AllUnreachable { unreachable } => {
            let kinds: Vec<FailureKind> =
                unreachable.iter().map(|unreachable| from_driver(&unreachable.why).kind).collect();
            match kinds.as_slice() {
                [first, rest @ ..] if rest.iter().all(|kind| kind == first) => *first,
                _ => FailureKind::Unreachable,
            }
        }
        driver::Error::NotQueried { .. } => FailureKind::Unreachable,
        driver::Error::NotUndone { cause, undo } => {
            undo.signal().map_or_else(|| from_driver(cause).kind, FailureKind::from)
        }
        driver::Error::GaveUp { last: error, .. } | driver::Error::At { error, .. } => {
            from_driver(error).kind
        }
        driver::Error::Service { source, .. } => from_rest(source).kind,
        driver::Error::NotFound { .. } | driver::Error::NotANode { .. } | driver::Error::NoImage { .. } => {
            FailureKind::NotFound
        }
        driver::Error::Taken { .. } | driver::Error::NoRoom { .. } => FailureKind::NoValidHost,
        driver::Error::Ambiguous { .. } | driver::Error::Unfit(_) | driver::Error::NoNeutron { .. } => {
            FailureKind::Usage
        }
        driver::Error::File { .. } => FailureKind::Input,
        driver::Error::NameTaken { .. }
        | driver::Error::Clashes(_)
        | driver::Error::Forbidden { .. }
        | driver::Error::NotAllowed { .. }
        | driver::Error::NodeTaken { .. }
        | driver::Error::Busy { .. }
        | driver::Error::Invalid { .. } => FailureKind::Conflict,
        driver::Error::Failed { .. } => FailureKind::MachineFailed,
        driver::Error::TimedOut { .. } => FailureKind::Timeout,
        driver::Error::Interrupted { signal, .. } => FailureKind::from(*signal),
    };
    let hints = hints_for_bare(error);
    Failure { kind, message: error.to_string(), hints, node: error.node().cloned() }
}

/// The hints for an error of the driver.
fn hints_for_bare(error: &driver::Error) -> Vec<String> {
    let hint = match error {
        driver::Error::NotAllowed { hint, .. } => Some(hint.clone()),
        driver::Error::Connect(source) | driver::Error::Request { source, .. } => {
            return from_ironic(source).hints;
        }
        driver::Error::Service { source, .. } => return from_rest(source).hints,
        driver::Error::NotFound { what, identity, .. } => return hints_for_missing(*what, identity.as_deref()),
        driver::Error::NotQueried { unreachable, .. } => {
            let clouds: Vec<String> = unreachable.iter().map(|unreachable| format!("`{}`", unreachable.cloud)).collect();
            let clouds = clouds.join(" and ");
            let them = if unreachable.len() == 1 { "it" } else { "them" };
            Some(format!("to skip {clouds}, remove {them} from `--os-cloud`"))
        }
        driver::Error::NotANode { node, .. } => {
            let label = node.label();
            Some(format!("use the name of its node: `{label}`"))
        }
        driver::Error::NoNeutron { .. } => Some(
            "set the URL of Neutron in clouds.yaml: `network_endpoint_override`; or deploy without networks"
                .to_owned(),
        ),
        driver::Error::Ambiguous { .. } => Some("use the UUID".to_owned()),
        driver::Error::Taken { .. } => {
            Some("list the nodes that are free now: `farrier schedule`".to_owned())
        }
        driver::Error::NoRoom { .. } => {
            return vec![
                "list the ports of a node: `farrier node ports NODE`".to_owned(),
                "show the network interface of a node: `farrier node show NODE`".to_owned(),
            ];
        }
        driver::Error::NameTaken { name, .. } => {
            Some(format!("choose another name, or show the existing instance: `farrier show {name}`"))
        }
        driver::Error::Failed { node, .. } => {
            let label = node.label();
            Some(format!("explain the failure: `farrier why {label}`"))
        }
        driver::Error::Invalid { node, .. } => {
            let label = node.label();
            Some(format!("show the validation: `farrier node validate {label}`"))
        }
        driver::Error::GaveUp { last, quarantined, .. } => {
            let nodes: Vec<&str> =
                quarantined.iter().map(NodeRef::label).collect();
            let return_to_service = (!nodes.is_empty()).then(|| {
                let nodes = nodes.join(" ");
                format!("after the repair, return it to service: `farrier node maintenance {nodes} --off`")
            });
            return from_driver(last).hints.into_iter().chain(return_to_service).collect();
        }
        driver::Error::TimedOut { subject, left: driver::Aftermath::UnderWay, .. }
        | driver::Error::Interrupted { subject, left: driver::Aftermath::UnderWay, .. }
        | driver::Error::LostContact { subject, .. } => Some(format!("keep waiting: `farrier wait {subject}`")),
        // For orphans, `subject` is `KIND ID`, which `farrier why` does not accept.
        driver::Error::TimedOut { subject, left: driver::Aftermath::Unknown, .. }
        | driver::Error::Interrupted { subject, left: driver::Aftermath::Unknown, .. } => {
            (!subject.contains(' ')).then(|| format!("show the current state: `farrier why {subject}`"))
        }
        driver::Error::TimedOut { subject, dead_lock_holder: Some(holder), .. } => {
            return vec![
                format!("start ironic-conductor on host `{holder}` to release the lock"),
                "or have an administrator clear the node's `reservation` in Ironic's database".to_owned(),
                format!("explain the lock: `farrier why {subject}`"),
            ];
        }
        driver::Error::TimedOut { .. } => Some("use a longer `--timeout`".to_owned()),
        driver::Error::Busy { subject, source, .. }
            // For orphans, `subject` is `KIND ID`, which `farrier why` does not accept.
            if !subject.contains(' ') && matches!(source.fault(), Some(Fault::Locked { host: Some(_) })) =>
        {
            Some(format!("show what holds the lock: `farrier why {subject}`"))
        }
        _ => None,
    };
    hint.into_iter().collect()
}

/// The hints for an unknown name.
fn hints_for_missing(what: ObjectKind, identity: Option<&LoginDetails>) -> Vec<String> {
    let list = match what {
        ObjectKind::Neutron(kind) => format!("list the {kind}s that you can see: `openstack {kind} list`"),
        ObjectKind::Runbook => {
            "list the runbooks that you can see: `openstack baremetal runbook list`".to_owned()
        }
        ObjectKind::Vif => "list the VIFs: `farrier vif list NAME`".to_owned(),
        ObjectKind::Flavor => "list the flavors: `farrier flavor list`".to_owned(),
        ObjectKind::Reservation => "list the reservations: `farrier reservation list`".to_owned(),
        ObjectKind::InstanceOrNode | ObjectKind::Instance | ObjectKind::Node => {
            let hidden = identity.and_then(permission_hints::hidden);
            return batch::lists_of(what).into_iter().chain(hidden).collect();
        }
    };
    vec![list]
}

fn from_ironic(error: &ironic::Error) -> Failure {
    // The message of Ironic names the object of the request, except for internal errors of Ironic.
    let message = match error {
        ironic::Error::Api(api) if api.refusal.status < 500 => error.text(),
        _ => error.to_string(),
    };
    let (kind, hint) = match error {
        ironic::Error::Rest(error) => return from_rest(error),
        ironic::Error::NotIronic { .. } => (
            FailureKind::Unreachable,
            Some("check the endpoint: `--os-endpoint`, `OS_ENDPOINT` or the cloud in clouds.yaml"),
        ),
        ironic::Error::TooOld { .. } => (FailureKind::Usage, Some("upgrade Ironic to Ussuri or newer")),
        ironic::Error::Lacks { .. } => {
            (FailureKind::Usage, Some("list the features that this Ironic lacks: `farrier doctor`"))
        }
        ironic::Error::Api(api) => match api.fault {
            Fault::NotFound => {
                let hidden = api.refusal.identity.as_deref().and_then(permission_hints::hidden);
                let lists = api
                    .refusal
                    .request
                    .contains("/nodes/")
                    .then(|| "list the nodes: `farrier node list`".to_owned());
                return Failure::new(FailureKind::NotFound, message).hints(lists.into_iter().chain(hidden));
            }
            Fault::Unauthorized => {
                (FailureKind::Auth, Some("check the username and the password, or the token"))
            }
            Fault::Forbidden => {
                let hints = permission_hints::hints(&api.refusal);
                return Failure::new(FailureKind::Forbidden, message).hints(hints);
            }
            Fault::Protected
            | Fault::Locked { .. }
            | Fault::AlreadyExists
            | Fault::Associated
            | Fault::Conflict
            | Fault::InvalidState
            | Fault::Maintenance => (FailureKind::Conflict, None),
            Fault::Unavailable => (FailureKind::Unreachable, Some("Ironic is busy; try again later")),
            Fault::NoConductor => {
                (FailureKind::Unreachable, Some("see which conductors are alive: `farrier doctor`"))
            }
            Fault::Gateway | Fault::NoDatabase => (FailureKind::Unreachable, None),
            // Redirects are not followed: the other server would receive the credentials.
            _ if api.refusal.meaning() == Meaning::Redirected => (
                FailureKind::Unreachable,
                Some("use the URL that it redirects to, in `--os-endpoint`, clouds.yaml or the catalog"),
            ),
            // Ironic does not know a filter of the query.
            Fault::BadRequest if api.refusal.status == 400 && api.refusal.request.starts_with("GET ") => {
                (FailureKind::Usage, None)
            }
            Fault::BadRequest | Fault::Server => (FailureKind::Internal, None),
        },
    };
    Failure::new(kind, message).hints(hint)
}

/// The failure for an error of any service. [`from_ironic`] handles the refusals of Ironic.
fn from_rest(error: &rest::Error) -> Failure {
    if let Some(refusal) = error.refusal().filter(|refusal| refusal.meaning() == Meaning::Forbidden) {
        let hint = refusal.identity.as_deref().and_then(permission_hints::hint_of_service);
        return Failure::new(FailureKind::Forbidden, error.to_string()).hints(hint);
    }
    let kind = match error {
        rest::Error::Unreachable { reason, .. } => {
            let failure = Failure::new(FailureKind::Unreachable, error.to_string());
            return failure.hints(rest::untrusted_certificate_hint(reason));
        }
        rest::Error::Stopped(request) => FailureKind::from(request.reason),
        rest::Error::Malformed { .. } => FailureKind::Unreachable,
        rest::Error::NotAName { .. } => FailureKind::Usage,
        rest::Error::Login(error) => return from_login(error),
        rest::Error::Refused(refusal) => match refusal.meaning() {
            Meaning::NotLoggedIn => FailureKind::Auth,
            Meaning::Forbidden => FailureKind::Forbidden,
            Meaning::NotFound => FailureKind::NotFound,
            Meaning::Conflict => FailureKind::Conflict,
            Meaning::Redirected
            | Meaning::NoBackend
            | Meaning::TurnedAway
            | Meaning::Lost
            | Meaning::NotSent
            | Meaning::Unusable => FailureKind::Unreachable,
            Meaning::Refused | Meaning::ServerFailed | Meaning::OtherServerError => FailureKind::Internal,
        },
    };
    Failure::new(kind, error.to_string())
}

fn from_login(error: &LoginError) -> Failure {
    let (kind, hint) = match error {
        LoginError::Refused { hint, .. } => (FailureKind::Auth, Some(*hint)),
        LoginError::Unscoped(_) => (
            FailureKind::Usage,
            Some(
                "set `project_name` and `project_domain_name`, or `system_scope: all`, in clouds.yaml or OS_*",
            ),
        ),
        LoginError::Unreachable(reason) => {
            (FailureKind::Unreachable, rest::untrusted_certificate_hint(reason).or(Some("check `auth_url`")))
        }
        LoginError::Stopped { reason, .. } => (FailureKind::from(*reason), None),
        LoginError::NoService(_) => (FailureKind::Unreachable, None),
    };
    Failure::new(kind, error.to_string()).hints(hint)
}

fn from_cloud(error: &cloud::Error) -> Failure {
    let failure = Failure::new(FailureKind::Usage, error.to_string());
    match error {
        cloud::Error::NoPassword { .. } => Failure { kind: FailureKind::Auth, ..failure }.hint(
            "set the password in clouds.yaml, secure.yaml or OS_PASSWORD, or run farrier on a terminal",
        ),
        cloud::Error::NothingConfigured { .. } => failure.hint(
            "select a cloud in clouds.yaml with `--os-cloud`, or give the URL of Ironic with `--os-endpoint`",
        ),
        _ => failure,
    }
}

fn from_lab(error: &lab::Error) -> Failure {
    let kind = match error {
        lab::Error::Directory { .. } => FailureKind::Usage,
        lab::Error::Record { .. } | lab::Error::OtherVersion { .. } => FailureKind::Conflict,
        lab::Error::NoIndex { .. }
        | lab::Error::Command { network: true, .. }
        | lab::Error::NoInstaller { .. } => FailureKind::Unreachable,
        _ => FailureKind::Internal,
    };
    Failure::new(kind, error.to_string()).hints(error.hint())
}

/// The failure of an error: the [`Failure`] in it, or else the failure for the outermost typed error. The message is
/// that of the outermost context.
#[must_use]
pub fn classify(error: &anyhow::Error) -> Failure {
    let message = error.to_string();
    let found = error.downcast_ref::<Failure>().cloned().or_else(|| error.chain().find_map(from_typed));
    Failure { message, ..found.unwrap_or_else(|| Failure::new(FailureKind::Internal, "")) }
}

/// The causes of an error, outermost first, without causes that the previous message already contains.
pub(crate) fn causes(error: &anyhow::Error) -> Vec<String> {
    let mut previous = error.to_string();
    let mut causes = Vec::new();
    // The messages of the driver contain Ironic's message, and name the node instead of the request.
    let message = |cause: &(dyn StdError + 'static)| match cause.downcast_ref::<ironic::Error>() {
        Some(error) => error.text(),
        None => cause.to_string(),
    };
    for cause in error.chain().skip(1).map(message) {
        if !previous.contains(&cause) {
            causes.push(cause.clone());
        }
        previous = cause;
    }
    causes
}

/// Prints an error and returns the exit code. Prints the columns if the error is a request for them.
#[must_use]
pub fn end(error: &anyhow::Error, ui: &Ui) -> ExitCode {
    if let Some(ViewError::Asked(columns)) = error.downcast_ref() {
        let printed = ui.text(&format!("{}\n", columns.join("\n")));
        return if printed.is_ok() { ExitCode::SUCCESS } else { FailureKind::Internal.exit_code().into() };
    }
    print(error, ui).exit_code().into()
}

/// Prints a failure without the [`Ui`], before an immediate exit, and returns the exit code.
pub(crate) fn print_and_exit_code(failure: &Failure, terminal: &Terminal, in_json: bool) -> u8 {
    if in_json {
        terminal.print_line(&object(failure, &failure.message).to_string());
    } else {
        terminal.error(&failure.message, &failure.hint_text().unwrap_or_default());
    }
    failure.kind.exit_code()
}

/// An error on stderr.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ErrorAnswer {
    /// The error.
    error: ErrorObject,
}

/// The description of an error.
#[derive(Debug, Serialize, JsonSchema)]
struct ErrorObject {
    /// The exit code.
    code: u8,
    /// The kind of error.
    kind: FailureKind,
    /// What failed, and why.
    message: String,
    /// What to run next, one hint per line.
    hint: Option<String>,
    /// The node that the error is about.
    node: Option<NodeRef>,
}

/// A failure in JSON.
fn object(failure: &Failure, message: &str) -> Value {
    json(&ErrorAnswer {
        error: ErrorObject {
            code: failure.kind.exit_code(),
            kind: failure.kind,
            message: message.to_owned(),
            hint: failure.hint_text(),
            node: failure.node.clone(),
        },
    })
}

/// Prints an error and returns its kind.
pub(crate) fn print(error: &anyhow::Error, ui: &Ui) -> FailureKind {
    let failure = classify(error);
    let causes = causes(error);
    if ui.prints_errors_as_json() {
        let message = std::iter::once(failure.message.clone()).chain(causes).collect::<Vec<_>>().join(": ");
        ui.error_object(&object(&failure, &message));
    } else {
        // All problems of an input file are printed together.
        let warnings = error.chain().find_map(|error| error.downcast_ref::<InputError>());
        for warning in warnings.map(InputError::warnings).unwrap_or_default() {
            ui.warn(&warning.to_string());
        }
        ui.error(&failure.message, &causes, &failure.hints);
    }
    failure.kind
}

/// Installs a panic hook that restores the terminal and reports a bug in farrier.
pub(crate) fn report_panics(terminal: Terminal) {
    let is_reported = AtomicBool::new(false);
    std::panic::set_hook(Box::new(move |panic| {
        // A panic of a thread causes panics in the threads that wait for it. Only the first one is the bug.
        if is_reported.swap(true, Ordering::SeqCst) {
            return;
        }
        terminal.restore();
        let place = panic
            .location()
            .map(|place| format!(" at {}:{}", place.file(), place.line()))
            .unwrap_or_default();
        let payload = panic.payload();
        let message =
            payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
        let message = message.unwrap_or("no message");
        terminal.error(
            &format!("this is a bug in farrier {}{place}: {message}", env!("CARGO_PKG_VERSION")),
            "report it with the command that you ran and the line above, which contains no secrets",
        );
    }));
}

#[cfg(test)]
mod error_list;

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn every_kind_has_a_unique_name_and_a_documented_exit_code() {
        let mut names: Vec<_> = FailureKind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FailureKind::ALL.len());
        for kind in FailureKind::ALL {
            assert_eq!(json(&kind), kind.name());
            assert!(EXIT_CODES.iter().any(|(code, _)| *code == kind.exit_code()), "{kind:?}");
        }
    }

    #[test]
    fn classify_finds_a_failure_with_a_cause_and_with_context() {
        let failure =
            Failure::new(FailureKind::NotFound, "no node `n1`").hint("`farrier node list` lists them");
        let with_cause = anyhow::Error::new(NotConfirmed::Declined).context(failure.clone());
        assert_eq!(classify(&with_cause), failure);
        let with_context = Err::<(), _>(failure).context("cannot deploy `web-1`").unwrap_err();
        let found = classify(&with_context);
        assert_eq!((found.kind, found.message.as_str()), (FailureKind::NotFound, "cannot deploy `web-1`"));
        assert_eq!(causes(&with_context), ["no node `n1`"]);
    }

    #[test]
    fn classify_finds_a_typed_error_at_any_depth() {
        let deep = anyhow::Error::new(NotConfirmed::Declined).context("inner").context("outer");
        assert_eq!(classify(&deep).kind, FailureKind::Interrupted);
        assert_eq!(causes(&deep), ["inner", "not confirmed; nothing was changed"]);
        assert_eq!(classify(&anyhow::anyhow!("anything")).kind, FailureKind::Internal);
    }

    #[test]
    fn causes_are_not_repeated() {
        let error = anyhow::anyhow!("no route").context("Ironic cannot be reached: no route");
        assert!(causes(&error).is_empty());
    }
}
