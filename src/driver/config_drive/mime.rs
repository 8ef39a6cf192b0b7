//! User data: one unchanged text, or several parts in a multipart message for cloud-init.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The magic bytes of gzip (RFC 1952).
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The maximum line length of a mail message (RFC 5322, section 2.1.1).
const LONGEST_LINE: usize = 998;

/// A part of user data.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name in the message.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The content types that cloud-init derives from the start of the first line (its `user-data formats`). Longer starts
/// precede their prefixes.
const KINDS: [(&str, &str); 9] = [
    ("## template: jinja", "text/jinja2"),
    ("#cloud-config-archive", "text/cloud-config-archive"),
    ("#cloud-config", "text/cloud-config"),
    ("#cloud-boothook", "text/cloud-boothook"),
    ("#include-once", "text/x-include-once-url"),
    ("#include", "text/x-include-url"),
    ("#part-handler", "text/part-handler"),
    ("#upstart-job", "text/upstart-job"),
    ("#!", "text/x-shellscript"),
];

/// The content type of a part; `None` if cloud-init would ignore it.
#[must_use]
pub fn content_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&GZIP) {
        return Some("application/gzip");
    }
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    KINDS.iter().find(|(start, _)| first.starts_with(start)).map(|(_, kind)| *kind)
}

/// Combines the parts. A single text part stays unchanged, because not every image has cloud-init. The result is
/// deterministic.
///
/// # Errors
/// The part that cannot be combined, and why.
pub fn combine(parts: &[Part]) -> Result<Option<String>, String> {
    match parts {
        [] => return Ok(None),
        [Part { bytes, .. }] if !bytes.starts_with(&GZIP) => {
            let text = String::from_utf8(bytes.clone());
            return text.map(Some).map_err(|_| "user data is neither UTF-8 text nor gzip".to_owned());
        }
        _ => {}
    }
    let mut body = String::new();
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.bytes.len() as u64).to_be_bytes());
        hash.update(&part.bytes);
    }
    // No part can contain its own digest.
    let boundary = format!("==={:.32x}===", hash.finalize());
    for part in parts {
        let Some(kind) = content_type(&part.bytes) else {
            return Err(format!(
                "cloud-init would ignore `{}`: its first line must start with `#cloud-config`, `#!` or another known format",
                part.name
            ));
        };
        let quotable = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\');
        let name: String = part.name.chars().map(|c| if quotable(c) { c } else { '_' }).collect();
        let (encoding, text) = encoded(&part.bytes);
        let charset = if kind.starts_with("text/") { "; charset=\"utf-8\"" } else { "" };
        let _ = write!(
            body,
            "--{boundary}\nContent-Type: {kind}{charset}\nMIME-Version: 1.0\nContent-Transfer-Encoding: {encoding}\n\
             Content-Disposition: attachment; filename=\"{name}\"\n\n{text}\n"
        );
    }
    Ok(Some(format!(
        "Content-Type: multipart/mixed; boundary=\"{boundary}\"\nMIME-Version: 1.0\n\n{body}--{boundary}--\n"
    )))
}

/// Plain text unchanged, so that an operator can read it on the machine; anything else in base64.
fn encoded(bytes: &[u8]) -> (&'static str, String) {
    let is_plain = |text: &&str| {
        text.is_ascii() && !text.contains('\r') && text.lines().all(|line| line.len() <= LONGEST_LINE)
    };
    if let Some(text) = std::str::from_utf8(bytes).ok().filter(is_plain) {
        return ("7bit", text.to_owned());
    }
    let packed = STANDARD.encode(bytes);
    let lines: Vec<&str> = packed
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).expect("base64 is ASCII"))
        .collect();
    ("base64", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(name: &str, bytes: impl AsRef<[u8]>) -> Part {
        Part { name: name.to_owned(), bytes: bytes.as_ref().to_vec() }
    }

    /// Splits a message into its parts: content type, name, content.
    fn split(message: &str) -> Vec<(String, String, Vec<u8>)> {
        let boundary = message.split('"').nth(1).expect("a boundary");
        let separator = format!("--{boundary}");
        let mut sections = message.split(&separator);
        assert!(sections.next().expect("a head").ends_with("MIME-Version: 1.0\n\n"));
        let mut parts = Vec::new();
        for section in sections.filter(|section| *section != "--\n") {
            let (head, body) = section[1..].split_once("\n\n").expect("a head and a body");
            let field = |name: &str| {
                let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                line.expect(name).to_owned()
            };
            let body = body.strip_suffix('\n').expect("a line's end before the boundary");
            let bytes = if field("Content-Transfer-Encoding") == "base64" {
                STANDARD.decode(body.replace('\n', "")).expect("base64")
            } else {
                body.as_bytes().to_vec()
            };
            let name = field("Content-Disposition").split('"').nth(1).expect("a name").to_owned();
            parts.push((field("Content-Type"), name, bytes));
        }
        parts
    }

    #[test]
    fn a_single_text_stays_unchanged() {
        assert_eq!(combine(&[]), Ok(None));
        for text in ["#cloud-config\n", "{\"ignition\": {}}", "Content-Type: multipart/mixed"] {
            assert_eq!(combine(&[part("a", text)]), Ok(Some(text.to_owned())));
        }
        assert!(combine(&[part("a", [0xff, 0xfe])]).is_err());
    }

    #[test]
    fn several_parts_become_one_message_with_their_types() {
        let parts = [
            part("base.yaml", "#cloud-config\npackages: [vim]\n"),
            part("jinja \"1\"", "## template: jinja\n#cloud-config\n"),
            part("setup.sh", "#!/bin/sh\necho grüße"),
            part("once", "#include-once\nhttp://h/x"),
            part("packed", [0x1f, 0x8b, 0, 0xff]),
        ];
        let message = combine(&parts).expect("all are known").expect("a message");
        let parts_read: Vec<_> = split(&message);
        let types: Vec<&str> =
            parts_read.iter().map(|(kind, ..)| kind.split(';').next().unwrap_or(kind)).collect();
        assert_eq!(
            types,
            [
                "text/cloud-config",
                "text/jinja2",
                "text/x-shellscript",
                "text/x-include-once-url",
                "application/gzip"
            ]
        );
        assert_eq!(parts_read[1].1, "jinja__1_");
        assert_eq!(parts_read[2].2, "#!/bin/sh\necho grüße".as_bytes());
        assert!(message.contains("packages: [vim]"), "plain text stays readable");
        // Gzip alone is not text: as a part of a message, cloud-init unpacks it.
        let alone = combine(&parts[4..]).expect("gzip").expect("a message");
        assert_eq!(split(&alone)[0].2, [0x1f, 0x8b, 0, 0xff]);
    }

    #[test]
    fn a_part_that_cloud_init_would_ignore_is_rejected_among_several() {
        let error = combine(&[part("a", "#!/bin/sh"), part("notes.txt", "hello")]).expect_err("unknown");
        assert!(error.contains("`notes.txt`"), "{error}");
    }

    proptest! {
        #[test]
        fn any_parts_survive_a_round_trip(
            bodies in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 2..5),
        ) {
            let parts: Vec<Part> = bodies.iter().map(|body| part("p", [b"#!x\n", body.as_slice()].concat())).collect();
            let message = combine(&parts).expect("all are scripts").expect("a message");
            prop_assert_eq!(combine(&parts).expect("again").expect("again"), message.clone());
            let out: Vec<Vec<u8>> = split(&message).into_iter().map(|(.., bytes)| bytes).collect();
            prop_assert_eq!(out, parts.into_iter().map(|part| part.bytes).collect::<Vec<_>>());
        }
    }
}
