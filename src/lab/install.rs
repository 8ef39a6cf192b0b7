//! The packages of labs: a virtual environment with a pinned Ironic, installed once and shared by all labs of a user.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use super::error::IoContext as _;
use super::python::{self, Python};
use super::{Error, LabProgress, config, files, launch, package_index, prune};

/// All packages, with pinned versions.
const REQUIREMENTS: &str = include_str!("requirements.txt");
/// Installs them four times as fast as pip; pip can download uv from the package index.
const UV: &str = "uv==0.13.9";
/// Increase this when environments of older farrier versions no longer work although the packages are the same.
const LAYOUT: &str = "2";
/// How many lines of a failed program's output are shown.
const LAST_LINES: usize = 12;
/// Ironic calls `mkisofs`, and openstacksdk `genisoimage`, to build config drives. Ironic requires pycdlib, which
/// includes a program with the same options, so no system package is needed.
const ISO_NAMES: [&str; 2] = ["genisoimage", "mkisofs"];
const ISO_PROGRAM: &str = "pycdlib-genisoimage";
/// `-I` excludes the user's own Python packages and variables. A `#!` line is not an alternative: it is limited in
/// length, and the path of the cache directory may be longer.
const ISO_WRAPPER: &str =
    "#!/bin/sh\nbin=$(dirname \"$0\")\nexec \"$bin/python\" -I \"$bin/pycdlib-genisoimage\" \"$@\"\n";

/// An environment that is ready to use.
#[derive(Debug)]
pub(super) struct LabEnvironment {
    /// Its Python.
    pub(super) python: PathBuf,
    /// An empty database to copy.
    pub(super) schema: PathBuf,
}

/// The version of Ironic that labs run.
pub(super) fn ironic_version() -> &'static str {
    REQUIREMENTS.lines().find_map(|line| line.strip_prefix("ironic==")).expect("the requirements name Ironic")
}

/// The environment; installs it if it is missing or incomplete.
pub(super) fn ensure(cache: &Path, progress: LabProgress) -> Result<LabEnvironment, Error> {
    if !Path::new("/proc/self/stat").exists() {
        return Err(Error::NoProc);
    }
    let what = format!("Ironic {}", ironic_version());
    packages(cache, REQUIREMENTS, &what, progress, |environment, stage, lock| {
        progress("creating an empty database");
        make_schema(environment, stage, lock)
    })
}

/// The Python of an environment with other packages, installed in the same way.
pub(super) fn install_additional(
    cache: &Path,
    requirements: &str,
    what: &str,
    progress: LabProgress,
) -> Result<PathBuf, Error> {
    Ok(packages(cache, requirements, what, progress, |_, _, _| Ok(()))?.python)
}

/// The environment with these packages. If it is missing or incomplete, it is installed, and `finish` completes it.
fn packages(
    cache: &Path,
    requirements: &str,
    what: &str,
    progress: LabProgress,
    finish: impl FnOnce(&LabEnvironment, &Path, &File) -> Result<(), Error>,
) -> Result<LabEnvironment, Error> {
    let python = python::find()?;
    let version = python.version.to_string();
    // An environment works only with the Python version and the architecture that it was created for.
    let parts = [requirements, UV, LAYOUT, &version, std::env::consts::ARCH];
    let digest = format!("{:x}", Sha256::digest(parts.join("\n")));
    let name = format!("venv-{}", &digest[..12]);
    let dir = cache.join(&name);
    let environment = LabEnvironment { python: dir.join("bin/python"), schema: dir.join("schema.sqlite") };
    let lock = files::lock(&cache.join(format!("{name}.lock")), || {
        progress(&format!("waiting for another farrier process that is installing {what}"));
    })?;
    // `complete` is written last. The interpreter is a link to the system's Python, which may have been removed since.
    let complete = dir.join("complete");
    if complete.exists() && environment.python.exists() {
        prune::record_use(&complete);
        prune::prune(cache, &dir);
        return Ok(environment);
    }
    progress(&format!("installing {what} into {} (only once)", dir.display()));
    files::remove(&dir)?;
    let stage = dir.join("stage");
    make(&python, &dir, &lock)?;
    files::make_directory(&stage)?;
    files::write(&stage.join("requirements.txt"), requirements)?;
    Installer { python: &python, environment: &environment, stage: &stage, lock: &lock, progress }
        .install()?;
    provide_iso_programs(&dir.join("bin"))?;
    finish(&environment, &stage, &lock)?;
    files::remove(&stage)?;
    files::write(&complete, "")?;
    Ok(environment)
}

