//! Finds the checksum of an image in a checksum file such as `SHA256SUMS`.
//!
//! Supported are the lines of the GNU and BSD tools, hash and name in either order, a bare hash, and each of these
//! inside a clear-signed `OpenPGP` message (RFC 9580, section 7), whose signature is not verified.

use super::Checksum;
use crate::counts::first_few;

/// A line with a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ChecksumLine {
    /// The hash in lower-case hexadecimal digits.
    hash: String,
    /// The file's path; `None` for a bare hash.
    path: Option<String>,
}

/// Finds the hash of the file with a path, whose segments are separated by `/`.
///
/// Considers the lines with the same last segment. Among several, those whose whole path is a suffix of `path` take
/// precedence, then the longest hash.
///
/// # Errors
/// Why the text has no unique hash for the file, and what it contains instead.
pub fn find(text: &str, path: &str) -> Result<Checksum, String> {
    let name = last_segment(path);
    let entries: Vec<ChecksumLine> = body(text).into_iter().filter_map(|line| entry(&line)).collect();
    if let [ChecksumLine { hash, path: None }] = entries.as_slice() {
        return Checksum::parse(hash);
    }
    let named: Vec<&ChecksumLine> = entries
        .iter()
        .filter(|entry| !name.is_empty() && entry.path.as_deref().map(last_segment) == Some(name))
        .collect();
    if named.is_empty() {
        return Err(missing(name, &entries));
    }
    let whole: Vec<&ChecksumLine> = named
        .iter()
        .copied()
        .filter(|entry| entry.path.as_deref().is_some_and(|of_line| ends_in(path, of_line)))
        .collect();
    let candidates = if whole.is_empty() { named } else { whole };
    // Files often contain hashes of several algorithms: the longest is the strongest.
    let usable = || candidates.iter().filter(|entry| Checksum::parse(&entry.hash).is_ok());
    let Some(longest) = usable().map(|entry| entry.hash.len()).max() else {
        return Err(format!("the hash of `{name}` is not SHA-256, SHA-512 or MD5"));
    };
    let mut hashes: Vec<&str> =
        usable().map(|entry| entry.hash.as_str()).filter(|hash| hash.len() == longest).collect();
    hashes.sort_unstable();
    hashes.dedup();
    if let [hash] = hashes.as_slice() {
        return Checksum::parse(hash);
    }
    let paths: Vec<&str> = candidates.iter().filter_map(|entry| entry.path.as_deref()).collect();
    Err(format!("`{name}` is ambiguous: different hashes for {}", listed(&paths)))
}

fn missing(name: &str, entries: &[ChecksumLine]) -> String {
    let paths: Vec<&str> = entries.iter().filter_map(|entry| entry.path.as_deref()).collect();
    match (entries.len(), paths.is_empty()) {
        (0, _) => "it contains no checksum".to_owned(),
        (count, true) => format!("it contains {count} hashes without file names"),
        _ if name.is_empty() => {
            format!("the image has no file name to look up; the file has checksums for {}", listed(&paths))
        }
        _ => format!("it contains no checksum for `{name}`, only for {}", listed(&paths)),
    }
}

/// The first names and the number of further ones.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    first_few(names.iter().map(|name| format!("`{}`", name.escape_debug())), SHOWN)
}

fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a path ends in the segments of another one; `.` segments are ignored.
fn ends_in(path: &str, end: &str) -> bool {
    let segments = |path: &'_ str| -> Vec<String> {
        path.split('/').filter(|segment| !matches!(*segment, "" | ".")).map(str::to_owned).collect()
    };
    segments(path).ends_with(&segments(end))
}

/// The signed lines, or all lines if none are signed.
fn body(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(str::trim_end);
    if !lines.any(|line| line == "-----BEGIN PGP SIGNED MESSAGE-----") {
        return text.lines().map(|line| line.trim_end().to_owned()).collect();
    }
    // The armor headers end with an empty line; text before the message is not signed.
    lines
        .skip_while(|line| !line.is_empty())
        .take_while(|line| *line != "-----BEGIN PGP SIGNATURE-----")
        .map(|line| line.strip_prefix("- ").unwrap_or(line).to_owned())
        .collect()
}

fn entry(line: &str) -> Option<ChecksumLine> {
    let line = line.trim_start();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let bare = || Some(ChecksumLine { hash: hash(line)?, path: None });
    let entry = bare().or_else(|| bsd(line)).or_else(|| gnu(line)).or_else(|| reversed(line))?;
    // A hash of a pipe has no name; tools write a placeholder.
    let path = entry.path.filter(|path| !is_pipe(path));
    Some(ChecksumLine { path, ..entry })
}

/// Whether a path is a tool's placeholder for a pipe or an open file.
fn is_pipe(path: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let descriptor = ["/dev/fd/", "/proc/self/fd/"].iter().find_map(|folder| path.strip_prefix(folder));
    matches!(path, "-" | "stdin" | "<stdin>" | "(stdin)" | "/dev/stdin") || descriptor.is_some_and(is_number)
}

