//! The files that farrier stores for itself, and how it stores them.
//!
//! `UserFolder` is the rule for the user's folders, and `files` writes and locks files. The cache of tokens
//! (`src/cloud/cache.rs`), the lab and `farrier export` use them too.
//!
//! Nothing here is needed for a correct result: without these files, only an estimate or a comparison is missing. What
//! instances and nodes are is stored only in Ironic.

pub mod estimates;
pub(crate) mod files;
pub mod secret_fingerprints;
mod user_folder;

pub(crate) use user_folder::UserFolder;
