//! A server of images and checksums on this computer, which records requests.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The content of a path.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) kind: &'static str,
    pub(crate) body: String,
    /// Answers HEAD with 405.
    pub(crate) refuses_head: bool,
}

impl Page {
    /// A file of any type.
    pub(crate) fn file(body: impl Into<String>) -> Self {
        Self { kind: "application/octet-stream", body: body.into(), refuses_head: false }
    }
}

/// A running server. It lives as long as the tests.
#[derive(Debug)]
pub(crate) struct Web {
    address: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Web {
    /// Starts to serve these paths.
    pub(crate) fn start<const N: usize>(pages: [(&'static str, Page); N]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (inner, pages) = (Arc::clone(&seen), HashMap::from(pages));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                drop(serve(client, &pages, &inner));
            }
        });
        Self { address, seen }
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The heads of the requests so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no panic").clone()
    }
}

fn serve(
    mut client: TcpStream,
    pages: &HashMap<&'static str, Page>,
    seen: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = String::new();
    for line in BufReader::new(client.try_clone()?).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        head.push_str(&line);
        head.push('\n');
    }
    let mut parts = head.split_whitespace();
    let (method, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let part = head.to_lowercase().contains("\nrange: bytes=0-0");
    let (status, page) = match pages.get(path) {
        None => ("404 Not Found", Page::file("")),
        Some(page) if page.refuses_head && method == "HEAD" => ("405 Method Not Allowed", Page::file("")),
        Some(page) if part => ("206 Partial Content", page.clone()),
        Some(page) => ("200 OK", page.clone()),
    };
    let whole = page.body.len();
    let (range, body) = if status.starts_with("206") {
        (format!("Content-Range: bytes 0-0/{whole}\r\n"), &page.body[..1])
    } else {
        (String::new(), page.body.as_str())
    };
    seen.lock().expect("no panic").push(head.clone());
    write!(
        client,
        "HTTP/1.1 {status}\r\nContent-Type: {}\r\n{range}Content-Length: {}\r\nConnection: close\r\n\r\n{}",
        page.kind,
        body.len(),
        if method == "HEAD" { "" } else { body },
    )
}
