//! A snapshot of every error with its kind, exit code and hints.

use serde_json::json;

use super::*;
use crate::cloud::neutron::ResourceKind;

fn node() -> NodeRef {
    NodeRef { uuid: "u-1".to_owned(), name: Some("rack4-u12".to_owned()) }
}

fn identity(scope: &str, roles: &[&str]) -> rest::LoginDetails {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    rest::LoginDetails { user: "ann".to_owned(), scope: Some(scope.to_owned()), project_id: None, roles }
}

fn refusal(status: u16, message: &str, identity: Option<rest::LoginDetails>) -> rest::ErrorResponse {
    let service = rest::Service { name: "Ironic", root: "v1", error_keys: &["faultstring", "error_message"] };
    let body = json!({"error_message": {"faultstring": message}}).to_string();
    let request =
        if status == 404 { "GET /v1/nodes/rack4-u12" } else { "PUT /v1/nodes/u-1/states/provision" };
    let refusal = rest::ErrorResponse::decode(&service, request.to_owned(), status, &body);
    rest::ErrorResponse { identity: identity.map(Box::new), ..refusal }
}

fn api(status: u16, message: &str) -> ironic::Error {
    rest::Error::Refused(Box::new(refusal(status, message, None))).into()
}

fn unreachable(reason: &str) -> rest::Error {
    rest::Error::Unreachable {
        service: "Ironic",
        endpoint: "https://ironic.lab/v1".to_owned(),
        reason: reason.to_owned(),
        tries: 3,
        meaning: Meaning::Unusable,
    }
}

const LOCKED: &str = "Node u-1 is locked by host c-1, please retry after the current operation is completed.";

fn errors_before_an_operation() -> Vec<(&'static str, driver::Error)> {
    use driver::Error as E;
    let text = str::to_owned;
    let not_found = |what, identity: Option<rest::LoginDetails>| E::NotFound {
        what,
        name: "web-1".to_owned(),
        identity: identity.map(Box::new),
    };
    let unreachable_cloud =
        |why: driver::Error| driver::clouds::UnreachableCloud { cloud: "north".to_owned(), why: why.into() };
    vec![
        ("not connected", E::Connect(unreachable("Connection refused").into())),
        ("a request", E::Request { subject: text("node rack4-u12"), source: api(400, "Bad value.") }),
        ("an unknown name", not_found(ObjectKind::InstanceOrNode, None)),
        (
            "an unknown name in a project",
            not_found(ObjectKind::Node, Some(identity("project lab", &["member"]))),
        ),
        ("an unknown network", not_found(ObjectKind::Neutron(ResourceKind::Network), None)),
        ("an unknown runbook", not_found(ObjectKind::Runbook, None)),
        ("an unknown VIF", not_found(ObjectKind::Vif, None)),
        ("an instance instead of a node", E::NotANode { name: text("web-1"), node: node() }),
        (
            "an ambiguous name",
            E::Ambiguous { name: text("web-1"), matches: vec![text("instance i-1"), text("node u-1")] },
        ),
        (
            "no cloud answers",
            E::AllUnreachable {
                unreachable: vec![unreachable_cloud(E::Connect(unreachable("no route").into()))],
            },
        ),
        (
            "a cloud does not answer",
            E::NotQueried {
                message: text("no node is named `web-1`"),
                unreachable: vec![unreachable_cloud(E::Connect(unreachable("no route").into()))],
            },
        ),
        ("all nodes taken", E::Taken { name: text("web-1"), tried: vec![text("rack4-u12: in use")] }),
        ("no ports", E::NoRoom { name: text("web-1"), tried: vec![text("rack4-u12: it has 1 port")] }),
        ("a taken name", E::NameTaken { name: text("web-1"), why: text("by a node") }),
        ("clashes of a file", E::Clashes(vec![text("nodes[0]: its name is taken")])),
        (
            "forbidden by the state",
            E::Forbidden { subject: text("node rack4-u12"), why: text("it is `active`") },
        ),
        (
            "a node taken",
            E::NodeTaken { node: node(), by: Some(text("i-2")), why: text("instance i-2 has it") },
        ),
        (
            "a busy node",
            E::Busy {
                subject: text("rack4-u12"),
                waited: std::time::Duration::from_secs(90),
                source: api(409, LOCKED),
            },
        ),
    ]
}

