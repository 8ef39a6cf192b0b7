//! Templates that nobody filled in, in fleet and flavor files.

use super::document::{Content, Cursor};
use super::placeholder;
use crate::rest::mask;

/// Parts that are handed on as they are, because templates in them are rendered later, by cloud-init or by Ansible.
const PASSED_ON: [&str; 6] =
    ["ansible_playbooks", "cloud-init", "cloud_config", "network_config", "user-data", "vendor-data"];

/// Keys of files for cloud-init: the path may not be a template, but a text in its place may have some.
const USER_DATA: &str = "user_data";

/// Notes every text of a value, under this key, that is a template.
pub(super) fn note(key: &str, value: &Cursor<'_>) {
    look(key, value, false);
}

fn look(key: &str, value: &Cursor<'_>, is_secret: bool) {
    let is_secret = is_secret || mask::is_secret_key(key);
    match &value.value().content {
        _ if PASSED_ON.contains(&key) => {}
        Content::List(_) => value.items().iter().for_each(|item| look(key, item, is_secret)),
        Content::Mapping(_) => {
            let Some(table) = value.mapping() else { return };
            for (key, value) in table.entries() {
                // A key is only looked at for templates: `todo` and its like are names as good as any.
                let is_template = key.contains(is_special) && placeholder::note_text(&value, key, false, key);
                if !is_template {
                    look(key, &value, is_secret);
                }
            }
        }
        Content::Scalar(scalar) if key == USER_DATA && is_content(scalar.text()) => {}
        // A password may hold any characters.
        Content::Scalar(scalar) if is_secret && !is_unmistakable(scalar.text()) => {}
        Content::Scalar(scalar) if !scalar.is_null() => {
            placeholder::note_text(value, without_comment(scalar.text()), false, key);
        }
        Content::Scalar(_) => {}
    }
}

/// Whether a text holds what is a template in a password too.
fn is_unmistakable(text: &str) -> bool {
    ["{{", "{%", "<%"].iter().any(|begin| text.contains(begin)) || text.starts_with(['$', '<'])
}

/// Whether a character is one that templates begin with.
fn is_special(c: char) -> bool {
    "{<$%@([#`".contains(c)
}

/// Whether a text is the content of a file rather than its path.
fn is_content(text: &str) -> bool {
    text.trim_start().starts_with('#') || text.trim().contains('\n')
}

/// A public SSH key without its comment, which may be `Name <address>`; any other text as it is.
fn without_comment(text: &str) -> &str {
    let is_key = ["ssh-", "ecdsa-", "sk-"].iter().any(|kind| text.trim_start().starts_with(kind));
    match text.match_indices(' ').nth(1) {
        Some((end, _)) if is_key && !text.contains("{{") => &text[..end],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::document::{Document, Report, Source};

    /// What is noted in a file: errors, and warnings.
    fn noted(text: &str) -> Result<usize, String> {
        let document = Document::parse(Source::from_text("fleet.yaml", text)).expect("YAML");
        let report = Report::default();
        for root in document.roots(&report) {
            note("", &root);
        }
        report.finish(()).map(|((), warnings)| warnings.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn templates_are_found_wherever_they_are() {
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
            let error = noted(text).expect_err(text);
            assert!(error.contains(&format!("holds `{shown}`, a template that nobody filled in")), "{error}");
        }
        assert_eq!(noted("image: CHANGEME"), Ok(1));
    }

    #[test]
    fn templates_for_cloud_init_are_its_own() {
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
            assert_eq!(noted(text), Ok(0), "{text}");
        }
    }
}
