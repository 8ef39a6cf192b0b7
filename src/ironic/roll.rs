//! Long lists of nodes, page by page: while a page is worked on, the next one is on its way, and no more are held.

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

/// How far nodes were called up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roll {
    /// As far as was wanted.
    Whole,
    /// To a page that ends with a node without a name, of which it is not known what comes after it; or to the last name,
    /// behind which there are nodes without one.
    UpToNameless,
}

/// Whether a node has a name.
#[must_use]
pub fn has_name(node: &Map<String, Value>) -> bool {
    node.get("name").is_some_and(Value::is_string)
}

/// What it takes to find a node's place in the order of names.
#[derive(Deserialize)]
struct Place {
    uuid: String,
    #[serde(default)]
    name: Option<String>,
}

/// A page with the last node.
#[derive(Deserialize)]
struct Last {
    nodes: Vec<Place>,
}

impl Client {
    /// Pages of the nodes that the query asks for, in the order in which they were enrolled, for as long as `take` wants
    /// more.
    ///
    /// # Errors
    /// As every request: see [`Error`].
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
        take: impl FnMut(Vec<Map<String, Value>>) -> ControlFlow<()>,
    ) -> Result<Roll, Error> {
        let mut pairs = query.pairs();
        pairs.extend([("sort_key", "name".to_owned()), ("sort_dir", "asc".to_owned())]);
        let mut roll = Roll::Whole;
        let (mut pages, mut any_nameless, mut broke) = (0_usize, false, false);
        self.ahead(take, |hand_over| {
            walk(|after| {
                let mut page = Vec::new();
                let mut markers =
                    self.page("nodes", &pairs, after, &mut |node: Box<RawValue>| page.push(node))?;
                let ends = &page[page.len().saturating_sub(markers.len())..];
                let places = ends.iter().map(|node| self.read(node)).collect::<Result<Vec<Place>, _>>()?;
                let ends_nameless = places.last().is_some_and(|place| place.name.is_none());
                // Where the last node of a page is deleted meanwhile, the next page begins behind one before that.
                markers.retain(|marker| {
                    places.iter().any(|place| place.uuid == *marker && place.name.is_some())
                });
                pages += 1;
                any_nameless = any_nameless
                    || page.iter().any(|node| self.read::<Place>(node).is_ok_and(|node| node.name.is_none()));
                if hand_over(page).is_break() {
                    broke = true;
                    return Ok(Vec::new());
                }
                if ends_nameless {
                    roll = Roll::UpToNameless;
                    return Ok(Vec::new());
                }
                Ok(markers)
            })
        })?;
        // Databases that sort what is null first have shown it on the first page. In others (PostgreSQL) it comes behind
        // all names, where no page after a name reaches; there it is first in the opposite order.
        if roll == Roll::Whole && pages > 1 && !any_nameless && !broke && self.ends_nameless(query)? {
            roll = Roll::UpToNameless;
        }
        Ok(roll)
    }

    /// Whether the order of names ends with a node that has none.
    fn ends_nameless(&self, query: &NodeQuery) -> Result<bool, Error> {
        let mut request = Request::get("nodes");
        request.query = query.pairs();
        let request = request.query("sort_key", "name").query("sort_dir", "desc").query("limit", "1");
        let page: Last = self.fetch(&request)?;
        Ok(page.nodes.first().is_some_and(|node| node.name.is_none()))
    }

    /// Runs `ask`, which hands pages over, beside `take`, which is given what is in them.
    fn ahead(
        &self,
        mut take: impl FnMut(Vec<Map<String, Value>>) -> ControlFlow<()>,
        ask: impl FnOnce(&mut dyn FnMut(Vec<Box<RawValue>>) -> ControlFlow<()>) -> Result<(), Error> + Send,
    ) -> Result<(), Error> {
        thread::scope(|scope| {
            // Nobody goes more than a page ahead.
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
            // Whoever waits with a page learns that nobody wants it.
            drop(pages);
            let asked = asking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match taken {
                Err(Some(error)) => Err(error),
                _ => asked,
            }
        })
    }

    /// Reads what Ironic tells of a node.
    fn read<T: for<'de> Deserialize<'de>>(&self, node: &RawValue) -> Result<T, Error> {
        serde_json::from_str(node.get()).map_err(|error| {
            let request = format!("GET {}/nodes", self.address());
            rest::Error::Malformed { request, reason: error.to_string() }.into()
        })
    }
}
