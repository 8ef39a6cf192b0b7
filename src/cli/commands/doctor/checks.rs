//! The checks, in an order in which each check depends only on earlier ones.

use std::collections::BTreeMap;
use std::fs;

use jiff::Timestamp;
use serde::de::IgnoredAny;

use super::check_run::{CheckResult, CheckRun};
use super::servers;
use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{help, permission_hints};
use crate::cloud::service_check::OtherService;
use crate::cloud::{Cloud, LoginDetails, Tokens};
use crate::counts::{counted, first_few};
use crate::driver::watch::dead_conductor::DeadConductor;
use crate::ironic::conductor::{Conductor, mark_alive};
use crate::ironic::driver::Driver;
use crate::ironic::node::NodeQuery;
use crate::ironic::version::Feature;
use crate::ironic::{self, Client, Fault, Node};
use crate::rest::{LoginError, Meaning, mask, shown};

const NO_LOGIN: &str = "the login failed";
const NO_IRONIC: &str = "Ironic is unreachable";
const NO_CLOUD: &str = "no cloud is configured";
const CONDUCTORS: &str = "conductors";
const HARDWARE: &str = "hardware";
const NODES: &str = "nodes";
/// The checks of [`OtherService::ALL`], in the same order.
const OTHER_SERVICES: [&str; 3] = ["neutron", "glance", "nova"];

/// The result of a check that did not fail, and its value for later checks.
type Checked<T> = anyhow::Result<(CheckResult, T)>;

/// Runs all checks of a cloud. Returns the name of the cloud, if it has one.
pub(super) fn run(checks: &mut CheckRun, name: Option<&str>, context: &Context) -> Option<String> {
    let Some(cloud) = checks.check("configuration", || configuration(name, context)) else {
        checks.skip(&["secrets", "login", "roles", "catalog", "ironic"], NO_CLOUD);
        checks.skip(&[CONDUCTORS, HARDWARE, NODES], NO_CLOUD);
        checks.skip(&OTHER_SERVICES, NO_CLOUD);
        checks.skip(&["clock", "tls"], NO_CLOUD);
        return None;
    };
    checks.check("secrets", || Ok((secrets(&cloud), ())));
    let (client, logged_in, grants) = if cloud.has_keystone() {
        through_keystone(checks, &cloud)
    } else {
        without_keystone(checks, &cloud)
    };
    match &client {
        Some(client) if logged_in => {
            let mut known = SharedData::default();
            checks.check(CONDUCTORS, || conductors(client, &mut known));
            checks.check(HARDWARE, || hardware(client, &mut known));
            checks.check(NODES, || nodes(client, &known.conductors));
        }
        Some(_) => checks.skip(&[CONDUCTORS, HARDWARE, NODES], NO_LOGIN),
        None => checks.skip(&[CONDUCTORS, HARDWARE, NODES], NO_IRONIC),
    }
    for (check, service) in OTHER_SERVICES.into_iter().zip(OtherService::ALL) {
        if logged_in || !cloud.has_keystone() {
            checks.check(check, || other_service(&cloud, service, grants.as_ref()));
        } else {
            checks.skip(&[check], NO_LOGIN);
        }
    }
    let visits: Vec<_> = cloud
        .servers()
        .into_iter()
        .map(|(name, url)| (name, shown(&url), cloud.check_server(&url)))
        .collect();
    checks.check("clock", || Ok((servers::clocks(&visits), ())));
    checks.check("tls", || Ok((servers::certificates(&visits, Timestamp::now())?, ())));
    cloud.name
}

/// Logs in to Keystone, and finds Ironic in its catalog. Returns the client, whether the login succeeded, and the roles.
fn through_keystone(checks: &mut CheckRun, cloud: &Cloud) -> (Option<Client>, bool, Option<LoginDetails>) {
    let Some(grants) = checks.check("login", || login(cloud)) else {
        checks.skip(&["roles", "catalog", "ironic"], NO_LOGIN);
        return (None, false, None);
    };
    checks.check("roles", || Ok((roles(&grants), ())));
    let client = if checks.check("catalog", || catalog(cloud)).is_some() {
        checks.check("ironic", || ironic(cloud))
    } else {
        checks.skip(&["ironic"], "its address is unknown");
        None
    };
    (client, true, Some(grants))
}

