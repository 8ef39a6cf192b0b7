//! CSV tables with a header row and one row per machine. They are converted cell by cell to the form of `baremetal create`
//! files, so that one reader checks all formats.

use std::net::IpAddr;

use super::{FileContents, Format, Recognition, Secrets, baremetal_create};
use crate::inventory::csv_reader::{Cell, Rows};
use crate::inventory::document::{
    Content, Cursor, Document, Entry, InputFile, Position, Report, SourceLocation, Value,
};
use crate::inventory::field_values;
use crate::inventory::reference::ResolveContext;
use crate::inventory::schema::{self, FieldKind};
use crate::inventory::{driver_info, hardware_types, node_builder};
use crate::rest::mask;
use crate::suggest::nearest;

/// Aliases of column names.
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

/// Columns `bmc_…`, without the prefix.
const BMC_COLUMNS: [&str; 6] = ["address", "username", "password", "port", "system_id", "verify_ca"];

/// Mappings of a node that columns `MAPPING.KEY` can fill.
const MAPPINGS: [&str; 5] = ["properties", "driver_info", "extra", "instance_info", "network_data"];

/// Properties that are also columns without `properties.`.
const PROPERTIES: [&str; 7] =
    ["cpus", "memory_mb", "local_gb", "cpu_arch", "capabilities", "root_device", "vendor"];

/// Keys of `driver_info` that are also columns without `driver_info.`, in addition to those with the prefix of a BMC type.
const DRIVER_INFO: [&str; 5] =
    ["deploy_kernel", "deploy_ramdisk", "deploy_iso", "rescue_kernel", "rescue_ramdisk"];

/// Keys of a port's `local_link_connection` that columns `port.KEY` can fill.
const LINK: [&str; 4] = ["switch_id", "port_id", "switch_info", "hostname"];

/// The format of tables with a header row.
pub(super) struct CsvTable;

impl Format for CsvTable {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn help(&self) -> &'static str {
        "CSV with a header row: `name`, `driver`, `mac`, `bmc_address`, …"
    }

    fn label(&self) -> &'static str {
        "CSV with a header row"
    }

    fn recognition(&self) -> Recognition {
        Recognition::Table { is_first_row: is_header, convert: document }
    }

    fn read(&self, root: &Cursor<'_>, _: &Secrets, context: ResolveContext<'_>) -> FileContents {
        baremetal_create::read(root, context)
    }
}

/// The destination of a column's cells.
enum Target {
    /// The field of the node with this path of keys.
    Node(Vec<String>),
    /// A key of `driver_info`, whose name depends on the hardware type, followed by keys in it.
    Bmc(&'static str, Vec<String>),
    /// The MAC addresses of ports.
    Macs,
    Traits,
    /// A field of the only port, with this path of keys.
    PortSpec(Vec<String>),
    Ignored,
}

/// Whether a row can be the header: it has several cells and contains column names.
fn is_header(cells: &[Cell]) -> bool {
    cells.len() > 1 && names_columns(cells)
}

/// Whether a row contains known column names, and no address, which only the row of a machine contains.
fn names_columns(cells: &[Cell]) -> bool {
    let is_address = |cell: &Cell| {
        field_values::mac(&cell.text).is_ok()
            || cell.text.parse::<IpAddr>().is_ok()
            || cell.text.contains("://")
    };
    let known = cells.iter().filter(|cell| target(&cell.text).is_some()).count();
    // A single match may be the name of a machine in a table without a header.
    known >= cells.len().min(2) && !cells.iter().any(is_address)
}

/// Converts the table to the form of `baremetal create` files. Errors go to the report.
fn document(file: InputFile, report: &Report) -> Document {
    let mut nodes = Vec::new();
    let at = |at: Position, path: &str| SourceLocation::at(file.name().clone(), at, path.to_owned());
    let mut columns: Option<Vec<(Cell, Target)>> = None;
    for row in Rows::new(&file) {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                report.error(error.location, error.message);
                break;
            }
        };
        let Some(columns) = &columns else {
            if !names_columns(&row) {
                // Do not quote the row: it may be a machine with its password.
                report.error(
                    at(row[0].at, ""),
                    "the first line must contain the column names: `name`, `driver`, `mac`, …",
                );
                break;
            }
            columns = Some(header(row, &at, report));
            continue;
        };
        let path = format!("nodes[{}]", nodes.len());
        let used = row.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
        if used > columns.len() || row.len() < columns.len() {
            let (cells, names) = (row.len().max(used), columns.len());
            report.error(at(row[0].at, ""), format!("the row has {cells} cells, but the header has {names}"));
            // The columns of the cells are unknown, so do not check them.
            continue;
        }
        for (column, _) in missing_secrets(columns, &row) {
            let name = column.text.escape_debug();
            report.warning(at(row[0].at, &path), format!("`{name}` has no value"));
        }
        let mut node = Row { at: row[0].at, fields: Vec::new(), ports: Vec::new() };
        node.fill(columns, &row, &mut |position, message| report.error(at(position, &path), message));
        nodes.push(node.finish());
    }
    let position = Position::new(1, 1);
    let nodes = Entry {
        at: position,
        key: "nodes".into(),
        value: Value { at: position, content: Content::List(nodes) },
    };
    let root = Value { at: position, content: Content::Mapping(vec![nodes]) };
    Document::from_table(file, vec![root])
}

