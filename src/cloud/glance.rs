//! Glance: images by name or UUID, with their properties. Images themselves go from Glance to machines without us.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Cloud;
use crate::rest::{Error, LoginError, Request, Service, Session, segment};

/// Glance, the image service.
pub(super) const SERVICE: Service = Service { name: "Glance", root: "v2", error_keys: &["message"] };

/// So many images are looked at when a name is sought that resembles another one.
const PAGE: usize = 1000;

/// A connection to one cloud's Glance.
#[derive(Debug, Clone)]
pub struct Glance(Session);

/// What Glance says of an image (Image API v2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Image {
    /// Its UUID.
    pub id: String,
    /// Its name, which others may have too.
    pub name: Option<String>,
    /// `active` where it can be used; else `queued`, `saving`, `importing`, `deactivated`, …
    pub status: String,
    /// `public`, `private`, `shared` or `community`.
    pub visibility: String,
    /// How it is written, such as `raw` or `qcow2`; nothing before its data is there.
    pub disk_format: Option<String>,
    /// The least disk, in GiB, that it runs with; 0 where it does not matter.
    pub min_disk: u64,
    /// The least RAM, in MiB, that it runs with; 0 where it does not matter.
    pub min_ram: u64,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// All that is said of it by a word: what Glance knows by itself, and the properties that its owner gave to it.
    #[serde(flatten, deserialize_with = "words")]
    pub properties: BTreeMap<String, String>,
}

/// The values that are texts.
fn words<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let all = Map::deserialize(deserializer)?;
    let word = |(key, value)| match value {
        Value::String(text) => Some((key, text)),
        _ => None,
    };
    Ok(all.into_iter().filter_map(word).collect())
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
    /// Keystone refuses, or cannot be reached.
    pub fn of(cloud: &Cloud) -> Result<Option<Self>, LoginError> {
        Ok(cloud.session("image", &SERVICE)?.map(Self))
    }

    /// Where it is, as it may be shown.
    #[must_use]
    pub fn address(&self) -> String {
        self.0.address()
    }

    /// An image by its UUID; `None` where there is none, or none for this user.
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

    /// Every image of this name that the user may use. Those that are usually listed come first; only where there is
    /// none, those that are hidden, and then those that others offer to all, which no list has unless asked.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn named(&self, name: &str) -> Result<Vec<Image>, Error> {
        for more in [None, Some(("os_hidden", "true")), Some(("visibility", "community"))] {
            let request = Request::get("images").query("name", quoted(name));
            let request = more.into_iter().fold(request, |request, (key, value)| request.query(key, value));
            let mut page: Page = self.0.fetch(&request)?;
            // A database may take letters for the same that are not.
            page.images.retain(|image| image.name.as_deref() == Some(name));
            if !page.images.is_empty() {
                return Ok(page.images);
            }
        }
        Ok(Vec::new())
    }

    /// Names of images that there are, for one that is near another: not more than one page of them.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let page: Page = self.0.fetch(&Request::get("images").query("limit", PAGE.to_string()))?;
        Ok(page.images.into_iter().filter_map(|image| image.name).collect())
    }
}

/// A name as its filter wants it. A plain one is taken as it is; one that looks like an operator (`in:a,b`) is only
/// taken for a name within one.
fn quoted(name: &str) -> String {
    if name.contains(':') { format!("in:\"{}\"", name.replace('"', "\\\"")) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_read_with_whatever_it_has() {
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
    fn a_name_that_looks_like_an_operator_is_still_a_name() {
        assert_eq!(quoted("el 10, minimal"), "el 10, minimal");
        assert_eq!(quoted("in:x,y"), "in:\"in:x,y\"");
    }
}