fn errors_of_an_operation() -> Vec<(&'static str, driver::Error)> {
    use driver::Aftermath;
    use driver::Error as E;
    let text = str::to_owned;
    let failed = || E::Failed {
        node: node(),
        operation: "deploy",
        state: "deploy failed".to_owned(),
        reason: "no space left on device".to_owned(),
    };
    let timed_out = |left, holder: Option<&str>| E::TimedOut {
        subject: "web-1".to_owned(),
        after: std::time::Duration::from_secs(3600),
        stage: "ramdisk running".to_owned(),
        dead_lock_holder: holder.map(str::to_owned),
        left,
    };
    let interrupted = |left| E::Interrupted { subject: "web-1".to_owned(), signal: Signal::Interrupt, left };
    let lost =
        || E::LostContact { subject: "web-1".to_owned(), source: unreachable("no response in time").into() };
    let at = |operation, error: driver::Error| E::At {
        operation,
        node: Some(node()),
        instance: Some("i-1".to_owned()),
        state: Some("deploying".to_owned()),
        error: Box::new(error),
    };
    let mut all = vec![
        ("an invalid node", E::Invalid { node: node(), reasons: vec![text("power: no address")] }),
        ("a failed node", failed()),
        (
            "several failed nodes",
            E::GaveUp {
                last: Box::new(failed()),
                before: vec![node()],
                quarantined: vec![node()],
                verdict: None,
            },
        ),
        ("contact lost", lost()),
        (
            "another service",
            E::Service { subject: text("web-1"), source: unreachable("no response in time") },
        ),
        ("no Neutron", E::NoNeutron { subject: text("instance web-1") }),
        ("a file", E::File { path: text("init.yaml"), reason: text("it is too large") }),
        ("no image", E::NoImage { image: text("http://images.lab/el10"), reason: text("404 Not Found") }),
        ("unfit", E::Unfit(text("--ip needs one instance"))),
        (
            "undo failed",
            E::NotUndone {
                cause: Box::new(failed()),
                undo: Box::new(E::Connect(unreachable("no route").into())),
            },
        ),
        (
            "undo of a deploy failed",
            at(
                Operation::Deploy,
                E::NotUndone {
                    cause: Box::new(failed()),
                    undo: Box::new(E::Connect(unreachable("no route").into())),
                },
            ),
        ),
        ("timed out because of a stale lock", timed_out(Aftermath::Nothing, Some("c-1"))),
        ("a deploy interrupted", at(Operation::Deploy, interrupted(Aftermath::UnderWay))),
        ("a destroy interrupted", at(Operation::Destroy, interrupted(Aftermath::UnderWay))),
        ("a destroy timed out", at(Operation::Destroy, timed_out(Aftermath::UnderWay, None))),
        ("a destroy with lost contact", at(Operation::Destroy, lost())),
    ];
    for left in [Aftermath::Nothing, Aftermath::AsItWas, Aftermath::UnderWay, Aftermath::Unknown] {
        all.push(("timed out", timed_out(left, None)));
        all.push(("interrupted", interrupted(left)));
    }
    all
}

