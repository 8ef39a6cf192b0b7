//! Glance: images by name or UUID, with their properties. farrier does not transfer image data.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Cloud;
use crate::rest::{Error, LoginError, Request, Service, Session, segment};

/// Glance, the image service.
pub(super) const SERVICE: Service = Service { name: "Glance", root: "v2", error_keys: &["message"] };

/// How many images are searched for a similar name.
const PAGE: usize = 1000;

/// A connection to one cloud's Glance.
#[derive(Debug, Clone)]
pub struct Glance(Session);

/// An image in Glance (Image API v2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Image {
    /// Its UUID.
    pub id: String,
    /// Its name; names are not unique.
    pub name: Option<String>,
    /// `active` if it can be used; else `queued`, `saving`, `importing`, `deactivated`, …
    pub status: String,
    /// `public`, `private`, `shared` or `community`.
    pub visibility: String,
    /// The format, such as `raw` or `qcow2`; `None` before the data is uploaded.
    pub disk_format: Option<String>,
    /// The minimum disk size in GiB; 0 means no minimum.
    pub min_disk: u64,
    /// The minimum RAM in MiB; 0 means no minimum.
    pub min_ram: u64,
    /// The creation time (RFC 3339).
    pub created_at: String,
    /// All string values: Glance's own fields, and the properties that the owner set.
    #[serde(flatten, deserialize_with = "strings")]
    pub properties: BTreeMap<String, String>,
}

/// The values that are strings.
fn strings<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let all = Map::deserialize(deserializer)?;
    let string = |(key, value)| match value {
        Value::String(text) => Some((key, text)),
        _ => None,
    };
    Ok(all.into_iter().filter_map(string).collect())
}

/// A page of a list of images.
#[derive(Deserialize)]
struct Page {
    images: Vec<Image>,
}

impl Glance {
    /// The Glance of a cloud, if it has one.
    ///
    /// # Errors
    /// Keystone refuses the login or is unreachable.
    pub fn of(cloud: &Cloud) -> Result<Option<Self>, LoginError> {
        Ok(cloud.session("image", &SERVICE)?.map(Self))
    }

    /// The URL, safe to display.
    #[must_use]
    pub fn address(&self) -> String {
        self.0.address()
    }

    /// An image by UUID; `None` if it does not exist or the user may not see it.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn image(&self, id: &str) -> Result<Option<Image>, Error> {
        match self.0.fetch(&Request::get(format!("images/{}", segment(id)))) {
            Ok(image) => Ok(Some(image)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All images with this name that the user may use: the listed ones, else the hidden ones, else community images,
    /// which Glance lists only on request.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn named(&self, name: &str) -> Result<Vec<Image>, Error> {
        for more in [None, Some(("os_hidden", "true")), Some(("visibility", "community"))] {
            let request = Request::get("images").query("name", quoted(name));
            let request = more.into_iter().fold(request, |request, (key, value)| request.query(key, value));
            let mut page: Page = self.0.fetch(&request)?;
            // A database may ignore case.
            page.images.retain(|image| image.name.as_deref() == Some(name));
            if !page.images.is_empty() {
                return Ok(page.images);
            }
        }
        Ok(Vec::new())
    }

    /// Names of existing images, to suggest a similar one. Reads one page at most.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let page: Page = self.0.fetch(&Request::get("images").query("limit", PAGE.to_string()))?;
        Ok(page.images.into_iter().filter_map(|image| image.name).collect())
    }
}

/// A name as Glance's filter needs it. A name that looks like an operator (`in:a,b`) is only read as a name inside
/// `in:`.
fn quoted(name: &str) -> String {
    if name.contains(':') { format!("in:\"{}\"", name.replace('"', "\\\"")) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_read_with_all_string_properties() {
        let image: Image = serde_json::from_str(
            r#"{"id": "2fb01d0b-b75b-4de2-b427-893c52327b4d", "name": "el10", "status": "active",
                "visibility": "public", "min_disk": 20, "min_ram": 0, "disk_format": "raw", "size": 1048576,
                "protected": false, "tags": ["x"], "os_hidden": false, "hw_architecture": "x86_64",
                "trait:CUSTOM_NVME": "required", "kernel_id": null, "created_at": "2026-01-01T00:00:00Z"}"#,
        )
        .expect("Glance's form");
        assert_eq!((image.min_disk, image.disk_format.as_deref()), (20, Some("raw")));
        let properties: Vec<&str> = image.properties.keys().map(String::as_str).collect();
        assert_eq!(properties, ["hw_architecture", "trait:CUSTOM_NVME"]);
        let queued: Image = serde_json::from_str(
            r#"{"id": "u", "name": null, "status": "queued", "disk_format": null, "min_disk": 0}"#,
        )
        .expect("one without data");
        assert_eq!((queued.name, queued.min_ram), (None, 0));
    }

    #[test]
    fn a_name_that_looks_like_an_operator_is_quoted() {
        assert_eq!(quoted("el 10, minimal"), "el 10, minimal");
        assert_eq!(quoted("in:x,y"), "in:\"in:x,y\"");
    }
}
