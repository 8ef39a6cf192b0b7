//! BMC functions other than power: boot device, console and NMI.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use super::error::Error;
use super::guard::Guard;
use crate::rest::{Request, segment};

/// The boot device of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BootDevice {
    /// Ironic's name for it (`disk`, `pxe`, …); `None` if the BMC does not report it.
    #[serde(default)]
    pub boot_device: Option<String>,
    /// Whether it applies beyond the next boot; `None` if the BMC does not report it.
    #[serde(default)]
    pub persistent: Option<bool>,
}

/// A node's console.
#[derive(Debug, Clone, Deserialize)]
pub struct Console {
    /// Whether it is enabled.
    #[serde(default)]
    pub console_enabled: bool,
    /// How to reach it, if it is enabled.
    #[serde(default)]
    pub console_info: Option<ConsoleInfo>,
}

/// How to reach a console.
#[derive(Debug, Clone, Deserialize)]
pub struct ConsoleInfo {
    /// Its type: `socat`, `shellinabox`, …
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// Its URL.
    #[serde(default)]
    pub url: Option<String>,
}

#[derive(Deserialize)]
struct Supported {
    supported_boot_devices: Vec<String>,
}

impl Client {
    /// The boot device of a node, read from its BMC.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn boot_device(&self, uuid: &str) -> Result<BootDevice, Error> {
        self.fetch(&Request::get(path(uuid, "management/boot_device")))
    }

    /// The boot devices that a node supports.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn supported_boot_devices(&self, uuid: &str) -> Result<Vec<String>, Error> {
        let request = Request::get(path(uuid, "management/boot_device/supported"));
        Ok(self.fetch::<Supported>(&request)?.supported_boot_devices)
    }

    /// Sets the boot device of a node, for the next boot or persistently.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_boot_device(&self, guard: Guard, device: &str, persistent: bool) -> Result<(), Error> {
        let body = json!({"boot_device": device, "persistent": persistent});
        self.send_once(Request::new(Method::PUT, guard.path("/management/boot_device")).json(&body))
    }

    /// Sends a non-maskable interrupt (API ≥ 1.29).
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn inject_nmi(&self, guard: Guard) -> Result<(), Error> {
        self.send_once(Request::new(Method::PUT, guard.path("/management/inject_nmi")).json(&json!({})))
    }

    /// The state and URL of a node's console.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn console(&self, uuid: &str) -> Result<Console, Error> {
        self.fetch(&Request::get(path(uuid, "states/console")))
    }

    /// Enables or disables a node's console; Ironic completes it after the response.
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
