//! Options with `KEY=VALUE`. Secrets are refused, because every user of a computer can read command lines.

use std::io::{IsTerminal, Read};

use anyhow::Context as _;
use serde_json::{Map, Value as Json, json};

use crate::bounded_read;
use crate::cli::app::failure::{Failure, Kind};
use crate::rest::mask;
use crate::ui::Ui;

/// `driver_info` with `@FILE`, `env:NAME` and `prompt` as references.
pub(crate) fn driver_info(
    given: &[String],
    read: impl Fn() -> anyhow::Result<String>,
) -> anyhow::Result<Map<String, Json>> {
    let mut info = Map::new();
    for option in given {
        let (key, value) = split("--driver-info", option)?;
        let value = if value == "@-" {
            literal(&read()?)
        } else if let Some(path) = value.strip_prefix('@') {
            json!({"file": path})
        } else if let Some(name) = value.strip_prefix("env:") {
            json!({"env": name})
        } else if value == "prompt" {
            json!({"prompt": key})
        } else {
            refuse_secret("--driver-info", key, value)?;
            json_or_text(value)
        };
        insert(&mut info, "--driver-info", key, value)?;
    }
    Ok(info)
}

/// A value that is never read as a reference.
fn literal(text: &str) -> Json {
    if text.starts_with("${") || text.starts_with("$${") { json!(format!("${text}")) } else { json!(text) }
}

/// Reads a secret from standard input.
pub(crate) fn read_secret(ui: &Ui) -> anyhow::Result<String> {
    let stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        ui.note("reading the value from standard input (end with Ctrl-D)");
    }
    let mut text = String::new();
    stdin.take(bounded_read::SMALL).read_to_string(&mut text).context("cannot read standard input")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The values of `K=V` options. Refuses secrets.
pub(crate) fn read(option: &str, given: &[String]) -> anyhow::Result<Map<String, Json>> {
    let mut pairs = Map::new();
    for pair in given {
        let (key, value) = split(option, pair)?;
        refuse_secret(option, key, value)?;
        insert(&mut pairs, option, key, json_or_text(value))?;
    }
    Ok(pairs)
}

fn insert(map: &mut Map<String, Json>, option: &str, key: &str, value: Json) -> anyhow::Result<()> {
    if map.insert(key.to_owned(), value).is_some() {
        return Err(Failure::new(Kind::Usage, format!("`{option} {key}` is given twice")).into());
    }
    Ok(())
}

/// Splits `K=V` at the first `=`. The error does not quote the text, because it may contain a secret.
fn split<'a>(option: &str, pair: &'a str) -> anyhow::Result<(&'a str, &'a str)> {
    match pair.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key, value)),
        _ => Err(Failure::new(
            Kind::Usage,
            format!("`{option}` needs KEY=VALUE, but one value has no `=` or no key"),
        )
        .into()),
    }
}

/// Refuses a secret on the command line, where every user of this computer can read it.
fn refuse_secret(option: &str, key: &str, value: &str) -> anyhow::Result<()> {
    let is_secret = mask::is_secret_key(key);
    // A password in a URL, or anywhere in JSON.
    if !is_secret && !mask::holds_secret(&json_or_text(value)) {
        return Ok(());
    }
    let problem = if is_secret { "is a secret" } else { "contains a password" };
    let message = format!("`{option} {key}` {problem}: every user of this computer can read command lines");
    let hint = if is_secret && option == "--driver-info" {
        format!(
            "use `{key}=@FILE` (read a file), `{key}=@-` (standard input), `{key}=env:NAME` (environment) or `{key}=prompt`"
        )
    } else {
        "put it in a file for `farrier enroll`, or read it with `--driver-info KEY=@FILE`".to_owned()
    };
    Err(Failure::new(Kind::Usage, message).hint(hint).into())
}

/// JSON if the text is an object or an array, else the text.
fn json_or_text(text: &str) -> Json {
    match serde_json::from_str(text) {
        Ok(json @ (Json::Object(_) | Json::Array(_))) => json,
        _ => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_from_standard_input_is_never_a_reference() {
        let given = ["ipmi_password=@-".to_owned()];
        let info = driver_info(&given, || Ok("${HOME}".to_owned())).expect("right");
        assert_eq!(info["ipmi_password"], "$${HOME}");
    }
}
