//! The packages that labs run on: a virtual environment with a pinned Ironic, made once and shared by all labs.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use super::error::Doing as _;
use super::python::{self, Python};
use super::{Error, Progress, config, files, launch, package_index, prune};

/// What is installed: all of it, by version.
const REQUIREMENTS: &str = include_str!("requirements.txt");
/// Installs those four times as fast as pip, which can get it from where all packages come.
const UV: &str = "uv==0.13.9";
/// Changes when an environment made by an older farrier would not do although the packages are the same.
const LAYOUT: &str = "2";
/// How much of what a failed program said is repeated.
const LAST_LINES: usize = 12;
/// Ironic calls `mkisofs`, and openstacksdk `genisoimage`, to build config drives. pycdlib, which Ironic needs anyway,
/// comes with a program that takes the same options, so that no package of the system is needed.
const ISO_NAMES: [&str; 2] = ["genisoimage", "mkisofs"];
const ISO_PROGRAM: &str = "pycdlib-genisoimage";
/// `-I` keeps the user's own Python packages and variables away. A script's `#!` line could not say that, nor hold
/// the path of every cache directory.
const ISO_WRAPPER: &str =
    "#!/bin/sh\nbin=$(dirname \"$0\")\nexec \"$bin/python\" -I \"$bin/pycdlib-genisoimage\" \"$@\"\n";

/// An environment that is ready for use.
#[derive(Debug)]
pub(super) struct Environment {
    /// Its Python.
    pub(super) python: PathBuf,
    /// An empty database to begin with.
    pub(super) schema: PathBuf,
}

/// The version of Ironic that labs run.
pub(super) fn ironic_version() -> &'static str {
    REQUIREMENTS.lines().find_map(|line| line.strip_prefix("ironic==")).expect("the requirements name Ironic")
}

/// The environment, made first if it is not there, or only half.
pub(super) fn ensure(cache: &Path, progress: Progress) -> Result<Environment, Error> {
    if !Path::new("/proc/self/stat").exists() {
        return Err(Error::NoProc);
    }
    let what = format!("Ironic {}", ironic_version());
    packages(cache, REQUIREMENTS, &what, progress, |environment, stage, lock| {
        progress("making an empty database");
        make_schema(environment, stage, lock)
    })
}

/// The interpreter of an environment with other packages, made in the same way.
pub(super) fn beside(
    cache: &Path,
    requirements: &str,
    what: &str,
    progress: Progress,
) -> Result<PathBuf, Error> {
    Ok(packages(cache, requirements, what, progress, |_, _, _| Ok(()))?.python)
}

/// The environment with these packages. If it is not there, or only half, it is made, and `finish` has the last word.
fn packages(
    cache: &Path,
    requirements: &str,
    what: &str,
    progress: Progress,
    finish: impl FnOnce(&Environment, &Path, &File) -> Result<(), Error>,
) -> Result<Environment, Error> {
    let python = python::find()?;
    let version = python.version.to_string();
    // An environment works only with the Python it was made with, and only on this kind of computer.
    let parts = [requirements, UV, LAYOUT, &version, std::env::consts::ARCH];
    let digest = format!("{:x}", Sha256::digest(parts.join("\n")));
    let name = format!("venv-{}", &digest[..12]);
    let dir = cache.join(&name);
    let environment = Environment { python: dir.join("bin/python"), schema: dir.join("schema.sqlite") };
    let lock = files::lock(&cache.join(format!("{name}.lock")), || {
        progress(&format!("waiting for another farrier that installs {what}"));
    })?;
    // Written last. The interpreter is a link to the system's, which may be gone since.
    let complete = dir.join("complete");
    if complete.exists() && environment.python.exists() {
        prune::note_use(&complete);
        prune::prune(cache, &dir);
        return Ok(environment);
    }
    progress(&format!("installing {what} into {} (once)", dir.display()));
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

/// Makes an environment with nothing in it, not even pip: that would need `ensurepip`, which distributions take out.
fn make(python: &Python, dir: &Path, lock: &File) -> Result<(), Error> {
    let mut venv = Command::new(python.command);
    venv.args(["-I", "-m", "venv", "--without-pip"]).arg(dir);
    run(&mut venv, lock, false).map(drop)
}

/// Puts the programs that build config drives beside the environment's Python; `lab_ironic.py` has Ironic find them
/// there.
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

/// Makes the database that each lab starts with a copy of.
fn make_schema(environment: &Environment, stage: &Path, lock: &File) -> Result<(), Error> {
    let dir = stage.join("schema");
    files::make_directory(&dir)?;
    files::write(&dir.join("ironic.conf"), config::SCHEMA_CONF)?;
    let script = launch::write_script(&dir)?;
    run(launch::python(environment).arg(script).arg("schema").arg("--dir").arg(&dir), lock, false)?;
    let made = dir.join("ironic.sqlite");
    std::fs::rename(&made, &environment.schema).doing("move", &made)
}

/// The installation of packages into an environment that has none.
struct Installer<'a> {
    python: &'a Python,
    environment: &'a Environment,
    /// For what is needed only while installing.
    stage: &'a Path,
    lock: &'a File,
    progress: Progress<'a>,
}

