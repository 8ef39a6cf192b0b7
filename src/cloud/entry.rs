//! A cloud's entry as operators write it: in `clouds.yaml`, `secure.yaml`, `clouds-public.yaml`, or in `OS_*` variables.
//!
//! Keys may stand in `auth` or beside it, with dashes or underscores, under their old names or their new ones, as
//! openstacksdk takes them (`openstack/config/loader.py`). What farrier does not know is other programs' business.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What may be said of a cloud: the names of a setting, the usual one first, and what it is. Besides those that hold
/// one word there are `regions` and `auth_methods`, which are lists.
pub const SETTINGS: &[(&[&str], &str)] = &[
    (&["auth_type", "auth_plugin"], "password, token, v3applicationcredential, v3totp, http_basic, none, …"),
    (&["auth_url"], "Keystone, with or without /v3"),
    (&["username", "user_name"], "who logs in"),
    (&["user_id"], "the same by UUID; needs no domain"),
    (&["password"], "asked for on a terminal where it stands nowhere"),
    (&["passcode"], "of v3totp"),
    (&["user_domain_name", "user_domain_id"], "the user's domain"),
    (&["project_name", "tenant_name"], "the project that the token is for"),
    (&["project_id", "tenant_id"], "the same by UUID; needs no domain"),
    (&["project_domain_name", "project_domain_id"], "the project's domain"),
    (&["domain_name", "domain_id"], "the domain that the token is for, or the domain of what names none"),
    (
        &["default_domain", "default_domain_id", "default_domain_name"],
        "the domain of what names none, instead of `default`",
    ),
    (&["system_scope"], "all: the token is for the whole system"),
    (&["trust_id"], "the trust that the token is for"),
    (&["token", "auth_token"], "a token made beforehand"),
    (
        &["application_credential_id", "application_credential_name"],
        "of v3applicationcredential; a name needs its user too",
    ),
    (&["application_credential_secret"], "its secret"),
    (&["region_name"], "the region whose endpoints are meant"),
    (
        &["interface", "endpoint_type"],
        "public (the default), internal or admin: which endpoints are meant; a list is tried in order",
    ),
    (&["endpoint", "url"], "Ironic's address, where Keystone's catalog is not to be asked"),
    (&["cacert"], "certificates to trust besides the system's"),
    (&["cert"], "a certificate that proves who we are"),
    (&["key"], "its private key, where it is not in the same file"),
    (&["verify"], "false: trust any certificate; warned of each time"),
    (&["insecure"], "true: the same"),
    (&["api_timeout"], "how many seconds one request may take, instead of 90"),
    (&["profile", "cloud"], "the profile in clouds-public.yaml that says what this cloud does not"),
];

/// The same for a single service: `baremetal_endpoint_override`, `network_interface` and so on.
pub const OF_SERVICES: &[(&str, &str)] = &[
    ("endpoint_override", "its address, whatever the catalog says"),
    ("interface", "as `interface`, for this service"),
    ("endpoint_type", "the same"),
    ("region_name", "as `region_name`, for this service"),
];

/// What is known of one cloud. Any word may be a secret.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// Keys beside `auth`, with underscores.
    words: BTreeMap<String, SecretString>,
    /// Keys in `auth`, with underscores.
    auth: BTreeMap<String, SecretString>,
    /// The factors of a multi-factor login.
    pub(super) auth_methods: Vec<String>,
    /// The cloud's regions, the usual one first, each with what differs there.
    pub(super) regions: Vec<Region>,
}

/// One region of a cloud.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub(super) name: String,
    pub(super) values: Entry,
}

impl Entry {
    /// The entry that `OS_*` variables make, given without their prefix and in lower case.
    pub(super) fn of_variables(pairs: impl Iterator<Item = (String, SecretString)>) -> Self {
        let words = pairs.filter(|(_, value)| !value.expose_secret().is_empty()).collect();
        Self { words, ..Self::default() }
    }

    /// The first of these keys that has a value. Beside `auth` wins over `auth`, as in openstacksdk.
    pub(super) fn secret(&self, keys: &[&str]) -> Option<SecretString> {
        let value = |key: &&str| self.words.get(*key).or_else(|| self.auth.get(*key));
        keys.iter().filter_map(value).find(|value| !value.expose_secret().is_empty()).cloned()
    }

    /// The same, of keys that hold no secret.
    pub(super) fn word(&self, keys: &[&str]) -> Option<String> {
        self.secret(keys).map(|value| value.expose_secret().to_owned())
    }

