//! The measured tools, and how each does the tasks of an operator.

use std::path::PathBuf;
use std::process::Command;
use std::thread;

use crate::child::{self, Ran};

/// A tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// This program.
    Farrier,
    /// Chooses a node and deploys it, one command per instance.
    Metalsmith,
    /// Ironic's own client, with the commands that operators put into scripts.
    Baremetal,
    /// The same commands as a plugin of the OpenStack client.
    Openstack,
}

impl Tool {
    /// Its command.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Farrier => "farrier",
            Self::Metalsmith => "metalsmith",
            Self::Baremetal => "baremetal",
            Self::Openstack => "openstack",
        }
    }
}

/// The environment of the tools.
pub(crate) struct Bench {
    /// Their folder, which is also their home directory.
    pub(crate) folder: PathBuf,
    /// The folder with the programs of the other tools.
    pub(crate) programs: PathBuf,
    /// The `clouds.yaml` that points to the proxy.
    pub(crate) clouds: PathBuf,
    /// The image to deploy.
    pub(crate) image: String,
    /// The SHA-256 checksum of the image.
    pub(crate) checksum: String,
}

impl Bench {
    fn command(&self, tool: Tool) -> Command {
        let mut command = match tool {
            Tool::Farrier => Command::new(env!("CARGO_BIN_EXE_farrier")),
            other => Command::new(self.programs.join(other.name())),
        };
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.folder)
            .env("LANG", "C.UTF-8")
            .env("NO_PROXY", "127.0.0.1")
            .env("OS_CLIENT_CONFIG_FILE", &self.clouds)
            .env("OS_CLOUD", crate::CLOUD)
            .current_dir(&self.folder);
        command
    }

    /// Runs a tool to its end; an error is the end of its stderr.
    pub(crate) fn run(&self, tool: Tool, arguments: &[&str]) -> Result<Ran, String> {
        let mut command = self.command(tool);
        command.args(arguments);
        let what = format!("{} {}", tool.name(), arguments.first().unwrap_or(&""));
        child::run(&what, command, &self.folder)
    }

    /// Deploys instances with these names at the same time, each on a node that the tool chooses, and waits
    /// for them.
    pub(crate) fn deploy(&self, tool: Tool, names: &[String]) -> Result<(), String> {
        let image = ["--image", &self.image, "--image-checksum", &self.checksum];
        match tool {
            Tool::Farrier => {
                let (prefix, jobs) = (base(&names[0]), names.len().to_string());
                let mut arguments = vec!["deploy", prefix, "--quiet", "--resource-class", crate::CLASS];
                arguments.extend(image);
                if names.len() > 1 {
                    arguments.extend(["--count", &jobs, "-j", &jobs]);
                } else {
                    arguments[1] = &names[0];
                }
                self.run(tool, &arguments).map(drop)
            }
            Tool::Metalsmith => at_once(names, |name| {
                let mut arguments = vec!["deploy", "--resource-class", crate::CLASS, "--hostname", name];
                arguments.extend(image);
                self.run(tool, &arguments).map(drop)
            }),
            Tool::Baremetal | Tool::Openstack => at_once(names, |name| {
                let claim =
                    ["allocation", "create", "--wait", "--resource-class", crate::CLASS, "--name", name];
                let claim = [&claim[..], &["-f", "value", "-c", "node_uuid"]].concat();
                let claimed = self.run(tool, &claim)?;
                let node = claimed.stdout.trim();
                let source = format!("image_source={}", self.image);
                let checksum = format!("image_checksum={}", self.checksum);
                let info = ["--instance-info", &source, "--instance-info", &checksum];
                self.run(tool, &[&["node", "set", node], &info[..]].concat())?;
                let drive = format!(r#"{{"meta_data": {{"hostname": "{name}"}}}}"#);
                self.run(tool, &["node", "deploy", "--wait", "--config-drive", &drive, node]).map(drop)
            }),
        }
    }

    /// Undeploys these instances on these nodes at the same time, and waits until the nodes are available
    /// again.
    pub(crate) fn destroy(&self, tool: Tool, names: &[String], nodes: &[String]) -> Result<(), String> {
        let strings = |texts: &[String]| texts.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        match tool {
            Tool::Farrier => {
                let (names, jobs) = (strings(names), names.len().to_string());
                let mut arguments = vec!["destroy", "--yes", "--quiet", "--wait-clean", "-j", &jobs];
                arguments.extend(names.lines());
                self.run(tool, &arguments).map(drop)
            }
            Tool::Metalsmith => {
                at_once(names, |name| self.run(tool, &["undeploy", "--wait", "600", name]).map(drop))
            }
            Tool::Baremetal | Tool::Openstack => {
                let nodes = strings(nodes);
                let mut arguments = vec!["node", "undeploy"];
                arguments.extend(nodes.lines());
                arguments.extend(["--wait", "600"]);
                self.run(tool, &arguments).map(drop)
            }
        }
    }
}

/// The names of `count` instances, numbered as farrier numbers them.
pub(crate) fn names(tool: Tool, round: usize, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{}-{round}-{number}", tool.name())).collect()
}

/// The name without its number.
fn base(name: &str) -> &str {
    name.rsplit_once('-').map_or(name, |(base, _)| base)
}

/// Does the work for every name at the same time. Returns the first error and the number of errors.
fn at_once(names: &[String], work: impl Fn(&str) -> Result<(), String> + Sync) -> Result<(), String> {
    let failures: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = names.iter().map(|name| scope.spawn(|| work(name))).collect();
        let outcomes = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        outcomes.filter_map(Result::err).collect()
    });
    match failures.as_slice() {
        [] => Ok(()),
        [only] if names.len() == 1 => Err(only.clone()),
        several => Err(format!("{} of {} failed, the first: {}", several.len(), names.len(), several[0])),
    }
}
