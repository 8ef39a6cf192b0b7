//! `farrier flavor derive`: a flavor file made from the machines there are.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::cli::Context;
use crate::cli::hosts::{HostsArgs, Supply};
use crate::host_manager::{Flavor, HostState, Shape, shapes};
use crate::ui::answer::Format;

pub(super) fn run(args: &HostsArgs, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(super::PROPOSED)?;
    let Supply { hosts, silent, .. } = args.supply(context)?;
    let found = shapes(&hosts);
    if let Some(first) = found.unknown.first() {
        let label = hosts[*first].label();
        context.ui.warn(&match found.unknown.len() {
            1 => format!("node {label} has no known CPUs, RAM or disk, so no flavor is proposed for it"),
            count => format!(
                "{count} nodes, among them {label}, have no known CPUs, RAM or disk, so no flavor is proposed for them"
            ),
        });
    }
    let shapes = found.shapes;
    match context.ui.format() {
        // A flavor file by itself, with what a file can say beyond the flavors: who they are for.
        Format::Table | Format::Yaml => context.ui.text(&file(&shapes, &hosts))?,
        Format::Json => context.ui.text(&format!("{:#}\n", whole(&shapes)))?,
        Format::Csv | Format::Value => {
            context.ui.list(&view, shapes.iter().map(|shape| json!(shape.flavor)).collect())?;
        }
    }
    context.conclude(&silent)
}

/// A flavor as a flavor file has it: what is not named is not written, nor what is 0 unless said.
fn entry(flavor: &Flavor) -> Value {
    let mut fields = match json!(flavor) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    fields.retain(|key, value| {
        key != "name"
            && !value.is_null()
            && value.as_object().is_none_or(|specs| !specs.is_empty())
            && !((key == "ephemeral_gb" || key == "swap_mb") && *value == 0)
    });
    Value::Object(fields)
}

fn whole(shapes: &[Shape]) -> Value {
    let flavors: Map<String, Value> =
        shapes.iter().map(|shape| (shape.flavor.name.clone(), entry(&shape.flavor))).collect();
    json!({"flavors": flavors})
}

/// The same in YAML, of which JSON is a part, with the machines in comments.
fn file(shapes: &[Shape], hosts: &[HostState]) -> String {
    /// So many machines of a kind are named.
    const NAMED: usize = 3;
    let mut text =
        "# Made by `farrier flavor derive`: each flavor fits its machines exactly.\nflavors:".to_owned();
    if shapes.is_empty() {
        text.push_str(" {}");
    }
    for shape in shapes {
        let mut names: Vec<String> =
            shape.hosts.iter().take(NAMED).map(|&at| hosts[at].label().escape_debug().to_string()).collect();
        if shape.hosts.len() > NAMED {
            names.push("…".to_owned());
        }
        let count = shape.hosts.len();
        let noun = if count == 1 { "machine" } else { "machines" };
        let _ = write!(text, "\n  # {count} {noun}: {}", names.join(", "));
        let _ = write!(text, "\n  {}: {}", json!(shape.flavor.name), entry(&shape.flavor));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::flavor;

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let host = |json: &str| serde_json::from_str::<HostState>(json).expect("the node can be read");
        let hosts = [
            host(
                r#"{"uuid": "u1", "name": "n1\n- x", "resource_class": "odd: \"class\" #1",
                    "properties": {"cpus": 8, "memory_mb": 16000, "local_gb": 893, "cpu_arch": "x86_64"}}"#,
            ),
            host(r#"{"uuid": "u2", "properties": {"cpus": 4, "memory_mb": 1024, "local_gb": 10}}"#),
        ];
        let found = shapes(&hosts).shapes;
        let folder = crate::scratch::folder();
        for (name, text) in [("a.yaml", file(&found, &hosts)), ("b.json", whole(&found).to_string())] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("it can be written");
            let (read, warnings) = flavor::load(&[path]).expect("it can be read");
            let mut written: Vec<Flavor> = found.iter().map(|shape| shape.flavor.clone()).collect();
            for flavor in &mut written {
                (flavor.ephemeral_gb, flavor.swap_mb) = (None, None);
            }
            let read: Vec<Flavor> = read.into_iter().map(|written| written.flavor).collect();
            assert_eq!((read, warnings), (written, vec![]));
        }
        assert_eq!(file(&[], &[]).lines().last(), Some("flavors: {}"));
    }
}
