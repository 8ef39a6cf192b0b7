//! A format that exists only in unit tests. It shows that one file, its `mod` line and one line of the table are enough.

use super::{FileContents, Format, Recognition, Secrets};
use crate::inventory::document::Cursor;
use crate::inventory::node_builder::{self, NodeBuilder};
use crate::inventory::reference::ResolveContext;

/// A mapping with a list of machines under `racked`, each with a host name, the address of its IPMI BMC and a MAC
/// address.
pub(super) struct Example;

impl Format for Example {
    fn name(&self) -> &'static str {
        "example"
    }

    fn help(&self) -> &'static str {
        "Example: machines under `racked`"
    }

    fn label(&self) -> &'static str {
        "an example"
    }

    fn recognition(&self) -> Recognition {
        Recognition::FirstDocument(|root| root.get("racked").is_some())
    }

    fn read(&self, root: &Cursor<'_>, _: &Secrets, context: ResolveContext<'_>) -> FileContents {
        let mut contents = FileContents::default();
        let Some(list) = root.mapping().and_then(|table| table.require("racked")) else { return contents };
        for machine in list.items() {
            let Some(table) = machine.mapping() else { continue };
            let mut builder = NodeBuilder::new(table.cursor());
            builder.default("driver", "ipmi");
            for (key, value) in table.entries() {
                match key {
                    "host" => builder.set("name", &value),
                    "bmc" => builder.set_in("driver_info", "ipmi_address", &value),
                    "mac" => builder.ports(vec![node_builder::single_entry("address", value.value())]),
                    _ => table.unknown_key(key, &["host", "bmc", "mac"]),
                }
            }
            contents.read_node(&machine.with(&builder.finish()), None, context);
        }
        contents
    }
}

#[test]
fn a_format_in_one_file_is_recognized_selected_and_read() {
    use clap::ValueEnum as _;

    use super::InputFormat;
    use crate::inventory::document::{InputFile, Report};
    use crate::inventory::enrollment::Enrollment;
    use crate::inventory::reference::SecretResolver;

    let read = |text: &str, format| {
        let file = InputFile::from_text("a", text);
        Enrollment::from_files(vec![file], format, &SecretResolver::none(), Report::default())
    };
    let text = "racked:\n- {host: w1, bmc: 10.0.0.7, mac: \"52:54:00:00:07:01\"}\n";
    let selected = InputFormat::from_str("example", false).expect("the table has it");
    for format in [None, Some(selected)] {
        let enrollment = read(text, format).expect("it is accepted");
        assert_eq!(enrollment.formats[0].1.to_string(), "an example");
        let [machine] = enrollment.machines.as_slice() else { panic!("one machine") };
        assert_eq!((machine.name(), machine.driver()), (Some("w1"), "ipmi"));
        assert_eq!(machine.driver_info.expose()["ipmi_address"], "10.0.0.7");
        assert_eq!(machine.macs().collect::<Vec<_>>(), ["52:54:00:00:07:01"]);
    }
    let refused = read("racked:\n- {host: w1, bcm: 10.0.0.7}\n", None).expect_err("a key is misspelled");
    assert_eq!(refused.to_string(), "a:2:14: racked[0]: unknown key `bcm`; known keys: `host`, `bmc`, `mac`");
}
