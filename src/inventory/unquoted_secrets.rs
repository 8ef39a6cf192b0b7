//! Warns about unquoted secrets that YAML reads as empty or truncates: `password: #x`, `password: &x`, `password: x #y`.

use super::document::{Content, Cursor, InputFile, Table};
use crate::rest::mask;

/// Warns about each secret that is empty, or followed by a comment that may be part of it.
pub(super) fn warn(root: &Cursor<'_>, source: &InputFile) {
    let lines: Vec<&str> = source.text().lines().collect();
    walk(root, &lines);
}

fn walk(value: &Cursor<'_>, lines: &[&str]) {
    match &value.value().content {
        Content::List(_) => value.items().iter().for_each(|item| walk(item, lines)),
        Content::Mapping(_) => {
            let Some(table) = value.mapping() else { return };
            for (key, value) in table.entries() {
                if is_secret(key) {
                    check_secret(&table, key, &value, lines);
                }
                walk(&value, lines);
            }
        }
        Content::Scalar(_) => {}
    }
}

/// Whether the value of a key is a secret, not the name of one (`credentialsName`).
fn is_secret(key: &str) -> bool {
    mask::is_secret_key(key) && !key.to_lowercase().ends_with("name")
}

fn check_secret(table: &Table<'_>, key: &str, value: &Cursor<'_>, lines: &[&str]) {
    let Content::Scalar(scalar) = &value.value().content else { return };
    let shown = key.escape_debug();
    if scalar.is_null() {
        let message = match text_after_key(table, key, lines).map(|text| text.chars().next()) {
            Some(Some(first @ ('#' | '&'))) => {
                format!("`{shown}` has no value: text that begins with `{first}` needs quotes")
            }
            Some(None) => format!("`{shown}` has no value"),
            // `null` and `~` are intentional.
            _ => return,
        };
        table.warning_at_key(key, &message);
    } else if scalar.is_unquoted() && is_before_comment(value, scalar.text(), lines) {
        value.warning("a comment follows the value: text that contains ` #` needs quotes");
    }
}

/// The rest of the line after a key and its colon.
fn text_after_key<'l>(table: &Table<'_>, key: &str, lines: &[&'l str]) -> Option<&'l str> {
    let entry = table.cursor().value().entries().iter().find(|entry| &*entry.key == key)?;
    let line = rest_of_line(lines, entry.at.line, entry.at.column)?;
    let after = line.trim_start_matches(['"', '\'']).strip_prefix(key)?.trim_start_matches(['"', '\'']);
    Some(after.trim_start().strip_prefix(':')?.trim())
}

/// Whether a comment without a space after its `#` follows a scalar: `x #y`.
fn is_before_comment(value: &Cursor<'_>, text: &str, lines: &[&str]) -> bool {
    let at = value.value().at;
    let rest = rest_of_line(lines, at.line, at.column).and_then(|line| line.strip_prefix(text));
    let comment = rest.and_then(|rest| rest.trim_start().strip_prefix('#'));
    comment.is_some_and(|comment| comment.starts_with(|c: char| !c.is_whitespace() && c != '#'))
}

/// The text of a line from a column on, both counted from 1.
fn rest_of_line<'l>(lines: &[&'l str], line: u32, column: u32) -> Option<&'l str> {
    let line = lines.get((line as usize).checked_sub(1)?)?;
    let (start, _) = line.char_indices().nth((column as usize).checked_sub(1)?)?;
    line.get(start..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::document::{Document, Report};

    fn warnings(text: &str) -> Vec<String> {
        let document = Document::parse(InputFile::from_text("f", text)).expect("YAML");
        let report = Report::default();
        document.roots(&report).for_each(|root| warn(&root, document.file()));
        report.finish(()).expect("only warnings").1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn secrets_that_yaml_reads_as_empty_cause_warnings() {
        for (text, warning) in [
            (
                "ipmi_password: #hunter2",
                "`ipmi_password` has no value: text that begins with `#` needs quotes",
            ),
            ("pm_password: &hunter2", "`pm_password` has no value: text that begins with `&` needs quotes"),
            (
                "'snmp_community':  #hunter2",
                "`snmp_community` has no value: text that begins with `#` needs quotes",
            ),
            ("user_data: #cloud-config", "`user_data` has no value: text that begins with `#` needs quotes"),
            ("pull_secret:", "`pull_secret` has no value"),
        ] {
            assert_eq!(warnings(text), [format!("f:1:1: {warning}")], "{text}");
            let nested = format!("nodes:\n- a: 1\n  {text}\n  b: 2\n");
            assert_eq!(warnings(&nested), [format!("f:3:3: nodes[0]: {warning}")], "{text}");
        }
        for text in [
            "password: '#hunter2'",
            "password: null",
            "password: ~",
            "{\"password\": null}",
            "username: #root",
            "credentialsName:",
            "password: {env: PW}",
        ] {
            assert_eq!(warnings(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn secrets_that_a_comment_truncates_cause_warnings() {
        let warning = "a comment follows the value: text that contains ` #` needs quotes";
        assert_eq!(warnings("password: hunter #2"), [format!("f:1:11: password: {warning}")]);
        assert_eq!(
            warnings("a:\n- {x: 1,\n   auth_token: é  #2\n  }"),
            [format!("f:3:16: a[0].auth_token: {warning}")]
        );
        for text in [
            "password: hunter # two",
            "password: 'hunter #2'",
            "password: hunter#2",
            "name: a #b",
            "password: x ##",
        ] {
            assert_eq!(warnings(text), [""; 0], "{text}");
        }
    }
}