fn errors_of_ironic() -> Vec<(&'static str, anyhow::Error)> {
    let own = |error: ironic::Error| anyhow::Error::new(error);
    let refused = |status, message: &str, identity| {
        own(rest::Error::Refused(Box::new(refusal(status, message, identity))).into())
    };
    let denied = |policy: &str| format!("Access was denied to the following resource: {policy}");
    let conductor =
        "No valid host was found. Reason: No conductor service registered which supports driver ipmi.";
    let database = "(sqlite3.OperationalError) unable to open database file";
    vec![
        (
            "not Ironic",
            own(ironic::Error::NotIronic {
                endpoint: "https://web.lab".to_owned(),
                reason: "it is a web page".to_owned(),
            }),
        ),
        (
            "too old",
            own(ironic::Error::TooOld {
                endpoint: "https://ironic.lab".to_owned(),
                newest: "1.50".parse().expect("a version"),
                needed: "1.61".parse().expect("a version"),
            }),
        ),
        (
            "lacks a feature",
            own(ironic::Error::Lacks {
                feature: ironic::Feature::Runbooks,
                newest: "1.80".parse().expect("a version"),
            }),
        ),
        ("404", own(api(404, "Node rack4-u12 could not be found."))),
        (
            "404 in a project",
            refused(404, "Node rack4-u12 could not be found.", Some(identity("project lab", &["reader"]))),
        ),
        ("401", own(api(401, "The request you have made requires authentication."))),
        (
            "403 in a project",
            refused(
                403,
                &denied("baremetal:node:set_power_state"),
                Some(identity("project lab", &["reader"])),
            ),
        ),
        (
            "403 of the system",
            refused(403, &denied("baremetal:node:set_power_state"), Some(identity("system", &["reader"]))),
        ),
        (
            "403 for every role",
            refused(403, &denied("baremetal:node:get_console"), Some(identity("project lab", &["member"]))),
        ),
        ("403 without a known user", refused(403, &denied("baremetal:node:history:get"), None)),
        ("protected", own(api(403, "Node u-1 is protected."))),
        ("locked", own(api(409, LOCKED))),
        ("exists already", own(api(409, "A node with name web already exists."))),
        ("associated", own(api(409, "Node u-1 is associated with instance i-1."))),
        ("conflict", own(api(409, "Failed to set node power state."))),
        ("wrong state", own(api(400, "Can not delete node u-1 while it is in state active."))),
        ("in maintenance", own(api(400, "The node is in maintenance mode."))),
        ("bad request", own(api(400, "Bad value."))),
        ("busy", own(api(503, "The concurrent action limit is reached."))),
        ("no conductor", own(api(404, conductor))),
        ("gateway", own(api(502, "Bad Gateway"))),
        ("no database", own(api(500, database))),
        ("a server's failure", own(api(500, "Something is wrong."))),
        ("a redirect", own(api(301, "Moved Permanently"))),
    ]
}

fn errors_of_services() -> Vec<(&'static str, anyhow::Error)> {
    let text = str::to_owned;
    let mut all: Vec<(&str, anyhow::Error)> = [
        "no response in time",
        "invalid peer certificate: not valid for name",
        "invalid peer certificate: Expired",
        "invalid peer certificate: NotValidYet",
        "received fatal alert: CertificateRequired",
        "invalid peer certificate: UnknownIssuer",
    ]
    .into_iter()
    .map(|reason| ("unreachable", unreachable(reason).into()))
    .collect();
    let service =
        |status, identity| rest::Error::Refused(Box::new(refusal(status, "The request failed.", identity)));
    all.extend::<Vec<(&str, anyhow::Error)>>(vec![
        (
            "malformed",
            rest::Error::Malformed { request: text("GET /v1/nodes"), reason: text("it ends early") }.into(),
        ),
        ("not a name", rest::Error::NotAName { service: "Ironic" }.into()),
        ("403 of another service", service(403, Some(identity("project lab", &["reader"]))).into()),
        (
            "403 of another service, as a member",
            service(403, Some(identity("project lab", &["member"]))).into(),
        ),
        ("409 of another service", service(409, None).into()),
        ("503 of another service", service(503, None).into()),
        (
            "a refused login",
            LoginError::Refused { message: text("Keystone refused the login"), hint: "check the password" }
                .into(),
        ),
        ("no scope", LoginError::Unscoped(text("the login is for no project")).into()),
        ("Keystone is unreachable", LoginError::Unreachable(text("Keystone cannot be reached")).into()),
        ("no service", LoginError::NoService(text("the catalog has no Ironic")).into()),
    ]);
    all
}

