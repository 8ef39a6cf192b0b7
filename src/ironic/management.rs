//! What a node's BMC does besides power: its boot device, its console, the interrupt that crashes an operating system.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use super::error::Error;
use super::guard::Guard;
use crate::rest::{Request, segment};

/// What a node boots from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BootDevice {
    /// Ironic's word for it (`disk`, `pxe`, …); `None` where the BMC does not tell.
    #[serde(default)]
    pub boot_device: Option<String>,
    /// Whether that holds for more than the next boot; `None` where the BMC does not tell.
    #[serde(default)]
    pub persistent: Option<bool>,
}

/// A node's console.
#[derive(Debug, Clone, Deserialize)]
pub struct Console {
    /// Whether it is served.
    #[serde(default)]
    pub console_enabled: bool,
    /// How to reach it, where it is.
    #[serde(default)]
    pub console_info: Option<ConsoleInfo>,
}

/// How to reach a console.
#[derive(Debug, Clone, Deserialize)]
pub struct ConsoleInfo {
    /// What speaks there: `socat`, `shellinabox`, …
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// Where.
    #[serde(default)]
    pub url: Option<String>,
}

#[derive(Deserialize)]
struct Supported {
    supported_boot_devices: Vec<String>,
}

impl Client {
    /// What a node boots from; asks its BMC.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn boot_device(&self, uuid: &str) -> Result<BootDevice, Error> {
        self.fetch(&Request::get(path(uuid, "management/boot_device")))
    }

    /// What a node can boot from.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn supported_boot_devices(&self, uuid: &str) -> Result<Vec<String>, Error> {
        let request = Request::get(path(uuid, "management/boot_device/supported"));
        Ok(self.fetch::<Supported>(&request)?.supported_boot_devices)
    }

    /// Sets what a node boots from, the next time or from then on.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_boot_device(&self, guard: Guard, device: &str, persistent: bool) -> Result<(), Error> {
        let body = json!({"boot_device": device, "persistent": persistent});
        self.send_once(Request::new(Method::PUT, guard.path("/management/boot_device")).json(&body))
    }

    /// Sends the interrupt that cannot be masked (Ironic ≥ 1.29).
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn inject_nmi(&self, guard: Guard) -> Result<(), Error> {
        self.send_once(Request::new(Method::PUT, guard.path("/management/inject_nmi")).json(&json!({})))
    }

    /// Whether a node's console is served, and where.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn console(&self, uuid: &str) -> Result<Console, Error> {
        self.fetch(&Request::get(path(uuid, "states/console")))
    }

    /// Has a node's console served, or not; Ironic does so after it has answered.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_console(&self, guard: Guard, enabled: bool) -> Result<(), Error> {
        let body = json!({"enabled": enabled});
        self.send_once(Request::new(Method::PUT, guard.path("/states/console")).json(&body))
    }
}

fn path(uuid: &str, rest: &str) -> String {
    format!("nodes/{}/{rest}", segment(uuid))
}
