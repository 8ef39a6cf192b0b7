//! One machine from options, in the form that a file would have it in.

use std::io::{IsTerminal, Read};

use anyhow::Context as _;
use serde_json::{Map, Value as Json, json};

use crate::cli::failure::{Failure, Kind};
use crate::rest::mask;
use crate::ui::Ui;

/// The options that describe a machine.
#[derive(Debug, clap::Args)]
#[group(id = "machine", multiple = true, conflicts_with = "files")]
pub(super) struct MachineArgs {
    /// Hardware type
    #[arg(long, value_name = "TYPE", required_unless_present = "files")]
    driver: Option<String>,

    /// Name of the node
    #[arg(long, requires = "driver")]
    name: Option<String>,

    /// UUID of the node, instead of a random one
    #[arg(long, requires = "driver")]
    uuid: Option<String>,

    /// How to reach the BMC; repeat for more. Secrets only as K=@FILE, K=@- (standard input), K=env:NAME or K=prompt
    #[arg(long, value_name = "K=V", requires = "driver")]
    driver_info: Vec<String>,

    /// What the machine has, as `memory_mb=262144`; repeat for more
    #[arg(long, value_name = "K=V", requires = "driver")]
    property: Vec<String>,

    /// MAC address of a network card; repeat for more
    #[arg(long, value_name = "ADDRESS", requires = "driver")]
    mac: Vec<String>,

    /// Trait; repeat for more
    #[arg(long = "trait", value_name = "NAME", requires = "driver")]
    traits: Vec<String>,

    /// Resource class
    #[arg(long, value_name = "CLASS", requires = "driver")]
    resource_class: Option<String>,

    /// Note of yours; repeat for more
    #[arg(long, value_name = "K=V", requires = "driver")]
    extra: Vec<String>,

    /// Any other field of the node, as `boot_interface=ipxe`; repeat for more
    #[arg(long = "set", value_name = "FIELD=VALUE", requires = "driver")]
    fields: Vec<String>,
}

/// What `--set` would only overwrite, or have overwritten.
const OWN_OPTIONS: [&str; 9] =
    ["driver", "name", "uuid", "resource_class", "properties", "extra", "driver_info", "traits", "ports"];

impl MachineArgs {
    /// The machine as a node of a file.
    pub(super) fn node(&self, ui: &Ui) -> anyhow::Result<Json> {
        let mut node = pairs("--set", &self.fields)?;
        if let Some(key) = OWN_OPTIONS.iter().find(|key| node.contains_key(**key)) {
            let message = format!("`--set {key}`: there are options of its own for that");
            return Err(Failure::new(Kind::Usage, message).into());
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
        for (key, values) in
            [("properties", pairs("--property", &self.property)?), ("extra", pairs("--extra", &self.extra)?)]
        {
            if !values.is_empty() {
                node.insert(key.to_owned(), Json::Object(values));
            }
        }
        let driver_info = self.driver_info(|| read_secret(ui))?;
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

    /// `driver_info` with references in place of `@FILE` and `env:NAME`.
    fn driver_info(&self, read: impl Fn() -> anyhow::Result<String>) -> anyhow::Result<Map<String, Json>> {
        let mut info = Map::new();
        for option in &self.driver_info {
            let (key, value) = split("--driver-info", option)?;
            let value = if value == "@-" {
                literal(&read()?)
            } else if let Some(path) = value.strip_prefix('@') {
                json!({"file": path})
            } else if let Some(name) = value.strip_prefix("env:") {
                json!({"env": name})
            } else if value == "prompt" {
                json!({"prompt": key})
            } else {
                refuse_secret("--driver-info", key, value)?;
                json_or_text(value)
            };
            insert(&mut info, "--driver-info", key, value)?;
        }
        Ok(info)
    }
}

/// A value that is no reference, whatever it looks like.
fn literal(text: &str) -> Json {
    if text.starts_with("${") || text.starts_with("$${") { json!(format!("${text}")) } else { json!(text) }
}

/// One line of standard input.
fn read_secret(ui: &Ui) -> anyhow::Result<String> {
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        ui.note("reading the value from standard input, up to Ctrl-D");
    }
    let mut text = String::new();
    stdin.read_to_string(&mut text).context("cannot read standard input")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The values of `K=V` options, none of which may be a secret.
fn pairs(option: &str, given: &[String]) -> anyhow::Result<Map<String, Json>> {
    let mut pairs = Map::new();
    for pair in given {
        let (key, value) = split(option, pair)?;
        refuse_secret(option, key, value)?;
        insert(&mut pairs, option, key, json_or_text(value))?;
    }
    Ok(pairs)
}

fn insert(map: &mut Map<String, Json>, option: &str, key: &str, value: Json) -> anyhow::Result<()> {
    if map.insert(key.to_owned(), value).is_some() {
        return Err(Failure::new(Kind::Usage, format!("`{option} {key}` is given twice")).into());
    }
    Ok(())
}

/// Splits `K=V` at the first `=`. What cannot be split is not quoted: it may hold a secret.
fn split<'a>(option: &str, pair: &'a str) -> anyhow::Result<(&'a str, &'a str)> {
    match pair.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key, value)),
        _ => Err(Failure::new(
            Kind::Usage,
            format!("`{option}` takes KEY=VALUE, and one has no `=` or no key"),
        )
        .into()),
    }
}

