//! Paging through long lists of nodes: the next page is read while one is processed, and no more are held in memory.

use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;
use std::thread;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::client::{Client, walk};
use super::error::Error;
use super::node::NodeQuery;
use crate::rest::{self, Request};

/// How far a list by name was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListProgress {
    /// As far as requested.
    Whole,
    /// Up to a page that ends with a node without a name, after which no page can be requested; or up to the last name,
    /// with nodes without a name after it.
    UpToNameless,
}

/// Whether a node has a name.
#[must_use]
pub fn has_name(node: &Map<String, Value>) -> bool {
    node.get("name").is_some_and(Value::is_string)
}

/// The fields that determine a node's position in the order of names.
#[derive(Deserialize)]
struct Position {
    uuid: String,
    #[serde(default)]
    name: Option<String>,
}

/// A page with only the last node.
#[derive(Deserialize)]
struct LastPage {
    nodes: Vec<Position>,
}

impl Client {
    /// Pages of the nodes of a query in the order of their enrollment, until `take` breaks.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn nodes_by_page(
        &self,
        query: &NodeQuery,
        take: impl FnMut(Vec<Map<String, Value>>) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let pairs = query.pairs();
        self.ahead(take, |hand_over| {
            walk(|after| {
                let mut page = Vec::new();
                let markers =
                    self.page("nodes", &pairs, after, &mut |node: Box<RawValue>| page.push(node))?;
                Ok(if hand_over(page).is_break() { Vec::new() } else { markers })
            })
        })
    }

    /// Pages of the nodes of a query, sorted by name in the order of Ironic's database, until `take` breaks. The query
    /// must request `uuid` and `name`.
    ///
    /// No page can be requested after a node without a name: Ironic returns the nodes with a higher database ID,
    /// regardless of their names (`oslo_db.sqlalchemy.utils.paginate_query` omits null values). Paging stops at a page that
    /// ends with a node without a name. Until then, either no node with a name was returned, or all of them were.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn nodes_by_name(
        &self,
        query: &NodeQuery,
        take: impl FnMut(Vec<Map<String, Value>>) -> ControlFlow<()>,
    ) -> Result<ListProgress, Error> {
        let mut pairs = query.pairs();
        pairs.extend([("sort_key", "name".to_owned()), ("sort_dir", "asc".to_owned())]);
        let mut extent = ListProgress::Whole;
        let (mut pages, mut any_nameless, mut stopped) = (0_usize, false, false);
        self.ahead(take, |hand_over| {
            walk(|after| {
                let mut page = Vec::new();
                let mut markers =
                    self.page("nodes", &pairs, after, &mut |node: Box<RawValue>| page.push(node))?;
                let ends = &page[page.len().saturating_sub(markers.len())..];
                let positions =
                    ends.iter().map(|node| self.read(node)).collect::<Result<Vec<Position>, _>>()?;
                let ends_nameless = positions.last().is_some_and(|position| position.name.is_none());
                // If the last node of a page is deleted in between, the next page starts after an earlier one.
                markers.retain(|marker| {
                    positions.iter().any(|position| position.uuid == *marker && position.name.is_some())
                });
                pages += 1;
                any_nameless = any_nameless
                    || page
                        .iter()
                        .any(|node| self.read::<Position>(node).is_ok_and(|node| node.name.is_none()));
                if hand_over(page).is_break() {
                    stopped = true;
                    return Ok(Vec::new());
                }
                if ends_nameless {
                    extent = ListProgress::UpToNameless;
                    return Ok(Vec::new());
                }
                Ok(markers)
            })
        })?;
        // Databases that sort null first have returned it on the first page. Others (PostgreSQL) sort it after all
        // names, where no page after a name reaches it; there it is first in the reverse order.
        if extent == ListProgress::Whole
            && pages > 1
            && !any_nameless
            && !stopped
            && self.is_nameless_last(query)?
        {
            extent = ListProgress::UpToNameless;
        }
        Ok(extent)
    }

    /// Whether a node without a name is last in the order of names.
    fn is_nameless_last(&self, query: &NodeQuery) -> Result<bool, Error> {
        let mut request = Request::get("nodes");
        request.query = query.pairs();
        let request = request.query("sort_key", "name").query("sort_dir", "desc").query("limit", "1");
        let page: LastPage = self.fetch(&request)?;
        Ok(page.nodes.first().is_some_and(|node| node.name.is_none()))
    }

    /// Runs `ask`, which reads pages, in a thread, and `take`, which processes them, in this one.
    fn ahead(
        &self,
        mut take: impl FnMut(Vec<Map<String, Value>>) -> ControlFlow<()>,
        ask: impl FnOnce(&mut dyn FnMut(Vec<Box<RawValue>>) -> ControlFlow<()>) -> Result<(), Error> + Send,
    ) -> Result<(), Error> {
        thread::scope(|scope| {
            // At most one page is read ahead.
            let (sender, pages) = sync_channel(0);
            let asking = scope.spawn(move || {
                ask(&mut |page| {
                    if sender.send(page).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                })
            });
            let taken = pages.iter().try_for_each(|page: Vec<Box<RawValue>>| {
                let nodes = page.iter().map(|node| self.read(node)).collect::<Result<_, Error>>();
                match nodes.map(&mut take) {
                    Ok(ControlFlow::Continue(())) => Ok(()),
                    Ok(ControlFlow::Break(())) => Err(None),
                    Err(error) => Err(Some(error)),
                }
            });
            // Unblocks the thread if it waits to hand over a page.
            drop(pages);
            let asked = asking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match taken {
                Err(Some(error)) => Err(error),
                _ => asked,
            }
        })
    }

    /// Parses a node.
    fn read<T: for<'de> Deserialize<'de>>(&self, node: &RawValue) -> Result<T, Error> {
        serde_json::from_str(node.get()).map_err(|error| {
            let request = format!("GET {}/nodes", self.address());
            rest::Error::Malformed { request, reason: error.to_string() }.into()
        })
    }
}
