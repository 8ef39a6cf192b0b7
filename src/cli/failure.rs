//! Which error means which exit code, and how an error is told. All of it is here.

use std::error::Error as StdError;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::{access, help};
use crate::driver::Operation;
use crate::driver::cancel::Signal;
use crate::driver::event::NodeRef;
use crate::host_manager::{NoValidHost, RequestError};
use crate::inventory::document::InputError;
use crate::ironic::Fault;
use crate::rest::stop::StopReason;
use crate::rest::{self, LoginError};
use crate::ui::answer::ViewError;
use crate::ui::prompt::Refusal;
use crate::ui::{Terminal, Ui};
use crate::{cloud, driver, ironic, lab};

/// What kind of thing went wrong: a closed list, whose names and exit codes scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line is wrong; nothing was changed.
    Usage,
    /// An input file is wrong; nothing was changed.
    Input,
    /// Not logged in.
    Auth,
    /// Logged in, and not allowed.
    Forbidden,
    /// No node fits, or none that fits is free.
    NoValidHost,
    /// There is no such node, instance, image, flavor, network.
    NotFound,
    /// The name is taken, the node is busy past the retries, the state forbids it.
    Conflict,
    /// The machine failed: deploy failed, power failed, clean failed.
    MachineFailed,
    /// It took longer than `--timeout`; the operation goes on in Ironic.
    Timeout,
    /// Ironic (or another service, or what answers in its place) cannot be reached.
    Unreachable,
    /// Some of a batch failed; each has its own line.
    Partial,
    /// An audit found something.
    Findings,
    /// SIGINT, or no to a question.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// SIGHUP.
    HungUp,
    /// Anything unforeseen.
    Internal,
}

impl Kind {
    /// Every kind there is.
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

impl From<Signal> for Kind {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Interrupt => Self::Interrupted,
            Signal::Terminate => Self::Terminated,
            Signal::HangUp => Self::HungUp,
        }
    }
}

impl From<StopReason> for Kind {
    fn from(reason: StopReason) -> Self {
        match reason {
            StopReason::Signal(number) => Signal::of_number(number).into(),
            StopReason::Timeout(_) => Self::Timeout,
        }
    }
}

/// What each exit code means, for help and the manual. The order is the order of the codes.
pub const EXIT_CODES: [(u8, &str); 14] = [
    (0, "done, and true"),
    (1, "anything unforeseen"),
    (2, "the command line or an input file is wrong; nothing was changed"),
    (3, "not logged in, or not allowed"),
    (4, "no valid host"),
    (5, "no such node, instance, image, flavor or network"),
    (6, "conflict: the name is taken, the node is busy past the retries, or its state forbids it"),
    (7, "the machine failed: deploy failed, power failed, clean failed"),
    (8, "it took longer than --timeout; the operation goes on in Ironic"),
    (9, "Ironic (or Keystone, or another service) cannot be reached"),
    (10, "some of a batch failed (each has its own line), or an audit found something"),
    (129, "the terminal went away (SIGHUP)"),
    (130, "interrupted (SIGINT), or a question was answered with no"),
    (143, "terminated (SIGTERM)"),
];

/// An error that knows its kind. Commands make one where no error of a room says it already; with a cause, as
/// `anyhow` context on top of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of thing went wrong.
    pub kind: Kind,
    /// What, on which machine, and why: lower case, no final period.
    pub message: String,
    /// What to type next, one a line.
    pub hint: Option<String>,
    /// The node it happened on, where it was one.
    pub node: Option<NodeRef>,
}

impl Failure {
    /// A failure with nothing but its message.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, node: None }
    }

    /// The same, with what to type next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, on this node.
    #[must_use]
    pub fn node(mut self, node: NodeRef) -> Self {
        self.node = Some(node);
        self
    }
}

