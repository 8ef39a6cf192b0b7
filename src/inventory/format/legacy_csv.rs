//! CSV tables without a header, which older versions of bifrost and TripleO read. They are converted to the other formats of
//! the same tools.

use super::{FileContents, Format, Recognition, Secrets, bifrost, tripleo};
use crate::inventory::csv_reader::{Cell, Rows};
use crate::inventory::document::{
    Content, Cursor, Document, Entry, InputFile, Position, Report, SourceLocation, Value,
};
use crate::inventory::driver_info;
use crate::inventory::field_values;
use crate::inventory::hardware_types;
use crate::inventory::reference::ResolveContext;

/// The columns of TripleO's table (python-tripleoclient: `_csv_to_nodes_dict`).
const TRIPLEO: [&str; 6] = ["pm_type", "pm_addr", "pm_user", "pm_password", "mac", "pm_port"];

/// The columns of bifrost's table that are keys of a host or of one of its mappings (bifrost before 9:
/// `bifrost/inventory.py`), except for driver, BMC and MAC address.
const BIFROST: [(usize, &str, &str); 7] = [
    (4, "properties", "cpus"),
    (5, "properties", "ram"),
    (6, "properties", "disk_size"),
    (9, "", "uuid"),
    (10, "", "name"),
    (11, "", "ipv4_address"),
    (18, "", "provisioning_ipv4_address"),
];

/// The columns of the BMC, with their names.
const BMC: [(usize, &str); 3] = [(1, "username"), (2, "password"), (3, "address")];

/// The columns for a BMC behind bridges: channel and address of a hop, which must be given together.
const HOPS: [(usize, [&str; 2]); 2] = [
    (12, ["ipmi_target_channel", "ipmi_target_address"]),
    (14, ["ipmi_transit_channel", "ipmi_transit_address"]),
];

/// The columns that bifrost ignored.
const UNUSED: [usize; 3] = [7, 8, 17];

const DRIVER: usize = 16;

/// The number of columns in a table of bifrost.
const WIDTHS: std::ops::RangeInclusive<usize> = 12..=19;

/// The format of bifrost's table.
pub(super) struct BifrostCsv;

impl Format for BifrostCsv {
    fn name(&self) -> &'static str {
        "bifrost-csv"
    }

    fn help(&self) -> &'static str {
        "Old CSV format of bifrost, without a header row"
    }

    fn label(&self) -> &'static str {
        "bifrost CSV"
    }

    fn recognition(&self) -> Recognition {
        let is_first_row = |first: &[Cell]| is_mac(first, 0) && WIDTHS.contains(&first.len());
        Recognition::Table { is_first_row, convert: convert_bifrost }
    }

    fn read(&self, root: &Cursor<'_>, _: &Secrets, context: ResolveContext<'_>) -> FileContents {
        bifrost::read(root, context)
    }
}

/// The format of TripleO's table.
pub(super) struct TripleoCsv;

impl Format for TripleoCsv {
    fn name(&self) -> &'static str {
        "instackenv-csv"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["tripleo-csv"]
    }

    fn help(&self) -> &'static str {
        "TripleO CSV without a header row"
    }

    fn label(&self) -> &'static str {
        "TripleO CSV"
    }

    fn recognition(&self) -> Recognition {
        Recognition::Table { is_first_row: is_tripleo, convert: convert_tripleo }
    }

    fn read(&self, root: &Cursor<'_>, _: &Secrets, context: ResolveContext<'_>) -> FileContents {
        tripleo::read(root, context)
    }
}

fn is_mac(row: &[Cell], column: usize) -> bool {
    row.get(column).is_some_and(|cell| field_values::mac(&cell.text).is_ok())
}

/// Whether the first row is a machine of TripleO's table, or the header that some of them have.
fn is_tripleo(first: &[Cell]) -> bool {
    let is_type_char = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let is_machine = is_mac(first, 4) && first.len() <= TRIPLEO.len();
    is_machine && first[0].text.bytes().all(is_type_char) || first[0].text == TRIPLEO[0]
}

/// Converts TripleO's table to the form of `instackenv.json`. The first row may be a header.
fn convert_tripleo(file: InputFile, report: &Report) -> Document {
    let mut names: Option<Vec<Box<str>>> = None;
    let mut nodes = Vec::new();
    each_row(&file, report, |row, refuse| {
        let is_header = row[0].text == TRIPLEO[0];
        let names = names.get_or_insert_with(|| {
            if is_header {
                row.iter().map(|cell| (*cell.text).into()).collect()
            } else {
                TRIPLEO.map(Into::into).into()
            }
        });
        if is_header && nodes.is_empty() {
            return;
        }
        if row.len() > names.len() {
            refuse(row[0].at, format!("has {} cells, the maximum is {}", row.len(), names.len()));
            return;
        }
        let has_cell = |column: &str, is_empty: bool| {
            names.iter().zip(row).any(|(name, cell)| &**name == column && cell.text.is_empty() == is_empty)
        };
        if has_cell("pm_password", true) && has_cell("pm_addr", false) {
            report.warning(location(&file, row[0].at), "`pm_password` has no value");
        }
        let mut node = Vec::new();
        for (name, cell) in names.iter().zip(row).filter(|(_, cell)| !cell.text.is_empty()) {
            let value = Value::unquoted(cell.at, &cell.text);
            let value = if &**name == "mac" { list(vec![value]) } else { value };
            node.push(entry(name, value));
        }
        nodes.push(mapping(row[0].at, node));
    });
    Document::from_table(file, vec![list(nodes)])
}

