//! What is looked at, in the order in which one thing needs the other.

use std::collections::BTreeMap;
use std::fs;

use jiff::Timestamp;
use serde::de::IgnoredAny;

use super::exam::{Exam, Finding};
use super::servers;
use crate::cli::failure::{Failure, Kind};
use crate::cli::{Context, access};
use crate::cloud::visit::Beside;
use crate::cloud::{Cloud, Grants, Tokens};
use crate::driver::abandoned::Abandoned;
use crate::ironic::conductor::{Conductor, note_life};
use crate::ironic::driver::Driver;
use crate::ironic::node::NodeQuery;
use crate::ironic::state::StateClass;
use crate::ironic::version::Feature;
use crate::ironic::{self, Client, Fault, Node};
use crate::rest::{LoginError, mask, shown};

const NO_LOGIN: &str = "because the login failed";
const NO_IRONIC: &str = "because Ironic cannot be asked";
const CONDUCTORS: &str = "conductors";
const HARDWARE: &str = "hardware";
const MACHINES: &str = "machines";
/// The checks of [`Beside::ALL`].
const BESIDE: [&str; 3] = ["neutron", "glance", "nova"];

type Looked<T> = anyhow::Result<(Finding, T)>;

/// Makes all checks of a cloud; the name that it has, if it has one.
pub(super) fn examine(exam: &mut Exam, name: Option<&str>, context: &Context) -> Option<String> {
    let Some(cloud) = exam.check("configuration", || configuration(name, context)) else {
        exam.skip(&["secrets", "login", "roles", "catalog", "ironic"], "because it is not known which cloud");
        exam.skip(&[CONDUCTORS, HARDWARE, MACHINES], "because it is not known which cloud");
        exam.skip(&BESIDE, "because it is not known which cloud");
        exam.skip(&["clock", "tls"], "because it is not known which cloud");
        return None;
    };
    exam.check("secrets", || Ok((secrets(&cloud), ())));
    let (client, is_in, grants) =
        if cloud.has_keystone() { through_keystone(exam, &cloud) } else { without_keystone(exam, &cloud) };
    match &client {
        Some(client) if is_in => {
            let mut known = Known::default();
            exam.check(CONDUCTORS, || conductors(client, &mut known));
            exam.check(HARDWARE, || hardware(client, &mut known));
            exam.check(MACHINES, || machines(client, &known.conductors));
        }
        Some(_) => exam.skip(&[CONDUCTORS, HARDWARE, MACHINES], NO_LOGIN),
        None => exam.skip(&[CONDUCTORS, HARDWARE, MACHINES], NO_IRONIC),
    }
    for (check, which) in BESIDE.into_iter().zip(Beside::ALL) {
        if is_in || !cloud.has_keystone() {
            exam.check(check, || beside(&cloud, which, grants.as_ref()));
        } else {
            exam.skip(&[check], NO_LOGIN);
        }
    }
    let visits: Vec<_> =
        cloud.servers().into_iter().map(|(name, url)| (name, shown(&url), cloud.visit(&url))).collect();
    exam.check("clock", || Ok((servers::clocks(&visits), ())));
    exam.check("tls", || Ok((servers::certificates(&visits, Timestamp::now())?, ())));
    cloud.name
}

/// Logs in first, and hears from Keystone where Ironic is. The connection, whether we are in, and who we are.
fn through_keystone(exam: &mut Exam, cloud: &Cloud) -> (Option<Client>, bool, Option<Grants>) {
    let Some(grants) = exam.check("login", || login(cloud)) else {
        exam.skip(&["roles", "catalog", "ironic"], NO_LOGIN);
        return (None, false, None);
    };
    exam.check("roles", || Ok((roles(&grants), ())));
    let client = if exam.check("catalog", || catalog(cloud)).is_some() {
        exam.check("ironic", || ironic(cloud))
    } else {
        exam.skip(&["ironic"], "because it is not known where it is");
        None
    };
    (client, true, Some(grants))
}

/// The same where Ironic itself lets us in, or everybody.
fn without_keystone(exam: &mut Exam, cloud: &Cloud) -> (Option<Client>, bool, Option<Grants>) {
    let client = exam.check("ironic", || ironic(cloud));
    let is_in = if let Some(client) = &client {
        exam.check("login", || admission(client)).is_some()
    } else {
        exam.skip(&["login"], NO_IRONIC);
        false
    };
    exam.skip(&["roles", "catalog"], "there is no Keystone here");
    (client, is_in, None)
}

