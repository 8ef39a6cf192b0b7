//! Deploy templates: predefined deploy steps with the name of a trait.

use super::client::Client;
use super::error::Error;
use crate::rest::{Request, segment};

impl Client {
    /// Whether a template of this name exists. Needs a system-scoped role under Keystone.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn has_deploy_template(&self, name: &str) -> Result<bool, Error> {
        let request = Request::get(format!("deploy_templates/{}", segment(name))).query("fields", "name");
        match self.send(&request) {
            Ok(()) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }
}