/// The same without Keystone: Ironic checks the password itself, or accepts everybody.
fn without_keystone(checks: &mut CheckRun, cloud: &Cloud) -> (Option<Client>, bool, Option<LoginDetails>) {
    let client = checks.check("ironic", || ironic(cloud));
    let logged_in = if let Some(client) = &client {
        checks.check("login", || ironic_login(client)).is_some()
    } else {
        checks.skip(&["login"], NO_IRONIC);
        false
    };
    checks.skip(&["roles", "catalog"], "the cloud has no Keystone");
    (client, logged_in, None)
}

/// The configuration of the cloud and its source. Stored tokens are not used: they would hide that Keystone is unreachable.
fn configuration(name: Option<&str>, context: &Context) -> Checked<Cloud> {
    let cloud = context.resolve(name, Tokens::Forgotten)?;
    let files: Vec<String> = cloud.files.iter().map(|file| file.path.display().to_string()).collect();
    let files = if files.is_empty() { String::new() } else { format!(" from {}", files.join(", ")) };
    let found = format!("{}{files}", cloud.place);
    // The next check reports secrets that others can read.
    let warnings: Vec<&str> =
        cloud.warnings.iter().map(String::as_str).filter(|warning| !warning.contains("chmod")).collect();
    let result = if warnings.is_empty() {
        CheckResult::Ok(found)
    } else {
        let remedy = "correct the settings of the cloud: `farrier help clouds`";
        CheckResult::Warning(format!("{found}; {}", warnings.join("; ")), remedy.to_owned())
    };
    Ok((result, cloud))
}

/// Whether other users can read files with secrets.
fn secrets(cloud: &Cloud) -> CheckResult {
    let mut paths: Vec<_> =
        cloud.files.iter().filter(|file| file.has_secret).map(|file| file.path.clone()).collect();
    let tokens = cloud.token_folder.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    paths.extend(tokens.filter_map(|file| Some(file.ok()?.path())));
    let open: Vec<String> =
        paths.iter().filter(|path| mask::is_open(path)).map(|path| path.display().to_string()).collect();
    match (paths.len(), open.is_empty()) {
        (0, _) => CheckResult::Skipped("no file has secrets".to_owned()),
        (1, true) => CheckResult::Ok("1 file, readable only by its owner".to_owned()),
        (count, true) => CheckResult::Ok(format!("{count} files, readable only by their owner")),
        (_, false) => {
            let arguments: Vec<String> = open.iter().map(|path| help::quoted(path)).collect();
            let remedy = format!("chmod 600 {}", arguments.join(" "));
            CheckResult::Warning(format!("other users can read {}", open.join(" ")), remedy)
        }
    }
}

/// Logs in to Keystone, and returns user and roles.
fn login(cloud: &Cloud) -> Checked<LoginDetails> {
    let grants = cloud.login_details()?.unwrap_or_default();
    let found = match grants.scope.as_deref() {
        Some("system") => format!("as {}, in system scope", grants.user),
        Some(scope) => format!("as {}, in {scope}", grants.user),
        None => format!("as {}, without a project", grants.user),
    };
    Ok((CheckResult::Ok(found), grants))
}

/// Whether Ironic accepts the credentials. Its root URL needs none, so this lists nodes.
fn ironic_login(client: &Client) -> Checked<()> {
    client.nodes_page::<IgnoredAny>(&NodeQuery::all().fields(&["uuid"]), None)?;
    Ok((CheckResult::Ok("Ironic accepts the credentials".to_owned()), ()))
}

