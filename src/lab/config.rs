//! The configuration of a lab's Ironic, and of clients for it.

use std::fmt::Write as _;
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::{Auth, CLOUD, Error, FLAVORS, MACHINES, Record, files, image};

const IRONIC_CONF: &str = include_str!("ironic.conf");

/// The configuration for creating an empty database.
pub(super) const SCHEMA_CONF: &str = "[database]\nconnection = sqlite:///ironic.sqlite\n";

/// The only user of a lab with `http_basic`; `lab_ironic.py` has the same name.
const USER: &str = "admin";

/// The maximum heartbeat interval of a ramdisk in seconds: short enough for users who watch a deploy, long enough that
/// a hundred ramdisks do not overload Ironic. It must be well below Ironic's deploy timeout.
const MOST_HEARTBEAT_TIMEOUT: u32 = 20;

/// The URL of a server of the lab.
pub(super) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Writes all files that the lab's Ironic and its clients read, except the database.
pub(super) fn write(dir: &Path, record: &Record) -> Result<(), Error> {
    for needed in ["state/images", "state/master", "state/tmp", "tftp/master", "policy.d"] {
        files::make_directory(&dir.join(needed))?;
    }
    image::write(&dir.join("images"))?;
    let password = password(&dir.join("password"), record.settings.auth)?;
    let place = dir.to_str().expect("a lab's directory is text");
    files::write(&dir.join("ironic.conf"), ironic_conf(place, record))?;
    // An empty policy file means the default policy. Without it, Ironic searches the system for one at each request.
    files::write(&dir.join("policy.yaml"), "{}\n")?;
    files::write(&dir.join("clouds.yaml"), clouds_yaml(record.api_port, password.as_ref()))?;
    files::write(&dir.join("machines.yaml"), MACHINES)?;
    files::write(&dir.join("flavors.yaml"), FLAVORS)
}

/// The password: created when first needed, then reused. Without authentication, removes the file.
fn password(path: &Path, auth: Auth) -> Result<Option<SecretString>, Error> {
    if auth == Auth::None {
        files::remove(path)?;
        return Ok(None);
    }
    if let Some(password) = files::read(path)?.filter(|password| !password.is_empty()) {
        return Ok(Some(password.into()));
    }
    // 122 bits from the system's source of randomness.
    let password = Uuid::new_v4().simple().to_string();
    files::write(path, &password)?;
    Ok(Some(password.into()))
}

fn ironic_conf(dir: &str, record: &Record) -> String {
    let settings = &record.settings;
    let auth_strategy = match settings.auth {
        Auth::None => "noauth",
        Auth::HttpBasic => "http_basic",
    };
    [
        ("{auth_strategy}", auth_strategy.to_owned()),
        ("{api_port}", record.api_port.to_string()),
        ("{api_url}", url(record.api_port)),
        ("{web_url}", url(record.web_port)),
        ("{deploy_timeout}", settings.deploy_timeout.to_string()),
        ("{heartbeat_timeout}", (settings.deploy_timeout / 2).clamp(1, MOST_HEARTBEAT_TIMEOUT).to_string()),
        ("{check_interval}", (settings.deploy_timeout / 15).clamp(1, 10).to_string()),
        ("{power_delay}", settings.power_delay.to_string()),
        ("{deploy_delay}", settings.deploy_delay.to_string()),
        ("{clean_delay}", settings.clean_delay.to_string()),
        // Last, because a path may contain text like the other placeholders; `$` begins the name of another option.
        ("{dir}", dir.replace('$', "$$")),
    ]
    .into_iter()
    .fold(IRONIC_CONF.to_owned(), |text, (name, value)| text.replace(name, &value))
}

fn clouds_yaml(port: u16, password: Option<&SecretString>) -> String {
    let url = url(port);
    let mut text =
        format!("# Written by farrier at each start of the lab: changes are lost.\nclouds:\n  {CLOUD}:\n");
    let _ = match password {
        None => write!(text, "    auth_type: none\n    auth:\n      endpoint: {url}\n"),
        Some(password) => write!(
            text,
            "    auth_type: http_basic\n    auth:\n      endpoint: {url}\n      username: {USER}\n      password: \"{}\"\n",
            password.expose_secret()
        ),
    };
    let _ = writeln!(text, "    baremetal_endpoint_override: {url}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Settings;

    fn record() -> Record {
        Record {
            ironic_version: "39.0.0".to_owned(),
            api_port: 23456,
            web_port: 23457,
            settings: Settings { deploy_delay: "2,8".parse().expect("a delay"), ..Settings::default() },
            has_machines: false,
        }
    }

    #[test]
    fn the_configuration_is_filled_in() {
        let conf = ironic_conf("/home/me/$lab {api_url}", &record());
        for line in [
            "log_file = /home/me/$$lab {api_url}/ironic.log",
            "auth_strategy = noauth",
            "port = 23456",
            "public_endpoint = http://127.0.0.1:23456",
            "deploy_delay = 2,8",
            "vendor_delay = 0",
            "deploy_callback_timeout = 60",
            "ramdisk_heartbeat_timeout = 20",
            "host_ip = 127.0.0.1",
        ] {
            assert!(conf.lines().any(|there| there == line), "{line}");
        }
        let rest = conf.replace("$$lab {api_url}", "");
        let left: Vec<_> = rest.lines().filter(|line| line.contains('{') && !line.starts_with('#')).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn a_password_is_created_once_and_written_only_where_needed() {
        let dir = crate::test_files::folder();
        let path = dir.path().join("password");
        assert!(password(&path, Auth::None).expect("none").is_none());
        let first = password(&path, Auth::HttpBasic).expect("made").expect("one");
        let again = password(&path, Auth::HttpBasic).expect("kept").expect("one");
        assert_eq!(first.expose_secret(), again.expose_secret());
        assert!(first.expose_secret().len() >= 32);

        write(
            dir.path(),
            &Record { settings: Settings { auth: Auth::HttpBasic, ..Settings::default() }, ..record() },
        )
        .expect("written");
        let secret = first.expose_secret();
        let read = |name| std::fs::read_to_string(dir.path().join(name)).expect("written");
        assert!(read("clouds.yaml").contains(secret));
        assert!(!read("ironic.conf").contains(secret));
    }

    #[test]
    fn clouds_yaml_points_to_the_lab() {
        let text = clouds_yaml(23456, None);
        let clouds: serde_json::Value = serde_saphyr::from_str(&text).expect("YAML");
        let cloud = &clouds["clouds"]["farrier-lab"];
        assert_eq!(cloud["auth_type"], "none");
        assert_eq!(cloud["auth"]["endpoint"], "http://127.0.0.1:23456");
        assert_eq!(cloud["baremetal_endpoint_override"], "http://127.0.0.1:23456");
    }
}
