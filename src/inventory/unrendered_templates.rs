//! Detects unrendered templates in fleet and flavor files.

use super::document::{Content, Cursor};
use super::placeholder;
use crate::rest::mask;

/// Keys whose values may contain templates, because cloud-init or Ansible renders them later.
const RENDERED_LATER: [&str; 6] =
    ["ansible_playbooks", "cloud-init", "cloud_config", "network_config", "user-data", "vendor-data"];

/// The key of a file for cloud-init. Its path must not contain templates, but inline content may.
const USER_DATA: &str = "user_data";

/// Reports all templates in the value of a key.
pub(super) fn report(key: &str, value: &Cursor<'_>) {
    walk(key, value, false);
}

fn walk(key: &str, value: &Cursor<'_>, is_secret: bool) {
    let is_secret = is_secret || mask::is_secret_key(key);
    match &value.value().content {
        _ if RENDERED_LATER.contains(&key) => {}
        Content::List(_) => value.items().iter().for_each(|item| walk(key, item, is_secret)),
        Content::Mapping(_) => {
            let Some(table) = value.mapping() else { return };
            for (key, value) in table.entries() {
                // Keys are only checked for templates, not for placeholders: `todo` is a valid name.
                let is_template =
                    key.contains(is_special) && placeholder::check_text(&value, key, false, key);
                if !is_template {
                    walk(key, &value, is_secret);
                }
            }
        }
        Content::Scalar(scalar) if key == USER_DATA && is_content(scalar.text()) => {}
        // A password may contain any characters.
        Content::Scalar(scalar) if is_secret && !is_clear_template(scalar.text()) => {}
        Content::Scalar(scalar) if !scalar.is_null() => {
            placeholder::check_text(value, without_comment(scalar.text()), false, key);
        }
        Content::Scalar(_) => {}
    }
}

/// Whether a text is a template even if it is a password.
fn is_clear_template(text: &str) -> bool {
    ["{{", "{%", "<%"].iter().any(|begin| text.contains(begin)) || text.starts_with(['$', '<'])
}

/// Whether templates can begin with this character.
fn is_special(c: char) -> bool {
    "{<$%@([#`".contains(c)
}

/// Whether a text is the content of a file, not its path.
fn is_content(text: &str) -> bool {
    text.trim_start().starts_with('#') || text.trim().contains('\n')
}

/// A public SSH key without its comment, which may be `Name <address>`. Other text is returned unchanged.
fn without_comment(text: &str) -> &str {
    let is_key = ["ssh-", "ecdsa-", "sk-"].iter().any(|kind| text.trim_start().starts_with(kind));
    match text.match_indices(' ').nth(1) {
        Some((end, _)) if is_key && !text.contains("{{") => &text[..end],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use crate::inventory::document::{Document, InputFile, Report};

    /// The number of warnings about a file, or its errors.
    fn warnings(text: &str) -> Result<usize, String> {
        let document = Document::parse(InputFile::from_text("fleet.yaml", text)).expect("YAML");
        let report = Report::default();
        for root in document.roots(&report) {
            super::report("", &root);
        }
        report.finish(()).map(|((), warnings)| warnings.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn templates_are_found_in_all_parts_of_a_file() {
        for (text, shown) in [
            ("name: '{{ s }}'", "{{ … }}"),
            ("image: 'http://h/$(uname -m).img'", "$(…)"),
            ("nodes: [r1, '<node>']", "<…>"),
            ("capabilities: {boot_mode: '{% x %}'}", "{% … %}"),
            ("meta: {role: '<%= role %>'}", "<% … %>"),
            ("meta: {'{{ key }}': x}", "{{ … }}"),
            ("user_data: ['{{ s }}.yaml']", "{{ … }}"),
            ("config_drive: {meta_data: {a: '${A}'}}", "${…}"),
            ("meta: {admin_password: '{{ pw }}'}", "{{ … }}"),
            ("ssh_keys: 'ssh-ed25519 {{ key }} me'", "{{ … }}"),
        ] {
            let error = warnings(text).expect_err(text);
            assert!(error.contains(&format!("contains `{shown}`, an unrendered template")), "{error}");
        }
        assert_eq!(warnings("image: CHANGEME"), Ok(1));
    }

    #[test]
    fn templates_for_cloud_init_are_accepted() {
        for text in [
            "config_drive: {cloud_config: {runcmd: ['echo {{ v1.local_hostname }} ${HOME} $(date)']}}",
            "user_data: \"## template: jinja\\n#cloud-config\\nhostname: '{{ ds.meta_data.name }}'\"",
            "vendor_data: {cloud-init: '#cloud-config {{ x }}'}",
            "ansible_playbooks: [{playbook: a.yaml, extra_vars: {x: '{{ y }}'}}]",
            "hostname_format: '%stackname%-ctl-%index%'",
            "extra_specs: {'capabilities:x': '<or> a <or> b', y: '<in> z', n: '<= 5', m: 's< b'}",
            "root_device: {size: '>= 60', model: '<in> SSD'}",
            "ssh_keys: ssh-ed25519 AAAA Ann <laptop>",
            "meta: {json: '{\"a\": [1]}', todo: yes}",
            "name: ~",
            "meta: {admin_password: 'a<b>c$(d)'}",
        ] {
            assert_eq!(warnings(text), Ok(0), "{text}");
        }
    }
}
