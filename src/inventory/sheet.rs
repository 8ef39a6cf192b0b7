//! Tables of machines whose first line names the columns: one machine a line, written into the form of `baremetal create`
//! files cell by cell, so that one reader checks them all.

use std::net::IpAddr;

use super::cells::{Cell, Rows};
use super::check;
use super::document::{Content, Document, Entry, Origin, Place, Report, Source, Value};
use super::schema::{self, Kind};
use super::{draft, driver_info, hardware_types};
use crate::rest::mask;
use crate::suggest::nearest;

/// Other names of columns that say the same.
const ALIASES: [(&str, &str); 17] = [
    ("node", "name"),
    ("node_name", "name"),
    ("hostname", "name"),
    ("macs", "mac"),
    ("mac_address", "mac"),
    ("mac_addresses", "mac"),
    ("trait", "traits"),
    ("class", "resource_class"),
    ("hardware_type", "driver"),
    ("bmc", "bmc_address"),
    ("bmc_addr", "bmc_address"),
    ("bmc_host", "bmc_address"),
    ("bmc_ip", "bmc_address"),
    ("bmc_user", "bmc_username"),
    ("bmc_pass", "bmc_password"),
    ("bmc_system", "bmc_system_id"),
    ("arch", "cpu_arch"),
];

/// What `bmc_…` may say of a BMC.
const BMC: [&str; 6] = ["address", "username", "password", "port", "system_id", "verify_ca"];

/// Mappings of a node into which a column may reach by `MAPPING.KEY`.
const MAPPINGS: [&str; 5] = ["properties", "driver_info", "extra", "instance_info", "network_data"];

/// Properties that have columns of their own.
const PROPERTIES: [&str; 7] =
    ["cpus", "memory_mb", "local_gb", "cpu_arch", "capabilities", "root_device", "vendor"];

/// Keys of `driver_info` that have columns of their own, beside those that begin with a family of BMCs.
const DRIVER_INFO: [&str; 5] =
    ["deploy_kernel", "deploy_ramdisk", "deploy_iso", "rescue_kernel", "rescue_ramdisk"];

/// Keys of a port's `local_link_connection` that may be written as `port.KEY`.
const LINK: [&str; 4] = ["switch_id", "port_id", "switch_info", "hostname"];

/// Where the cells of a column go.
enum Target {
    /// To a spot of the node, by the keys that lead to it.
    Node(Vec<String>),
    /// To `driver_info`, under the name that the machine's hardware type has for it; then to keys in there.
    Bmc(&'static str, Vec<String>),
    /// To ports of their own.
    Macs,
    Traits,
    /// To the only port.
    Port(Vec<String>),
    Nowhere,
}

/// Whether a line may be the one that names the columns: it has several cells, and one is a known name.
pub(super) fn is_header(cells: &[Cell]) -> bool {
    cells.len() > 1 && names_columns(cells)
}

/// Whether a line names known columns and is no machine, which has addresses.
fn names_columns(cells: &[Cell]) -> bool {
    let is_address = |cell: &Cell| {
        check::mac(&cell.text).is_ok() || cell.text.parse::<IpAddr>().is_ok() || cell.text.contains("://")
    };
    let known = cells.iter().filter(|cell| target(&cell.text).is_some()).count();
    // One alone may be the name of a machine in a table that names no columns.
    known >= cells.len().min(2) && !cells.iter().any(is_address)
}

/// The table as a document in the form of `baremetal create` files; what is wrong with it goes to the report.
pub(super) fn document(source: Source, report: &Report) -> Document {
    let mut nodes = Vec::new();
    let at = |at: Place, path: &str| Origin::at(source.name().clone(), at, path.to_owned());
    let mut columns: Option<Vec<(Cell, Target)>> = None;
    for row in Rows::of(&source) {
        let row = match row {
            Ok(row) => row,
            Err(refused) => {
                report.error(refused.origin, refused.message);
                break;
            }
        };
        let Some(columns) = &columns else {
            if !names_columns(&row) {
                // It may be a machine, and hold its password: nothing of it is quoted.
                report.error(
                    at(row[0].at, ""),
                    "the first line must name the columns: `name`, `driver`, `mac`, …",
                );
                break;
            }
            columns = Some(header(row, &at, report));
            continue;
        };
        let path = format!("nodes[{}]", nodes.len());
        let given = row.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
        if given > columns.len() || row.len() < columns.len() {
            let (has, named) = (row.len().max(given), columns.len());
            report.error(at(row[0].at, ""), format!("has {has} cells, the first line names {named}"));
            // Which cell belongs to which column nobody knows: there is nothing to be said of a single one.
            continue;
        }
        for (column, _) in lacking_secrets(columns, &row) {
            let name = column.text.escape_debug();
            report.warning(at(row[0].at, &path), format!("`{name}` has no value"));
        }
        let mut line = Line { at: row[0].at, fields: Vec::new(), ports: Vec::new() };
        line.fill(columns, &row, &mut |place, message| report.error(at(place, &path), message));
        nodes.push(line.finish());
    }
    let place = Place::new(1, 1);
    let nodes =
        Entry { at: place, key: "nodes".into(), value: Value { at: place, content: Content::List(nodes) } };
    let root = Value { at: place, content: Content::Mapping(vec![nodes]) };
    Document::of_table(source, vec![root])
}

/// The columns of secrets of a BMC whose cells are empty in a row that has other cells about the BMC.
fn lacking_secrets<'c>(
    columns: &'c [(Cell, Target)],
    row: &'c [Cell],
) -> impl Iterator<Item = &'c (Cell, Target)> {
    let is_of_bmc = |meant: &Target| match meant {
        Target::Bmc(..) => true,
        Target::Node(path) => path.first().is_some_and(|key| key == "driver_info"),
        _ => false,
    };
    let is_secret = |meant: &Target| match meant {
        Target::Bmc(what, _) => *what == "password",
        Target::Node(path) => path.last().is_some_and(|key| mask::is_secret_key(key)),
        _ => false,
    };
    let cells = move || columns.iter().zip(row).filter(move |((_, meant), _)| is_of_bmc(meant));
    let has_any = cells().any(|(_, cell)| !cell.text.is_empty());
    cells()
        .filter(move |((_, meant), cell)| has_any && is_secret(meant) && cell.text.is_empty())
        .map(|(column, _)| column)
}

