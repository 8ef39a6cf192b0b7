//! Names the stage that a node is in, for progress and `why`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::ironic::state::Phase;
use crate::ironic::{Node, ProvisionState};

/// Seconds without a heartbeat after which that is reported, and the granularity of the report. Agents send a heartbeat at
/// least every three minutes, unless Ironic is configured otherwise.
const SILENT: i64 = 300;

/// Maximum seconds between the last heartbeat and the beginning of the wait if both belong to the same ramdisk.
const STEP_BEFORE: i64 = 30;

/// How the text about a wait that maintenance pauses begins.
pub(in crate::driver) const PAUSED: &str = "paused in maintenance";

/// The stage of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::driver) struct Stage {
    /// The key under which its duration is stored: without numbers and names.
    pub(in crate::driver) key: String,
    /// The text for users.
    pub(in crate::driver) text: String,
}

/// Follows one node. Remembers what Ironic shows only temporarily, so that the stage never goes back.
#[derive(Debug, Default)]
pub(in crate::driver) struct Tracker {
    phase: Option<Phase>,
    /// The ramdisk has sent a heartbeat in this operation.
    ramdisk: bool,
    step: Option<StepPosition>,
}

/// A step and its position. The total may grow when the ramdisk reports more steps, and the list is temporarily absent.
#[derive(Debug, Clone, PartialEq, Eq)]
struct StepPosition {
    name: String,
    index: Option<u64>,
    total: Option<usize>,
}

impl Tracker {
    /// The current stage of the node.
    pub(in crate::driver) fn see(&mut self, node: &Node) -> Stage {
        let phase = node.provision_state.phase();
        if phase != self.phase {
            *self = Self { phase, ..Self::default() };
        }
        self.ramdisk |= node.driver_internal_info.contains_key("agent_url");
        let step = match phase {
            Some(Phase::Deploy) => StepPosition::read(node, "deploy", node.deploy_step.as_ref()),
            Some(Phase::Clean) => StepPosition::read(node, "clean", node.clean_step.as_ref()),
            Some(Phase::Service) => {
                StepPosition::read(node, "service", StepPosition::listed(node, "service"))
            }
            Some(
                Phase::TearDown
                | Phase::Rescue
                | Phase::Unrescue
                | Phase::Inspect
                | Phase::Verify
                | Phase::Adopt,
            )
            | None => None,
        };
        if let Some(step) = step {
            self.step = Some(match self.step.take() {
                Some(before) if before.index > step.index => before,
                Some(before) => StepPosition { total: before.total.max(step.total), ..step },
                None => step,
            });
        }
        self.stage(node)
    }

    fn stage(&self, node: &Node) -> Stage {
        use ProvisionState as P;
        let stage = |key: &str, text: &str| Stage { key: key.to_owned(), text: text.to_owned() };
        let changing = node.target_power_state.as_deref();
        if let Some(target) = changing.filter(|_| !node.provision_state.is_moving()) {
            return match target {
                "power on" => stage("power on", "powering on"),
                "power off" | "soft power off" => stage("power off", "powering off"),
                other => stage("power", other),
            };
        }
        // The first step of a deploy is the one that boots the ramdisk.
        let in_band = self.ramdisk || self.step.as_ref().is_some_and(|step| step.index > Some(0));
        match &node.provision_state {
            P::Deploying | P::DeployWait => match &self.step {
                Some(step) if step.index != Some(0) => step.stage(),
                _ if in_band => stage("ramdisk", "ramdisk running"),
                _ if node.provision_state == P::DeployWait => stage("boot", "waiting for the ramdisk"),
                Some(step) => step.stage(),
                None => stage("prepare", "preparing to deploy"),
            },
            P::Cleaning | P::CleanWait => match &self.step {
                Some(step) => step.stage(),
                None if in_band => stage("ramdisk", "cleaning: ramdisk running"),
                None if node.provision_state == P::CleanWait => {
                    stage("boot", "cleaning: waiting for the ramdisk")
                }
                None => stage("prepare", "cleaning"),
            },
            P::Deleting => stage("tear down", "tearing down"),
            P::Verifying => stage("verify", "verifying the BMC credentials"),
            P::Inspecting => stage("inspect", "inspecting the hardware"),
            P::InspectWait => stage("boot", "inspecting: waiting for the ramdisk"),
            P::Rescuing => stage("prepare", "preparing the rescue ramdisk"),
            P::RescueWait => stage("boot", "waiting for the rescue ramdisk"),
            P::Unrescuing => stage("unrescue", "leaving the rescue ramdisk"),
            P::Adopting => stage("adopt", "adopting"),
            P::Servicing | P::ServiceWait => match &self.step {
                Some(step) => step.stage(),
                None if node.provision_state == P::Servicing => stage("service", "servicing"),
                None => stage("boot", "servicing: waiting for the ramdisk"),
            },
            P::DeployHold | P::CleanHold | P::ServiceHold => {
                stage("hold", &format!("on hold until `farrier node unhold {}`", node.label()))
            }
            resting @ (P::Enroll
            | P::Manageable
            | P::Available
            | P::Active
            | P::Error
            | P::DeployFailed
            | P::CleanFailed
            | P::InspectFailed
            | P::AdoptFailed
            | P::Rescue
            | P::RescueFailed
            | P::UnrescueFailed
            | P::ServiceFailed
            | P::Unknown(_)) => stage(resting.as_str(), resting.as_str()),
        }
    }
}

