//! Tables without column names, as older tools read them, written into the form of the same tools' other files.

use super::cells::{Cell, Rows};
use super::check;
use super::document::{Content, Document, Entry, Origin, Place, Report, Source, Value};
use super::driver_info;
use super::format::Format;
use super::hardware_types;

/// The columns of TripleO's table (python-tripleoclient: `_csv_to_nodes_dict`).
const TRIPLEO: [&str; 6] = ["pm_type", "pm_addr", "pm_user", "pm_password", "mac", "pm_port"];

/// The columns of bifrost's table that are keys of a host, or of one of its mappings (bifrost before 9:
/// `bifrost/inventory.py`); the driver, its BMC and the MAC address are in others.
const BIFROST: [(usize, &str, &str); 7] = [
    (4, "properties", "cpus"),
    (5, "properties", "ram"),
    (6, "properties", "disk_size"),
    (9, "", "uuid"),
    (10, "", "name"),
    (11, "", "ipv4_address"),
    (18, "", "provisioning_ipv4_address"),
];

/// The columns of the BMC, and what it calls them.
const BMC: [(usize, &str); 3] = [(1, "username"), (2, "password"), (3, "address")];

/// The columns of the way to a BMC behind others: channel and address of a hop, each nothing without the other.
const HOPS: [(usize, [&str; 2]); 2] = [
    (12, ["ipmi_target_channel", "ipmi_target_address"]),
    (14, ["ipmi_transit_channel", "ipmi_transit_address"]),
];

/// The columns that bifrost never read.
const UNUSED: [usize; 3] = [7, 8, 17];

const DRIVER: usize = 16;

/// How many columns a table of bifrost has at least and at most.
const WIDTHS: std::ops::RangeInclusive<usize> = 12..=19;

/// Whose table it is by its first line.
pub(super) fn recognise(first: &[Cell]) -> Option<Format> {
    let is_mac = |index: usize| first.get(index).is_some_and(|cell: &Cell| check::mac(&cell.text).is_ok());
    if is_mac(0) && WIDTHS.contains(&first.len()) {
        return Some(Format::BifrostCsv);
    }
    let is_type = |cell: &Cell| {
        cell.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    };
    let is_tripleo = is_mac(4) && first.len() <= TRIPLEO.len() && is_type(&first[0]);
    (is_tripleo || first[0].text == TRIPLEO[0]).then_some(Format::TripleoCsv)
}

/// TripleO's table as a document in the form of `instackenv.json`. A first line that names the columns is heeded.
pub(super) fn tripleo(source: Source, report: &Report) -> Document {
    let mut names: Option<Vec<Box<str>>> = None;
    let mut nodes = Vec::new();
    each_row(&source, report, |row, refuse| {
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
            refuse(row[0].at, format!("has {} cells, of which {} have a meaning", row.len(), names.len()));
            return;
        }
        let is_given = |wanted: &str, given: bool| {
            names.iter().zip(row).any(|(name, cell)| &**name == wanted && cell.text.is_empty() != given)
        };
        if is_given("pm_password", false) && is_given("pm_addr", true) {
            report.warning(origin(&source, row[0].at), "`pm_password` has no value");
        }
        let mut node = Vec::new();
        for (name, cell) in names.iter().zip(row).filter(|(_, cell)| !cell.text.is_empty()) {
            let value = Value::word(cell.at, &cell.text);
            let value = if &**name == "mac" { list(vec![value]) } else { value };
            node.push(entry(name, value));
        }
        nodes.push(mapping(row[0].at, node));
    });
    Document::of_table(source, vec![list(nodes)])
}