fn errors_of_clouds_and_labs() -> Vec<(&'static str, anyhow::Error)> {
    let text = str::to_owned;
    vec![
        ("no cloud", cloud::Error::NothingConfigured { known: vec![text("north"), text("south")] }.into()),
        (
            "an unknown cloud",
            cloud::Error::NoSuchCloud {
                name: text("east"),
                searched: text("./clouds.yaml"),
                known: vec![text("north"), text("south")],
            }
            .into(),
        ),
        (
            "a clouds.yaml",
            cloud::Error::File { path: text("clouds.yaml"), reason: text("line 3: not a mapping") }.into(),
        ),
        (
            "a setting",
            cloud::Error::Setting { place: text("cloud `north`"), problem: text("`auth_url` is missing") }
                .into(),
        ),
        ("no password", cloud::Error::NoPassword { place: text("cloud `north`"), user: text("ann") }.into()),
        ("no home of the lab", lab::Error::NoHome { variable: "XDG_STATE_HOME" }.into()),
        (
            "a directory of the lab",
            lab::Error::Directory { path: "/lab".into(), reason: "its path is too long" }.into(),
        ),
        (
            "a record of the lab",
            lab::Error::Record { path: "/lab/lab.json".into(), reason: text("no JSON") }.into(),
        ),
        ("an old lab", lab::Error::OtherVersion { dir: "/lab".into(), version: text("38.0.0") }.into()),
        ("no /proc", lab::Error::NoProc.into()),
        ("no Python", lab::Error::NoPython { needed: text("3.11"), found: vec![] }.into()),
        (
            "an old Python",
            lab::Error::NoPython { needed: text("3.11"), found: vec![text("python3 3.6")] }.into(),
        ),
        ("no pip", lab::Error::NoInstaller { tried: vec![text("uv is not there")] }.into()),
        ("no index", lab::Error::NoIndex { host: text("pypi.org"), reason: text("no route") }.into()),
        (
            "a failed download",
            lab::Error::Command {
                command: text("pip install"),
                lines: vec![text("no route")],
                network: true,
            }
            .into(),
        ),
        (
            "a failed command",
            lab::Error::Command { command: text("ironic-dbsync"), lines: vec![], network: false }.into(),
        ),
        (
            "a failed start",
            lab::Error::NotStarted {
                what: "ends",
                lines: vec![text("no port")],
                log: "/lab/ironic.log".into(),
            }
            .into(),
        ),
        ("a process", lab::Error::StillRunning { pid: 7 }.into()),
        ("declined", NotConfirmed::Declined.into()),
    ]
}

fn listed(errors: impl IntoIterator<Item = (&'static str, anyhow::Error)>) -> String {
    let sections = errors.into_iter().map(|(title, error)| {
        let Failure { kind, message, hints, node } = classify(&error);
        let mut lines = vec![format!("## {title}: {}, exit code {}", kind.name(), kind.exit_code())];
        lines.push(format!("error: {message}"));
        lines.extend(causes(&error).iter().map(|cause| format!("  {cause}")));
        lines.extend(hints.iter().map(|hint| format!("hint: {hint}")));
        lines.extend(node.map(|node| format!("node: {}", node.name.unwrap_or(node.uuid))));
        lines.join("\n")
    });
    sections.collect::<Vec<_>>().join("\n\n")
}

#[test]
fn snapshot_of_every_error() {
    use crate::snapshot::compare;
    let operations = errors_before_an_operation().into_iter().chain(errors_of_an_operation());
    compare("errors_of_operations", &listed(operations.map(|(title, error)| (title, error.into()))));
    compare("errors_of_ironic", &listed(errors_of_ironic()));
    compare("errors_of_services", &listed(errors_of_services()));
    compare("errors_of_clouds_and_labs", &listed(errors_of_clouds_and_labs()));
}