impl StepPosition {
    /// The current step from the list of all steps, because servers before 1.87 refuse a request for `service_step`.
    fn listed<'n>(node: &'n Node, kind: &str) -> Option<&'n Map<String, Value>> {
        let index = node.driver_internal_info.get(&format!("{kind}_step_index"))?.as_u64()?;
        let steps = node.driver_internal_info.get(&format!("{kind}_steps"))?.as_array()?;
        steps.get(usize::try_from(index).ok()?)?.as_object()
    }

    fn read(node: &Node, kind: &str, step: Option<&Map<String, Value>>) -> Option<Self> {
        let word = |key: &str| step?.get(key)?.as_str();
        let name = format!("{}.{}", word("interface")?, word("step")?);
        let info = |what: &str| node.driver_internal_info.get(&format!("{kind}_{what}"));
        let index = info("step_index").and_then(Value::as_u64);
        let total = info("steps").and_then(Value::as_array).map(Vec::len);
        Some(Self { name, index, total })
    }

    fn stage(&self) -> Stage {
        let place = match (self.index, self.total) {
            (Some(index), Some(total)) => format!(" (step {} of {total})", index + 1),
            _ => String::new(),
        };
        let text = match self.name.as_str() {
            "deploy.boot_instance" => format!("rebooting into the image{place}"),
            "deploy.write_image" => format!("writing the image{place}"),
            name => format!("running {name}{place}"),
        };
        Stage { key: self.name.clone(), text }
    }
}

/// Why a node that waits for its ramdisk makes no progress.
///
/// In maintenance the wait does not time out, and heartbeats do not start the next step (`[conductor]
/// allow_provisioning_in_maintenance`).
pub(in crate::driver) fn ramdisk_problem(node: &Node, now: Timestamp) -> Option<String> {
    if !node.provision_state.waits_for_ramdisk() {
        return None;
    }
    let step = match node.provision_state.phase() {
        Some(Phase::Clean) => node.clean_step.as_ref(),
        Some(Phase::Deploy) => node.deploy_step.as_ref(),
        Some(
            Phase::TearDown
            | Phase::Rescue
            | Phase::Unrescue
            | Phase::Inspect
            | Phase::Verify
            | Phase::Adopt
            | Phase::Service,
        )
        | None => None,
    };
    // Ironic sets this if an abort was requested during a step that is not abortable.
    if step.and_then(|step| step.get("abort_after")) == Some(&Value::Bool(true)) {
        return Some("the abort takes effect after the current step, which cannot be interrupted".to_owned());
    }
    if node.maintenance {
        let reason = node.maintenance_reason.as_deref().unwrap_or("no reason given");
        let label = node.label();
        return Some(format!("{PAUSED} until `farrier node maintenance {label} --off`: {}", brief(reason)));
    }
    let silent = silence(node, now).filter(|seconds| *seconds >= SILENT)?;
    Some(format!("no heartbeat from the ramdisk for {} minutes", silent / SILENT * SILENT / 60))
}

/// The beginning of a long text.
fn brief(text: &str) -> String {
    const LONG: usize = 80;
    let mut brief: String = text.chars().take(LONG).collect();
    if brief.len() < text.len() {
        brief.push('…');
    }
    brief
}

