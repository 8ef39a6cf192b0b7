//! The JSON Schemas of what commands print.
//!
//! Each command describes its JSON output as an [`Answer`], next to the types of its rows. The list of all answers is in
//! `src/cli/commands/schema.rs`.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::driver::Error;
use crate::driver::watch::event::NodeRef;
use crate::ui::output::Column;

/// The JSON output of a command.
#[derive(Debug)]
pub struct Answer {
    /// The command as it is typed, or the name of an output that is not of one command.
    pub command: &'static str,
    /// The forms of the output; which one is printed depends on the options.
    forms: Vec<fn(&mut SchemaGenerator) -> Schema>,
    /// The tables that show the output.
    tables: Vec<Table>,
}

/// The columns of a table, and the type of its rows.
#[derive(Debug)]
struct Table {
    columns: &'static [Column],
    row: fn(&mut SchemaGenerator) -> Schema,
}

impl Answer {
    /// The answer of a command, as yet without a form.
    pub(crate) fn of(command: &'static str) -> Self {
        Self { command, forms: Vec::new(), tables: Vec::new() }
    }

    /// A list of rows.
    pub(crate) fn list<R: Serialize + JsonSchema>(self, columns: &'static [Column]) -> Self {
        self.document::<Vec<R>>().table::<R>(columns)
    }

    /// One row, as an object.
    pub(crate) fn object<R: Serialize + JsonSchema>(self, columns: &'static [Column]) -> Self {
        self.document::<R>().table::<R>(columns)
    }

    /// Any other value.
    pub(crate) fn document<D: Serialize + JsonSchema>(mut self) -> Self {
        self.forms.push(SchemaGenerator::subschema_for::<D>);
        self
    }

    /// A table that shows a part of the answer.
    pub(crate) fn table<R: Serialize + JsonSchema>(mut self, columns: &'static [Column]) -> Self {
        self.tables.push(Table { columns, row: SchemaGenerator::subschema_for::<R> });
        self
    }

    /// The name of the schema's file, without its extension.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.command.replace(' ', "-")
    }

    /// The JSON Schema.
    #[must_use]
    pub fn schema(&self) -> Value {
        let mut generator = settings().into_generator();
        let forms: Vec<Value> = self.forms.iter().map(|form| form(&mut generator).to_value()).collect();
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!(format!("farrier {}", self.command)));
        match forms.as_slice() {
            [Value::Object(form)] => schema.extend(form.clone()),
            _ => {
                schema.insert("anyOf".to_owned(), forms.into());
            }
        }
        let definitions = generator.take_definitions(true);
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        Value::Object(schema)
    }

    /// The columns that are not fields of their rows: none, as a test makes sure.
    #[must_use]
    pub fn unknown_columns(&self) -> Vec<&'static str> {
        let mut settings = settings();
        settings.inline_subschemas = true;
        let mut unknown = Vec::new();
        for Table { columns, row } in &self.tables {
            let row = row(&mut settings.clone().into_generator()).to_value();
            unknown.extend(columns.iter().map(|column| column.key).filter(|key| !has_field(&row, key)));
        }
        unknown
    }
}

/// The settings of all schemas: they describe output, not input.
fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().for_serialize()
}

/// Whether values of a schema can have a field with this dotted path.
fn has_field(schema: &Value, path: &str) -> bool {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    if let Some(any) = schema["anyOf"].as_array() {
        return any.iter().any(|schema| has_field(schema, path));
    }
    // Objects of Ironic have fields that farrier does not know.
    let is_open = *schema == json!(true) || schema["additionalProperties"] == json!(true);
    match (&schema["properties"][key], rest) {
        (Value::Null, _) => is_open,
        (_, None) => true,
        (inner, Some(rest)) => has_field(inner, rest),
    }
}

/// The node of a row. It has no UUID if only the given name is known.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct RowNode {
    /// Ironic's UUID of the node.
    uuid: Option<String>,
    /// The name of the node, or the name that was given.
    name: Option<String>,
}

impl RowNode {
    /// The node of an error; only the given name if the error has none.
    pub(crate) fn of_error(name: &str, error: &Error) -> Self {
        match error.node() {
            Some(node) => node.into(),
            None => Self { uuid: None, name: Some(name.to_owned()) },
        }
    }
}

impl From<&NodeRef> for RowNode {
    fn from(NodeRef { uuid, name }: &NodeRef) -> Self {
        Self { uuid: Some(uuid.clone()), name: name.clone() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::commands::schema::answers;

    /// The commands that print no JSON.
    const OTHERS: [&str; 3] = ["completions", "man", "nmi"];

    /// The full names of the commands without subcommands.
    fn leaves(command: &clap::Command, name: &str, found: &mut BTreeSet<String>) {
        for inner in command.get_subcommands() {
            let name = format!("{name} {}", inner.get_name()).trim_start().to_owned();
            if inner.has_subcommands() {
                leaves(inner, &name, found);
            } else {
                found.insert(name);
            }
        }
    }

    #[test]
    fn every_command_that_prints_json_has_a_schema() {
        let mut commands = BTreeSet::new();
        leaves(&crate::cli::command(), "", &mut commands);
        let mut described: BTreeSet<String> =
            answers().iter().map(|answer| answer.command.to_owned()).collect();
        for output in ["error", "event"] {
            assert!(described.remove(output), "{output}");
        }
        described.extend(OTHERS.map(str::to_owned));
        assert_eq!(described, commands);
    }

    #[test]
    fn every_column_is_a_field_of_its_rows() {
        for answer in answers() {
            assert_eq!(answer.unknown_columns(), Vec::<&str>::new(), "farrier {}", answer.command);
        }
    }

    #[test]
    fn a_column_that_is_no_field_is_found() {
        #[derive(Serialize, JsonSchema)]
        struct Row {
            node: Option<RowNode>,
        }
        const COLUMNS: &[Column] = &[
            Column::new("node.uuid", "UUID"),
            Column::new("node.color", "COLOR"),
            Column::new("cloud", "CLOUD"),
        ];
        assert_eq!(Answer::of("x").list::<Row>(COLUMNS).unknown_columns(), ["node.color", "cloud"]);
    }

    #[test]
    fn a_field_that_is_null_is_required_all_the_same() {
        let schema = Answer::of("x").document::<RowNode>().schema();
        let definition = &schema["$defs"]["RowNode"];
        assert_eq!(definition["required"], json!(["uuid", "name"]));
        assert_eq!(definition["properties"]["uuid"]["type"], json!(["string", "null"]));
    }

    #[test]
    fn several_forms_are_alternatives() {
        let schema = Answer::of("x").document::<String>().document::<Vec<u8>>().schema();
        assert_eq!(schema["anyOf"][0]["type"], "string");
        assert_eq!(schema["anyOf"][1]["type"], "array");
    }
}