/// Creates an empty environment, without pip, because that needs `ensurepip`, which distributions package separately.
fn make(python: &Python, dir: &Path, lock: &File) -> Result<(), Error> {
    let mut venv = Command::new(python.command);
    venv.args(["-I", "-m", "venv", "--without-pip"]).arg(dir);
    run(&mut venv, lock, false).map(drop)
}

/// Puts the programs that build config drives next to the environment's Python, where `lab_ironic.py` adds them to
/// Ironic's `PATH`.
fn provide_iso_programs(bin: &Path) -> Result<(), Error> {
    if !bin.join(ISO_PROGRAM).exists() {
        return Ok(());
    }
    for name in ISO_NAMES {
        let path = bin.join(name);
        files::write(&path, ISO_WRAPPER)?;
        fs::set_permissions(&path, Permissions::from_mode(0o755)).doing("make executable", &path)?;
    }
    Ok(())
}

/// Creates the database that each lab starts with a copy of.
fn make_schema(environment: &LabEnvironment, stage: &Path, lock: &File) -> Result<(), Error> {
    let dir = stage.join("schema");
    files::make_directory(&dir)?;
    files::write(&dir.join("ironic.conf"), config::SCHEMA_CONF)?;
    let script = launch::write_script(&dir)?;
    run(launch::python(environment).arg(script).arg("schema").arg("--dir").arg(&dir), lock, false)?;
    let made = dir.join("ironic.sqlite");
    std::fs::rename(&made, &environment.schema).doing("move", &made)
}

/// Installs packages into an environment without pip.
struct Installer<'a> {
    python: &'a Python,
    environment: &'a LabEnvironment,
    /// For files that are needed only during the installation.
    stage: &'a Path,
    lock: &'a File,
    progress: LabProgress<'a>,
}