/// The columns of BMC secrets that are empty in a row that has other BMC columns.
fn missing_secrets<'c>(
    columns: &'c [(Cell, Target)],
    row: &'c [Cell],
) -> impl Iterator<Item = &'c (Cell, Target)> {
    let is_bmc = |target: &Target| match target {
        Target::Bmc(..) => true,
        Target::Node(path) => path.first().is_some_and(|key| key == "driver_info"),
        _ => false,
    };
    let is_secret = |target: &Target| match target {
        Target::Bmc(suffix, _) => *suffix == "password",
        Target::Node(path) => path.last().is_some_and(|key| mask::is_secret_key(key)),
        _ => false,
    };
    let cells = move || columns.iter().zip(row).filter(move |((_, target), _)| is_bmc(target));
    let has_any = cells().any(|(_, cell)| !cell.text.is_empty());
    cells()
        .filter(move |((_, target), cell)| has_any && is_secret(target) && cell.text.is_empty())
        .map(|(column, _)| column)
}

/// Finds the targets of the columns. An unknown column is a warning, and an error if it looks like a typo.
fn header(
    row: Vec<Cell>,
    at: &dyn Fn(Position, &str) -> SourceLocation,
    report: &Report,
) -> Vec<(Cell, Target)> {
    let mut columns: Vec<(Cell, Target)> = Vec::new();
    // A column is not a typo for another column of the table.
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
        let target = target(&cell.text).unwrap_or_else(|| {
            let suggestion =
                nearest(&normalized(&cell.text), known()).filter(|suggestion| !names.contains(suggestion));
            if name.is_empty() {
                report.warning(at(cell.at, ""), "a column without a name is ignored");
            } else if let Some(suggestion) = suggestion {
                let advice = format!("did you mean `{suggestion}`? (to store it, name it `extra.{name}`)");
                report.error(at(cell.at, ""), format!("unknown column `{name}`, {advice}"));
            } else {
                let advice = format!("to store it, name it `extra.{name}`");
                report.warning(at(cell.at, ""), format!("the column `{name}` is ignored; {advice}"));
            }
            Target::Ignored
        });
        columns.push((cell, target));
    }
    columns
}

/// A column name in the form that is compared.
fn normalized(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Whether a column has this name or an alias of it.
fn is_called(column: &str, name: &str) -> bool {
    let column = normalized(column);
    column == name || ALIASES.iter().any(|(alias, target)| *alias == column && *target == name)
}

/// All columns with fixed names.
fn known() -> impl Iterator<Item = &'static str> {
    let fields = schema::NODE.iter().filter(|field| is_cell(field.kind)).map(|field| field.name);
    let bmc = ["bmc_address", "bmc_username", "bmc_password", "bmc_port", "bmc_system_id", "bmc_verify_ca"];
    fields.chain(bmc).chain(PROPERTIES).chain(DRIVER_INFO).chain(["mac", "traits"])
}

/// Whether a field fits into a cell.
fn is_cell(kind: FieldKind) -> bool {
    !matches!(kind, FieldKind::Object | FieldKind::Special)
}