/// Seconds since the last heartbeat in this operation. Mixes the conductor's clock and ours.
///
/// Ironic never clears the time of the last heartbeat, so it may belong to an earlier operation. A heartbeat of this wait
/// updates `provision_updated_at`, too; one of the previous step came shortly before the wait began. While the ramdisk
/// runs, `driver_internal_info` contains its address.
fn silence(node: &Node, now: Timestamp) -> Option<i64> {
    let last = time(node.driver_internal_info.get("agent_last_heartbeat")?.as_str()?)?;
    let wait_began = time(node.provision_updated_at.as_deref()?)?;
    let is_earlier = wait_began.duration_since(last).as_secs() > STEP_BEFORE;
    if is_earlier && !node.driver_internal_info.contains_key("agent_url") {
        return None;
    }
    Some(now.duration_since(last.max(wait_began)).as_secs())
}

/// Parses a time of Ironic. Without a zone it is UTC.
pub(in crate::driver) fn time(text: &str) -> Option<Timestamp> {
    let zoned = text.parse().ok();
    zoned.or_else(|| Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(value: Value) -> Node {
        serde_json::from_value(value).expect("a node")
    }

    fn stage(value: Value) -> String {
        Tracker::default().see(&node(value)).text
    }

    #[test]
    fn stages_of_a_deploy() {
        let cases = [
            (json!({"uuid": "u", "provision_state": "deploying"}), "preparing to deploy"),
            (json!({"uuid": "u", "provision_state": "wait call-back"}), "waiting for the ramdisk"),
            (
                json!({"uuid": "u", "provision_state": "deploying",
                       "deploy_step": {"interface": "deploy", "step": "write_image"},
                       "driver_internal_info": {"deploy_steps": [1, 2, 3], "deploy_step_index": 1}}),
                "writing the image (step 2 of 3)",
            ),
            (
                json!({"uuid": "u", "provision_state": "active", "target_power_state": "power on"}),
                "powering on",
            ),
            (
                json!({"uuid": "u", "provision_state": "servicing",
                       "driver_internal_info": {"service_steps": [{"interface": "bios", "step": "factory_reset"}],
                                                "service_step_index": 0}}),
                "running bios.factory_reset (step 1 of 1)",
            ),
            (json!({"uuid": "u", "provision_state": "brand new"}), "brand new"),
        ];
        for (node, text) in cases {
            assert_eq!(stage(node), text);
        }
    }

    #[test]
    fn the_stage_never_goes_back() {
        let mut tracker = Tracker::default();
        let mut see = |state: &str, step: Option<(u64, &str)>, total: usize, agent: bool| {
            let mut info = json!({"deploy_steps": vec![0; total]});
            if agent {
                info["agent_url"] = "http://a".into();
            }
            let mut value = json!({"uuid": "u", "provision_state": state});
            if let Some((index, name)) = step {
                info["deploy_step_index"] = index.into();
                value["deploy_step"] = json!({"interface": "deploy", "step": name});
            }
            value["driver_internal_info"] = info;
            tracker.see(&node(value)).text
        };
        assert_eq!(see("deploying", Some((0, "deploy")), 6, false), "running deploy.deploy (step 1 of 6)");
        let post = "waiting for the ramdisk";
        assert_eq!(see("wait call-back", Some((0, "deploy")), 6, false), post);
        assert_eq!(see("wait call-back", Some((0, "deploy")), 6, true), "ramdisk running");
        assert_eq!(see("deploying", Some((0, "deploy")), 6, true), "ramdisk running");
        assert_eq!(see("deploying", Some((1, "write_image")), 7, true), "writing the image (step 2 of 7)");
        // The list of steps, the agent's address, or both may be missing temporarily.
        assert_eq!(see("wait call-back", None, 0, false), "writing the image (step 2 of 7)");
        assert_eq!(
            see("deploying", Some((5, "boot_instance")), 6, false),
            "rebooting into the image (step 6 of 7)"
        );
        assert_eq!(see("deploying", Some((0, "deploy")), 6, false), "rebooting into the image (step 6 of 7)");
        // The next deploy starts from the beginning.
        assert_eq!(see("active", None, 0, false), "active");
        assert_eq!(see("wait call-back", Some((0, "deploy")), 6, false), post);
    }

    #[test]
    fn heartbeats_of_earlier_operations_are_ignored() {
        let now = "2026-11-23T02:20:00Z".parse().expect("a time");
        let see = |began: &str, heard: &str, agent: bool| {
            let mut info = json!({"agent_last_heartbeat": heard});
            if agent {
                info["agent_url"] = "http://a".into();
            }
            let value = json!({"uuid": "u", "provision_state": "wait call-back", "driver_internal_info": info,
                               "provision_updated_at": began});
            ramdisk_problem(&node(value), now)
        };
        // The last heartbeat is of an earlier cleaning; none came in this operation.
        for began in ["2026-11-23T02:19:59Z", "2026-11-23T02:10:00Z", "2026-11-23T01:50:00Z"] {
            assert_eq!(see(began, "2026-11-22T02:00:00.5", false), None, "{began}");
        }
        // The ramdisk of this operation runs: the time counts from the beginning of the wait at the earliest.
        let silent = |minutes: u32| Some(format!("no heartbeat from the ramdisk for {minutes} minutes"));
        assert_eq!(see("2026-11-23T02:10:00Z", "2026-11-23T02:00:00", true), silent(10));
        assert_eq!(see("2026-11-23T02:10:00Z", "2026-11-23T02:09:55", false), silent(10));
        assert_eq!(see("2026-11-23T02:16:00Z", "2026-11-23T02:00:00", true), None);
        assert_eq!(see("2026-11-23T02:04:59.2Z", "2026-11-23T02:04:59.1", true), silent(15));
    }

    #[test]
    fn reasons_for_a_stalled_wait_are_shown() {
        let now = "2026-11-23T02:11:00Z".parse().expect("a time");
        let heard = json!({"agent_last_heartbeat": "2026-11-23T02:00:00.123456"});
        let see = |state: &str, maintenance: bool| {
            let value = json!({"uuid": "u", "name": "n1", "provision_state": state, "driver_internal_info": heard,
                               "provision_updated_at": "2026-11-23T02:00:00+00:00",
                               "maintenance": maintenance, "maintenance_reason": "x".repeat(200)});
            ramdisk_problem(&node(value), now)
        };
        assert_eq!(
            see("wait call-back", false).as_deref(),
            Some("no heartbeat from the ramdisk for 10 minutes")
        );
        let paused = see("clean wait", true).expect("a reason");
        assert!(paused.contains("node maintenance n1 --off") && paused.ends_with("xxx…"), "{paused}");
        assert_eq!(see("cleaning", true), None);
        let bound =
            json!({"uuid": "u", "provision_state": "clean wait", "clean_step": {"abort_after": true}});
        assert!(
            ramdisk_problem(&node(bound), now)
                .is_some_and(|reason| reason.contains("after the current step"))
        );
        assert_eq!(
            ramdisk_problem(&node(json!({"uuid": "u", "provision_state": "wait call-back"})), now),
            None
        );
    }

    #[test]
    fn snapshot_of_every_stage() {
        let mut cases: Vec<Value> = ProvisionState::KNOWN
            .iter()
            .map(|state| json!({"uuid": "u", "provision_state": state}))
            .collect();
        for target in ["power on", "power off", "soft power off", "rebooting"] {
            cases.push(json!({"uuid": "u", "provision_state": "active", "target_power_state": target}));
        }
        for state in ["deploying", "wait call-back", "cleaning", "clean wait", "servicing"] {
            cases.push(json!({"uuid": "u", "provision_state": state, "driver_internal_info": {"agent_url": "http://a"}}));
            let kind = if state.starts_with("clean") {
                "clean"
            } else if state == "servicing" {
                "service"
            } else {
                "deploy"
            };
            for (index, step) in ["deploy", "write_image", "boot_instance"].into_iter().enumerate() {
                let step = json!({"interface": "deploy", "step": step});
                cases.push(json!({"uuid": "u", "provision_state": state, format!("{kind}_step"): step,
                    "driver_internal_info": {format!("{kind}_steps"): [step, step, step],
                                             format!("{kind}_step_index"): index}}));
            }
        }
        let lines: Vec<String> = cases
            .into_iter()
            .map(|case| {
                let node = node(case.clone());
                let detail = case
                    .as_object()
                    .expect("an object")
                    .iter()
                    .skip(2)
                    .map(|(key, value)| format!(" {key}={value}"));
                let detail: String = detail.collect();
                format!("{}{detail}\n  {}\n", node.provision_state, Tracker::default().see(&node).text)
            })
            .collect();
        crate::snapshot::compare("progress_stages", &lines.join("\n"));
    }
}
