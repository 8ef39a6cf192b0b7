//! Removes an orphan after a new check, because its owner may have come back since the listing.

use super::Orphan;
use crate::driver::confirmation::Confirmed;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};

impl Driver<'_> {
    /// Removes an orphan. Succeeds if it is already gone.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if it is not an orphan any more or has a remedy of its own; a failed request.
    pub fn remove_orphan(&self, orphan: &Orphan, _: Confirmed) -> Result<(), Error> {
        let label = format!("{} {}", orphan.kind.as_str(), orphan.name.as_deref().unwrap_or(&orphan.id));
        let mut progress = self.progress(label, orphan.node.clone());
        let result = match &orphan.remedy {
            Some(remedy) => Err(refuse(&progress, remedy)),
            None => orphan.kind.removal()(self, orphan, &mut progress),
        };
        progress.end(&result, |()| Some("removed".to_owned()));
        result
    }
}

/// The error for an orphan that is not removed.
pub(super) fn refuse(progress: &Progress<'_>, why: &str) -> Error {
    Error::Forbidden { subject: progress.name().to_owned(), why: why.to_owned() }
}