/// Finds out what the columns mean. Those of no meaning are told, those that look like a slip are refused.
fn header(row: Vec<Cell>, at: &dyn Fn(Place, &str) -> Origin, report: &Report) -> Vec<(Cell, Target)> {
    let mut columns: Vec<(Cell, Target)> = Vec::new();
    // A column is hardly a slip for one that the table has too.
    let names: Vec<&str> =
        known().filter(|known| row.iter().any(|cell| is_called(&cell.text, known))).collect();
    for cell in row {
        let name = cell.text.escape_debug().to_string();
        if let Some((first, _)) =
            columns.iter().find(|(other, _)| other.text == cell.text && !name.is_empty())
        {
            let first = first.at.column;
            report.error(
                at(cell.at, ""),
                format!("the column `{name}` is given twice, first at column {first}"),
            );
        }
        let meant = target(&cell.text).unwrap_or_else(|| {
            let meant = nearest(&normal(&cell.text), known()).filter(|meant| !names.contains(meant));
            if name.is_empty() {
                report.warning(at(cell.at, ""), "a column without a name is left out");
            } else if let Some(meant) = meant {
                let advice = format!("did you mean `{meant}`? (`extra.{name}` keeps it as a note)");
                report.error(at(cell.at, ""), format!("unknown column `{name}`, {advice}"));
            } else {
                let advice = format!("`extra.{name}` would keep it as a note");
                report.warning(at(cell.at, ""), format!("the column `{name}` is left out; {advice}"));
            }
            Target::Nowhere
        });
        columns.push((cell, meant));
    }
    columns
}

/// A column's name as it is compared.
fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Whether a column has this name, or another name for the same.
fn is_called(column: &str, name: &str) -> bool {
    let column = normal(column);
    column == name || ALIASES.iter().any(|(alias, meant)| *alias == column && *meant == name)
}

/// Every column that has a name of its own.
fn known() -> impl Iterator<Item = &'static str> {
    let fields = schema::NODE.iter().filter(|field| is_cell(field.kind)).map(|field| field.name);
    let bmc = ["bmc_address", "bmc_username", "bmc_password", "bmc_port", "bmc_system_id", "bmc_verify_ca"];
    fields.chain(bmc).chain(PROPERTIES).chain(DRIVER_INFO).chain(["mac", "traits"])
}

/// Whether a field fits into one cell.
fn is_cell(kind: Kind) -> bool {
    !matches!(kind, Kind::Object | Kind::Special)
}

/// What a column means by its name.
fn target(name: &str) -> Option<Target> {
    let is_of_names = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ');
    if !name.chars().all(is_of_names) {
        return None;
    }
    let (first, rest) = name.trim().split_once('.').unwrap_or((name, ""));
    let rest: Vec<String> = rest.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    let first = normal(first);
    let first = ALIASES.iter().find(|(other, _)| *other == first).map_or(&*first, |(_, name)| name);
    let path = |mut path: Vec<String>| {
        path.extend(rest.clone());
        Target::Node(path)
    };
    if let Some(end) = first.strip_prefix("bmc_") {
        return BMC.iter().find(|known| **known == end).map(|end| Target::Bmc(end, rest));
    }
    if first == "port" {
        let known = rest.first()?;
        let is_link = LINK.contains(&known.as_str());
        let is_field = schema::PORT.iter().any(|field| field.name == known && known != "address");
        let link = is_link.then(|| "local_link_connection".to_owned());
        return (is_link || is_field).then(|| Target::Port(link.into_iter().chain(rest).collect()));
    }
    let is_driver_info = driver_info::is_of_bmc(first);
    if PROPERTIES.contains(&first) && (rest.is_empty() || ["capabilities", "root_device"].contains(&first)) {
        Some(path(vec!["properties".to_owned(), first.to_owned()]))
    } else if is_driver_info || DRIVER_INFO.contains(&first) {
        Some(path(vec!["driver_info".to_owned(), first.to_owned()]))
    } else if !rest.is_empty() {
        MAPPINGS.contains(&first).then(|| path(vec![first.to_owned()]))
    } else if first == "traits" {
        Some(Target::Traits)
    } else if first
        .strip_prefix("mac")
        .is_some_and(|number| number.trim_start_matches('_').bytes().all(|byte| byte.is_ascii_digit()))
    {
        Some(Target::Macs)
    } else {
        let field = schema::NODE.iter().find(|field| field.name == first && is_cell(field.kind));
        field.map(|field| path(vec![field.name.to_owned()]))
    }
}

