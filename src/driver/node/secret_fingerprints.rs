//! Fingerprints of the secrets that were last sent from this computer. Ironic never shows a secret, so these are the only way
//! to detect a change in the file. Changes that others have sent since cannot be detected.

use jiff::Timestamp;
use serde_json::Value;

use crate::driver::Driver;

/// Identifies a secret by Ironic, node and field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretField<'a> {
    /// The address of the Ironic.
    pub ironic: &'a str,
    /// The node's UUID.
    pub node: &'a str,
    /// The field, for example `driver_info.redfish_password`.
    pub field: &'a str,
}

/// How a secret compares with the last one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretComparison {
    /// It is the one that was last sent from here, at this time.
    Same(Timestamp),
    /// Another one was last sent from here, at this time.
    Changed(Timestamp),
    /// None was sent from here, or the result of sending it is unknown.
    Unknown,
}

/// A store that can compare secrets without containing them. Only the accuracy of plans depends on it.
pub trait SecretFingerprints: Sync {
    /// Compares a secret with the last one that was sent.
    fn compare(&self, which: SecretField<'_>, secret: &str) -> SecretComparison;

    /// Forgets these secrets before new ones are sent, which may arrive even if the response is lost.
    fn forget(&self, which: &[SecretField<'_>]);

    /// Records that Ironic has accepted these secrets.
    fn record(&self, sent: &[(SecretField<'_>, &str)]);
}

/// The text of a value, for comparison.
pub(in crate::driver) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Driver<'_> {
    /// Forgets the secrets in these keys of a node's `driver_info`, because new ones are about to be sent.
    pub(in crate::driver) fn forget_fingerprints<'k>(
        &self,
        node: &str,
        keys: impl Iterator<Item = &'k String>,
    ) {
        let Some(fingerprints) = self.fingerprints else { return };
        let fields: Vec<String> = keys.map(field).collect();
        let ironic = self.client.address();
        let which: Vec<SecretField<'_>> =
            fields.iter().map(|field| SecretField { ironic: &ironic, node, field }).collect();
        fingerprints.forget(&which);
    }

    /// Records that Ironic has accepted these values for keys of a node's `driver_info`.
    pub(in crate::driver) fn record_fingerprints<'k>(
        &self,
        node: &str,
        secrets: impl Iterator<Item = (&'k String, &'k Value)>,
    ) {
        let Some(fingerprints) = self.fingerprints else { return };
        let secrets: Vec<(String, String)> = secrets.map(|(key, value)| (field(key), plain(value))).collect();
        let ironic = self.client.address();
        let which = |field| SecretField { ironic: &ironic, node, field };
        let sent: Vec<(SecretField<'_>, &str)> =
            secrets.iter().map(|(field, secret)| (which(field), secret.as_str())).collect();
        fingerprints.record(&sent);
    }
}

fn field(key: &String) -> String {
    format!("driver_info.{key}")
}