/// Which cloud it is, and who says so. A kept token would hide whether Keystone can be reached.
fn configuration(name: Option<&str>, context: &Context) -> Looked<Cloud> {
    let cloud = context.resolve(name, Tokens::Forgotten)?;
    let files: Vec<String> = cloud.files.iter().map(|file| file.path.display().to_string()).collect();
    let files = if files.is_empty() { String::new() } else { format!(" of {}", files.join(", ")) };
    let found = format!("{}{files}", cloud.place);
    // Of secrets that others can read the next check tells.
    let unwise: Vec<&str> =
        cloud.warnings.iter().map(String::as_str).filter(|warning| !warning.contains("chmod")).collect();
    let finding = if unwise.is_empty() {
        Finding::Fine(found)
    } else {
        let remedy = "put that right in the cloud's settings: `farrier help clouds`";
        Finding::Warning(format!("{found}; but {}", unwise.join("; ")), remedy.to_owned())
    };
    Ok((finding, cloud))
}

/// Whether only their owner can read the files that hold secrets.
fn secrets(cloud: &Cloud) -> Finding {
    let mut paths: Vec<_> =
        cloud.files.iter().filter(|file| file.has_secret).map(|file| file.path.clone()).collect();
    let tokens = cloud.token_folder.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    paths.extend(tokens.filter_map(|file| Some(file.ok()?.path())));
    let open: Vec<String> =
        paths.iter().filter(|path| mask::is_open(path)).map(|path| path.display().to_string()).collect();
    match (paths.len(), open.is_empty()) {
        (0, _) => Finding::Nothing("no file holds any".to_owned()),
        (count, true) => Finding::Fine(format!("{count} files, for their owner alone")),
        (_, false) => {
            let open = open.join(" ");
            Finding::Warning(format!("others can read {open}"), format!("chmod 600 {open}"))
        }
    }
}

/// Who it is that Keystone lets in.
fn login(cloud: &Cloud) -> Looked<Grants> {
    let grants = cloud.grants()?.unwrap_or_default();
    let found = format!("as {} for {}", grants.user, grants.scope.as_deref().unwrap_or("nothing"));
    Ok((Finding::Fine(found), grants))
}

/// Whether Ironic lets us in: to its root it lets everybody.
fn admission(client: &Client) -> Looked<()> {
    client.nodes_page::<IgnoredAny>(&NodeQuery::all().fields(&["uuid"]), None)?;
    Ok((Finding::Fine("Ironic lets us in".to_owned()), ()))
}

/// What the roles allow, by Ironic's default policies.
fn roles(grants: &Grants) -> Finding {
    let found = access::who(grants);
    let has = |role: &str| grants.roles.iter().any(|there| there == role);
    let (is_system, project) = (grants.scope.as_deref() == Some("system"), grants.project());
    if !is_system && project.is_none() {
        let remedy = "log in for a project (`project_name`) or the system (`system_scope: all`)";
        return Finding::Warning(format!("{found}: Ironic shows that nothing"), remedy.to_owned());
    }
    // By Ironic's default policies a member may not write `instance_info` of a node that is only leased.
    let only_owned = has("member") && !has("manager") && !has("admin");
    let whose = project.map_or_else(String::new, |project| {
        let deploys = if only_owned { "; to deploy on those that it leases takes a manager" } else { "" };
        format!(", of nodes that {project} owns or leases{deploys}")
    });
    let (can, missing) = match () {
        () if has("admin") => ("read, deploy and enrol", None),
        () if has("manager") || has("member") => ("read and deploy", None),
        () if has("reader") => ("read", Some("member")),
        () => ("nothing", Some("reader")),
    };
    let found = format!("{found}: {can}{whose}");
    let Some(role) = missing else { return Finding::Fine(found) };
    let place = project.map_or_else(|| "--system all".to_owned(), |project| format!("--project {project}"));
    let remedy = format!(
        "for more, have an administrator run `openstack role add --user {} {place} {role}`",
        grants.user
    );
    if can == "nothing" { Finding::Warning(found, remedy) } else { Finding::Fine(found) }
}

fn catalog(cloud: &Cloud) -> Looked<()> {
    let url =
        cloud.address().map_err(|error| match error {
            LoginError::NoService(problem) => anyhow::Error::new(LoginError::NoService(problem.clone()))
                .context(Failure::new(Kind::Unreachable, problem).hint(
                "check `region_name` and `interface`, or say where Ironic is: `baremetal_endpoint_override`",
            )),
            other => other.into(),
        })?;
    Ok((Finding::Fine(format!("Ironic at {}", shown(&url))), ()))
}

fn ironic(cloud: &Cloud) -> Looked<Client> {
    let client = cloud.ironic()?;
    let found = format!("{} speaks API {}", client.address(), client.version());
    let missing: Vec<String> = Feature::ALL
        .into_iter()
        .filter(|feature| !client.has(*feature))
        .map(|feature| format!("{feature} ({})", feature.since()))
        .collect();
    let finding = if missing.is_empty() {
        Finding::Fine(found)
    } else {
        let remedy = "the rest works; a newer Ironic has these too".to_owned();
        Finding::Warning(format!("{found}, without {}", missing.join(", ")), remedy)
    };
    Ok((finding, client))
}