/// Refuses a secret on the command line, where everybody on this computer can read it.
fn refuse_secret(option: &str, key: &str, value: &str) -> anyhow::Result<()> {
    let is_secret = mask::is_secret_key(key);
    // A password in an address, or anywhere inside of JSON.
    if !is_secret && !mask::holds_secret(&json_or_text(value)) {
        return Ok(());
    }
    let what = if is_secret { "is a secret" } else { "holds a password" };
    let message = format!(
        "the value of `{option} {key}` {what}, and every user of this computer can read command lines"
    );
    let hint = if is_secret && option == "--driver-info" {
        format!(
            "`{key}=@FILE` reads it from a file, `{key}=@-` from standard input, `{key}=env:NAME` from the environment, \
             `{key}=prompt` asks for it"
        )
    } else {
        "put it into a file of machines; `--driver-info KEY=@FILE` reads one value from a file".to_owned()
    };
    Err(Failure::new(Kind::Usage, message).hint(hint).into())
}

/// JSON where the text is an object or an array, else the text.
fn json_or_text(text: &str) -> Json {
    match serde_json::from_str(text) {
        Ok(json @ (Json::Object(_) | Json::Array(_))) => json,
        _ => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::failure::classify;

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
        machine(options).node(&Ui::new(crate::ui::Options::default()))
    }

    #[test]
    fn options_become_a_node() {
        let read = node(&[
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
        .expect("right");
        let expected = json!({
            "boot_interface": "ipxe", "driver": "ipmi", "name": "a", "resource_class": "c",
            "properties": {"cpus": "4", "root_device": {"serial": "0123"}}, "extra": {"eq": "a=b"},
            "driver_info": {"ipmi_address": "10.0.0.1", "ipmi_password": {"file": "secret"}, "x_token": {"env": "T"}},
            "traits": ["CUSTOM_A"], "ports": [{"address": "52:54:00:00:00:01"}],
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn secrets_on_the_command_line_are_refused_and_not_repeated() {
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
            assert_eq!(failure.kind, Kind::Usage, "{options:?}");
            assert!(!format!("{failure:?}").contains("hunter2"), "{failure:?}");
        }
    }

    #[test]
    fn a_secret_from_standard_input_is_taken_as_it_is() {
        let machine = machine(&["--driver-info", "ipmi_password=@-"]);
        let info = machine.driver_info(|| Ok("${HOME}".to_owned())).expect("right");
        assert_eq!(info["ipmi_password"], "$${HOME}");
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        assert!(node(&["--property", "cpus=4", "--property", "cpus=8"]).is_err());
    }
}