/// What the roles allow by Ironic's default policies.
fn roles(grants: &LoginDetails) -> CheckResult {
    let found = permission_hints::describe_user(grants);
    let has = |role: &str| grants.roles.iter().any(|name| name == role);
    let (is_system, project) = (grants.scope.as_deref() == Some("system"), grants.project());
    if !is_system && project.is_none() {
        let remedy = "log in to a project (`project_name`) or with system scope (`system_scope: all`)";
        return CheckResult::Warning(
            format!("{found}: Ironic shows nothing to a login without a project or system scope"),
            remedy.to_owned(),
        );
    }
    // By Ironic's default policies, a member cannot write `instance_info` of a node that the project only leases.
    let only_owned = has("member") && !has("manager") && !has("admin");
    let nodes = project.map_or_else(String::new, |project| {
        let deploys = if only_owned { " (deploys on leased nodes need role manager)" } else { "" };
        format!("; only nodes that {project} owns or leases{deploys}")
    });
    let (can, missing) = match () {
        () if has("admin") => ("read, deploy and enroll", None),
        () if has("manager") || has("member") => ("read and deploy", None),
        () if has("reader") => ("read", Some("member")),
        () => ("nothing", Some("reader")),
    };
    let found = format!("{found}: {can}{nodes}");
    let Some(role) = missing else { return CheckResult::Ok(found) };
    let place = project.map_or_else(|| "--system all".to_owned(), |project| format!("--project {project}"));
    let remedy = format!(
        "for more permissions, an administrator can run `openstack role add --user {} {place} {role}`",
        grants.user
    );
    if can == "nothing" { CheckResult::Warning(found, remedy) } else { CheckResult::Ok(found) }
}

fn catalog(cloud: &Cloud) -> Checked<()> {
    let url = cloud.address().map_err(|error| match error {
        LoginError::NoService(problem) => anyhow::Error::new(LoginError::NoService(problem.clone())).context(
            Failure::new(FailureKind::Unreachable, problem)
                .hint("check `region_name` and `interface`, or set `baremetal_endpoint_override`"),
        ),
        other => other.into(),
    })?;
    Ok((CheckResult::Ok(format!("Ironic at {}", shown(&url))), ()))
}

fn ironic(cloud: &Cloud) -> Checked<Client> {
    let client = cloud.ironic()?;
    let found = format!("{} has API {}", client.address(), client.version());
    let missing: Vec<String> = Feature::ALL
        .into_iter()
        .filter(|feature| !client.has(*feature))
        .map(|feature| format!("{feature} ({})", feature.added_in()))
        .collect();
    let result = if missing.is_empty() {
        CheckResult::Ok(found)
    } else {
        let remedy = "upgrade Ironic to use these features; all others work".to_owned();
        CheckResult::Warning(format!("{found}, without {}", missing.join(", ")), remedy)
    };
    Ok((result, client))
}

/// Skips a check that this user has no permission for; other errors are errors.
fn unless_hidden<T: Default>(error: ironic::Error, client: &Client) -> Checked<T> {
    let in_project = client.identity().is_some_and(|identity| identity.project().is_some());
    match error.fault() {
        // Ironic 39 answers 500 instead of 403 to users of projects.
        Some(Fault::Forbidden) => {}
        Some(Fault::Server) if in_project => {}
        _ => return Err(error.into()),
    }
    Ok((
        CheckResult::Skipped("no permission (needs the role reader in system scope)".to_owned()),
        T::default(),
    ))
}

/// Data that several checks share, and that the first one requests.
#[derive(Debug, Default)]
struct SharedData {
    /// The conductors; empty if this user cannot see them.
    conductors: Vec<Conductor>,
    /// The hardware types, if they were requested.
    drivers: Option<Vec<Driver>>,
}

impl SharedData {
    /// Requests the conductors. Requests the hardware types too if they are needed to tell which conductors are alive.
    fn fetch(&mut self, client: &Client) -> Result<(), ironic::Error> {
        let mut all = client.conductors()?;
        if all.iter().any(|conductor| !conductor.alive) {
            mark_alive(&mut all, self.fetch_drivers(client)?);
        }
        self.conductors = all;
        Ok(())
    }

    /// The hardware types with their interfaces, requested only once.
    fn fetch_drivers(&mut self, client: &Client) -> Result<&[Driver], ironic::Error> {
        if self.drivers.is_none() {
            self.drivers = Some(client.drivers_in_detail()?);
        }
        Ok(self.drivers.as_deref().unwrap_or_default())
    }
}