impl Installer<'_> {
    /// Uses the first installer that is available without root.
    fn install(&self) -> Result<(), Error> {
        let mut tried = vec![];
        if let Some(wheel) = &self.python.pip_wheel {
            return self.with_pip(&self.pip_of_wheel(wheel));
        }
        tried.push("Python has no ensurepip".to_owned());
        let pip = [self.python.command, "-m", "pip", "--python"].map(PathBuf::from);
        let pip: Vec<_> = pip.into_iter().chain([self.environment.python.clone()]).collect();
        if self.run(command(&pip).arg("--version"), false).is_ok() {
            return self.with_pip(&pip);
        }
        tried.push(format!("`{} -m pip` is missing or too old", self.python.command));
        if self.run(Command::new("uv").arg("--version"), false).is_ok() {
            // Without pip, nothing reads its settings from files; its variables are passed on.
            let variables = std::env::vars_os().filter_map(|(name, value)| {
                let name = name.to_str()?.strip_prefix("PIP_")?.to_ascii_lowercase().replace('_', "-");
                Some(format!(":env:.{name}='{}'\n", value.to_str()?))
            });
            let settings = uv_settings(&variables.collect::<String>());
            package_index::check(&settings)?;
            match self.uv(Path::new("uv"), settings) {
                Ok(()) => return Ok(()),
                Err(error) => tried.push(error.to_string()),
            }
        } else {
            tried.push("no uv on PATH".to_owned());
        }
        match self.pip_of_debian() {
            Ok(wheel) => self.with_pip(&self.pip_of_wheel(&wheel)),
            Err(error) => {
                // If there is no network, report that instead.
                package_index::check(&BTreeMap::new())?;
                tried.push(format!("cannot get the distribution's pip: {error}"));
                Err(Error::NoInstaller { tried })
            }
        }
    }

    /// Uses pip to install uv, and uv to install the packages; if that fails, pip installs the packages.
    fn with_pip(&self, pip: &[PathBuf]) -> Result<(), Error> {
        let settings = self.settings_of_pip(pip);
        package_index::check(&settings)?;
        let tools = self.stage.join("tools");
        let installed = self.run(self.pip(pip, "install").arg("--target").arg(&tools).arg(UV), true);
        installed.and_then(|_| self.uv(&tools.join("bin/uv"), settings)).or_else(|error| {
            // uv is not available for every system, and does not support all of pip's settings.
            tracing::info!("cannot use uv: {error}");
            (self.progress)("installing with pip, which is slower than uv");
            self.all_with_pip(pip)
        })
    }

    /// The environment's Python can run pip directly from its wheel, which is a zip archive.
    fn pip_of_wheel(&self, wheel: &Path) -> Vec<PathBuf> {
        vec![self.environment.python.clone(), wheel.join("pip")]
    }

    /// Unpacks pip from the distribution's package without installing that, which would need root.
    fn pip_of_debian(&self) -> Result<PathBuf, Error> {
        let package = "python3-pip-whl";
        let apt = || {
            let mut apt = Command::new("apt-get");
            // Without a network, apt-get would try each source for minutes.
            let timeouts = ["Acquire::Retries=0", "Acquire::http::Timeout=10", "Acquire::https::Timeout=10"];
            apt.args(timeouts.iter().flat_map(|option| ["-o", option])).current_dir(self.stage);
            apt
        };
        if self.run(apt().args(["download", package]), true).is_err() {
            // The package lists may be missing, and only root can download them for the system.
            (self.progress)("downloading the distribution's package lists to get pip");
            for needed in ["apt/lists/partial", "apt/archives/partial"] {
                files::make_directory(&self.stage.join(needed))?;
            }
            let own = |what: &str, place: &str| format!("{what}={}", self.stage.join(place).display());
            let options = [own("Dir::State::Lists", "apt/lists"), own("Dir::Cache", "apt")];
            let private = || {
                let mut apt = apt();
                apt.args(options.iter().flat_map(|option| ["-o", option]));
                apt
            };
            self.run(private().arg("update"), true)?;
            self.run(private().args(["download", package]), true)?;
        }
        let archive = find(self.stage, "python3-pip-whl", "deb")?;
        let unpacked = self.stage.join(package);
        self.run(Command::new("dpkg-deb").arg("-x").arg(archive).arg(&unpacked), false)?;
        find(&unpacked.join("usr/share/python-wheels"), "pip-", "whl")
    }

    /// A pip command with the user's settings, except those that would make it install elsewhere.
    fn pip(&self, pip: &[PathBuf], subcommand: &str) -> Command {
        let mut command = command(pip);
        command
            .args([subcommand, "--disable-pip-version-check", "--no-input"])
            .current_dir(self.stage)
            .env("PIP_USER", "0")
            .env("PIP_REQUIRE_VIRTUALENV", "0");
        command
    }

    fn all_with_pip(&self, pip: &[PathBuf]) -> Result<(), Error> {
        self.run(
            self.pip(pip, "install").args(["--no-deps", "--no-compile", "-r", "requirements.txt"]),
            true,
        )?;
        // With `--no-compile` and a parallel compileall: pip compiles one file after another.
        let mut compile = Command::new(&self.environment.python);
        let code = "import compileall, sysconfig; compileall.compile_dir(sysconfig.get_path('purelib'), quiet=2, workers=0)";
        self.run(compile.args(["-I", "-c", code]), false).map(drop)
    }

    /// pip's settings from files and environment, named like uv's variables. uv reads neither.
    fn settings_of_pip(&self, pip: &[PathBuf]) -> BTreeMap<&'static str, String> {
        let mut list = self.pip(pip, "config");
        self.run(list.arg("list"), false).map(|output| uv_settings(&output)).unwrap_or_default()
    }

    fn uv(&self, uv: &Path, settings: BTreeMap<&'static str, String>) -> Result<(), Error> {
        let mut install = Command::new(uv);
        install
            .args([
                "pip",
                "install",
                "--no-deps",
                "--compile-bytecode",
                "--no-progress",
                "-r",
                "requirements.txt",
            ])
            .arg("--python")
            .arg(&self.environment.python)
            .current_dir(self.stage)
            // uv links packages from its cache into the environment, so the cache can be removed afterward.
            .env("UV_CACHE_DIR", self.stage.join("cache"))
            // Like pip: the pinned version from any index.
            .env("UV_INDEX_STRATEGY", "unsafe-best-match");
        for (name, value) in settings {
            if std::env::var_os(name).is_none() {
                install.env(name, value);
            }
        }
        self.run(&mut install, true).map(drop)
    }

    fn run(&self, command: &mut Command, network: bool) -> Result<String, Error> {
        // pip, run from its wheel, does not remove the certificates that it unpacks to TMPDIR.
        run(command.env("TMPDIR", self.stage), self.lock, network)
    }
}

