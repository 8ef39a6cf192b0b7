//! Valid and invalid files.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

fn parse(text: &str) -> Document {
    Document::parse(InputFile::from_text("f.yaml", text)).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn as_json(text: &str) -> Json {
    let document = parse(text);
    let report = Report::default();
    let mut roots = document.roots(&report);
    assert_eq!(roots.len(), 1, "{text}");
    roots.next().expect("has one").value().to_json()
}

fn refused(name: &str, text: &str) -> String {
    let file = InputFile::from_text(name, text);
    Document::parse(file).map(|_| text).expect_err("must be refused").to_string()
}

/// The errors of a walk of a text's documents.
fn errors(text: &str, walk: impl Fn(Cursor<'_>)) -> Vec<String> {
    let document = parse(text);
    let report = Report::default();
    document.roots(&report).for_each(walk);
    match report.finish(()) {
        Ok(_) => Vec::new(),
        Err(refused) => refused.errors().iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn documents_are_separated_and_empty_ones_dropped() {
    for (text, count) in [("", 0), ("# nothing\n", 0), ("---\n...\n", 0), ("a: 1\n---\nb: 2\n---\n", 2)] {
        let report = Report::default();
        assert_eq!(parse(text).roots(&report).len(), count, "{text:?}");
    }
}

#[test]
fn keys_and_values_have_a_line_and_column() {
    let text = "nodes:\r\n  - name: größe\r\n    ports: [{address: 52:54:00:12:34:56}]\r\n";
    let document = parse(text);
    let report = Report::default();
    let root = document.roots(&report).next().expect("has one");
    let table = root.mapping().expect("a mapping");
    let nodes = table.get("nodes").expect("is there");
    let node = nodes.items()[0];
    let node = node.mapping().expect("a mapping");
    let ports = node.get("ports").expect("is there");
    let port = ports.items()[0];
    let port = port.mapping().expect("a mapping");
    let address = port.get("address").expect("is there");
    assert_eq!(address.string(), Some("52:54:00:12:34:56"));
    assert_eq!(address.location().to_string(), "f.yaml:3:23: nodes[0].ports[0].address");
    assert_eq!(node.get("name").expect("is there").location().to_string(), "f.yaml:2:11: nodes[0].name");
}

#[test]
fn unquoted_scalars_are_read_as_text() {
    let document = parse("a: 0123\nb: no\nc: 1e3\nd: 0x4000cca77fc4dba1\ne: 'x'\nf: 2026-11-22\ng: true\n");
    let report = Report::default();
    let root = document.roots(&report).next().expect("has one");
    let table = root.mapping().expect("a mapping");
    let texts: Vec<_> = table.entries().filter_map(|(_, value)| value.string()).collect();
    assert_eq!(texts, ["0123", "no", "1e3", "0x4000cca77fc4dba1", "x", "2026-11-22", "true"]);
}

#[test]
fn numbers_and_booleans_are_read_from_text_too() {
    let document = parse("{a: 5, b: '16', c: -3, d: yes, e: 'False', f: on, g: ~}");
    let report = Report::default();
    let root = document.roots(&report).next().expect("has one");
    let table = root.mapping().expect("a mapping");
    assert_eq!(table.integer::<u64>("a"), Some(5));
    assert_eq!(table.integer::<u64>("b"), Some(16));
    assert_eq!(table.integer::<i64>("c"), Some(-3));
    assert_eq!(table.boolean("d"), Some(true));
    assert_eq!(table.boolean("e"), Some(false));
    assert_eq!(table.boolean("f"), Some(true));
    assert_eq!(table.boolean("g"), None);
    assert_eq!(table.string("absent"), None);
    assert!(report.is_clean());
}

#[test]
fn wrong_types_are_reported_with_position_and_path() {
    let text = "ram: lots\ncpus: -1\nflag: maybe\nlist: 5\ntable: [1]\nname: {a: b}\n'odd key': {x: []}\n";
    let found = errors(text, |root| {
        let Some(table) = root.mapping() else { return };
        let _ = table.integer::<u64>("ram");
        let _ = table.integer::<u32>("cpus");
        let _ = table.boolean("flag");
        let _ = table.get("list").map(|list| list.items().len());
        let _ = table.get("table").and_then(|table| table.mapping().map(|_| ()));
        let _ = table.string("name");
        let odd = table.get("odd key").expect("is there");
        let _ = odd.mapping().expect("a mapping").string("x");
        let _ = table.require("driver");
    });
    assert_eq!(
        found,
        [
            "f.yaml:1:1: `driver` is missing",
            "f.yaml:1:6: ram: expected a whole number, found text `lots`",
            "f.yaml:2:7: cpus: expected a whole number, found a number `-1`",
            "f.yaml:3:7: flag: expected true or false, found text `maybe`",
            "f.yaml:4:7: list: expected a list, found a number",
            "f.yaml:5:8: table: expected a mapping, found a list",
            "f.yaml:6:7: name: expected text, found a mapping",
            "f.yaml:7:16: [\"odd key\"].x: expected text, found a list",
        ]
    );
}

#[test]
fn unknown_keys_are_reported_with_the_most_similar_known_key() {
    let found = errors("drivr: ipmi\nzz: 1\n", |root| {
        root.mapping().expect("a mapping").allow_keys(&["driver", "name"]);
    });
    assert_eq!(
        found,
        [
            "f.yaml:1:1: unknown key `drivr`, did you mean `driver`?",
            "f.yaml:2:1: unknown key `zz`; known keys: `driver`, `name`"
        ]
    );
}

#[test]
fn secrets_are_never_quoted() {
    let found = errors("driver_info: {ipmi_password: hunter2}\nauth_token: {x: hunter2}\n", |root| {
        let table = root.mapping().expect("a mapping");
        for (_, outer) in table.entries() {
            let Some(inner) = outer.mapping() else { continue };
            for (_, value) in inner.entries() {
                assert_eq!(value.integer::<u64>(), None);
            }
        }
    });
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|line| line.ends_with("expected a whole number, found text")), "{found:?}");
    assert!(!format!("{:?}", parse("password: hunter2")).contains("hunter2"));
}

#[test]
fn syntax_errors_have_a_position_and_quote_nothing() {
    let cases = [
        ("f.yaml", "a: 1\n\tb: 2\n", "f.yaml:2:1: indented with a tab"),
        ("f.yaml", "a: [1, 2\npassword: hunter2\n", "f.yaml:"),
        ("f.yaml", "a: 'hunter2\n", "f.yaml:"),
        ("f.yaml", "password: !vault |\n  hunter2\n", "f.yaml:1:11: unsupported tag `!vault`"),
        ("f.yaml", "a: {{ hunter2 }}\n", "f.yaml:1:5: a key must be text"),
        ("f.yaml", "a: *hunter2\n", "f.yaml:1:4: not valid YAML: "),
        (
            "f.json",
            "{\"password\": \"hunter2\"\n \"b\": 1}",
            "f.json:2:2: not valid JSON: expected `,` or `}`",
        ),
        ("f.json", "{\"password\": \"hunter2\"", "f.json:1:22: not valid JSON: EOF while parsing an object"),
    ];
    for (name, text, start) in cases {
        let message = refused(name, text);
        assert!(message.starts_with(start), "{message}");
        let quoted = message.contains("hunter2") && !text.contains("*hunter2");
        assert!(!quoted && message.lines().count() == 1, "{message}");
    }
}

#[test]
fn only_well_known_tags_are_shown() {
    for (tag, message) in [
        ("!hunter2secret", "unsupported tag (text that begins with `!` needs quotes)"),
        ("!!hunter2", "unsupported tag (text that begins with `!` needs quotes)"),
        ("!<hunter2>", "unsupported tag (text that begins with `!` needs quotes)"),
        ("!hunter2 rest", "unsupported tag (text that begins with `!` needs quotes)"),
        ("!Ref", "unsupported tag `!Ref`"),
        ("!unsafe x", "unsupported tag `!unsafe`"),
        ("!vault x", "unsupported tag `!vault`: the value is encrypted by Ansible Vault, decrypt it first"),
    ] {
        assert_eq!(refused("f.yaml", &format!("password: {tag}\n")), format!("f.yaml:1:11: {message}"));
    }
    for (text, advice) in [
        ("!hunter2!x", "(text that begins with `!` needs quotes)"),
        ("*hunter2", "(text that begins with `*` needs quotes)"),
        ("@hunter2", "unexpected character (text that begins with `@`, `%` or a backtick needs quotes)"),
    ] {
        let message = refused("f.yaml", &format!("password: {text}\n"));
        assert!(message.ends_with(advice) && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn the_non_specific_tag_means_text() {
    assert_eq!(
        as_json("a: ! root\nb: ! 12\nc: [! true, ! null]\n"),
        json!({"a": "root", "b": "12", "c": ["true", "null"]})
    );
}

#[test]
fn indentation_with_tabs_is_refused() {
    assert_eq!(
        refused("f.yaml", "nodes:\n\t- name: a\n"),
        "f.yaml:2:1: indented with a tab, YAML allows only spaces"
    );
}

#[test]
fn unrendered_templates_are_reported() {
    for (text, at, shown) in [
        ("nodes:\n{% for n in nodes %}\n- name: {{ n }}\n{% endfor %}\n", "2:1", "{% … %}"),
        ("# nodes\n{# from the CMDB #}\nnodes:\n- name: a\n", "2:1", "{# … #}"),
        ("nodes:\n  <% nodes.each do |n| %>\n  - name: a\n  <% end %>\n", "2:3", "<% … %>"),
        ("nodes:\n  {{- range .nodes }}\n  - name: a\n  {{- end }}\n", "2:3", "{{- … }}"),
        ("nodes:\n{{ range .nodes }}\n- name: a\n{{ end }}\n", "2:1", "{{ … }}"),
        ("{\"nodes\": [\n{% for n in nodes %}\n{\"name\": \"a\"}\n]}", "2:1", "{% … %}"),
    ] {
        let error = refused("f.yaml", text);
        assert_eq!(
            error,
            format!(
                "f.yaml:{at}: `{shown}` looks like a template that was not rendered: render the file first"
            )
        );
    }
    let error = refused("f.json", "{\"nodes\": [\n{% for n in nodes %}\n]}");
    assert!(error.starts_with("f.json:2:1: `{% … %}` looks like a template"), "{error}");
    // Statements within text are allowed, and other errors do not change.
    assert_eq!(as_json("a: |\n  {% if x %}\n  <% y %>\n"), json!({"a": "{% if x %}\n<% y %>\n"}));
    let error = refused("f.yaml", "a: [1\nb: 2\nc: |\n  {% if x %}\n");
    assert!(error.starts_with("f.yaml:2:") && !error.contains("template"), "{error}");
    let error = refused("f.yaml", "a: |\n  {% if x %}\nb: 1\nb: 2\n");
    assert!(error.ends_with("the key `b` is given twice, first on line 3"), "{error}");
}

#[test]
fn all_duplicate_keys_are_reported() {
    assert_eq!(
        refused("f.yaml", "a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n"),
        "f.yaml:2:11: the key `c` is given twice, first on line 2\n\
         f.yaml:3:1: the key `a` is given twice, first on line 1\n\
         f.yaml:4:1: the key `a` is given twice, first on line 1"
    );
}

#[test]
fn aliases_and_merges_are_resolved() {
    let text = "base: &base {driver: ipmi, cpus: 4}\nmore: &more {cpus: 8, arch: x86_64}\n\
                a: {<<: *base, cpus: 16}\nb:\n  <<: [*more, *base]\nc: *base\nd: {'<<': x}\n";
    let read = as_json(text);
    assert_eq!(read["a"], json!({"driver": "ipmi", "cpus": 16}));
    assert_eq!(read["b"], json!({"driver": "ipmi", "cpus": 8, "arch": "x86_64"}));
    assert_eq!(read["c"], read["base"]);
    assert_eq!(read["d"], json!({"<<": "x"}));
}

#[test]
fn only_mappings_can_be_merged() {
    for text in ["a: {<<: 5}", "a: {<<: [5]}", "x: &x [1]\na:\n  <<: *x"] {
        assert!(refused("f.yaml", text).ends_with("`<<` merges a mapping or a list of mappings"), "{text}");
    }
}

#[test]
fn an_alias_bomb_is_refused_but_a_large_file_is_accepted() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{inner}]").expect("a String takes all");
    }
    assert!(refused("f.yaml", &bomb).contains("aliases expand"));
    assert!(refused("f.yaml", "a: &a [*a]\n").contains("contains it"));

    let mut large = "base: &base {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8}\nnodes:\n".to_owned();
    for node in 0..20_000 {
        writeln!(large, "  - {{<<: *base, name: node-{node}}}").expect("a String takes all");
    }
    assert_eq!(as_json(&large)["nodes"].as_array().map(Vec::len), Some(20_000));
}

#[test]
fn deep_nesting_is_refused_without_a_stack_overflow() {
    assert!(refused("f.yaml", &"[".repeat(100_000)).contains("recursion limit"));
}

/// Any text, without characters that JSON allows unescaped but YAML does not.
fn any_text() -> impl Strategy<Value = String> {
    any::<String>()
        .prop_map(|text| text.replace(|c| matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'), ""))
}

/// JSON as in inventories.
fn any_json() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        proptest::num::f64::NORMAL.prop_map(Json::from),
        any_text().prop_map(Json::from),
        "[-~:#&*!|>'\"%@`{}, 0-9a-f\t\n\r\u{2028}\u{feff}]{0,12}".prop_map(Json::from),
    ];
    scalar.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::vec((any_text(), inner), 0..6)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

fn indented_by_tabs(value: &Json) -> String {
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    serde::Serialize::serialize(value, &mut serializer).expect("is JSON");
    String::from_utf8(text).expect("is text")
}

proptest! {
    #[test]
    fn json_is_read_as_json(value in any_json().prop_filter("a document", |v| v.is_array() || v.is_object())) {
        for text in [value.to_string(), format!("{value:#}"), indented_by_tabs(&value)] {
            prop_assert_eq!(&as_json(&text), &value, "{}", text);
        }
    }

    #[test]
    fn no_text_panics(text in "[-a-c:#&*!|>'\"%@`{}\\[\\], \t\n<?]{0,60}") {
        let _ = Document::parse(InputFile::from_text("f", text));
    }
}