fn conductors(client: &Client, known: &mut SharedData) -> Checked<()> {
    if let Err(error) = known.fetch(client) {
        return unless_hidden(error, client);
    }
    let (alive, dead): (Vec<_>, Vec<_>) = known.conductors.iter().partition(|conductor| conductor.alive);
    let names = |some: &[&Conductor]| {
        some.iter().map(|conductor| conductor.hostname.clone()).collect::<Vec<_>>().join(", ")
    };
    let remedy = "start ironic-conductor there: the nodes of a conductor that is not alive cannot be managed";
    if alive.is_empty() {
        let problem = match dead.len() {
            0 => "no conductors".to_owned(),
            _ => format!("no conductor is alive; not alive: {}", names(&dead)),
        };
        return Err(Failure::new(FailureKind::Unreachable, problem).hint(remedy).into());
    }
    let found = format!("{} alive: {}", alive.len(), names(&alive));
    Ok(if dead.is_empty() {
        (CheckResult::Ok(found), ())
    } else {
        (CheckResult::Warning(format!("{found}; not alive: {}", names(&dead)), remedy.to_owned()), ())
    })
}

fn hardware(client: &Client, known: &mut SharedData) -> Checked<()> {
    let drivers = match known.fetch_drivers(client) {
        Ok(drivers) => drivers,
        Err(error) => return unless_hidden(error, client),
    };
    if drivers.is_empty() {
        let failure = Failure::new(FailureKind::Unreachable, "no hardware types are enabled");
        return Err(failure
            .hint("check `enabled_hardware_types` in ironic.conf, and the log of the conductor")
            .into());
    }
    let descriptions: Vec<String> = drivers
        .iter()
        .map(|driver| {
            let kinds = ["deploy", "network"].map(|kind| {
                // Ironic lists them in a different order each time.
                let mut names: Vec<&str> = driver.interfaces(kind).collect();
                names.sort_unstable();
                format!("{kind} {}", names.join(", "))
            });
            format!("{} ({})", driver.name, kinds.join("; "))
        })
        .collect();
    Ok((CheckResult::Ok(descriptions.join("; ")), ()))
}

/// The number of nodes to name.
const NAMED: usize = 5;

/// The hardware types and conductor groups without a live conductor, with the number of their nodes.
fn unserved(abandoned: &[(&Node, DeadConductor)]) -> String {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (_, reason) in abandoned {
        if let DeadConductor::Unserved { hardware_type, group } = reason {
            let group = if group.is_empty() { "the default group" } else { group };
            *places.entry(format!("`{hardware_type}` in {group}")).or_default() += 1;
        }
    }
    places.iter().map(|(place, count)| format!("{place} ({count})")).collect::<Vec<_>>().join(", ")
}

