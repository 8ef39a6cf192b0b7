//! The entry of a cloud in `clouds.yaml`, `secure.yaml`, `clouds-public.yaml` or the `OS_*` variables.
//!
//! Like openstacksdk (`openstack/config/loader.py`), this accepts keys in `auth` or next to it, with dashes or
//! underscores, under old or new names. Unknown keys are ignored: other programs may read them.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The settings of a cloud: the names of each, the preferred one first, and a description. All hold a single value.
/// `regions` and `auth_methods`, which hold lists, are not included.
pub const SETTINGS: &[(&[&str], &str)] = &[
    (&["auth_type", "auth_plugin"], "password, token, v3applicationcredential, v3totp, http_basic, none, …"),
    (&["auth_url"], "Keystone's URL, with or without /v3"),
    (&["username", "user_name"], "name of the user"),
    (&["user_id"], "UUID of the user; no domain needed"),
    (&["password"], "password (default: prompt on a terminal)"),
    (&["passcode"], "current passcode for v3totp"),
    (&["user_domain_name", "user_domain_id"], "the user's domain"),
    (&["project_name", "tenant_name"], "name of the project to log in to"),
    (&["project_id", "tenant_id"], "UUID of the project to log in to; no domain needed"),
    (&["project_domain_name", "project_domain_id"], "the project's domain"),
    (&["domain_name", "domain_id"], "domain to log in to; also the default domain of the user and project"),
    (
        &["default_domain", "default_domain_id", "default_domain_name"],
        "default domain of the user and project (default: `default`)",
    ),
    (&["system_scope"], "`all`: log in to the whole system"),
    (&["trust_id"], "UUID of the trust to use"),
    (&["token", "auth_token"], "an existing token"),
    (
        &["application_credential_id", "application_credential_name"],
        "application credential for v3applicationcredential; a name also needs the user",
    ),
    (&["application_credential_secret"], "secret of the application credential"),
    (&["region_name"], "region of the endpoints"),
    (
        &["interface", "endpoint_type"],
        "endpoint interface: public (default), internal or admin; a list is tried in order",
    ),
    (&["endpoint", "url"], "Ironic's URL, instead of the one in Keystone's catalog"),
    (&["cacert"], "file of CA certificates to trust in addition to the system's"),
    (&["cert"], "client certificate file"),
    (&["key"], "private key file of the client certificate, if separate"),
    (&["verify"], "false: accept any server certificate (prints a warning)"),
    (&["insecure"], "true: same as `verify: false`"),
    (&["api_timeout"], "timeout of one request in seconds (default: 90)"),
    (&["profile", "cloud"], "profile in clouds-public.yaml with defaults for this cloud"),
];

/// Settings of a single service, after its prefix: `baremetal_endpoint_override`, `network_interface` and so on.
pub const OF_SERVICES: &[(&str, &str)] = &[
    ("endpoint_override", "URL of this service, instead of the one in the catalog"),
    ("interface", "like `interface`, for this service only"),
    ("endpoint_type", "old name of SERVICE_interface"),
    ("region_name", "like `region_name`, for this service only"),
];

/// The settings of one cloud. Any value may be a secret.
#[derive(Debug, Clone, Default)]
pub(super) struct CloudEntry {
    /// Keys next to `auth`, with underscores.
    values: BTreeMap<String, SecretString>,
    /// Keys in `auth`, with underscores.
    auth: BTreeMap<String, SecretString>,
    /// The methods of a `v3multifactor` login.
    pub(super) auth_methods: Vec<String>,
    /// The cloud's regions with their own settings; the first is the default.
    pub(super) regions: Vec<Region>,
}

/// One region of a cloud.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub(super) name: String,
    pub(super) values: CloudEntry,
}

impl CloudEntry {
    /// The entry from `OS_*` variables, whose names come without the prefix and in lower case.
    pub(super) fn of_variables(pairs: impl Iterator<Item = (String, SecretString)>) -> Self {
        let values = pairs.filter(|(_, value)| !value.expose_secret().is_empty()).collect();
        Self { values, ..Self::default() }
    }

    /// The first of these keys with a value. A key next to `auth` overrides the same key in `auth`, as in openstacksdk.
    pub(super) fn secret(&self, keys: &[&str]) -> Option<SecretString> {
        let value = |key: &&str| self.values.get(*key).or_else(|| self.auth.get(*key));
        keys.iter().filter_map(value).find(|value| !value.expose_secret().is_empty()).cloned()
    }

    /// The same for keys that hold no secret.
    pub(super) fn value(&self, keys: &[&str]) -> Option<String> {
        self.secret(keys).map(|value| value.expose_secret().to_owned())
    }

    /// Whether it has a secret that other users must not read.
    pub(super) fn has_secret(&self) -> bool {
        let secrets = ["password", "application_credential_secret", "token", "auth_token", "passcode"];
        self.secret(&secrets).is_some()
    }

    /// Takes a setting from another entry if this one has it under none of its names.
    pub(super) fn fill(&mut self, other: &Self, names: &[&str]) {
        if let (None, Some(value)) = (self.secret(names), other.secret(names)) {
            self.values.insert(names[0].to_owned(), value);
        }
    }

