//! Small files of the user that improve output. Without them, nothing but an estimate or a comparison is lost.

pub(crate) mod estimates;
pub(crate) mod secret_fingerprints;
