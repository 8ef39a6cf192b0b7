//! Shares equal texts between nodes, to save memory.

use std::collections::HashSet;
use std::sync::Arc;

use super::host::{HostState, Stats};

/// Stores one copy of each resource class, trait, capability, and so on, for all nodes.
///
/// Large sites have many nodes of few kinds. With a common pool, a [`HostState`] takes a few hundred bytes; without it,
/// a node with fifty traits would take several thousand.
#[derive(Debug, Default)]
pub struct Pool {
    texts: HashSet<Arc<str>>,
    stats: HashSet<Arc<Stats>>,
    traits: HashSet<Arc<[Arc<str>]>>,
}

impl Pool {
    /// An empty pool.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The shared copy of a text.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(shared) = self.texts.get(text) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&shared));
        shared
    }

    /// The shared copy of a node's stats.
    pub(super) fn stats(&mut self, stats: Stats) -> Arc<Stats> {
        if let Some(shared) = self.stats.get(&stats) {
            return Arc::clone(shared);
        }
        let shared = Arc::new(stats);
        self.stats.insert(Arc::clone(&shared));
        shared
    }

    /// The shared copy of a node's traits, which must be sorted.
    pub(super) fn traits(&mut self, traits: &[Arc<str>]) -> Arc<[Arc<str>]> {
        if let Some(shared) = self.traits.get(traits) {
            return Arc::clone(shared);
        }
        let shared: Arc<[Arc<str>]> = traits.into();
        self.traits.insert(Arc::clone(&shared));
        shared
    }

    /// Replaces the texts of a host state that was read without this pool, for instance from a page of an API response.
    pub fn share(&mut self, host: &mut HostState) {
        for text in [
            &mut host.cloud,
            &mut host.raw_arch,
            &mut host.arch,
            &mut host.resource_class,
            &mut host.conductor_group,
            &mut host.owner,
            &mut host.lessee,
            &mut host.shard,
            &mut host.driver,
            &mut host.provision_state,
            &mut host.power_state,
            &mut host.maintenance_reason,
            &mut host.fault,
            &mut host.locked_by,
        ]
        .into_iter()
        .flatten()
        {
            *text = self.text(text);
        }
        if let Some(shared) = self.traits.get(&host.traits) {
            host.traits = Arc::clone(shared);
        } else {
            let traits: Vec<_> = host.traits.iter().map(|name| self.text(name)).collect();
            host.traits = self.traits(&traits);
        }
        if let Some(shared) = self.stats.get(&host.stats) {
            host.stats = Arc::clone(shared);
        } else {
            let shared = host.stats.iter().map(|(key, value)| (self.text(key), self.text(value))).collect();
            host.stats = self.stats(shared);
        }
    }
}
