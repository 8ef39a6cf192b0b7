//! The tools under measurement, and how each does what operators do with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// This program.
    Farrier,
    /// Chooses a node and deploys it, with one command an instance.
    Metalsmith,
    /// Ironic's own client, with the commands that operators put into scripts.
    Baremetal,
    /// The same commands as a part of the client for all of OpenStack.
    Openstack,
}

impl Tool {
    /// As it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Farrier => "farrier",
            Self::Metalsmith => "metalsmith",
            Self::Baremetal => "baremetal",
            Self::Openstack => "openstack",
        }
    }
}

/// What the tools are run with.
pub(crate) struct Bench {
    /// A folder of their own, which is their home too.
    pub(crate) folder: PathBuf,
    /// Where the other tools' programs are.
    pub(crate) programs: PathBuf,
    /// The `clouds.yaml` that leads to the proxy.
    pub(crate) clouds: PathBuf,
    /// What to deploy.
    pub(crate) image: String,
    /// The SHA-256 of that.
    pub(crate) checksum: String,
}

/// What a program did.
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) took: Duration,
    /// The most memory that it had, in bytes, as it was last seen.
    pub(crate) memory: u64,
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
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }

    /// Runs a tool to its end; a failure is what it said last.
    pub(crate) fn run(&self, tool: Tool, arguments: &[&str]) -> Result<Ran, String> {
        let output = |name: &str| {
            let path = self.folder.join(format!("{name}-{:016x}", fastrand::u64(..)));
            std::fs::File::create(&path).map(|file| (path, file))
        };
        let wrong = |error: std::io::Error| format!("{}: {error}", tool.name());
        // Into files, so that a large answer waits for nobody.
        let ((out, stdout), (err, stderr)) = (output("out").map_err(wrong)?, output("err").map_err(wrong)?);
        let began = Instant::now();
        let mut child =
            self.command(tool).args(arguments).stdout(stdout).stderr(stderr).spawn().map_err(wrong)?;
        let status_file = PathBuf::from(format!("/proc/{}/status", child.id()));
        let (status, memory) = thread::scope(|scope| {
            let (stop, stopped) = std::sync::mpsc::channel::<()>();
            let memory = scope.spawn(move || {
                let mut most = 0;
                while stopped.recv_timeout(Duration::from_millis(10))
                    == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
                {
                    most = high_water(&status_file).max(most);
                }
                most
            });
            let status = child.wait();
            let elapsed = began.elapsed();
            drop(stop);
            (status.map(|status| (status, elapsed)), memory.join().unwrap_or(0))
        });
        let (status, elapsed) = status.map_err(wrong)?;
        let read = |path: &Path| {
            let text = std::fs::read(path).unwrap_or_default();
            let _ = std::fs::remove_file(path);
            String::from_utf8_lossy(&text).into_owned()
        };
        let (stdout, stderr) = (read(&out), read(&err));
        if status.success() {
            return Ok(Ran { stdout, took: elapsed, memory });
        }
        let last = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        Err(format!("{} {}: {last}", tool.name(), arguments.first().unwrap_or(&"")))
    }

    /// Deploys instances of these names, all at once, each on a machine of the tool's choice, and waits for them.
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

    /// Ends these instances, on these nodes, all at once, and waits until the machines can be deployed again.
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

/// The names of so many instances, as farrier counts them.
pub(crate) fn names(tool: Tool, round: usize, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{}-{round}-{number}", tool.name())).collect()
}

/// Such a name without its number.
fn base(name: &str) -> &str {
    name.rsplit_once('-').map_or(name, |(base, _)| base)
}

/// Does the work for every name at the same time; the first failure, and how many there were.
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

/// The most memory that a process ever had, in bytes, as Linux tells it; 0 where it does not.
fn high_water(status: &Path) -> u64 {
    let status = std::fs::read_to_string(status).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or(0) * 1024
}