/// Converts bifrost's table to the form of bifrost's YAML.
fn convert_bifrost(file: InputFile, report: &Report) -> Document {
    let mut hosts = Vec::new();
    each_row(&file, report, |row, refuse| {
        if !(2..=*WIDTHS.end()).contains(&row.len()) {
            refuse(row[0].at, format!("the row has {} cells; a bifrost table has 12 to 19", row.len()));
            return;
        }
        let at = row[0].at;
        let non_empty = |index: usize| row.get(index).filter(|cell| !cell.text.is_empty());
        for cell in UNUSED.iter().filter_map(|index| non_empty(*index)) {
            report.warning(location(&file, cell.at), "ignored: bifrost does not read this column");
        }
        if non_empty(2).is_none() && non_empty(3).is_some() {
            report.warning(location(&file, at), "the BMC password has no value");
        }
        // Maps old drivers such as `agent_ipmitool` to their hardware type.
        let driver = non_empty(DRIVER).map_or("ipmi", |cell| &*cell.text);
        let driver = if driver.contains("ipmi") { "ipmi" } else { driver };
        let driver_at = non_empty(DRIVER).map_or(at, |cell| cell.at);
        let mut host = vec![entry("driver", Value::unquoted(driver_at, driver))];
        let mut properties = vec![entry("cpu_arch", Value::unquoted(at, "x86_64"))];
        for (index, section, key) in BIFROST {
            let Some(cell) = non_empty(index) else { continue };
            let entries = if section.is_empty() { &mut host } else { &mut properties };
            entries.push(entry(key, Value::unquoted(cell.at, &cell.text)));
        }
        host.push(entry("properties", mapping(at, properties)));
        host.push(entry("driver_info", mapping(at, bmc(driver, &non_empty, refuse))));
        if let Some(mac) = non_empty(0) {
            let nic = mapping(mac.at, vec![entry("mac", Value::unquoted(mac.at, &mac.text))]);
            host.push(entry("nics", list(vec![nic])));
        }
        // The key is empty: messages quote keys, and a cell in the wrong column may be a password.
        hosts.push(Entry { at, key: "".into(), value: mapping(at, host) });
    });
    let root = mapping(Position::new(1, 1), hosts);
    Document::from_table(file, vec![root])
}

/// The `driver_info` of a row, if its hardware type is known.
fn bmc<'c>(
    driver: &str,
    non_empty: &dyn Fn(usize) -> Option<&'c Cell>,
    refuse: &mut dyn FnMut(Position, String),
) -> Vec<Entry> {
    let mut info = Vec::new();
    for (index, suffix) in BMC {
        let Some(cell) = non_empty(index) else { continue };
        match driver_info::bmc_key(driver, suffix) {
            Ok(key) => info.push(entry(&key, Value::unquoted(cell.at, &cell.text))),
            // The reader of the node reports a name that is not a hardware type.
            Err(_) if hardware_types::correction(driver).is_some() => {}
            Err(why) => refuse(cell.at, why),
        }
    }
    let mut hops = 0;
    for (index, keys) in HOPS {
        match [non_empty(index), non_empty(index + 1)] {
            [Some(channel), Some(address)] => {
                hops += 1;
                for (key, cell) in keys.iter().zip([channel, address]) {
                    info.push(entry(key, Value::unquoted(cell.at, &cell.text)));
                }
            }
            [None, None] => {}
            [channel, address] => {
                let at = channel.or(address).map_or(Position::NONE, |cell| cell.at);
                refuse(at, format!("`{}` and `{}` must be given together", keys[0], keys[1]));
            }
        }
    }
    if hops > 0 {
        let bridging = if hops == 1 { "single" } else { "dual" };
        info.push(entry("ipmi_bridging", Value::unquoted(info[0].at, bridging)));
    }
    info
}

/// Calls a function for each row. A row that cannot be split into cells is an error.
fn each_row(
    file: &InputFile,
    report: &Report,
    mut visit: impl FnMut(&[Cell], &mut dyn FnMut(Position, String)),
) {
    for row in Rows::new(file) {
        match row {
            Ok(row) => visit(&row, &mut |at, message| report.error(location(file, at), message)),
            Err(error) => report.error(error.location, error.message),
        }
    }
}

fn location(file: &InputFile, at: Position) -> SourceLocation {
    SourceLocation::at(file.name().clone(), at, String::new())
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { at: value.at, key: key.into(), value }
}

fn mapping(at: Position, entries: Vec<Entry>) -> Value {
    Value { at, content: Content::Mapping(entries) }
}

fn list(items: Vec<Value>) -> Value {
    let at = items.first().map_or(Position::new(1, 1), |first| first.at);
    Value { at, content: Content::List(items) }
}