/// What a user may not see is not wrong.
fn unless_hidden<T: Default>(error: ironic::Error, client: &Client) -> Looked<T> {
    let of_project = client.asker().is_some_and(|asker| asker.project().is_some());
    match error.fault() {
        // To users of projects Ironic 39 says 500 where it means 403.
        Some(Fault::Forbidden) => {}
        Some(Fault::Server) if of_project => {}
        _ => return Err(error.into()),
    }
    Ok((Finding::Nothing("only readers of the system may see them".to_owned()), T::default()))
}

/// What several checks look at and one of them asked for.
#[derive(Debug, Default)]
struct Known {
    /// The conductors; none if they were not shown.
    conductors: Vec<Conductor>,
    /// The hardware types, if they were asked for.
    drivers: Option<Vec<Driver>>,
}

impl Known {
    /// Asks for the conductors, and for the hardware types only if those are needed to judge who is alive.
    fn ask(&mut self, client: &Client) -> Result<(), ironic::Error> {
        let mut all = client.conductors()?;
        if all.iter().any(|conductor| !conductor.alive) {
            note_life(&mut all, self.ask_drivers(client)?);
        }
        self.conductors = all;
        Ok(())
    }

    /// The hardware types with their interfaces, asked for only once.
    fn ask_drivers(&mut self, client: &Client) -> Result<&[Driver], ironic::Error> {
        if self.drivers.is_none() {
            self.drivers = Some(client.drivers_in_detail()?);
        }
        Ok(self.drivers.as_deref().unwrap_or_default())
    }
}

fn conductors(client: &Client, known: &mut Known) -> Looked<()> {
    if let Err(error) = known.ask(client) {
        return unless_hidden(error, client);
    }
    let (alive, dead): (Vec<_>, Vec<_>) = known.conductors.iter().partition(|conductor| conductor.alive);
    let names = |some: &[&Conductor]| {
        some.iter().map(|conductor| conductor.hostname.clone()).collect::<Vec<_>>().join(", ")
    };
    let remedy = "start ironic-conductor there; nothing is done to the machines of one that is down";
    if alive.is_empty() {
        let problem = match dead.len() {
            0 => "there is none".to_owned(),
            _ => format!("none is alive of {}", names(&dead)),
        };
        return Err(Failure::new(Kind::Unreachable, problem).hint(remedy).into());
    }
    let found = format!("{} alive: {}", alive.len(), names(&alive));
    Ok(if dead.is_empty() {
        (Finding::Fine(found), ())
    } else {
        (Finding::Warning(format!("{found}; silent: {}", names(&dead)), remedy.to_owned()), ())
    })
}

fn hardware(client: &Client, known: &mut Known) -> Looked<()> {
    let drivers = match known.ask_drivers(client) {
        Ok(drivers) => drivers,
        Err(error) => return unless_hidden(error, client),
    };
    if drivers.is_empty() {
        let failure = Failure::new(Kind::Unreachable, "no conductor serves any hardware type");
        return Err(failure.hint("see `enabled_hardware_types` in ironic.conf, and that file's log").into());
    }
    let told: Vec<String> = drivers
        .iter()
        .map(|driver| {
            let kinds = ["deploy", "network"].map(|kind| {
                let names: Vec<&str> = driver.interfaces(kind).collect();
                format!("{kind} {}", names.join(", "))
            });
            format!("{} ({})", driver.name, kinds.join("; "))
        })
        .collect();
    Ok((Finding::Fine(told.join("; ")), ()))
}

/// How many nodes are named of those that something is wrong with.
const NAMED: usize = 5;

/// The names of nodes, the first few of them.
fn some_of(nodes: &[&Node]) -> String {
    let more = nodes.len().saturating_sub(NAMED);
    let names: Vec<&str> = nodes.iter().take(NAMED).map(|node| node.label()).collect();
    if more == 0 { names.join(", ") } else { format!("{} and {more} more", names.join(", ")) }
}

/// Where nothing can be done for want of a conductor, each place with the number of its nodes.
fn unserved(abandoned: &[(&Node, Abandoned)]) -> String {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (_, why) in abandoned {
        if let Abandoned::Unserved { hardware_type, group } = why {
            let group = if group.is_empty() { "the default group" } else { group };
            *places.entry(format!("`{hardware_type}` in {group}")).or_default() += 1;
        }
    }
    places.iter().map(|(place, count)| format!("{place} ({count})")).collect::<Vec<_>>().join(", ")
}

