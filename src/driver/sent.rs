//! Which secrets were last sent from here. Ironic shows none of those that it has, so this is how it can be told whether
//! one changed since; that somebody else sent another one after it cannot be.

use jiff::Timestamp;

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
