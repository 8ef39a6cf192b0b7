//! Hints for permission errors: the user, the required role, and how to grant it.

use crate::ironic::policy::{self, Needs, Role};
use crate::rest::{ErrorResponse, LoginDetails};

/// The hints for a 403 of Ironic.
pub(crate) fn hints(refusal: &ErrorResponse) -> Vec<String> {
    let policy = policy::named_in(refusal.text());
    let needs = policy.and_then(policy::needs);
    let mut lines = Vec::new();
    if let Some(needs) = needs {
        lines.push(requirement(&needs, policy.unwrap_or_default()));
    }
    if let Some(identity) = &refusal.identity {
        lines.push(describe_user(identity));
        lines.extend(needs.and_then(|needs| grant(&needs, identity)));
    }
    lines
}

/// The hint for a 403 of a service with policies that farrier does not know: Neutron, Glance, Nova.
pub(crate) fn hint_of_service(identity: &LoginDetails) -> Option<String> {
    let project = identity.project()?;
    let description = describe_user(identity);
    let user = &identity.user;
    let lacks_member =
        !identity.roles.iter().any(|role| ["member", "manager", "admin"].contains(&role.as_str()));
    Some(if lacks_member {
        format!(
            "{description}; changes need the role member: `openstack role add --user {user} --project {project} member`"
        )
    } else {
        format!("{description}; changes to objects of other projects need the role admin")
    })
}

/// The hint for a 404: a project sees only its own objects.
pub(crate) fn hidden(identity: &LoginDetails) -> Option<String> {
    let project = identity.project()?;
    Some(format!(
        "project {project} sees only its own allocations and the nodes that it owns or leases; to see all, log in with \
         `system_scope: all` and the role reader"
    ))
}

/// `powering a node needs the role member in the project that owns the node, or member in system scope`
fn requirement(needs: &Needs, policy: &str) -> String {
    let Needs { what, system, owner, lessee } = needs;
    let object = if what.ends_with("allocation") { "allocation" } else { "node" };
    let field = policy.strip_prefix("baremetal:node:update:").filter(|_| *what == policy::CHANGE_OF_FIELD);
    let what = field.map_or_else(|| (*what).to_owned(), |field| format!("changing the node field `{field}`"));
    let project = match (owner, lessee) {
        (Some(owner), Some(lessee)) if owner == lessee => {
            format!("{owner} in the project that owns or leases the node, or ")
        }
        (Some(owner), Some(lessee)) => {
            format!("{owner} in the project that owns the node, {lessee} in the one that leases it, or ")
        }
        (Some(owner), None) => format!("{owner} in the project that owns the {object}, or "),
        (None, _) => String::new(),
    };
    format!("{what} needs the role {project}{system} in system scope")
}

/// `you are ann, with the roles member and reader in project lab`
pub(crate) fn describe_user(identity: &LoginDetails) -> String {
    let roles = match identity.roles.as_slice() {
        [] => "without a role".to_owned(),
        [role] => format!("with the role {role}"),
        [others @ .., last] => format!("with the roles {} and {last}", others.join(", ")),
    };
    let place = match identity.scope.as_deref() {
        None => return format!("you are {}, logged in without a project", identity.user),
        Some("system") => "in system scope",
        Some(scope) => return format!("you are {}, {roles} in {scope}", identity.user),
    };
    format!("you are {}, {roles} {place}", identity.user)
}

