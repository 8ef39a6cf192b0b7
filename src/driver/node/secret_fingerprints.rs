//! Fingerprints of the secrets that were last sent from this computer. Ironic never shows a secret, so these are the only way
//! to detect a change in the file. Changes that others have sent since cannot be detected.

use serde_json::Value;

use crate::driver::Driver;
use crate::ironic::node::text_of;
use crate::state_dir::secret_fingerprints::SecretField;

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
        let secrets: Vec<(String, String)> =
            secrets.map(|(key, value)| (field(key), text_of(value))).collect();
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