/// Checks the nodes as `farrier why` does. `conductors` is empty if this user cannot see them.
fn nodes(client: &Client, conductors: &[Conductor]) -> Checked<()> {
    let fields = [
        "uuid",
        "name",
        "driver",
        "provision_state",
        "provision_updated_at",
        "reservation",
        "maintenance",
        "conductor_group",
    ];
    let nodes: Vec<Node> = client.nodes(&NodeQuery::all().fields(&fields))?;
    if nodes.is_empty() {
        let hidden = client.identity().as_deref().and_then(permission_hints::hidden);
        let remedy = hidden.unwrap_or_else(|| "enroll nodes: `farrier enroll FILE`".to_owned());
        return Ok((CheckResult::Warning("no nodes are enrolled".to_owned(), remedy), ()));
    }
    let mut by_state: BTreeMap<&str, usize> = BTreeMap::new();
    for node in &nodes {
        *by_state.entry(node.provision_state.as_str()).or_default() += 1;
    }
    let states: Vec<String> = by_state.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let in_maintenance = nodes.iter().filter(|node| node.maintenance).count();
    let in_maintenance =
        if in_maintenance > 0 { format!("; {in_maintenance} in maintenance") } else { String::new() };
    let found = format!("{}: {}{in_maintenance}", counted(nodes.len(), "node"), states.join(", "));
    let now = client.now();
    let abandoned = nodes.iter().filter_map(|node| Some((node, DeadConductor::of(node, conductors, now)?)));
    let (unserved_nodes, stuck): (Vec<_>, Vec<_>) =
        abandoned.partition(|(_, reason)| matches!(reason, DeadConductor::Unserved { .. }));
    if !unserved_nodes.is_empty() {
        let problem = format!(
            "{found}; no conductor that is alive serves {} of them: {}",
            unserved_nodes.len(),
            unserved(&unserved_nodes)
        );
        let hint = "start an ironic-conductor with that hardware type and `conductor_group`, or move the nodes to \
                    another group";
        return Err(Failure::new(FailureKind::Unreachable, problem).hint(hint).into());
    }
    let stuck: Vec<&Node> =
        stuck.iter().filter(|(_, reason)| !reason.ends_by_itself()).map(|(node, _)| *node).collect();
    let failed = |node: &&Node| node.provision_state.is_failed();
    let failed: Vec<&Node> = nodes.iter().filter(failed).collect();
    let mut to_examine = Vec::new();
    let mut problem = found.clone();
    if !stuck.is_empty() {
        problem = format!("{problem}; {} of them are stuck without a conductor", stuck.len());
        to_examine.push(first_few(stuck.iter().map(|node| node.label()), NAMED));
    }
    if !failed.is_empty() {
        to_examine.push(first_few(failed.iter().map(|node| node.label()), NAMED));
    }
    let result = if to_examine.is_empty() {
        CheckResult::Ok(found)
    } else {
        let names = to_examine.join(", ");
        CheckResult::Warning(problem, format!("see what to do about {names}: `farrier why NODE`"))
    };
    Ok((result, ()))
}

/// Whether another service is reachable and shows the resources of projects.
fn other_service(cloud: &Cloud, service: OtherService, grants: Option<&LoginDetails>) -> Checked<()> {
    let is_system = grants.is_some_and(|grants| grants.scope.as_deref() == Some("system"));
    match cloud.check_service(service) {
        Ok(Some(address)) if is_system => {
            let found = format!("{address}; it hides the resources of projects from system scope");
            let remedy = format!("log in to a project (`project_name`) to use {}", service.name());
            Ok((CheckResult::Warning(found, remedy), ()))
        }
        Ok(Some(address)) => Ok((CheckResult::Ok(address), ())),
        Ok(None) => Ok((CheckResult::Skipped(format!("the cloud has no {}", service.name())), ())),
        Err(error) if is_system && error.meaning() == Some(Meaning::Forbidden) => {
            let found = format!("{} refuses tokens with system scope", service.name());
            let remedy = format!("log in to a project (`project_name`) to use {}", service.name());
            Ok((CheckResult::Warning(found, remedy), ()))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(scope: Option<&str>, roles: &[&str]) -> LoginDetails {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        LoginDetails { user: "ann".to_owned(), scope: scope.map(str::to_owned), project_id: None, roles }
    }

    #[test]
    fn roles_say_what_they_allow() {
        let fine = |scope, roles: &[&str]| match roles_of(scope, roles) {
            CheckResult::Ok(found) => found,
            other => panic!("{other:?}"),
        };
        let roles_in = |roles: &[&str]| fine(Some("project lab"), roles);
        assert!(
            roles_in(&["admin", "member", "reader"]).contains("read, deploy and enroll; only nodes that lab")
        );
        assert!(roles_in(&["member", "reader"]).contains(": read and deploy; only"));
        assert!(fine(Some("system"), &["reader"]).ends_with(": read"));
        for (scope, roles) in
            [(None, &["admin"][..]), (Some("domain default"), &["admin"]), (Some("system"), &[])]
        {
            assert!(matches!(roles_of(scope, roles), CheckResult::Warning(..)), "{scope:?}");
        }
    }

    fn roles_of(scope: Option<&str>, roles: &[&str]) -> CheckResult {
        super::roles(&grants(scope, roles))
    }
}