/// How an administrator grants the missing role.
fn grant(needs: &Needs, identity: &LoginDetails) -> Option<String> {
    let has = |role: Role| identity.roles.iter().any(|granted| *granted == role.to_string());
    let user = &identity.user;
    if let Some(project) = identity.project() {
        // A user who has the role for the owner was refused because the project only leases the node.
        let role = [needs.owner, needs.lessee].into_iter().flatten().find(|role| !has(*role));
        return Some(match role {
            Some(role) => {
                format!(
                    "an administrator can grant it: `openstack role add --user {user} --project {project} {role}`"
                )
            }
            None => format!(
                "no role in project {project} allows this: log in to another project or with system scope"
            ),
        });
    }
    let role = needs.system;
    (identity.scope.as_deref() == Some("system") && !has(role)).then(|| {
        format!("an administrator can grant it: `openstack role add --user {user} --system all {role}`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(scope: &str, roles: &[&str]) -> LoginDetails {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        LoginDetails { user: "ann".to_owned(), scope: Some(scope.to_owned()), project_id: None, roles }
    }

    fn hint_for(policy: &str, identity: LoginDetails) -> String {
        let body = format!(r#"{{"faultstring": "Access was denied to the following resource: {policy}"}}"#);
        let service = crate::rest::Service { name: "Ironic", root: "v1", error_keys: &["faultstring"] };
        let refusal = ErrorResponse::decode(&service, "PUT /".to_owned(), 403, &body);
        hints(&ErrorResponse { identity: Some(Box::new(identity)), ..refusal }).join("\n")
    }

    #[test]
    fn the_missing_role_is_in_the_scope_of_the_user() {
        let power = "baremetal:node:set_power_state";
        let project = hint_for(power, identity("project lab", &["reader"]));
        assert!(
            project.contains("member in the project that owns or leases the node, or member in system scope")
        );
        assert!(project.contains("you are ann, with the role reader in project lab"));
        assert!(project.ends_with("`openstack role add --user ann --project lab member`"), "{project}");
        let system = hint_for(power, identity("system", &["reader"]));
        assert!(system.ends_with("`openstack role add --user ann --system all member`"), "{system}");
    }

    #[test]
    fn a_lessee_needs_a_higher_role_than_an_owner_or_has_no_permission() {
        let lessee = identity("project lab", &["member", "reader"]);
        let deploy = hint_for("baremetal:node:set_provision_state", lessee.clone());
        assert!(deploy.ends_with("--project lab manager`"), "{deploy}");
        let console = hint_for("baremetal:node:get_console", lessee);
        assert!(console.contains("no role in project"), "{console}");
    }

    #[test]
    fn the_hint_for_another_service_depends_on_the_roles() {
        let hint = |roles: &[&str]| hint_of_service(&identity("project lab", roles)).expect("a hint");
        assert!(hint(&["reader"]).ends_with("`openstack role add --user ann --project lab member`"));
        assert!(hint(&["member", "reader"]).contains("the role admin"));
        assert_eq!(hint_of_service(&identity("system", &["reader"])), None);
    }

    #[test]
    fn only_a_project_hides_objects() {
        assert!(hidden(&identity("project lab", &[])).expect("a hint").contains("project lab"));
        assert_eq!(hidden(&identity("system", &[])), None);
    }

    #[test]
    fn snapshot_of_every_role_that_is_needed() {
        let mut text = String::new();
        // One policy of each group with the same roles.
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
            let needs = policy::needs(&name).expect("a known policy");
            let grants = [
                identity("project lab", &[]),
                identity("project lab", &["manager", "member", "reader"]),
                identity("system", &[]),
            ];
            let hints: Vec<String> = grants.iter().filter_map(|identity| grant(&needs, identity)).collect();
            text.extend([
                &*format!("## {policy}\n"),
                &requirement(&needs, &name),
                "\n",
                &hints.join("\n"),
                "\n\n",
            ]);
        }
        let users = [
            identity("project lab", &[]),
            identity("project lab", &["reader"]),
            identity("system", &["member", "reader"]),
            identity("domain default", &["admin"]),
            LoginDetails { scope: None, ..identity("", &[]) },
        ];
        for identity in users {
            text.extend([describe_user(&identity), "\n".to_owned()]);
            text.extend(
                hint_of_service(&identity).into_iter().chain(hidden(&identity)).map(|hint| hint + "\n"),
            );
        }
        crate::snapshot::compare("roles", &text);
    }
}
