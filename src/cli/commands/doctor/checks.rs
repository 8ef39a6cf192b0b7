//! The checks, in an order in which each check depends only on earlier ones.

use std::fs;

use jiff::Timestamp;
use serde::de::IgnoredAny;

use super::check_run::{CheckResult, CheckRun};
use super::ironic::{self, SharedData};
use super::servers;
use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{help, permission_hints};
use crate::cloud::service_check::OtherService;
use crate::cloud::{Cloud, LoginDetails, Tokens};
use crate::ironic::Client;
use crate::ironic::node::NodeQuery;
use crate::ironic::version::Feature;
use crate::rest::{LoginError, Meaning, mask, shown};

const NO_LOGIN: &str = "the login failed";
const NO_IRONIC: &str = "Ironic is unreachable";
const NO_CLOUD: &str = "no cloud is configured";
/// The checks of [`OtherService::ALL`], in the same order.
const OTHER_SERVICES: [&str; 3] = ["neutron", "glance", "nova"];

/// The result of a check that did not fail, and its value for later checks.
type Checked<T> = anyhow::Result<(CheckResult, T)>;

/// Runs all checks of a cloud. Returns the name of the cloud, if it has one.
pub(super) fn run(checks: &mut CheckRun, name: Option<&str>, context: &Context) -> Option<String> {
    let names_of_ironic = ironic::CHECKS.map(|(name, _)| name);
    let Some(cloud) = checks.check("configuration", || configuration(name, context)) else {
        checks.skip(&["secrets", "login", "roles", "catalog", "ironic"], NO_CLOUD);
        checks.skip(&names_of_ironic, NO_CLOUD);
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
            for (name, check) in ironic::CHECKS {
                checks.check(name, || Ok((check(client, &mut known)?, ())));
            }
        }
        Some(_) => checks.skip(&names_of_ironic, NO_LOGIN),
        None => checks.skip(&names_of_ironic, NO_IRONIC),
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
        checks.check("ironic", || ironic_api(cloud))
    } else {
        checks.skip(&["ironic"], "its address is unknown");
        None
    };
    (client, true, Some(grants))
}

/// The same without Keystone: Ironic checks the password itself, or accepts everybody.
fn without_keystone(checks: &mut CheckRun, cloud: &Cloud) -> (Option<Client>, bool, Option<LoginDetails>) {
    let client = checks.check("ironic", || ironic_api(cloud));
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

fn ironic_api(cloud: &Cloud) -> Checked<Client> {
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