/// What one of the errors that rooms make means, if it is one.
fn known(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let failure = |kind| Some(Failure::new(kind, error.to_string()));
    if let Some(error) = error.downcast_ref::<NoValidHost>() {
        let hint = Some(error.hints.join("\n")).filter(|hints| !hints.is_empty());
        return Some(Failure { hint, ..Failure::new(Kind::NoValidHost, error.to_string()) });
    }
    if let Some(error) = error.downcast_ref::<RequestError>() {
        let kind = match error {
            RequestError::NoSuchNode { .. } => Kind::NotFound,
            RequestError::ExtraSpec(_) | RequestError::Ambiguous { .. } => Kind::Usage,
        };
        return Some(Failure::new(kind, error.to_string()));
    }
    if let Some(error) = error.downcast_ref::<driver::Error>() {
        return Some(of_driver(error));
    }
    if let Some(error) = error.downcast_ref::<ironic::Error>() {
        return Some(of_ironic(error));
    }
    if let Some(error) = error.downcast_ref::<rest::Error>() {
        return Some(of_rest(error));
    }
    if let Some(error) = error.downcast_ref::<LoginError>() {
        return Some(of_login(error));
    }
    if let Some(error) = error.downcast_ref::<cloud::Error>() {
        return Some(of_cloud(error));
    }
    if let Some(error) = error.downcast_ref::<lab::Error>() {
        return Some(of_lab(error));
    }
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return Some(match refusal {
            Refusal::CannotAsk { .. } => Failure::new(Kind::Usage, refusal.to_string()).hint(format!(
                "`{} --yes` does it without a question",
                help::command_line(std::env::args_os())
            )),
            Refusal::Declined => Failure::new(Kind::Interrupted, refusal.to_string()),
        });
    }
    match error {
        _ if error.is::<InputError>() => failure(Kind::Input),
        _ if error.is::<ViewError>() => failure(Kind::Usage),
        _ => None,
    }
}

/// What is said of an error depends on what was being done.
fn of_driver(error: &driver::Error) -> Failure {
    let failure = of_bare(error.bare());
    let driver::Error::At { operation, .. } = error else { return failure };
    let label = error.node().map(|node| node.name.as_deref().unwrap_or(&node.uuid));
    let hint = match (error.bare(), operation) {
        // Nothing else is ever advised to be destroyed: the data of an instance that ran before would be lost.
        (driver::Error::Interrupted { subject, left: driver::Left::UnderWay, .. }, Operation::Deploy) => {
            Some(format!(
                "`farrier wait {subject}` goes on watching, `farrier destroy {subject}` undoes the deploy"
            ))
        }
        (driver::Error::NotUndone { .. }, Operation::Deploy) => {
            Some("`farrier destroy` with the instance's name takes back the rest".to_owned())
        }
        (
            driver::Error::Interrupted { left: driver::Left::UnderWay, .. }
            | driver::Error::TimedOut { left: driver::Left::UnderWay, .. }
            | driver::Error::LostSight { .. },
            Operation::Destroy,
        ) => label.map(|label| format!("`farrier wait {label}` goes on watching the node")),
        _ => failure.hint,
    };
    Failure { hint, node: error.node().cloned(), ..failure }
}

fn of_bare(error: &driver::Error) -> Failure {
    let kind = match error {
        driver::Error::Connect(source)
        | driver::Error::Request { source, .. }
        | driver::Error::MayBeDone { source, .. }
        | driver::Error::LostSight { source, .. } => of_ironic(source).kind,
        driver::Error::AllSilent { silent } => {
            let kinds: Vec<Kind> = silent.iter().map(|silent| of_driver(&silent.why).kind).collect();
            match kinds.as_slice() {
                [first, rest @ ..] if rest.iter().all(|kind| kind == first) => *first,
                _ => Kind::Unreachable,
            }
        }
        driver::Error::Unasked { .. } => Kind::Unreachable,
        driver::Error::NotUndone { cause, undo } => {
            undo.signal().map_or_else(|| of_driver(cause).kind, Kind::from)
        }
        driver::Error::GaveUp { last: error, .. } | driver::Error::At { error, .. } => of_driver(error).kind,
        driver::Error::Service { source, .. } => of_rest(source).kind,
        driver::Error::NotFound { .. } | driver::Error::NotANode { .. } | driver::Error::NoImage { .. } => {
            Kind::NotFound
        }
        driver::Error::Taken { .. } | driver::Error::NoRoom { .. } => Kind::NoValidHost,
        driver::Error::Ambiguous { .. } | driver::Error::Unfit(_) | driver::Error::NoNeutron { .. } => {
            Kind::Usage
        }
        driver::Error::File { .. } => Kind::Input,
        driver::Error::NameTaken { .. }
        | driver::Error::Clashes(_)
        | driver::Error::Forbidden { .. }
        | driver::Error::NodeTaken { .. }
        | driver::Error::Busy { .. }
        | driver::Error::Invalid { .. } => Kind::Conflict,
        driver::Error::Failed { .. } => Kind::MachineFailed,
        driver::Error::TimedOut { .. } => Kind::Timeout,
        driver::Error::Interrupted { signal, .. } => Kind::from(*signal),
    };
    let hint = hint_of_bare(error);
    Failure { kind, message: error.to_string(), hint, node: error.node().cloned() }
}

