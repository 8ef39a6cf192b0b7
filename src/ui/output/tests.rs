use super::*;
use serde_json::json;

static COLUMNS: [Column; 6] = [
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").shortened_by_rank(1),
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("ram_mb", "RAM").show(CellStyle::Mib).on_request(),
    Column::new("node.uuid", "NODE UUID").on_request(),
];

fn rows() -> Vec<Value> {
    vec![
        json!({"name": "web-2", "uuid": "22222222-2222-4222-8222-222222222222", "node": {"name": null, "uuid": "n2"},
               "state": "deploying", "ram_mb": 16384}),
        json!({"name": "web-1", "uuid": "11111111-1111-4111-8111-111111111111", "node": {"name": "n-1", "uuid": "n1"},
               "state": "deploy failed", "ram_mb": 8192}),
    ]
}

fn style(format: OutputFormat, width: Option<usize>) -> OutputStyle {
    OutputStyle {
        format,
        table_style: TableStyle { width, terminal: width.is_some(), colored: false, ellipsis: "…" },
    }
}

fn view(wanted: &[&str], sort: Option<&str>) -> Result<View, ViewError> {
    View::new(&COLUMNS, &wanted.iter().map(ToString::to_string).collect::<Vec<_>>(), sort)
}

#[test]
fn a_table_is_sorted_and_aligned() {
    let text = render_list(style(OutputFormat::Table, None), &view(&[], None).unwrap(), rows());
    assert_eq!(
        text,
        "NAME   UUID                                  NODE  STATE\n\
         web-1  11111111-1111-4111-8111-111111111111  n-1   deploy failed\n\
         web-2  22222222-2222-4222-8222-222222222222  n2    deploying\n"
    );
}

#[test]
fn a_narrow_terminal_shortens_only_columns_that_allow_it() {
    let text = render_list(style(OutputFormat::Table, Some(50)), &view(&[], None).unwrap(), rows());
    assert_eq!(
        text,
        "NAME   UUID                    NODE  STATE\n\
         web-1  11111111-1111-4111-81…  n-1   deploy failed\n\
         web-2  22222222-2222-4222-82…  n2    deploying\n"
    );
    let text =
        render_list(style(OutputFormat::Table, Some(30)), &view(&["name", "ram-mb"], None).unwrap(), rows());
    assert_eq!(text, "name: web-1\nram_mb: 8.0 GiB\n\nname: web-2\nram_mb: 16.0 GiB\n");
}

#[test]
fn an_object_is_a_table_of_fields_with_wrapped_values() {
    let object =
        json!({"name": "web-1", "state": "the machine said no and then said it again", "uuid": null});
    let text = render_object(
        style(OutputFormat::Table, Some(40)),
        &view(&["name", "uuid", "STATE"], None).unwrap(),
        &object,
    );
    assert_eq!(
        text,
        "FIELD  VALUE\nname   web-1\nuuid   -\nstate  the machine said no and then said\n       it again\n"
    );
}

#[test]
fn all_machine_readable_formats_have_the_same_values() {
    let view = view(&["Name", "node", "node-uuid"], None);
    assert!(matches!(view, Err(ViewError::UnknownColumn { .. })));
    let view = super::tests::view(&["Name", "node", "node.uuid"], Some("ram_mb:desc")).unwrap();
    assert_eq!(render_list(style(OutputFormat::Value, None), &view, rows()), "web-2 n2 n2\nweb-1 n-1 n1\n");
    assert_eq!(
        render_list(style(OutputFormat::Csv, None), &view, rows()),
        "name,node,node.uuid\nweb-2,n2,n2\nweb-1,n-1,n1\n"
    );
    let json: Value =
        serde_json::from_str(&render_list(style(OutputFormat::Json, None), &view, rows())).unwrap();
    assert_eq!(json[1], json!({"name": "web-1", "node": {"name": "n-1", "uuid": "n1"}, "node.uuid": "n1"}));
    let yaml: Value =
        serde_saphyr::from_str(&render_list(style(OutputFormat::Yaml, None), &view, rows())).unwrap();
    assert_eq!(yaml, json);
}

#[test]
fn json_keeps_all_keys_in_order_and_ends_with_a_line_feed() {
    let text = render_object(
        style(OutputFormat::Json, None),
        &view(&["name"], None).unwrap(),
        &json!({"b": 1, "a": []}),
    );
    assert_eq!(text, "{\n  \"b\": 1,\n  \"a\": []\n}\n");
}

#[test]
fn yaml_quotes_text_that_looks_like_another_type() {
    let tricky = json!({"a": "no", "b": "1e3", "c": "", "d": "null", "e": "12:30:00", "f": "- x", "g": "a\nb\n",
        "h": "0x1f", "i": " lead", "j": "#c", "k": "a: b", "l": null, "m": [], "n": {}, "o": 1.5, "p": "1_000", "q": "~"});
    let text = render_object(style(OutputFormat::Yaml, None), &view(&[], None).unwrap(), &tricky);
    assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), tricky, "{text}");
}

#[test]
fn an_empty_list_is_a_header_on_a_terminal_and_valid_for_programs() {
    let render = |format, width| render_list(style(format, width), &view(&["name"], None).unwrap(), vec![]);
    assert_eq!(render(OutputFormat::Table, Some(80)), "NAME\n");
    assert_eq!(render(OutputFormat::Table, None), "");
    assert_eq!(render(OutputFormat::Value, None), "");
    assert_eq!(render(OutputFormat::Csv, None), "name\n");
    assert_eq!(render(OutputFormat::Json, None), "[]\n");
    assert_eq!(render(OutputFormat::Yaml, None), "[]\n");
}

#[test]
fn unknown_columns_are_refused_with_the_known_ones() {
    let error = view(&["size"], None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown column `size` (columns: name, uuid, node, state, ram_mb, node.uuid)"
    );
    assert!(matches!(view(&[], Some("size")), Err(ViewError::UnknownColumn { .. })));
    assert!(matches!(view(&[], Some("name:up")), Err(ViewError::UnknownDirection(_))));
    assert!(matches!(view(&["help"], None), Err(ViewError::Asked(_))));
    assert!(matches!(view(&[""], None), Err(ViewError::Asked(_))));
}

#[test]
fn a_ranking_keeps_its_order_without_sort() {
    let names = |view: &View| render_list(style(OutputFormat::Value, None), view, rows());
    assert_eq!(names(&view(&["name"], None).unwrap().ranked()), "web-2\nweb-1\n");
    assert_eq!(names(&view(&["name"], Some("name")).unwrap().ranked()), "web-1\nweb-2\n");
}

#[test]
fn a_document_is_one_object_or_several_tables() {
    let section = |title: &str| Section {
        title: Some(title.to_owned()),
        view: view(&["name"], None).unwrap(),
        rows: rows(),
    };
    let document =
        Document { whole: json!({"selected": []}), sections: vec![section("Selected"), section("Rejected")] };
    assert_eq!(
        render_document(style(OutputFormat::Table, None), document.clone()),
        "Selected\nNAME\nweb-1\nweb-2\n\nRejected\nNAME\nweb-1\nweb-2\n"
    );
    assert_eq!(render_document(style(OutputFormat::Value, None), document.clone()), "web-1\nweb-2\n");
    assert_eq!(render_document(style(OutputFormat::Json, None), document), "{\n  \"selected\": []\n}\n");
}