/// `SHA256 (name) = hash`, with OpenSSL's missing spaces too.
fn bsd(line: &str) -> Option<ChecksumLine> {
    let (front, hash) = line.rsplit_once('=')?;
    let (algorithm, path) = front.trim_end().strip_suffix(')')?.split_once('(')?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '/';
    let algorithm = algorithm.trim();
    let is_tagged = !algorithm.is_empty() && algorithm.chars().all(is_word);
    is_tagged.then_some(())?;
    Some(ChecksumLine { hash: self::hash(hash.trim())?, path: Some(path.to_owned()) })
}

/// `hash  name`, `hash *name`; a backslash before the hash means that the name is escaped.
fn gnu(line: &str) -> Option<ChecksumLine> {
    let (is_escaped, line) = match line.strip_prefix('\\') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (hash, rest) = line.split_once([' ', '\t'])?;
    let path = rest.trim_start();
    let path = path.strip_prefix('*').unwrap_or(path);
    let path = if is_escaped { path.replace(r"\n", "\n").replace(r"\\", "\\") } else { path.to_owned() };
    let hash = self::hash(hash)?;
    (!path.is_empty()).then_some(ChecksumLine { hash, path: Some(path) })
}

/// `name  hash`, optionally with a colon after the name, or OpenSSL 1.1's `name= hash` for a pipe.
fn reversed(line: &str) -> Option<ChecksumLine> {
    let (path, hash) = match line.strip_prefix("(stdin)=") {
        Some(hash) => ("(stdin)", hash.trim_start()),
        None => line.rsplit_once([' ', '\t'])?,
    };
    let path = path.trim_end();
    let path = path.strip_suffix([':', '=']).unwrap_or(path).trim_end();
    let hash = self::hash(hash)?;
    (!path.is_empty()).then(|| ChecksumLine { hash, path: Some(path.to_owned()) })
}

/// Parses a hash, optionally prefixed with its algorithm (`sha256:…`), and returns it in lower case.
fn hash(text: &str) -> Option<String> {
    let hash = match text.split_once([':', '=']) {
        None => text,
        Some((algorithm, hash)) => {
            let algorithm = algorithm.to_lowercase().replace('-', "");
            let digits = match algorithm.strip_prefix("sha2").filter(|bits| bits.len() == 3) {
                Some(bits) => bits,
                None => algorithm.strip_prefix("sha").unwrap_or(&algorithm),
            };
            let length = match digits {
                "md5" => 32,
                "1" => 40,
                bits => bits.parse::<usize>().ok()? / 4,
            };
            Some(hash).filter(|hash| hash.len() == length)?
        }
    };
    is_hash(hash).then(|| hash.to_lowercase())
}

