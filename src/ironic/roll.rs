//! Nodes called up in the order of their names, page by page, so that no more than a page of them is held.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::client::{Client, walk};
use super::error::Error;
use super::node::NodeQuery;

/// How far nodes were called up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roll {
    /// As far as was wanted.
    Whole,
    /// To a page that ends with a node without a name, of which it is not known what comes after it.
    UpToNameless,
}

/// Whether a node has a name.
#[must_use]
pub fn has_name(node: &Map<String, Value>) -> bool {
    node.get("name").is_some_and(Value::is_string)
}

impl Client {
    /// Pages of the nodes that the query asks for, as Ironic's database orders names, for as long as `take` wants more. The
    /// query must ask for `uuid` and `name`.
    ///
    /// Behind a node without a name no page can be asked for: Ironic gives those whose number in its database is greater,
    /// whatever their names (`oslo_db.sqlalchemy.utils.paginate_query` leaves out what is null). Where a page ends so, the
    /// roll ends: either no node with a name was told yet, or all of them were.
    ///
    /// # Errors
    /// As every request: see [`Error`].
    pub fn nodes_by_name(
        &self,
        query: &NodeQuery,
        mut take: impl FnMut(Vec<Map<String, Value>>) -> ControlFlow<()>,
    ) -> Result<Roll, Error> {
        let mut pairs = query.pairs();
        pairs.extend([("sort_key", "name".to_owned()), ("sort_dir", "asc".to_owned())]);
        let mut roll = Roll::Whole;
        walk(|after| {
            let mut nodes = Vec::new();
            let markers = self.page("nodes", &pairs, after, &mut |node| nodes.push(node))?;
            let ends_nameless = !markers.is_empty() && !nodes.last().is_some_and(has_name);
            // After a page whose last node is deleted meanwhile, the next begins behind one before that.
            let has_place = |marker: &String| {
                let is_it =
                    |node: &&Map<String, Value>| node.get("uuid").and_then(Value::as_str) == Some(marker);
                nodes.iter().rev().find(is_it).is_some_and(has_name)
            };
            let markers: Vec<String> = markers.into_iter().filter(has_place).collect();
            if take(nodes).is_break() {
                return Ok(Vec::new());
            }
            if ends_nameless {
                roll = Roll::UpToNameless;
                return Ok(Vec::new());
            }
            Ok(markers)
        })?;
        Ok(roll)
    }
}