    /// Whether it holds something that others must not read.
    pub(super) fn has_secret(&self) -> bool {
        let secrets = ["password", "application_credential_secret", "token", "auth_token", "passcode"];
        self.secret(&secrets).is_some()
    }

    /// Takes a setting from another entry, if this one does not say it under any of its names.
    pub(super) fn fill(&mut self, other: &Self, names: &[&str]) {
        if let (None, Some(value)) = (self.secret(names), other.secret(names)) {
            self.words.insert(names[0].to_owned(), value);
        }
    }

    /// Puts another entry over this one.
    pub(super) fn overlay(&mut self, over: Self) {
        for key in over.auth.keys() {
            // A word beside `auth` would win over one that was put into it later.
            self.words.remove(key);
        }
        self.words.extend(over.words);
        self.auth.extend(over.auth);
        if !over.auth_methods.is_empty() {
            self.auth_methods = over.auth_methods;
        }
        if !over.regions.is_empty() {
            self.regions = over.regions;
        }
    }
}

impl Entry {
    /// Takes on what differs in a region, and its name.
    pub(super) fn move_to(&mut self, region: Region) {
        self.overlay(region.values);
        self.words.insert("region_name".to_owned(), region.name.into());
    }
}

/// Truth in all of YAML 1.1's words, which openstacksdk reads, quoted or not.
pub(super) fn truth(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "0" => Some(false),
        _ => None,
    }
}

fn is_word(key: &str) -> bool {
    let of_service = |ending: &str| key.strip_suffix(ending).is_some_and(|service| service.ends_with('_'));
    SETTINGS.iter().any(|(keys, _)| keys.contains(&key))
        || OF_SERVICES.iter().any(|(ending, _)| of_service(ending))
}

/// A value as it was written, even where it looks like a number.
struct Word(Option<SecretString>);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::<String>::deserialize(deserializer)?.map(SecretString::from)))
    }
}

/// The words of `auth`; what is no word is left out.
struct Words(BTreeMap<String, SecretString>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfAuth;
        impl<'de> Visitor<'de> for OfAuth {
            type Value = Words;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of what proves who is logging in")
            }

            fn visit_unit<E>(self) -> Result<Words, E> {
                Ok(Words(BTreeMap::new()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Words, A::Error> {
                let mut words = BTreeMap::new();
                while let Some(key) = map.next_key::<String>()? {
                    let key = key.replace('-', "_");
                    if is_word(&key) {
                        words.extend(map.next_value::<Word>()?.0.map(|word| (key, word)));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Words(words))
            }
        }
        deserializer.deserialize_any(OfAuth)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfCloud;
        impl<'de> Visitor<'de> for OfCloud {
            type Value = Entry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping that describes a cloud")
            }

            fn visit_unit<E>(self) -> Result<Entry, E> {
                Ok(Entry::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
                let mut entry = Entry::default();
                let mut names = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    let key = key.replace('-', "_");
                    match key.as_str() {
                        "auth" => entry.auth = map.next_value::<Words>()?.0,
                        "regions" => entry.regions = map.next_value()?,
                        "auth_methods" => entry.auth_methods = map.next_value()?,
                        // Old files have a list here, or one in a word.
                        "region_name" => names = map.next_value::<Names>()?.0,
                        _ if key.ends_with("interface") || key.ends_with("endpoint_type") => {
                            let names = map.next_value::<Names>()?.0.join(",");
                            entry.words.extend((!names.is_empty()).then(|| (key, names.into())));
                        }
                        _ if is_word(&key) => {
                            let word = map.next_value::<Word>()?.0;
                            entry.words.extend(word.map(|word| (key, word)));
                        }
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                if entry.regions.is_empty() {
                    let bare = |name| Region { name, values: Entry::default() };
                    entry.regions = names.into_iter().map(bare).collect();
                }
                Ok(entry)
            }
        }
        deserializer.deserialize_any(OfCloud)
    }
}

/// One name, several separated by commas, or a list.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or a list of names")
            }

            fn visit_unit<E>(self) -> Result<Names, E> {
                Ok(Names(Vec::new()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Names, E> {
                let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                Ok(Names(names.map(str::to_owned).collect()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = list.next_element()? {
                    names.push(name);
                }
                Ok(Names(names))
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
                Ok(Region { name: name.to_owned(), values: Entry::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Region, A::Error> {
                let mut name = None;
                let mut values = Entry::default();
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
