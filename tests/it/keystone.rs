//! Authentication with a real Keystone: by every method, as rarely as possible, and without exposing secrets.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::site::{Service, Site};
use crate::support::exchange;

/// A user of one of the site's clouds with an own cache, whose requests to Keystone are counted.
struct User<'a> {
    site: &'a Site,
    cloud: &'a str,
    keystone: Proxy,
    folder: tempfile::TempDir,
    clouds_yaml: PathBuf,
}

impl<'a> User<'a> {
    fn new(site: &'a Site, cloud: &'a str) -> Self {
        Self::at(site, cloud, site.address(Service::Keystone))
    }

    fn at(site: &'a Site, cloud: &'a str, keystone: &str) -> Self {
        let keystone = Proxy::start(keystone);
        let folder = crate::run::folder();
        let clouds_yaml = site.changed(folder.path(), cloud, |entry| {
            entry["auth"]["auth_url"] = json!(format!("{}/v3", keystone.endpoint()));
        });
        Self { site, cloud, keystone, folder, clouds_yaml }
    }

    fn farrier(&self) -> assert_cmd::Command {
        let mut command = self.site.farrier(self.cloud);
        command
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("OS_CLIENT_CONFIG_FILE", &self.clouds_yaml);
        command
    }

    fn logins(&self) -> usize {
        let login = |request: &&String| request.as_str() == "POST /v3/auth/tokens";
        self.keystone.seen().iter().filter(login).count()
    }

    /// The cached tokens.
    fn cached_tokens(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder.path().join("cache/farrier/tokens"));
        files.into_iter().flatten().map(|file| file.expect("listed").path()).collect()
    }

    fn token(&self) -> String {
        let [file] = &self.cached_tokens()[..] else {
            panic!("one token is cached: {:?}", self.cached_tokens())
        };
        let cached: Value = serde_json::from_slice(&fs::read(file).expect("read")).expect("JSON");
        cached["id"].as_str().expect("it has one").to_owned()
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it exists").permissions().mode() & 0o777
}

#[test]
fn every_login_method_reaches_the_same_ironic() {
    let site = Site::shared();
    site.machines("ways", 1, &json!({"owner": site.project("admin")}));
    for cloud in ["system-admin", "admin", "application-credential", "token"] {
        let nodes = site.json(cloud, &["node", "list", "--resource-class", "ways"]);
        let names: Vec<_> = nodes.as_array().expect("a list").iter().map(|node| &node["name"]).collect();
        assert_eq!(names, ["ways-node-1"], "{cloud}");
    }
    // Another project neither owns nor leases the node.
    let hidden = site.json("lessee-admin", &["node", "list", "--resource-class", "ways"]);
    assert_eq!(hidden, json!([]));
}

#[test]
fn second_run_sends_no_request_to_keystone() {
    for cloud in ["system-admin", "application-credential"] {
        let user = User::new(Site::shared(), cloud);
        user.farrier().args(["node", "list"]).assert().success();
        assert_eq!(user.keystone.seen(), ["POST /v3/auth/tokens"], "{cloud}");
        user.farrier().args(["node", "list"]).assert().success();
        assert_eq!(user.keystone.seen().len(), 1, "{cloud}");
        user.farrier().args(["node", "list", "--no-auth-cache"]).assert().success();
        assert_eq!(user.logins(), 2, "{cloud}");
    }
}

#[test]
fn token_cache_is_readable_only_by_its_owner() {
    let user = User::new(Site::shared(), "system-admin");
    user.farrier().args(["node", "list", "--no-auth-cache"]).assert().success();
    assert_eq!(user.cached_tokens(), [] as [PathBuf; 0]);
    user.farrier().args(["node", "list"]).assert().success();
    let [file] = &user.cached_tokens()[..] else { panic!("one file: {:?}", user.cached_tokens()) };
    assert_eq!((mode(file), mode(file.parent().expect("it has one"))), (0o600, 0o700));
    assert!(!fs::read_to_string(file).expect("read").contains(user.site.password()));

    // A cache file that others could have read or written is not used.
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).expect("the file belongs to this user");
    user.farrier().args(["node", "list"]).assert().success();
    assert_eq!(user.logins(), 3);
}