    /// Merges another entry, which overrides this one.
    pub(super) fn overlay(&mut self, over: Self) {
        for key in over.auth.keys() {
            // Otherwise an old value next to `auth` would override a newer one in it.
            self.values.remove(key);
        }
        self.values.extend(over.values);
        self.auth.extend(over.auth);
        if !over.auth_methods.is_empty() {
            self.auth_methods = over.auth_methods;
        }
        if !over.regions.is_empty() {
            self.regions = over.regions;
        }
    }
}

impl CloudEntry {
    /// Applies the settings of a region, and its name.
    pub(super) fn use_region(&mut self, region: Region) {
        self.overlay(region.values);
        self.values.insert("region_name".to_owned(), region.name.into());
    }
}

/// Parses the booleans of YAML 1.1, which openstacksdk reads, quoted or not.
pub(super) fn parse_bool(value: &str) -> Option<bool> {
    match value.to_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "0" => Some(false),
        _ => None,
    }
}

fn is_setting(key: &str) -> bool {
    let of_service = |ending: &str| key.strip_suffix(ending).is_some_and(|service| service.ends_with('_'));
    SETTINGS.iter().any(|(keys, _)| keys.contains(&key))
        || OF_SERVICES.iter().any(|(ending, _)| of_service(ending))
}

/// A scalar as written, even if it looks like a number.
struct Scalar(Option<SecretString>);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::<String>::deserialize(deserializer)?.map(SecretString::from)))
    }
}

/// The known keys of `auth`; others are ignored.
struct AuthValues(BTreeMap<String, SecretString>);

impl<'de> Deserialize<'de> for AuthValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfAuth;
        impl<'de> Visitor<'de> for OfAuth {
            type Value = AuthValues;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of credentials")
            }

            fn visit_unit<E>(self) -> Result<AuthValues, E> {
                Ok(AuthValues(BTreeMap::new()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AuthValues, A::Error> {
                let mut values = BTreeMap::new();
                while let Some(key) = map.next_key::<String>()? {
                    let key = key.replace('-', "_");
                    if is_setting(&key) {
                        values.extend(map.next_value::<Scalar>()?.0.map(|value| (key, value)));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(AuthValues(values))
            }
        }
        deserializer.deserialize_any(OfAuth)
    }
}

impl<'de> Deserialize<'de> for CloudEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfCloud;
        impl<'de> Visitor<'de> for OfCloud {
            type Value = CloudEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping that describes a cloud")
            }

            fn visit_unit<E>(self) -> Result<CloudEntry, E> {
                Ok(CloudEntry::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CloudEntry, A::Error> {
                let mut entry = CloudEntry::default();
                let mut names = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    let key = key.replace('-', "_");
                    match key.as_str() {
                        "auth" => entry.auth = map.next_value::<AuthValues>()?.0,
                        "regions" => entry.regions = map.next_value()?,
                        "auth_methods" => entry.auth_methods = map.next_value()?,
                        // Old files have a list here, or a comma-separated string.
                        "region_name" => names = map.next_value::<NameList>()?.0,
                        _ if key.ends_with("interface") || key.ends_with("endpoint_type") => {
                            let names = map.next_value::<NameList>()?.0.join(",");
                            entry.values.extend((!names.is_empty()).then(|| (key, names.into())));
                        }
                        _ if is_setting(&key) => {
                            let value = map.next_value::<Scalar>()?.0;
                            entry.values.extend(value.map(|value| (key, value)));
                        }
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                if entry.regions.is_empty() {
                    let bare = |name| Region { name, values: CloudEntry::default() };
                    entry.regions = names.into_iter().map(bare).collect();
                }
                Ok(entry)
            }
        }
        deserializer.deserialize_any(OfCloud)
    }
}

/// A name, several names separated by commas, or a list.
struct NameList(Vec<String>);

impl<'de> Deserialize<'de> for NameList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = NameList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or a list of names")
            }

            fn visit_unit<E>(self) -> Result<NameList, E> {
                Ok(NameList(Vec::new()))
            }

            fn visit_str<E>(self, text: &str) -> Result<NameList, E> {
                let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                Ok(NameList(names.map(str::to_owned).collect()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<NameList, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = list.next_element()? {
                    names.push(name);
                }
                Ok(NameList(names))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrMore;
        impl<'de> Visitor<'de> for NameOrMore {
            type Value = Region;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a region's name, or a mapping with `name` and `values`")
            }

            fn visit_str<E>(self, name: &str) -> Result<Region, E> {
                Ok(Region { name: name.to_owned(), values: CloudEntry::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Region, A::Error> {
                let mut name = None;
                let mut values = CloudEntry::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "name" => name = Some(map.next_value()?),
                        "values" => values = map.next_value()?,
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                let name = name.ok_or_else(|| serde::de::Error::missing_field("name"))?;
                Ok(Region { name, values })
            }
        }
        deserializer.deserialize_any(NameOrMore)
    }
}