impl Installer<'_> {
    /// The first that does it, of what can be had without being root.
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
            // No pip is there to say what it is set to, but it would heed these.
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
            tried.push("no uv is on PATH".to_owned());
        }
        match self.pip_of_debian() {
            Ok(wheel) => self.with_pip(&self.pip_of_wheel(&wheel)),
            Err(error) => {
                // Where nothing can be fetched from anywhere, that is what to say.
                package_index::check(&BTreeMap::new())?;
                tried.push(format!("the distribution's pip cannot be had: {error}"));
                Err(Error::NoInstaller { tried })
            }
        }
    }

    /// Has pip get uv, and uv the rest; or pip all of it.
    fn with_pip(&self, pip: &[PathBuf]) -> Result<(), Error> {
        let settings = self.settings_of_pip(pip);
        package_index::check(&settings)?;
        let tools = self.stage.join("tools");
        let got = self.run(self.pip(pip, "install").arg("--target").arg(&tools).arg(UV), true);
        got.and_then(|_| self.uv(&tools.join("bin/uv"), settings)).or_else(|error| {
            // uv is not made for every system, nor does it understand all that pip may be set to.
            tracing::info!("uv cannot be used: {error}");
            (self.progress)("installing with pip, which takes a while longer");
            self.all_with_pip(pip)
        })
    }

    /// pip can be run from its wheel, which is a zip archive, by the Python that it is to install for.
    fn pip_of_wheel(&self, wheel: &Path) -> Vec<PathBuf> {
        vec![self.environment.python.clone(), wheel.join("pip")]
    }

    /// Unpacks pip from the distribution's package of it, which needs no root: it is not installed.
    fn pip_of_debian(&self) -> Result<PathBuf, Error> {
        let package = "python3-pip-whl";
        let apt = || {
            let mut apt = Command::new("apt-get");
            // Without a network each source would be tried for minutes.
            let soon = ["Acquire::Retries=0", "Acquire::http::Timeout=10", "Acquire::https::Timeout=10"];
            apt.args(soon.iter().flat_map(|option| ["-o", option])).current_dir(self.stage);
            apt
        };
        if self.run(apt().args(["download", package]), true).is_err() {
            // The lists of packages may never have been fetched, and only root may fetch them for all.
            (self.progress)("fetching the distribution's list of packages, to get pip");
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

    /// A call of pip that heeds the user's settings, save those that would lead it away from the environment.
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
        // By itself pip would compile one file after the other.
        let mut compile = Command::new(&self.environment.python);
        let code = "import compileall, sysconfig; compileall.compile_dir(sysconfig.get_path('purelib'), quiet=2, workers=0)";
        self.run(compile.args(["-I", "-c", code]), false).map(drop)
    }

    /// What pip is set to by files and environment, as uv's variables. uv reads neither.
    fn settings_of_pip(&self, pip: &[PathBuf]) -> BTreeMap<&'static str, String> {
        let mut list = self.pip(pip, "config");
        self.run(list.arg("list"), false).map(|said| uv_settings(&said)).unwrap_or_default()
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
            // Packages are linked from there into the environment, so that nothing is left when it goes.
            .env("UV_CACHE_DIR", self.stage.join("cache"))
            // As pip does it: the version that is asked for, wherever it is.
            .env("UV_INDEX_STRATEGY", "unsafe-best-match");
        for (name, value) in settings {
            if std::env::var_os(name).is_none() {
                install.env(name, value);
            }
        }
        self.run(&mut install, true).map(drop)
    }

    fn run(&self, command: &mut Command, network: bool) -> Result<String, Error> {
        // pip, run from its wheel, does not remove the certificates that it unpacks.
        run(command.env("TMPDIR", self.stage), self.lock, network)
    }
}

/// What `pip config list` says, in uv's variables. Of several places that set the same the strongest counts: the
/// environment, then the section of `install`.
fn uv_settings(said: &str) -> BTreeMap<&'static str, String> {
    let mut settings = BTreeMap::new();
    for section in ["global.", "install.", ":env:."] {
        for line in said.lines() {
            let Some((key, value)) = line.strip_prefix(section).and_then(|rest| rest.split_once('=')) else {
                continue;
            };
            // Python shows values as its literals; several of them stand on a line each.
            let value = value.trim_matches(['\'', '"']).replace("\\n", " ");
            let words: Vec<_> = value.split_whitespace().collect();
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
            settings.extend(names.iter().map(|name| (*name, words.join(separator))));
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

/// The first file in `dir` whose name begins and ends so.
fn find(dir: &Path, prefix: &str, extension: &str) -> Result<PathBuf, Error> {
    let fits = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with(prefix) && path.extension().is_some_and(|there| there == extension)
    };
    let entries = std::fs::read_dir(dir).doing("list", dir)?;
    let found = entries.filter_map(|entry| Some(entry.ok()?.path())).find(fits);
    found.ok_or_else(|| std::io::ErrorKind::NotFound.into()).doing("find pip in", dir)
}

/// Runs a program to its end, and answers what it printed. Nothing secret may be among its arguments.
///
/// The program reads from `lock`, which is empty. So it holds the lock too, and should this process be killed, nobody
/// else begins before what it had begun has ended.
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
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(said.into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> =
        said.lines().chain(complaint.lines()).filter(|line| !line.trim().is_empty()).collect();
    Err(failed(
        lines[lines.len().saturating_sub(LAST_LINES)..].iter().map(|line| (*line).to_owned()).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_pinned() {
        assert!(ironic_version().split('.').all(|part| part.parse::<u32>().is_ok()));
        for line in REQUIREMENTS.lines().filter(|line| !line.starts_with('#')) {
            let requirement = line.split(';').next().unwrap_or_default();
            assert_eq!(requirement.matches("==").count(), 1, "{line}");
        }
    }

    #[test]
    fn uv_is_set_as_pip_is() {
        let said = ":env:.index-url='https://b.example/simple'\nglobal.index-url='https://a.example/simple'\n\
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
        assert_eq!(uv_settings(said), expected.collect());
    }

    fn nothing() -> File {
        File::open("/dev/null").expect("there is one")
    }

    #[test]
    fn a_failure_ends_with_what_was_said_last() {
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