/// Bifrost's table as a document in the form of its YAML.
pub(super) fn bifrost(source: Source, report: &Report) -> Document {
    let mut hosts = Vec::new();
    each_row(&source, report, |row, refuse| {
        if !(2..=*WIDTHS.end()).contains(&row.len()) {
            refuse(row[0].at, format!("has {} cells, a table of bifrost has 12 to 19", row.len()));
            return;
        }
        let at = row[0].at;
        let given = |index: usize| row.get(index).filter(|cell| !cell.text.is_empty());
        for cell in UNUSED.iter().filter_map(|index| given(*index)) {
            report
                .warning(origin(&source, cell.at), "a cell in a column that bifrost never read is left out");
        }
        if given(2).is_none() && given(3).is_some() {
            report.warning(origin(&source, at), "the column of the BMC's password has no value");
        }
        // Ironic's drivers of that time are the hardware types of today by another name.
        let driver = given(DRIVER).map_or("ipmi", |cell| &*cell.text);
        let driver = if driver.contains("ipmi") { "ipmi" } else { driver };
        let driver_at = given(DRIVER).map_or(at, |cell| cell.at);
        let mut host = vec![entry("driver", Value::word(driver_at, driver))];
        let mut properties = vec![entry("cpu_arch", Value::word(at, "x86_64"))];
        for (index, section, key) in BIFROST {
            let Some(cell) = given(index) else { continue };
            let place = if section.is_empty() { &mut host } else { &mut properties };
            place.push(entry(key, Value::word(cell.at, &cell.text)));
        }
        host.push(entry("properties", mapping(at, properties)));
        host.push(entry("driver_info", mapping(at, bmc(driver, &given, refuse))));
        if let Some(mac) = given(0) {
            let nic = mapping(mac.at, vec![entry("mac", Value::word(mac.at, &mac.text))]);
            host.push(entry("nics", list(vec![nic])));
        }
        // Not under its name: that would stand in messages.
        hosts.push(Entry { at, key: "".into(), value: mapping(at, host) });
    });
    let root = mapping(Place::new(1, 1), hosts);
    Document::of_table(source, vec![root])
}

/// How the BMC of a line is reached, as far as its hardware type is one that bifrost knew or that is like those.
fn bmc<'c>(
    driver: &str,
    given: &dyn Fn(usize) -> Option<&'c Cell>,
    refuse: &mut dyn FnMut(Place, String),
) -> Vec<Entry> {
    let mut info = Vec::new();
    for (index, end) in BMC {
        let Some(cell) = given(index) else { continue };
        match driver_info::bmc_key(driver, end) {
            Ok(key) => info.push(entry(&key, Value::word(cell.at, &cell.text))),
            // The reader of the node refuses what is no hardware type; nothing else follows from it.
            Err(_) if hardware_types::correction(driver).is_some() => {}
            Err(why) => refuse(cell.at, why),
        }
    }
    let mut hops = 0;
    for (index, keys) in HOPS {
        match [given(index), given(index + 1)] {
            [Some(channel), Some(address)] => {
                hops += 1;
                for (key, cell) in keys.iter().zip([channel, address]) {
                    info.push(entry(key, Value::word(cell.at, &cell.text)));
                }
            }
            [None, None] => {}
            [channel, address] => {
                let at = channel.or(address).map_or(Place::NOWHERE, |cell| cell.at);
                refuse(at, format!("`{}` and `{}` go together", keys[0], keys[1]));
            }
        }
    }
    if hops > 0 {
        let bridging = if hops == 1 { "single" } else { "dual" };
        info.push(entry("ipmi_bridging", Value::word(info[0].at, bridging)));
    }
    info
}

/// Does something for every line; what cannot be split into cells goes to the report.
fn each_row(source: &Source, report: &Report, mut visit: impl FnMut(&[Cell], &mut dyn FnMut(Place, String))) {
    for row in Rows::of(source) {
        match row {
            Ok(row) => visit(&row, &mut |at, message| report.error(origin(source, at), message)),
            Err(refused) => report.error(refused.origin, refused.message),
        }
    }
}

fn origin(source: &Source, at: Place) -> Origin {
    Origin::at(source.name().clone(), at, String::new())
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { at: value.at, key: key.into(), value }
}

fn mapping(at: Place, entries: Vec<Entry>) -> Value {
    Value { at, content: Content::Mapping(entries) }
}

fn list(items: Vec<Value>) -> Value {
    let at = items.first().map_or(Place::new(1, 1), |first| first.at);
    Value { at, content: Content::List(items) }
}