/// What to type next after an error of the driver, one a line.
fn hint_of_bare(error: &driver::Error) -> Option<String> {
    match error {
        driver::Error::Connect(source) | driver::Error::Request { source, .. } => of_ironic(source).hint,
        driver::Error::Service { source, .. } => of_rest(source).hint,
        driver::Error::Unasked { silent, .. } => {
            let clouds: Vec<String> = silent.iter().map(|silent| format!("`{}`", silent.cloud)).collect();
            let clouds = clouds.join(" and ");
            Some(format!("where it is sure not to be in {clouds}, `--os-cloud` without {clouds} goes on"))
        }
        driver::Error::NotFound { what: "network" | "subnet" | "port" | "security group", .. } => {
            Some("`openstack network list` and its like show those that this user may see".to_owned())
        }
        driver::Error::NotFound { what: "runbook", .. } => {
            Some("`openstack baremetal runbook list` shows those that this user may see".to_owned())
        }
        driver::Error::NotANode { node, .. } => {
            let label = node.name.as_deref().unwrap_or(&node.uuid);
            Some(format!("name its node: `{label}`"))
        }
        driver::Error::NotFound { what: "VIF", .. } => Some("`farrier vif list` shows them".to_owned()),
        driver::Error::NoNeutron { .. } => Some(
            "leave the networks out, or say where Neutron is: `network_endpoint_override` in clouds.yaml"
                .to_owned(),
        ),
        driver::Error::NotFound { asker, .. } => {
            let lists = "`farrier list` shows the instances, `farrier node list` the nodes".to_owned();
            let hidden = asker.as_deref().and_then(access::hidden);
            Some(std::iter::once(lists).chain(hidden).collect::<Vec<_>>().join("\n"))
        }
        driver::Error::Ambiguous { .. } => Some("name it by its UUID".to_owned()),
        driver::Error::Taken { .. } => {
            Some("others were quicker; `farrier schedule` shows what is free now".to_owned())
        }
        driver::Error::NoRoom { .. } => Some(
            "`farrier node ports NODE` shows the ports of a machine, `farrier node show NODE` its network interface"
                .to_owned(),
        ),
        driver::Error::NameTaken { name, .. } => {
            Some(format!("`farrier show {name}` shows what has the name; choose another one"))
        }
        driver::Error::Failed { node, .. } => {
            let label = node.name.as_deref().unwrap_or(&node.uuid);
            Some(format!("`farrier why {label}` explains it"))
        }
        driver::Error::Invalid { node, .. } => {
            let label = node.name.as_deref().unwrap_or(&node.uuid);
            Some(format!("`farrier node show {label}` shows the machine"))
        }
        driver::Error::GaveUp { last, aside, .. } => {
            let nodes: Vec<&str> =
                aside.iter().map(|node| node.name.as_deref().unwrap_or(&node.uuid)).collect();
            let seen_to = (!nodes.is_empty()).then(|| {
                let nodes = nodes.join(" ");
                format!("when fixed, return it to service: `farrier node maintenance {nodes} --off`")
            });
            let hints: Vec<String> = of_driver(last).hint.into_iter().chain(seen_to).collect();
            Some(hints.join("\n"))
        }
        driver::Error::TimedOut { subject, left: driver::Left::UnderWay, .. }
        | driver::Error::Interrupted { subject, left: driver::Left::UnderWay, .. }
        | driver::Error::LostSight { subject, .. } => {
            Some(format!("`farrier wait {subject}` goes on watching"))
        }
        driver::Error::TimedOut { subject, left: driver::Left::Unknown, .. }
        | driver::Error::Interrupted { subject, left: driver::Left::Unknown, .. } => {
            Some(format!("`farrier why {subject}` says what became of it"))
        }
        driver::Error::TimedOut { subject, dead_lock_holder: Some(holder), .. } => Some(format!(
            "start ironic-conductor with the host name `{holder}`, which then releases its locks, or have an administrator of \
             Ironic's database clear the node's `reservation`; see `farrier why {subject}`"
        )),
        driver::Error::TimedOut { .. } => Some("a longer `--timeout` lets it go on".to_owned()),
        driver::Error::Busy { subject, source, .. }
            // The kind of an orphan is not part of a name.
            if !subject.contains(' ') && matches!(source.fault(), Some(Fault::Locked { host: Some(_) })) =>
        {
            Some(format!("`farrier why {subject}` shows who holds the lock"))
        }
        _ => None,
    }
}

