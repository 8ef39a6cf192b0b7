//! Nova: flavors. farrier asks Nova for nothing else and creates no instance there.

use std::collections::BTreeMap;

use reqwest::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Cloud;
use crate::host_manager;
use crate::rest::{Error, LoginError, Request, Service, Session};

/// Nova, the compute service.
pub(super) const SERVICE: Service = Service {
    name: "Nova",
    root: "v2.1",
    error_keys: &["badRequest", "computeFault", "forbidden", "itemNotFound", "message"],
};

/// The first API version that includes extra specs in flavors (Nova 18, Rocky).
const VERSION: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-openstack-nova-api-version"), HeaderValue::from_static("2.61"));

/// A connection to one cloud's Nova.
#[derive(Debug, Clone)]
pub struct Nova(Session);

/// A flavor in Nova.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NovaFlavor {
    /// The id, which is not always a UUID.
    pub id: String,
    /// The name, which is unique.
    pub name: String,
    /// CPUs.
    pub vcpus: u64,
    /// RAM in MiB.
    pub ram: u64,
    /// Root disk in GiB.
    pub disk: u64,
    /// Ephemeral disk in GiB.
    #[serde(rename = "OS-FLV-EXT-DATA:ephemeral", default)]
    pub ephemeral: u64,
    /// Swap in MiB.
    #[serde(default, deserialize_with = "swap_size")]
    pub swap: u64,
    /// Requirements other than sizes; `None` if Nova does not show them to this user (such as one with system scope).
    pub extra_specs: Option<BTreeMap<String, String>>,
}

/// Nova sends "" instead of 0 below version 2.75.
fn swap_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Number(size) if size.is_u64() => Ok(size.as_u64().unwrap_or_default()),
        Value::String(text) if text.is_empty() => Ok(0),
        other => Err(serde::de::Error::custom(format!("`swap` is not a size: {other}"))),
    }
}

impl From<NovaFlavor> for host_manager::Flavor {
    /// Hidden extra specs count as empty. A disk of 0 means any size, as in Nova.
    fn from(flavor: NovaFlavor) -> Self {
        let NovaFlavor { name, vcpus, ram, disk, ephemeral, swap, extra_specs, .. } = flavor;
        Self {
            name,
            vcpus: Some(vcpus),
            ram_mb: Some(ram),
            disk_gb: Some(disk).filter(|disk| disk + ephemeral + swap > 0),
            ephemeral_gb: Some(ephemeral),
            swap_mb: Some(swap),
            // Nova puts it into the extra specs.
            resource_class: None,
            extra_specs: extra_specs.unwrap_or_default(),
        }
    }
}

/// A page of a list of flavors.
#[derive(Deserialize)]
struct Page {
    flavors: Vec<NovaFlavor>,
    /// Not empty if there is another page.
    #[serde(default)]
    flavors_links: Vec<Value>,
}

impl Nova {
    /// The Nova of a cloud, if it has one.
    ///
    /// # Errors
    /// Keystone refuses the login or is unreachable.
    pub fn of(cloud: &Cloud) -> Result<Option<Self>, LoginError> {
        let (name, version) = VERSION;
        Ok(cloud.session("compute", &SERVICE)?.map(|session| Self(session.with_header(name, version))))
    }

    /// All flavors that the user may use, including private ones.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn flavors(&self) -> Result<Vec<NovaFlavor>, Error> {
        let mut flavors: Vec<NovaFlavor> = Vec::new();
        loop {
            // Administrators see only public flavors unless they ask for all; other users are not affected.
            let mut request = Request::get("flavors/detail").query("is_public", "None");
            if let Some(last) = flavors.last() {
                request = request.query("marker", &last.id);
            }
            let page: Page = self.0.fetch(&request)?;
            let last = page.flavors.last().map(|flavor| &flavor.id);
            let has_next = !page.flavors_links.is_empty() && last.is_some();
            if has_next && last == flavors.last().map(|flavor| &flavor.id) {
                let request = format!("GET {}/flavors/detail", self.0.address());
                return Err(Error::Malformed { request, reason: "the pages of the list repeat".to_owned() });
            }
            flavors.extend(page.flavors);
            if !has_next {
                return Ok(flavors);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_is_read_as_a_number_or_an_empty_string_and_extra_specs_may_be_missing() {
        let page: Page = serde_json::from_str(
            r#"{"flavors": [
                {"id": "1", "name": "bm.a", "ram": 16384, "disk": 100, "swap": "", "OS-FLV-EXT-DATA:ephemeral": 0,
                 "vcpus": 8, "OS-FLV-DISABLED:disabled": false, "rxtx_factor": 1.0, "description": null, "links": [],
                 "extra_specs": {"resources:VCPU": "0", "resources:CUSTOM_BM_A": "1"}},
                {"id": "2", "name": "bm.b", "ram": 1, "disk": 0, "swap": 512, "vcpus": 1}]}"#,
        )
        .expect("Nova's form");
        let [a, b] = page.flavors.as_slice() else { panic!("two flavors") };
        assert_eq!((a.swap, a.extra_specs.as_ref().map(BTreeMap::len)), (0, Some(2)));
        assert_eq!((b.swap, b.extra_specs.as_ref()), (512, None));
        let a = host_manager::Flavor::from(a.clone());
        assert_eq!((a.ram_mb, a.disk_gb, a.swap_mb), (Some(16384), Some(100), Some(0)));
        let any_disk = NovaFlavor { swap: 0, ..b.clone() };
        assert_eq!(host_manager::Flavor::from(any_disk).disk_gb, None);
        assert!(
            serde_json::from_str::<NovaFlavor>(
                r#"{"id": "1", "name": "x", "ram": 1, "disk": 1, "vcpus": 1, "swap": []}"#
            )
            .is_err()
        );
    }
}
