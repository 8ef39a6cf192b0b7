//! User data: one text as it is, or several parts in one multi-part message as cloud-init takes it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::driver::intent::hex;

/// What begins a gzip file (RFC 1952).
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The longest line that a mail message may have (RFC 5322, section 2.1.1).
const LONGEST_LINE: usize = 998;

/// A piece of user data.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is called in the message.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// How cloud-init tells parts apart: by how the first line begins (its `user-data formats`). Longer beginnings of the
/// same kind come first.
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

/// The content type of a part; `None` for what cloud-init would pass over.
#[must_use]
pub fn content_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&GZIP) {
        return Some("application/gzip");
    }
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    KINDS.iter().find(|(beginning, _)| first.starts_with(beginning)).map(|(_, kind)| *kind)
}

/// Puts the parts together. One part of text is taken as it is, whatever it is: not everything that boots has
/// cloud-init. The same parts always make the same text.
///
/// # Errors
/// The part that cannot be one of several, and why.
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
    // No part can hold a digest of itself.
    let boundary = format!("==={}===", &hex(&hash.finalize())[..32]);
    for part in parts {
        let Some(kind) = content_type(&part.bytes) else {
            return Err(format!(
                "cloud-init would not know what `{}` is: its first line must begin with `#cloud-config`, `#!` or the like",
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

/// Plain text as it is, so that an operator can read it on the machine; anything else in base64.
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

    /// The parts of a message: content type, name, content.
    fn split(message: &str) -> Vec<(String, String, Vec<u8>)> {
        let boundary = message.split('"').nth(1).expect("a boundary");
        let mark = format!("--{boundary}");
        let mut pieces = message.split(&mark);
        assert!(pieces.next().expect("a head").ends_with("MIME-Version: 1.0\n\n"));
        let mut parts = Vec::new();
        for piece in pieces.filter(|piece| *piece != "--\n") {
            let (head, body) = piece[1..].split_once("\n\n").expect("a head and a body");
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
    fn one_text_is_taken_as_it_is() {
        assert_eq!(combine(&[]), Ok(None));
        for text in ["#cloud-config\n", "{\"ignition\": {}}", "Content-Type: multipart/mixed"] {
            assert_eq!(combine(&[part("a", text)]), Ok(Some(text.to_owned())));
        }
        assert!(combine(&[part("a", [0xff, 0xfe])]).is_err());
    }

    #[test]
    fn several_become_one_message_with_their_types() {
        let parts = [
            part("base.yaml", "#cloud-config\npackages: [vim]\n"),
            part("jinja \"1\"", "## template: jinja\n#cloud-config\n"),
            part("setup.sh", "#!/bin/sh\necho grüße"),
            part("once", "#include-once\nhttp://h/x"),
            part("packed", [0x1f, 0x8b, 0, 0xff]),
        ];
        let message = combine(&parts).expect("all are known").expect("a message");
        let told: Vec<_> = split(&message);
        let types: Vec<&str> = told.iter().map(|(kind, ..)| kind.split(';').next().unwrap_or(kind)).collect();
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
        assert_eq!(told[1].1, "jinja__1_");
        assert_eq!(told[2].2, "#!/bin/sh\necho grüße".as_bytes());
        assert!(message.contains("packages: [vim]"), "plain text stays readable");
        // Gzip cannot be a text by itself: cloud-init unpacks it as the part of a message.
        let alone = combine(&parts[4..]).expect("gzip").expect("a message");
        assert_eq!(split(&alone)[0].2, [0x1f, 0x8b, 0, 0xff]);
    }

    #[test]
    fn what_cloud_init_would_pass_over_is_refused_among_several() {
        let refused = combine(&[part("a", "#!/bin/sh"), part("notes.txt", "hello")]).expect_err("unknown");
        assert!(refused.contains("`notes.txt`"), "{refused}");
    }

    proptest! {
        #[test]
        fn whatever_the_parts_hold_comes_out_again(
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