/// Converts the output of `pip config list` to uv's variables. If several sources set the same key, the environment
/// wins, then the section `install`.
fn uv_settings(output: &str) -> BTreeMap<&'static str, String> {
    let mut settings = BTreeMap::new();
    for section in ["global.", "install.", ":env:."] {
        for line in output.lines() {
            let Some((key, value)) = line.strip_prefix(section).and_then(|rest| rest.split_once('=')) else {
                continue;
            };
            // Values are Python literals; a list has one item per line.
            let value = value.trim_matches(['\'', '"']).replace("\\n", " ");
            let items: Vec<_> = value.split_whitespace().collect();
            let names: &[&'static str] = match key {
                "index-url" => &["UV_DEFAULT_INDEX"],
                "extra-index-url" => &["UV_INDEX"],
                "find-links" => &["UV_FIND_LINKS"],
                "trusted-host" => &["UV_INSECURE_HOST"],
                "cert" => &["SSL_CERT_FILE"],
                "client-cert" => &["SSL_CLIENT_CERT"],
                "proxy" => &["HTTP_PROXY", "HTTPS_PROXY"],
                "timeout" | "default-timeout" => &["UV_HTTP_TIMEOUT"],
                "no-index" if value == "true" || value == "1" => &["UV_NO_INDEX"],
                _ => &[],
            };
            let separator = if key == "find-links" { "," } else { " " };
            settings.extend(names.iter().map(|name| (*name, items.join(separator))));
        }
    }
    settings
}

fn command(words: &[PathBuf]) -> Command {
    let (program, arguments) = words.split_first().expect("a call begins with a program");
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// The first file in `dir` with this prefix and extension.
fn find(dir: &Path, prefix: &str, extension: &str) -> Result<PathBuf, Error> {
    let fits = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with(prefix) && path.extension().is_some_and(|there| there == extension)
    };
    let entries = std::fs::read_dir(dir).doing("list", dir)?;
    let found = entries.filter_map(|entry| Some(entry.ok()?.path())).find(fits);
    found.ok_or_else(|| std::io::ErrorKind::NotFound.into()).doing("find pip in", dir)
}

/// Runs a program and returns its output. Its arguments must not contain secrets.
///
/// The program's stdin is the (empty) lock file, so it has the lock too: if this process is killed, no other process
/// can start before the program has ended.
fn run(command: &mut Command, lock: &File, network: bool) -> Result<String, Error> {
    let shown = || {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    };
    let name = shown();
    tracing::info!("running {name}");
    let failed = |lines| Error::Command { command: name.clone(), lines, network };
    let output = lock.try_clone().and_then(|lock| command.stdin(lock).output());
    let output = output.map_err(|error| failed(vec![error.to_string()]))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(stdout.into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = stdout.lines().chain(stderr.lines()).filter(|line| !line.trim().is_empty()).collect();
    Err(failed(
        lines[lines.len().saturating_sub(LAST_LINES)..].iter().map(|line| (*line).to_owned()).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_versions_are_pinned() {
        assert!(ironic_version().split('.').all(|part| part.parse::<u32>().is_ok()));
        for line in REQUIREMENTS.lines().filter(|line| !line.starts_with('#')) {
            let requirement = line.split(';').next().unwrap_or_default();
            assert_eq!(requirement.matches("==").count(), 1, "{line}");
        }
    }

    #[test]
    fn pip_settings_are_converted_for_uv() {
        let output = ":env:.index-url='https://b.example/simple'\nglobal.index-url='https://a.example/simple'\n\
                    global.extra-index-url='https://c.example\\nhttps://d.example'\n\
                    global.find-links='/one /two'\ninstall.cert=\"/o'clock.pem\"\nglobal.no-index='false'\n\
                    freeze.timeout='10'\nnonsense\n";
        let expected = [
            ("UV_DEFAULT_INDEX", "https://b.example/simple"),
            ("UV_INDEX", "https://c.example https://d.example"),
            ("UV_FIND_LINKS", "/one,/two"),
            ("SSL_CERT_FILE", "/o'clock.pem"),
        ];
        let expected = expected.into_iter().map(|(name, value)| (name, value.to_owned()));
        assert_eq!(uv_settings(output), expected.collect());
    }

    fn nothing() -> File {
        File::open("/dev/null").expect("there is one")
    }

    #[test]
    fn an_error_has_the_last_lines_of_the_output() {
        let mut command = Command::new("sh");
        command.args(["-c", "seq 20; echo why >&2; exit 3"]);
        let Err(Error::Command { lines, .. }) = run(&mut command, &nothing(), true) else {
            panic!("it fails")
        };
        assert_eq!((lines.len(), lines[0].as_str(), lines[11].as_str()), (12, "10", "why"));
        let missing = run(&mut Command::new("/nonexistent/program"), &nothing(), false);
        assert!(matches!(missing, Err(Error::Command { lines, .. }) if lines.len() == 1));
    }
}