#[test]
fn revoked_token_is_replaced() {
    let user = User::new(Site::shared(), "owner-member");
    user.farrier().args(["node", "list"]).assert().success();
    let token = user.token();
    let tokens = [("X-Auth-Token", token.as_str()), ("X-Subject-Token", token.as_str())];
    let (status, response) =
        exchange(user.site.address(Service::Keystone), "DELETE", "/v3/auth/tokens", &tokens, "");
    assert_eq!(status, 204, "{response}");
    // Ironic validates the token at Keystone again after a short time.
    let began = Instant::now();
    let ironic = user.site.address(Service::Ironic);
    while exchange(ironic, "GET", "/v1/nodes", &tokens[..1], "").0 != 401 {
        assert!(began.elapsed() < Duration::from_secs(30), "Ironic takes a revoked token");
        std::thread::sleep(Duration::from_millis(100));
    }
    user.farrier().args(["node", "list"]).assert().success();
    assert_eq!(user.logins(), 2);
    assert_ne!(user.token(), token);
}

#[test]
fn token_that_expires_during_a_deploy_is_renewed() {
    let site = Site::shared();
    // One step of its ramdisk takes longer than a token lives.
    let step = site.brief_seconds() + 4;
    site.machines(
        "brief",
        1,
        &json!({"deploy_interface": "direct", "driver_info": {"mock_step_delay": step.to_string()}}),
    );
    let user = User::at(site, "brief", site.brief_keystone());
    let mut deploy = user.farrier();
    deploy.args(["deploy", "brief-1", "--resource-class", "brief"]).args(site.image());
    deploy.assert().success();
    assert!(user.logins() > 1, "{:?}", user.keystone.seen());
    let instance = site.json("system-admin", &["show", "brief-1"]);
    assert_eq!(instance["state"], "active");
}

#[test]
fn debug_output_contains_no_secret() {
    let site = Site::shared();
    for cloud in ["system-admin", "application-credential", "token"] {
        let user = User::new(site, cloud);
        // Once with a login, and once with cached tokens if there are any.
        for _ in 0..2 {
            let output = user.farrier().args(["node", "list", "--debug"]).output().expect("it runs");
            assert!(output.status.success(), "{cloud}");
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(stderr.contains("/v1/nodes"), "it says what it does: {stderr}");
            assert!(!stderr.contains(site.password()), "{cloud}");
            // All Keystone tokens begin like this.
            assert!(!stderr.contains("gAAAA"), "{cloud}: {stderr}");
        }
    }
}

#[test]
fn unknown_credential_is_a_refused_login() {
    let site = Site::shared();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let refused = |cloud: &str, change: &dyn Fn(&mut Value), code: i32, expected: &str| {
        let file = site.changed(folder.path(), cloud, |entry| change(entry));
        let mut command = site.farrier(cloud);
        let run = command.env("OS_CLIENT_CONFIG_FILE", file).args(["node", "list"]).assert().code(code);
        run.stderr(contains(expected));
    };
    let credential = |key: &'static str| {
        move |entry: &mut Value| entry["auth"][key] = json!("0123456789abcdef0123456789abcdef")
    };
    for key in ["application_credential_id", "application_credential_secret"] {
        refused("application-credential", &credential(key), 3, "openstack application credential list");
    }
    refused("token", &|entry| entry["auth"]["token"] = json!("nonsense"), 3, "openstack token issue");
    refused("owner-member", &|entry| entry["auth"]["password"] = json!("no"), 3, "check user, password");
    let unscoped = |entry: &mut Value| {
        let auth = entry["auth"].as_object_mut().expect("a mapping");
        auth.retain(|key, _| !key.starts_with("project"));
    };
    refused("owner-member", &unscoped, 2, "project_name");
}
