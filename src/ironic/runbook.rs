//! Runbooks: predefined steps to clean or service nodes that share a trait with the runbook.

use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::error::Error;
use super::version::Feature;
use crate::rest::{Request, segment};

#[derive(Deserialize)]
struct Runbook {
    #[serde(default)]
    steps: Vec<Value>,
}

impl Client {
    /// The steps of a runbook, by its name or UUID, in the order in which they run.
    ///
    /// # Errors
    /// [`Error::Lacks`] below 1.92; any other error of a request.
    pub fn runbook_steps(&self, id: &str) -> Result<Vec<Value>, Error> {
        self.require(Feature::Runbooks)?;
        let mut runbook: Runbook = self.fetch(&Request::get(format!("runbooks/{}", segment(id))))?;
        runbook.steps.sort_by_key(|step| step["order"].as_u64());
        Ok(runbook.steps)
    }
}
