//! What to tell somebody who is not allowed: who they are, which role would do, and how it is given.

use crate::ironic::policy::{self, Needs, Role};
use crate::rest::{Grants, Refusal};

/// What would help against a 403, one a line.
pub(super) fn hint(refusal: &Refusal) -> Option<String> {
    let policy = policy::named_in(refusal.words());
    let needs = policy.and_then(policy::needs);
    let mut lines = Vec::new();
    if let Some(needs) = needs {
        lines.push(requirement(&needs));
    }
    if let Some(asker) = &refusal.asker {
        lines.push(who(asker));
        lines.extend(needs.and_then(|needs| grant(&needs, asker)));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What would help against a 403 of a service whose policies are not known here: Neutron, Glance, Nova.
pub(super) fn hint_of_service(asker: &Grants) -> Option<String> {
    let project = asker.project()?;
    let told = who(asker);
    let user = &asker.user;
    let lacks_member =
        !asker.roles.iter().any(|role| ["member", "manager", "admin"].contains(&role.as_str()));
    Some(if lacks_member {
        format!(
            "{told}; changes need the role member: `openstack role add --user {user} --project {project} member`"
        )
    } else {
        format!("{told}; what other projects own takes the role admin")
    })
}

/// What may be behind a 404: whoever is logged in for a project sees only what is that project's.
pub(super) fn hidden(asker: &Grants) -> Option<String> {
    let project = asker.project()?;
    Some(format!(
        "in project {project} only nodes that it owns or leases are seen, and its own claims; with the role reader of \
         the system (`system_scope: all`) all are"
    ))
}

/// `member in the project that owns the node or of the system`
fn requirement(needs: &Needs) -> String {
    let Needs { what, system, owner, lessee } = needs;
    let project = match (owner, lessee) {
        (Some(owner), Some(lessee)) if owner == lessee => {
            format!("{owner} in the project that owns or leases the node, or ")
        }
        (Some(owner), Some(lessee)) => {
            format!("{owner} in the project that owns the node, {lessee} in the one that leases it, or ")
        }
        (Some(owner), None) => format!("{owner} in the project that owns it, or "),
        (None, _) => String::new(),
    };
    format!("{what} needs the role {project}{system} of the system")
}

/// `you are ann, with the roles member, reader in project lab`
pub(super) fn who(asker: &Grants) -> String {
    let roles = match asker.roles.as_slice() {
        [] => "without a role".to_owned(),
        [role] => format!("with the role {role}"),
        roles => format!("with the roles {}", roles.join(", ")),
    };
    let place = match asker.scope.as_deref() {
        None => "in no project",
        Some("system") => "of the system",
        Some(scope) => return format!("you are {}, {roles} in {scope}", asker.user),
    };
    format!("you are {}, {roles} {place}", asker.user)
}

/// How an administrator gives the role that is missing.
fn grant(needs: &Needs, asker: &Grants) -> Option<String> {
    let has = |role: Role| asker.roles.iter().any(|there| *there == role.to_string());
    let user = &asker.user;
    if let Some(project) = asker.project() {
        // Whoever has what the owner needs is of a project that leases the node.
        let role = [needs.owner, needs.lessee].into_iter().flatten().find(|role| !has(*role));
        return Some(match role {
            Some(role) => {
                format!(
                    "an administrator gives it: `openstack role add --user {user} --project {project} {role}`"
                )
            }
            None => format!(
                "project {project} may not do this, whatever the role: log in for another, or the system"
            ),
        });
    }
    let role = needs.system;
    (asker.scope.as_deref() == Some("system") && !has(role))
        .then(|| format!("an administrator gives it: `openstack role add --user {user} --system all {role}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(scope: &str, roles: &[&str]) -> Grants {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        Grants { user: "ann".to_owned(), scope: Some(scope.to_owned()), project_id: None, roles }
    }

    fn told(policy: &str, asker: Grants) -> String {
        let words = format!(r#"{{"faultstring": "Access was denied to the following resource: {policy}"}}"#);
        let service = crate::rest::Service { name: "Ironic", root: "v1", error_keys: &["faultstring"] };
        let refusal = Refusal::decode(&service, "PUT /".to_owned(), 403, &words);
        hint(&Refusal { asker: Some(Box::new(asker)), ..refusal }).expect("there is something to say")
    }

    #[test]
    fn the_missing_role_is_that_of_the_scope_one_has() {
        let power = "baremetal:node:set_power_state";
        let project = told(power, asker("project lab", &["reader"]));
        assert!(
            project.contains("member in the project that owns or leases the node, or member of the system")
        );
        assert!(project.contains("you are ann, with the role reader in project lab"));
        assert!(project.ends_with("`openstack role add --user ann --project lab member`"), "{project}");
        let system = told(power, asker("system", &["reader"]));
        assert!(system.ends_with("`openstack role add --user ann --system all member`"), "{system}");
    }

    #[test]
    fn a_lessee_needs_more_than_an_owner_or_may_not_at_all() {
        let lessee = asker("project lab", &["member", "reader"]);
        let deploy = told("baremetal:node:set_provision_state", lessee.clone());
        assert!(deploy.ends_with("--project lab manager`"), "{deploy}");
        let console = told("baremetal:node:get_console", lessee);
        assert!(console.contains("whatever the role"), "{console}");
    }

    #[test]
    fn another_service_is_told_of_by_the_roles_one_has() {
        let told = |roles: &[&str]| hint_of_service(&asker("project lab", roles)).expect("of a project");
        assert!(told(&["reader"]).ends_with("`openstack role add --user ann --project lab member`"));
        assert!(told(&["member", "reader"]).contains("the role admin"));
        assert_eq!(hint_of_service(&asker("system", &["reader"])), None);
    }

    #[test]
    fn only_a_project_hides_anything() {
        assert!(hidden(&asker("project lab", &[])).expect("it does").contains("project lab"));
        assert_eq!(hidden(&asker("system", &[])), None);
    }

    #[test]
    fn snapshot_of_every_role_that_is_needed() {
        let mut text = String::new();
        // One policy of each group that needs the same roles.
        for policy in [
            "node:get",
            "node:history:get",
            "node:inventory:get",
            "node:list_all",
            "allocation:get",
            "allocation:list_all",
            "allocation:create",
            "allocation:delete",
            "conductor:get",
            "driver:get",
            "deploy_template:get",
            "chassis:get",
            "chassis:create",
            "node:set_power_state",
            "node:update",
            "node:update_instance_info",
            "node:validate",
            "node:set_maintenance",
            "node:vif:attach",
            "node:get_console",
            "node:get_boot_device",
            "node:inject_nmi",
            "node:update:driver_interfaces",
            "port:create",
            "node:update:owner",
            "node:update:chassis_uuid",
            "node:create",
            "node:delete",
        ] {
            let name = format!("baremetal:{policy}");
            let needs = policy::needs(&name).expect("it is known");
            let grants = [
                asker("project lab", &[]),
                asker("project lab", &["manager", "member", "reader"]),
                asker("system", &[]),
            ];
            let hints: Vec<String> = grants.iter().filter_map(|asker| grant(&needs, asker)).collect();
            text.extend([&*format!("## {policy}\n"), &requirement(&needs), "\n", &hints.join("\n"), "\n\n"]);
        }
        let who_asks = [
            asker("project lab", &[]),
            asker("project lab", &["reader"]),
            asker("system", &["member", "reader"]),
            asker("domain default", &["admin"]),
            Grants { scope: None, ..asker("", &[]) },
        ];
        for asker in who_asks {
            text.extend([who(&asker), "\n".to_owned()]);
            text.extend(hint_of_service(&asker).into_iter().chain(hidden(&asker)).map(|hint| hint + "\n"));
        }
        crate::snapshot::compare("roles", &text);
    }
}
