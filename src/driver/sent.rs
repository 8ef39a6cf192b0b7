//! Which secrets were last sent from here. Ironic shows none of those that it has, so this is how it can be told whether
//! one changed since; that somebody else sent another one after it cannot be.

use jiff::Timestamp;
use serde_json::Value;

use super::Driver;

/// Which secret: of which node of which Ironic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Which<'a> {
    /// The address of the Ironic.
    pub ironic: &'a str,
    /// The node's UUID.
    pub node: &'a str,
    /// The field: `driver_info.redfish_password`.
    pub field: &'a str,
}

/// What is known of a secret that Ironic does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is what was last sent from here, at that time.
    Same(Timestamp),
    /// Another one was last sent from here, at that time.
    Changed(Timestamp),
    /// None was sent from here, or it is not known what became of it.
    Unknown,
}

/// A memory of secrets that does not hold them. Nothing but a plan's knowledge depends on it.
pub trait Ledger: Sync {
    /// Compares a secret with the one that was last sent.
    fn compare(&self, which: Which<'_>, secret: &str) -> Known;

    /// Forgets these: others are about to be sent in their place, and may arrive though nobody hears of it.
    fn forget(&self, which: &[Which<'_>]);

    /// Keeps in mind that these were sent, and taken.
    fn keep(&self, sent: &[(Which<'_>, &str)]);
}

/// A value that is to be sent, as the ledger compares it.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Driver<'_> {
    /// Notes that other secrets are about to be sent in the place of these keys of a node's `driver_info`.
    pub(super) fn sending<'k>(&self, node: &str, keys: impl Iterator<Item = &'k String>) {
        let Some(ledger) = self.ledger else { return };
        let fields: Vec<String> = keys.map(field).collect();
        let ironic = self.client.address();
        let which: Vec<Which<'_>> =
            fields.iter().map(|field| Which { ironic: &ironic, node, field }).collect();
        ledger.forget(&which);
    }

    /// Notes that these keys of a node's `driver_info` were sent with these values, and taken.
    pub(super) fn sent<'k>(&self, node: &str, secrets: impl Iterator<Item = (&'k String, &'k Value)>) {
        let Some(ledger) = self.ledger else { return };
        let secrets: Vec<(String, String)> = secrets.map(|(key, value)| (field(key), plain(value))).collect();
        let ironic = self.client.address();
        let which = |field| Which { ironic: &ironic, node, field };
        let sent: Vec<(Which<'_>, &str)> =
            secrets.iter().map(|(field, secret)| (which(field), secret.as_str())).collect();
        ledger.keep(&sent);
    }
}

fn field(key: &String) -> String {
    format!("driver_info.{key}")
}
