//! Checks the JSON that farrier prints against the committed schemas.

use std::fs;
use std::path::Path;
use std::process::Output;

use clap::ArgMatches;
use predicates::str::contains;
use serde_json::{Map, Value, json};

use crate::farrier;

/// The keywords that do not restrict values.
const ANNOTATIONS: [&str; 7] = ["$schema", "$defs", "title", "description", "examples", "format", "default"];

/// A committed schema.
fn schema(name: &str) -> Value {
    let file = format!("{}.json", name.replace(' ', "-"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// Reads the output of a command: what `farrier schema NAME` describes.
pub(crate) fn read(name: &str, output: &[u8]) -> Value {
    let value: Value = serde_json::from_slice(output)
        .unwrap_or_else(|error| panic!("{name}: {error}: {}", String::from_utf8_lossy(output)));
    check(name, &value);
    value
}

/// Reads a line of `--progress json`: an event, or the error at the end.
pub(crate) fn read_line(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    check(if value["error"].is_object() { "error" } else { "event" }, &value);
    value
}

/// Reads the output of a command line with `-f json`.
pub(crate) fn answer(arguments: &[&str], output: &Output) -> Value {
    let arguments: Vec<String> =
        arguments.iter().chain(&["-f", "json"]).map(|argument| (*argument).to_owned()).collect();
    check_output(&arguments, output);
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Panics if a value does not match a schema.
pub(crate) fn check(name: &str, value: &Value) {
    let schema = schema(name);
    if let Err(problem) = matches(&schema, &schema, value, "") {
        panic!("this does not match docs/schema, `{name}`: {problem}\n{value:#}");
    }
}

/// Checks all JSON in the output of a command line, which starts after `farrier`.
pub(crate) fn check_output(arguments: &[String], output: &Output) {
    let has = |options: &[&str], value: &str| {
        arguments.windows(2).any(|pair| options.contains(&pair[0].as_str()) && pair[1] == value)
    };
    let prints_json = has(&["-f", "--format"], "json");
    if prints_json || has(&["--progress"], "json") {
        let stderr = String::from_utf8_lossy(&output.stderr);
        for line in stderr.lines().filter(|line| line.starts_with('{')) {
            read_line(line);
        }
    }
    // `--column` selects keys, and SARIF has a schema of its own.
    let has_other_keys = arguments
        .iter()
        .any(|argument| ["-c", "--sarif"].contains(&argument.as_str()) || argument.starts_with("--column"));
    let Some(name) = command(arguments).filter(|_| prints_json && !has_other_keys) else { return };
    // A watched list is one value per line; other commands print one value, or nothing if they fail.
    for value in serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>() {
        // A watched list may be cut off.
        let Ok(value) = value else { break };
        check(&name, &value);
    }
}

/// The full name of the command; `None` if the command line is invalid.
fn command(arguments: &[String]) -> Option<String> {
    let argv = std::iter::once("farrier").chain(arguments.iter().map(String::as_str));
    let matches = farrier::cli::command().try_get_matches_from(argv).ok()?;
    let mut names = Vec::new();
    let mut inner: &ArgMatches = &matches;
    while let Some((name, next)) = inner.subcommand() {
        names.push(name.to_owned());
        inner = next;
    }
    Some(names.join(" "))
}

/// Checks a value against a schema. The error names the place.
fn matches(root: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let keywords = match schema {
        Value::Bool(true) => return Ok(()),
        Value::Bool(false) => return Err(format!("{place}: no value is allowed here")),
        Value::Object(keywords) => keywords,
        other => panic!("{other} is not a schema"),
    };
    for (keyword, operand) in keywords {
        match keyword.as_str() {
            "$ref" => {
                let pointer =
                    operand.as_str().and_then(|text| text.strip_prefix('#')).expect("a local reference");
                let target = root.pointer(pointer).unwrap_or_else(|| panic!("{operand} does not exist"));
                matches(root, target, value, place)?;
            }
            "type" => {
                let types = operand.as_array().cloned().unwrap_or_else(|| vec![operand.clone()]);
                if !types.iter().any(|name| is_of_type(value, name.as_str().expect("text"))) {
                    return Err(format!("{place}: {value} is not of type {operand}"));
                }
            }
            "const" if value != operand => return Err(format!("{place}: {value} is not {operand}")),
            "enum" if !operand.as_array().expect("a list").contains(value) => {
                return Err(format!("{place}: {value} is not in {operand}"));
            }
            "const" | "enum" => {}
            "anyOf" | "oneOf" => {
                let forms = operand.as_array().expect("a list").iter();
                let results: Vec<_> = forms.map(|form| matches(root, form, value, place)).collect();
                if results.iter().all(Result::is_err) {
                    let problems: Vec<String> = results.into_iter().filter_map(Result::err).collect();
                    return Err(format!("{place}: no form matches: {}", problems.join("; ")));
                }
            }
            "minimum" | "maximum" => {
                if let Some(number) = value.as_f64() {
                    let bound = operand.as_f64().expect("a number");
                    if (keyword == "minimum" && number < bound) || (keyword == "maximum" && number > bound) {
                        return Err(format!("{place}: {number} is beyond the {keyword} {bound}"));
                    }
                }
            }
            "minItems" | "maxItems" => {
                if let Some(length) = value.as_array().map(|items| items.len() as u64) {
                    let bound = operand.as_u64().expect("a number");
                    if (keyword == "minItems" && length < bound) || (keyword == "maxItems" && length > bound)
                    {
                        return Err(format!("{place}: {length} items"));
                    }
                }
            }
            "uniqueItems" => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                if items.iter().enumerate().any(|(at, item)| items[..at].contains(item)) {
                    return Err(format!("{place}: an item is repeated"));
                }
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    matches(root, operand, item, &format!("{place}/{at}"))?;
                }
            }
            "required" => {
                let Some(fields) = value.as_object() else { continue };
                for key in operand.as_array().expect("a list") {
                    if !fields.contains_key(key.as_str().expect("text")) {
                        return Err(format!("{place}: {key} is missing"));
                    }
                }
            }
            "properties" => {
                let known = operand.as_object().expect("an object");
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = known.get(key) {
                        matches(root, schema, inner, &format!("{place}/{key}"))?;
                    }
                }
            }
            "additionalProperties" => {
                let nothing = Map::new();
                let known = keywords.get("properties").and_then(Value::as_object).unwrap_or(&nothing);
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if !known.contains_key(key) {
                        matches(root, operand, inner, &format!("{place}/{key}"))?;
                    }
                }
            }
            annotation if ANNOTATIONS.contains(&annotation) => {}
            unknown => panic!("the keyword `{unknown}` is not checked yet"),
        }
    }
    Ok(())
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is not a type"),
    }
}