fn of_ironic(error: &ironic::Error) -> Failure {
    // Ironic's words name what a request was about, but for its own failures.
    let message = match error {
        ironic::Error::Api(api) if api.refusal.status < 500 => error.words(),
        _ => error.to_string(),
    };
    let (kind, hint) = match error {
        ironic::Error::Rest(error) => return of_rest(error),
        ironic::Error::NotIronic { .. } => (
            Kind::Unreachable,
            Some("check the endpoint: `--os-endpoint`, `OS_ENDPOINT` or the cloud in clouds.yaml"),
        ),
        ironic::Error::TooOld { .. } => (Kind::Usage, Some("upgrade Ironic to the release Ussuri or newer")),
        ironic::Error::Lacks { .. } => {
            (Kind::Usage, Some("`farrier doctor` tells what else this Ironic is too old for"))
        }
        ironic::Error::Api(api) => match api.fault {
            Fault::NotFound => {
                let hidden = api.refusal.asker.as_deref().and_then(access::hidden);
                let lists = api
                    .refusal
                    .request
                    .contains("/nodes/")
                    .then(|| "`farrier node list` shows the nodes".to_owned());
                let hints: Vec<String> = lists.into_iter().chain(hidden).collect();
                let hint = Some(hints.join("\n")).filter(|hint| !hint.is_empty());
                return Failure { hint, ..Failure::new(Kind::NotFound, message) };
            }
            Fault::Unauthorized => (Kind::Auth, Some("check the user name and the password, or the token")),
            Fault::Forbidden => {
                let hint = access::hint(&api.refusal);
                return Failure { hint, ..Failure::new(Kind::Forbidden, message) };
            }
            Fault::Protected
            | Fault::Locked { .. }
            | Fault::AlreadyExists
            | Fault::Associated
            | Fault::Conflict
            | Fault::InvalidState
            | Fault::Maintenance => (Kind::Conflict, None),
            Fault::Unavailable => (Kind::Unreachable, Some("Ironic is busy; the same command may do later")),
            Fault::NoConductor => {
                (Kind::Unreachable, Some("`farrier doctor` shows which conductors are alive"))
            }
            Fault::Gateway | Fault::NoDatabase => (Kind::Unreachable, None),
            // Never followed: the credentials would go along to wherever it points.
            _ if (300..400).contains(&api.refusal.status) => (
                Kind::Unreachable,
                Some(
                    "give the address it redirects to: `--os-endpoint`, or the endpoint in clouds.yaml or the catalog",
                ),
            ),
            // What was looked for by is what Ironic does not know.
            Fault::BadRequest if api.refusal.status == 400 && api.refusal.request.starts_with("GET ") => {
                (Kind::Usage, None)
            }
            Fault::BadRequest | Fault::Server => (Kind::Internal, None),
        },
    };
    Failure { hint: hint.map(str::to_owned), ..Failure::new(kind, message) }
}

