//! The options that describe a single machine.

use serde_json::{Value as Json, json};

use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::args::key_value;
use crate::ui::Ui;

/// The options that describe a machine.
#[derive(Debug, clap::Args)]
#[group(id = "machine", multiple = true, conflicts_with = "files")]
pub(super) struct MachineArgs {
    /// Hardware type
    #[arg(long, value_name = "TYPE")]
    driver: Option<String>,

    /// Name of the node
    #[arg(long, requires = "driver")]
    name: Option<String>,

    /// UUID of the node (default: random)
    #[arg(long, requires = "driver")]
    uuid: Option<String>,

    /// Entry of `driver_info` (repeatable)
    ///
    /// For example, the address and the credentials of the BMC. Give secrets only as K=@FILE, K=@- (stdin), K=env:NAME or
    /// K=prompt.
    #[arg(long, value_name = "K=V", requires = "driver")]
    driver_info: Vec<String>,

    /// Property (repeatable)
    ///
    /// For example, `memory_mb=262144`.
    #[arg(long, value_name = "K=V", requires = "driver")]
    property: Vec<String>,

    /// MAC address of a port (repeatable)
    #[arg(long, value_name = "ADDRESS", requires = "driver")]
    mac: Vec<String>,

    /// Trait (repeatable)
    #[arg(long = "trait", value_name = "NAME", requires = "driver")]
    traits: Vec<String>,

    /// Resource class
    #[arg(long, value_name = "CLASS", requires = "driver")]
    resource_class: Option<String>,

    /// Entry of `extra` (repeatable)
    #[arg(long, value_name = "K=V", requires = "driver")]
    extra: Vec<String>,

    /// Any other field (repeatable)
    ///
    /// For example, `boot_interface=ipxe`.
    #[arg(long = "field", alias = "set", value_name = "FIELD=VALUE", requires = "driver")]
    fields: Vec<String>,
}

/// Fields with options of their own, which `--field` refuses.
const OWN_OPTIONS: [&str; 9] =
    ["driver", "name", "uuid", "resource_class", "properties", "extra", "driver_info", "traits", "ports"];

impl MachineArgs {
    /// The machine in the form of a node in a file.
    pub(super) fn node(&self, ui: &Ui) -> anyhow::Result<Json> {
        if self.driver.is_none() {
            let problem = "no file and no `--driver` given";
            return Err(Failure::new(FailureKind::Usage, problem)
                .hint("name a file: `farrier enroll nodes.yaml`")
                .into());
        }
        let mut node = key_value::read("--field", &self.fields)?;
        if let Some(key) = OWN_OPTIONS.iter().find(|key| node.contains_key(**key)) {
            let message =
                format!("`--field {key}`: use the option for this field (see `farrier enroll --help`)");
            return Err(Failure::new(FailureKind::Usage, message).into());
        }
        let plain = [
            ("driver", &self.driver),
            ("name", &self.name),
            ("uuid", &self.uuid),
            ("resource_class", &self.resource_class),
        ];
        for (key, value) in plain {
            if let Some(value) = value {
                node.insert(key.to_owned(), json!(value));
            }
        }
        for (key, values) in [
            ("properties", key_value::read("--property", &self.property)?),
            ("extra", key_value::read("--extra", &self.extra)?),
        ] {
            if !values.is_empty() {
                node.insert(key.to_owned(), Json::Object(values));
            }
        }
        let driver_info = key_value::driver_info(&self.driver_info, || key_value::read_secret(ui))?;
        if !driver_info.is_empty() {
            node.insert("driver_info".to_owned(), Json::Object(driver_info));
        }
        if !self.traits.is_empty() {
            node.insert("traits".to_owned(), json!(self.traits));
        }
        if !self.mac.is_empty() {
            let ports: Vec<Json> = self.mac.iter().map(|mac| json!({"address": mac})).collect();
            node.insert("ports".to_owned(), json!(ports));
        }
        Ok(Json::Object(node))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::app::failure::classify;

    #[derive(Parser)]
    struct Command {
        files: Vec<String>,
        #[command(flatten)]
        machine: MachineArgs,
    }

    fn machine(options: &[&str]) -> MachineArgs {
        let options = ["enroll", "--driver", "ipmi"].iter().chain(options);
        Command::try_parse_from(options).unwrap_or_else(|error| panic!("{error}")).machine
    }

    fn node(options: &[&str]) -> anyhow::Result<Json> {
        machine(options).node(&Ui::new(crate::ui::UiOptions::default()))
    }

    #[test]
    fn options_become_a_node() {
        let parsed = node(&[
            "--name",
            "a",
            "--property",
            "cpus=4",
            "--property",
            "root_device={\"serial\": \"0123\"}",
            "--mac",
            "52:54:00:00:00:01",
            "--trait",
            "CUSTOM_A",
            "--resource-class",
            "c",
            "--extra",
            "eq=a=b",
            "--set",
            "boot_interface=ipxe",
            "--driver-info",
            "ipmi_address=10.0.0.1",
            "--driver-info",
            "ipmi_password=@secret",
            "--driver-info",
            "x_token=env:T",
        ])
        .expect("valid options");
        let expected = json!({
            "boot_interface": "ipxe", "driver": "ipmi", "name": "a", "resource_class": "c",
            "properties": {"cpus": "4", "root_device": {"serial": "0123"}}, "extra": {"eq": "a=b"},
            "driver_info": {"ipmi_address": "10.0.0.1", "ipmi_password": {"file": "secret"}, "x_token": {"env": "T"}},
            "traits": ["CUSTOM_A"], "ports": [{"address": "52:54:00:00:00:01"}],
        });
        assert_eq!(parsed, expected);
    }

    #[test]
    fn secrets_on_the_command_line_are_refused_and_not_printed() {
        for options in [
            ["--driver-info", "ipmi_password=hunter2"],
            ["--driver-info", "redfish_address=https://op:hunter2@bmc"],
            ["--driver-info", "hunter2"],
            ["--driver-info", "=hunter2"],
            ["--extra", "api_token=hunter2"],
            ["--set", "password=hunter2"],
            ["--driver-info", "redfish_address=op:hunter2@bmc"],
            ["--driver-info", "nested={\"snmp\": {\"auth_key\": \"hunter2\"}}"],
            ["--set", "driver_info={\"ipmi_password\": \"hunter2\"}"],
            ["--set", "instance_info={\"a\": [\"http://op:hunter2@images\"]}"],
            ["--property", "x={\"passwd\": \"hunter2\"}"],
            ["--extra", "x={\"y\": {\"secret\": \"hunter2\"}}"],
        ] {
            let refused = node(&options).expect_err("must be refused");
            let failure = classify(&refused);
            assert_eq!(failure.kind, FailureKind::Usage, "{options:?}");
            assert!(!format!("{failure:?}").contains("hunter2"), "{failure:?}");
        }
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        assert!(node(&["--property", "cpus=4", "--property", "cpus=8"]).is_err());
    }
}