#[test]
fn values_that_do_not_match_a_schema_are_refused() {
    let row = json!({"name": "a", "uuid": null, "node": null, "cloud": null, "state": "gone", "error": null});
    let schema = schema("destroy");
    let check = |value: &Value| matches(&schema, &schema, value, "");
    assert_eq!(check(&json!([row])), Ok(()));
    let with = |key: &str, value: Value| {
        let mut row = row.clone();
        row[key] = value;
        check(&json!([row]))
    };
    assert_eq!(with("more", json!(1)), Ok(()));
    assert!(with("state", json!(1)).expect_err("a number").contains("/0/state"));
    assert!(with("node", json!({"name": "n"})).is_err(), "the UUID of the node is missing");
    let mut incomplete = row.clone();
    incomplete.as_object_mut().expect("an object").remove("error");
    assert!(check(&json!([incomplete])).expect_err("incomplete").contains("/0: \"error\" is missing"));
    assert!(check(&row).is_err(), "it is not a list");
}

#[test]
fn the_command_of_a_command_line_is_found() {
    let of = |line: &str| command(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(of("-f json node list --watch").as_deref(), Some("node list"));
    assert_eq!(of("list").as_deref(), Some("list"));
    assert_eq!(of("nosuch"), None);
}

#[test]
fn a_schema_is_printed_in_the_requested_format_or_refused() {
    let print = |options: &[&str]| farrier().args(["schema", "deploy"]).args(options).assert();
    let json = print(&["-f", "json"]).success().get_output().stdout.clone();
    assert_eq!(print(&[]).success().get_output().stdout, json);
    let schema: Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(schema["title"], "farrier deploy");
    print(&["-f", "yaml"]).success().stdout(contains("title: farrier deploy"));
    for format in ["csv", "value"] {
        print(&["-f", format]).code(2).stdout("").stderr(contains("use `-f json` or `-f yaml`"));
    }
    print(&["-c", "name"]).code(2).stdout("").stderr(contains("a schema has no columns"));
}