/// The target of a column with this name.
fn target(name: &str) -> Option<Target> {
    let is_name_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ');
    if !name.chars().all(is_name_char) {
        return None;
    }
    let (first, rest) = name.trim().split_once('.').unwrap_or((name, ""));
    let rest: Vec<String> = rest.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    let first = normalized(first);
    let first = ALIASES.iter().find(|(alias, _)| *alias == first).map_or(&*first, |(_, name)| name);
    let path = |mut path: Vec<String>| {
        path.extend(rest.clone());
        Target::Node(path)
    };
    if let Some(suffix) = first.strip_prefix("bmc_") {
        return BMC_COLUMNS.iter().find(|known| **known == suffix).map(|suffix| Target::Bmc(suffix, rest));
    }
    if first == "port" {
        let known = rest.first()?;
        let is_link = LINK.contains(&known.as_str());
        let is_field = schema::PORT.iter().any(|field| field.name == known && known != "address");
        let link = is_link.then(|| "local_link_connection".to_owned());
        return (is_link || is_field).then(|| Target::PortSpec(link.into_iter().chain(rest).collect()));
    }
    let is_driver_info = driver_info::is_bmc_key(first);
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

/// A node that is being built from a row.
struct Row {
    at: Position,
    fields: Vec<Entry>,
    ports: Vec<Value>,
}

impl Row {
    fn fill(&mut self, columns: &[(Cell, Target)], row: &[Cell], refuse: &mut dyn FnMut(Position, String)) {
        let cells = || columns.iter().zip(row).filter(|(_, cell)| !cell.text.is_empty());
        for ((_, target), cell) in cells() {
            match target {
                Target::Node(path) => put(&mut self.fields, path, cell, refuse),
                Target::Macs => {
                    let port = |mac: Value| node_builder::single_entry("address", &mac);
                    self.ports.extend(items(cell).into_iter().map(port));
                }
                Target::Traits => {
                    let traits = Value { at: cell.at, content: Content::List(items(cell)) };
                    self.fields.push(Entry { at: cell.at, key: "traits".into(), value: traits });
                }
                Target::Bmc(..) | Target::PortSpec(_) | Target::Ignored => {}
            }
        }
        let driver = self.fields.iter().find(|field| &*field.key == "driver");
        let driver = driver.and_then(|driver| driver.value.text()).map(str::to_owned);
        // The reader of the node reports a name that is not a hardware type.
        let driver = driver.filter(|driver| hardware_types::correction(driver).is_none());
        for ((column, target), cell) in cells() {
            match (target, &driver, &mut *self.ports) {
                (Target::Bmc(suffix, keys), Some(driver), _) => match driver_info::bmc_key(driver, suffix) {
                    Ok(key) => {
                        let path = [["driver_info".to_owned(), key].as_slice(), keys].concat();
                        put(&mut self.fields, &path, cell, refuse);
                    }
                    Err(why) => refuse(cell.at, why),
                },
                (Target::PortSpec(path), _, [port]) => {
                    if let Content::Mapping(fields) = &mut port.content {
                        put(fields, path, cell, refuse);
                    }
                }
                (Target::PortSpec(_), _, ports) => {
                    let (name, count) = (&column.text, ports.len());
                    refuse(
                        cell.at,
                        format!("`{name}` requires exactly one MAC address in the row; this row has {count}"),
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

/// The items of a cell that contains a list, each with its position.
fn items(cell: &Cell) -> Vec<Value> {
    let mut items = Vec::new();
    let mut column = cell.at.column;
    for piece in cell.text.split_inclusive([' ', '\n', ',', ';', '|']) {
        let text = piece.trim_end_matches([' ', '\n', ',', ';', '|']);
        if !text.is_empty() {
            items.push(Value::unquoted(Position { column, ..cell.at }, text));
        }
        column += u32::try_from(piece.chars().count()).unwrap_or(u32::MAX);
    }
    items
}

/// Stores a cell under a path of keys. Missing mappings are created.
fn put(entries: &mut Vec<Entry>, path: &[String], cell: &Cell, refuse: &mut dyn FnMut(Position, String)) {
    let Some((key, rest)) = path.split_first() else { return };
    let found = entries.iter().position(|entry| *entry.key == **key);
    if rest.is_empty() {
        if found.is_some() {
            refuse(cell.at, format!("`{key}` is given twice, also in another column"));
        } else {
            entries.push(Entry {
                at: cell.at,
                key: (**key).into(),
                value: Value::unquoted(cell.at, &cell.text),
            });
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
        _ => refuse(cell.at, format!("`{key}` is given twice, also in another column")),
    }
}