/// Judges the nodes as `why` judges each of them, by these conductors: none if the user may not see them.
fn machines(client: &Client, conductors: &[Conductor]) -> Looked<()> {
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
    let machines: Vec<Node> = client.nodes(&NodeQuery::all().fields(&fields))?;
    if machines.is_empty() {
        let hidden = client.asker().as_deref().and_then(access::hidden);
        let remedy =
            hidden.unwrap_or_else(|| "`farrier enroll FILE` brings some under management".to_owned());
        return Ok((Finding::Warning("there is none".to_owned(), remedy), ()));
    }
    let mut by_state: BTreeMap<&str, usize> = BTreeMap::new();
    for machine in &machines {
        *by_state.entry(machine.provision_state.as_str()).or_default() += 1;
    }
    let states: Vec<String> = by_state.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let aside = machines.iter().filter(|machine| machine.maintenance).count();
    let aside = if aside > 0 { format!("; {aside} in maintenance") } else { String::new() };
    let found = format!("{}: {}{aside}", machines.len(), states.join(", "));
    let now = client.now();
    let judged = machines.iter().filter_map(|node| Some((node, Abandoned::of(node, conductors, now)?)));
    let (unserved_nodes, stuck): (Vec<_>, Vec<_>) =
        judged.partition(|(_, why)| matches!(why, Abandoned::Unserved { .. }));
    if !unserved_nodes.is_empty() {
        let problem = format!(
            "{found}; no living conductor serves {} of them: {}",
            unserved_nodes.len(),
            unserved(&unserved_nodes)
        );
        let hint = "start an ironic-conductor with that hardware type and `conductor_group`, or move the nodes to \
                    another group";
        return Err(Failure::new(Kind::Unreachable, problem).hint(hint).into());
    }
    let stuck: Vec<&Node> =
        stuck.iter().filter(|(_, why)| !why.ends_by_itself()).map(|(node, _)| *node).collect();
    let failed = |node: &&Node| node.provision_state.class() == StateClass::Failed;
    let failed: Vec<&Node> = machines.iter().filter(failed).collect();
    let mut remedies = Vec::new();
    let mut problem = found.clone();
    if !stuck.is_empty() {
        problem = format!("{problem}; no conductor works on {} of them any more", stuck.len());
        remedies.push(some_of(&stuck));
    }
    if !failed.is_empty() {
        remedies.push(some_of(&failed));
    }
    let finding = if remedies.is_empty() {
        Finding::Fine(found)
    } else {
        let nodes = remedies.join(", ");
        Finding::Warning(problem, format!("`farrier why NODE` says what to do about each of {nodes}"))
    };
    Ok((finding, ()))
}

fn beside(cloud: &Cloud, which: Beside, grants: Option<&Grants>) -> Looked<()> {
    let is_system = grants.is_some_and(|grants| grants.scope.as_deref() == Some("system"));
    match cloud.reach(which) {
        Ok(Some(address)) if is_system => {
            let found = format!(
                "{address}; to a token of the system it shows little or nothing of what projects have"
            );
            let remedy = format!("log in for a project (`project_name`) for what needs {}", which.name());
            Ok((Finding::Warning(found, remedy), ()))
        }
        Ok(Some(address)) => Ok((Finding::Fine(address), ())),
        Ok(None) => Ok((Finding::Nothing(format!("this cloud has no {}", which.name())), ())),
        Err(error) if is_system && error.refusal().is_some_and(|refusal| refusal.status == 403) => {
            let found = format!("{} answers, and shows nothing to a token of the system", which.name());
            let remedy = "log in for a project (`project_name`) where it is needed".to_owned();
            Ok((Finding::Warning(found, remedy), ()))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(scope: Option<&str>, roles: &[&str]) -> Grants {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        Grants { user: "ann".to_owned(), scope: scope.map(str::to_owned), project_id: None, roles }
    }

    #[test]
    fn roles_are_told_by_what_they_allow() {
        let fine = |scope, roles: &[&str]| match roles_of(scope, roles) {
            Finding::Fine(found) => found,
            other => panic!("{other:?}"),
        };
        let roles_in = |roles: &[&str]| fine(Some("project lab"), roles);
        assert!(
            roles_in(&["admin", "member", "reader"]).contains("read, deploy and enrol, of nodes that lab")
        );
        assert!(roles_in(&["member", "reader"]).contains(": read and deploy, of"));
        assert!(fine(Some("system"), &["reader"]).ends_with(": read"));
        for (scope, roles) in
            [(None, &["admin"][..]), (Some("domain default"), &["admin"]), (Some("system"), &[])]
        {
            assert!(matches!(roles_of(scope, roles), Finding::Warning(..)), "{scope:?}");
        }
    }

    fn roles_of(scope: Option<&str>, roles: &[&str]) -> Finding {
        super::roles(&grants(scope, roles))
    }
}