/// A node in the making.
struct Line {
    at: Place,
    fields: Vec<Entry>,
    ports: Vec<Value>,
}

impl Line {
    fn fill(&mut self, columns: &[(Cell, Target)], row: &[Cell], refuse: &mut dyn FnMut(Place, String)) {
        let cells = || columns.iter().zip(row).filter(|(_, cell)| !cell.text.is_empty());
        for ((_, meant), cell) in cells() {
            match meant {
                Target::Node(path) => put(&mut self.fields, path, cell, refuse),
                Target::Macs => {
                    let port = |mac: Value| draft::only("address", &mac);
                    self.ports.extend(words(cell).into_iter().map(port));
                }
                Target::Traits => {
                    let traits = Value { at: cell.at, content: Content::List(words(cell)) };
                    self.fields.push(Entry { at: cell.at, key: "traits".into(), value: traits });
                }
                Target::Bmc(..) | Target::Port(_) | Target::Nowhere => {}
            }
        }
        let driver = self.fields.iter().find(|field| &*field.key == "driver");
        let driver = driver.and_then(|driver| driver.value.text()).map(str::to_owned);
        // The reader of the node refuses what is no hardware type; nothing else follows from it.
        let driver = driver.filter(|driver| hardware_types::meant(driver).is_none());
        for ((column, meant), cell) in cells() {
            match (meant, &driver, &mut *self.ports) {
                (Target::Bmc(end, keys), Some(driver), _) => match driver_info::key(driver, end) {
                    Ok(key) => {
                        let path = [["driver_info".to_owned(), key].as_slice(), keys].concat();
                        put(&mut self.fields, &path, cell, refuse);
                    }
                    Err(why) => refuse(cell.at, why),
                },
                (Target::Port(path), _, [port]) => {
                    if let Content::Mapping(fields) = &mut port.content {
                        put(fields, path, cell, refuse);
                    }
                }
                (Target::Port(_), _, ports) => {
                    let (name, count) = (&column.text, ports.len());
                    refuse(
                        cell.at,
                        format!("`{name}` is for a machine with one MAC address, this one has {count}"),
                    );
                }
                // The reader of the node reports a missing or wrong driver.
                _ => {}
            }
        }
    }

    fn finish(mut self) -> Value {
        if !self.ports.is_empty() {
            let ports = Value { at: self.at, content: Content::List(self.ports) };
            self.fields.push(Entry { at: self.at, key: "ports".into(), value: ports });
        }
        Value { at: self.at, content: Content::Mapping(self.fields) }
    }
}

/// The words of a cell that holds several, each with its place.
fn words(cell: &Cell) -> Vec<Value> {
    let mut words = Vec::new();
    let mut column = cell.at.column;
    for piece in cell.text.split_inclusive([' ', '\n', ',', ';', '|']) {
        let text = piece.trim_end_matches([' ', '\n', ',', ';', '|']);
        if !text.is_empty() {
            words.push(Value::word(Place { column, ..cell.at }, text));
        }
        column += u32::try_from(piece.chars().count()).unwrap_or(u32::MAX);
    }
    words
}

/// Puts a cell where a way of keys leads to, by mappings that are made on the way.
fn put(entries: &mut Vec<Entry>, path: &[String], cell: &Cell, refuse: &mut dyn FnMut(Place, String)) {
    let Some((key, rest)) = path.split_first() else { return };
    let found = entries.iter().position(|entry| *entry.key == **key);
    if rest.is_empty() {
        if found.is_some() {
            refuse(cell.at, format!("`{key}` is given twice, in another column too"));
        } else {
            entries.push(Entry { at: cell.at, key: (**key).into(), value: Value::word(cell.at, &cell.text) });
        }
        return;
    }
    let index = found.unwrap_or_else(|| {
        let value = Value { at: cell.at, content: Content::Mapping(Vec::new()) };
        entries.push(Entry { at: cell.at, key: (**key).into(), value });
        entries.len() - 1
    });
    match &mut entries[index].value.content {
        Content::Mapping(inner) => put(inner, rest, cell, refuse),
        _ => refuse(cell.at, format!("`{key}` is given twice, in another column too")),
    }
}