/// Of any service; what Ironic's refusals mean in particular is told by its client.
fn of_rest(error: &rest::Error) -> Failure {
    if let Some(refusal) = error.refusal().filter(|refusal| refusal.status == 403) {
        let hint = refusal.asker.as_deref().and_then(access::hint_of_service);
        return Failure { hint, ..Failure::new(Kind::Forbidden, error.to_string()) };
    }
    let kind = match error {
        rest::Error::Unreachable { reason, .. } => {
            let failure = Failure::new(Kind::Unreachable, error.to_string());
            return Failure { hint: rest::distrust(reason).map(str::to_owned), ..failure };
        }
        rest::Error::Stopped(request) => Kind::from(request.reason),
        rest::Error::Malformed { .. } => Kind::Unreachable,
        rest::Error::NotAName { .. } => Kind::Usage,
        rest::Error::Login(error) => return of_login(error),
        rest::Error::Refused(refusal) => match refusal.status {
            401 => Kind::Auth,
            403 => Kind::Forbidden,
            404 if refusal.own => Kind::NotFound,
            409 => Kind::Conflict,
            300..=399 | 404 | 429 | 502 | 503 | 504 => Kind::Unreachable,
            _ => Kind::Internal,
        },
    };
    Failure::new(kind, error.to_string())
}

fn of_login(error: &LoginError) -> Failure {
    let (kind, hint) = match error {
        LoginError::Refused { hint, .. } => (Kind::Auth, Some(*hint)),
        LoginError::Unscoped(_) => (
            Kind::Usage,
            Some(
                "set `project_name` and `project_domain_name`, or `system_scope: all`, in clouds.yaml or OS_*",
            ),
        ),
        LoginError::Unreachable(reason) => {
            (Kind::Unreachable, rest::distrust(reason).or(Some("check `auth_url`")))
        }
        LoginError::Stopped { reason, .. } => (Kind::from(*reason), None),
        LoginError::NoService(_) => (Kind::Unreachable, None),
    };
    Failure { hint: hint.map(str::to_owned), ..Failure::new(kind, error.to_string()) }
}

fn of_cloud(error: &cloud::Error) -> Failure {
    let failure = Failure::new(Kind::Usage, error.to_string());
    match error {
        cloud::Error::NoPassword { .. } => Failure { kind: Kind::Auth, ..failure }
            .hint("it may stand in clouds.yaml, secure.yaml or OS_PASSWORD, or is asked for on a terminal"),
        cloud::Error::NothingConfigured { .. } => failure
            .hint("name a cloud of clouds.yaml with `--os-cloud`, or Ironic's URL with `--os-endpoint`"),
        _ => failure,
    }
}

fn of_lab(error: &lab::Error) -> Failure {
    let kind = match error {
        lab::Error::Directory { .. } => Kind::Usage,
        lab::Error::Record { .. } | lab::Error::OtherVersion { .. } => Kind::Conflict,
        lab::Error::NoIndex { .. }
        | lab::Error::Command { network: true, .. }
        | lab::Error::NoInstaller { .. } => Kind::Unreachable,
        _ => Kind::Internal,
    };
    Failure { hint: error.hint(), ..Failure::new(kind, error.to_string()) }
}

/// Finds out what an error means: a [`Failure`] says so itself, else the outermost error that a room made does. What it
/// says is what its outermost context says.
#[must_use]
pub fn classify(error: &anyhow::Error) -> Failure {
    let message = error.to_string();
    let found = error.downcast_ref::<Failure>().cloned().or_else(|| error.chain().find_map(known));
    Failure { message, ..found.unwrap_or_else(|| Failure::new(Kind::Internal, "")) }
}

/// What stands behind an error, outermost first. A text that the one before it already holds is not said again.
pub(super) fn causes(error: &anyhow::Error) -> Vec<String> {
    let mut said = error.to_string();
    let mut causes = Vec::new();
    // The errors of the driver have said what Ironic answered, and name the machine instead of the request.
    let words = |cause: &(dyn StdError + 'static)| match cause.downcast_ref::<ironic::Error>() {
        Some(error) => error.words(),
        None => cause.to_string(),
    };
    for cause in error.chain().skip(1).map(words) {
        if !said.contains(&cause) {
            causes.push(cause.clone());
        }
        said = cause;
    }
    causes
}