/// Whether a text has the hexadecimal digits of MD5, SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512.
fn is_hash(text: &str) -> bool {
    [32, 40, 56, 64, 96, 128].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sha256(digit: char) -> String {
        digit.to_string().repeat(64)
    }

    fn found(text: &str, path: &str) -> String {
        match find(text, path) {
            Ok(Checksum::Digest { value, .. }) => value,
            other => panic!("{other:?} in {text}"),
        }
    }

    #[test]
    fn the_formats_of_all_tools_are_read() {
        let (a, b) = (sha256('a'), sha256('b'));
        for text in [
            format!("{a}  el.img\n{b}  other.img\n"),
            format!("{a} *el.img\n{b} *other.img\n"),
            format!("{a}\tel.img"),
            format!("{b}  other.img\r\n{a}  ./images/el.img\r\n"),
            format!("# el.img: 123 bytes\nSHA256 (el.img) = {a}\nSHA256 (other.img) = {b}\n"),
            format!("SHA2-256(el.img)= {a}"),
            format!("el.img {a}\nother.img {b}"),
            format!("el.img: {}", a.to_uppercase()),
            format!("\u{feff}{a}  el.img"),
            a.clone(),
            format!("# the image\n\n{a}\n"),
            // With the algorithm before the hash, as in the option.
            format!("sha256:{a}  el.img\nsha256:{b}  other.img\n"),
            format!("SHA256:{a} *el.img"),
            format!("el.img: sha256:{a}"),
            format!("sha-256={a}\tel.img"),
            format!("sha256:{a}\n"),
            // From a pipe, by sha256sum, openssl and sha256sum --tag.
            format!("{a}  -\n"),
            format!("{a} *-"),
            format!("sha256:{a}  -"),
            format!("SHA2-256(stdin)= {a}"),
            format!("SHA256 (-) = {a}"),
            // From a pipe, by OpenSSL 1.1, with and without `-r`.
            format!("(stdin)= {a}"),
            format!("(stdin)={a}\n"),
            format!("(stdin) = {a}"),
            format!("{a} *stdin"),
            format!("{a}  /dev/stdin"),
            format!("{a}  /dev/fd/63"),
            format!("SHA256(/dev/stdin)= {a}"),
            format!("SHA256 (/proc/self/fd/0) = {a}"),
        ] {
            assert_eq!(found(&text, "el.img"), a, "{text}");
        }
        assert_eq!(found(&format!("\\{a}  dir/a\\\\b.img"), "a\\b.img"), a);
        assert_eq!(found(&format!("{a}  my image (1).img"), "my image (1).img"), a);
    }

    #[test]
    fn the_algorithm_before_a_hash_must_match_its_length() {
        let (md5, sha512) = ("d".repeat(32), "e".repeat(128));
        assert_eq!(found(&format!("md5:{md5}  el.img"), "el.img"), md5);
        assert_eq!(
            found(&format!("sha512:{sha512}  el.img\nsha256:{}  el.img", sha256('a')), "el.img"),
            sha512
        );
        for text in [format!("sha512:{md5}  el.img"), format!("crc:{md5}  el.img"), format!("sha256:{md5}")] {
            assert!(find(&text, "el.img").is_err(), "{text}");
        }
        for name in ["stdin.img", "/dev/fd/x", "/dev/fd/", "/dev/stdin2"] {
            assert!(!is_pipe(name), "{name}");
        }
        // A hash of a pipe among those of other files may be of any file.
        let mixed = format!("{}  -\n{}  other.img", sha256('a'), sha256('b'));
        assert!(find(&mixed, "el.img").expect_err("unnamed").contains("only for `other.img`"));
    }

    #[test]
    fn only_signed_lines_count() {
        let (a, b) = (sha256('a'), sha256('b'));
        let text = format!(
            "{b}  el.img\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{a}  el.img\n- -dash.img {a}\n\
             -----BEGIN PGP SIGNATURE-----\n\n{b}  el.img\n-----END PGP SIGNATURE-----\n"
        );
        assert_eq!(found(&text, "el.img"), a);
        assert_eq!(found(&text, "-dash.img"), a);
    }

    #[test]
    fn the_directory_distinguishes_images_with_the_same_name() {
        let (a, b) = (sha256('a'), sha256('b'));
        let text = format!("{a}  ./x86_64/el.img\n{b}  ./aarch64/el.img\n");
        assert_eq!(found(&text, "pub/aarch64/el.img"), b);
        let error = find(&text, "pub/el.img").expect_err("ambiguous");
        assert!(error.contains("ambiguous") && error.contains("`./x86_64/el.img`"), "{error}");
        assert_eq!(found(&format!("{a} el.img\n{a} old/el.img"), "el.img"), a, "they agree");
    }

    #[test]
    fn the_strongest_of_several_algorithms_is_used() {
        let (md5, sha1, a) = ("d".repeat(32), "e".repeat(40), sha256('a'));
        let text = format!("MD5 (el.img) = {md5}\nSHA1 (el.img) = {sha1}\nSHA256 (el.img) = {a}\n");
        assert_eq!(found(&text, "el.img"), a);
        assert!(find(&format!("{sha1}  el.img"), "el.img").expect_err("SHA-1").contains("is not SHA-256"));
    }

    #[test]
    fn errors_list_the_names_in_the_file() {
        let a = sha256('a');
        for (text, path, expected) in [
            (String::new(), "el.img", "contains no checksum"),
            ("<html>no such page</html>".to_owned(), "el.img", "contains no checksum"),
            (format!("{a}  other.img"), "el.img", "no checksum for `el.img`, only for `other.img`"),
            (format!("{a}\n{a}"), "el.img", "2 hashes without file names"),
            (format!("{a}  other.img"), "", "no file name"),
            // A name that only ends in the image's name is another file.
            (format!("{a}  kernel.img"), "el.img", "only for `kernel.img`"),
        ] {
            let error = find(&text, path).expect_err(&text);
            assert!(error.contains(expected), "{error}");
        }
        let many: Vec<String> = (0..9).map(|n| format!("{a}  f{n}")).collect();
        assert!(find(&many.join("\n"), "el.img").expect_err("missing").ends_with("and 3 more"));
    }

    proptest! {
        #[test]
        fn no_input_causes_a_panic(text in "\\PC*", path in "\\PC*") {
            let _ = find(&text, &path);
        }

        #[test]
        fn a_name_is_found_among_others_in_every_format(
            names in proptest::collection::hash_set("[a-zA-Z0-9][a-zA-Z0-9._+-]{0,20}", 1..8),
            form in 0..4usize,
        ) {
            // A name of only hexadecimal digits looks like a hash.
            prop_assume!(names.iter().all(|name| !is_hash(name)));
            let names: Vec<String> = names.into_iter().collect();
            let hash = |at: usize| format!("{at:064x}");
            let lines: Vec<String> = names.iter().enumerate().map(|(at, name)| match form {
                0 => format!("{}  {name}", hash(at)),
                1 => format!("{} *./sub/{name}", hash(at)),
                2 => format!("SHA256 ({name}) = {}", hash(at)),
                _ => format!("{name} {}", hash(at)),
            }).collect();
            for (at, name) in names.iter().enumerate() {
                prop_assert_eq!(found(&lines.join("\n"), &format!("some/where/{name}")), hash(at));
            }
        }
    }
}