/// Tells what went wrong, and says what the exit code is.
#[must_use]
pub fn end(error: &anyhow::Error, ui: &Ui) -> ExitCode {
    if let Some(ViewError::Asked(columns)) = error.downcast_ref() {
        let listed = ui.text(&format!("{}\n", columns.join("\n")));
        return if listed.is_ok() { ExitCode::SUCCESS } else { Kind::Internal.exit_code().into() };
    }
    tell(error, ui).exit_code().into()
}

/// Tells what went wrong where the program ends at once, past whoever holds the [`Ui`]; says what the exit code is.
pub(super) fn leave(failure: &Failure, terminal: &Terminal, in_json: bool) -> u8 {
    if in_json {
        terminal.say(&object(failure, &failure.message).to_string());
    } else {
        terminal.error(&failure.message, failure.hint.as_deref().unwrap_or_default());
    }
    failure.kind.exit_code()
}

/// A failure in JSON.
fn object(failure: &Failure, message: &str) -> Value {
    json!({"error": {
        "code": failure.kind.exit_code(),
        "kind": failure.kind.name(),
        "message": message,
        "hint": failure.hint,
        "node": failure.node,
    }})
}

/// Tells what went wrong, and goes on: one of several targets failed.
pub(super) fn tell(error: &anyhow::Error, ui: &Ui) -> Kind {
    let failure = classify(error);
    let causes = causes(error);
    if ui.tells_errors_in_json() {
        let message = std::iter::once(failure.message.clone()).chain(causes).collect::<Vec<_>>().join(": ");
        ui.error_object(&object(&failure, &message));
    } else {
        // Whoever owns a file wants to see everything about it at once.
        let warnings = error.chain().find_map(|error| error.downcast_ref::<InputError>());
        for warning in warnings.map(InputError::warnings).unwrap_or_default() {
            ui.warn(&warning.to_string());
        }
        ui.error(&failure.message, &causes, failure.hint.as_deref());
    }
    failure.kind
}

/// Makes a panic leave the terminal in order and say that it is a bug, not something the operator did.
pub(super) fn report_panics(terminal: Terminal) {
    let told = AtomicBool::new(false);
    std::panic::set_hook(Box::new(move |panic| {
        // A panic of one thread makes those panic that wait for it: the first is the bug.
        if told.swap(true, Ordering::SeqCst) {
            return;
        }
        terminal.restore();
        let place = panic
            .location()
            .map(|place| format!(" at {}:{}", place.file(), place.line()))
            .unwrap_or_default();
        let payload = panic.payload();
        let words =
            payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
        let words = words.unwrap_or("no message");
        terminal.error(
            &format!("this is a bug in farrier {}{place}: {words}", env!("CARGO_PKG_VERSION")),
            "report it with the line above, which holds no secret, and the command you typed",
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
    fn every_kind_has_a_name_of_its_own_and_a_documented_code() {
        let mut names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert!(EXIT_CODES.iter().any(|(code, _)| *code == kind.exit_code()), "{kind:?}");
        }
    }

    #[test]
    fn a_failure_is_found_under_context_and_over_a_cause() {
        let failure = Failure::new(Kind::NotFound, "no node `n1`").hint("`farrier node list` lists them");
        let over = anyhow::Error::new(Refusal::Declined).context(failure.clone());
        assert_eq!(classify(&over), failure);
        let under = Err::<(), _>(failure).context("cannot deploy `web-1`").unwrap_err();
        let found = classify(&under);
        assert_eq!((found.kind, found.message.as_str()), (Kind::NotFound, "cannot deploy `web-1`"));
        assert_eq!(causes(&under), ["no node `n1`"]);
    }

    #[test]
    fn an_error_of_a_room_is_found_however_deep() {
        let deep = anyhow::Error::new(Refusal::Declined).context("inner").context("outer");
        assert_eq!(classify(&deep).kind, Kind::Interrupted);
        assert_eq!(causes(&deep), ["inner", "not confirmed; nothing was changed"]);
        assert_eq!(classify(&anyhow::anyhow!("whatever")).kind, Kind::Internal);
    }

    #[test]
    fn a_cause_that_was_said_is_not_said_again() {
        let error = anyhow::anyhow!("no route").context("Ironic cannot be reached: no route");
        assert!(causes(&error).is_empty());
    }
}
