//! A proxy on loopback that counts what is asked of the Ironic behind it.
//!
//! It stands between every tool and the server, so that all pay the same for it. It also plays the one part of Neutron
//! that metalsmith cannot do without: a list of ports, which is empty. What is asked of that is not counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Below this path is what is not Ironic's.
pub(crate) const NETWORK: &str = "/network";

/// A running proxy: it lives as long as the program.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Begins to forward to `upstream`, `HOST:PORT`.
    pub(crate) fn start(upstream: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (upstream, inner) = (upstream.to_owned(), Arc::clone(&asked));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (upstream, asked) = (upstream.clone(), Arc::clone(&inner));
                // Clients close connections as they like.
                thread::spawn(move || drop(serve(client, &upstream, &asked)));
            }
        });
        Ok(Self { address, asked })
    }

    /// Its URL, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked of Ironic since the last call, as `METHOD PATH`.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The first part of a message, up to the empty line, and what it says of the length of the rest.
struct Head {
    lines: Vec<String>,
    length: Option<usize>,
}

impl Head {
    /// Reads one; `None` at the end of the connection. What is said of the connection itself is left out: that is
    /// each side's own affair.
    fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Self>> {
        let mut head = Self { lines: Vec::new(), length: None };
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim_end().to_owned();
            if line.is_empty() {
                return Ok(Some(head));
            }
            let lower = line.to_ascii_lowercase();
            if let Some(length) = lower.strip_prefix("content-length:") {
                head.length = length.trim().parse().ok();
            } else if !lower.starts_with("connection:") {
                head.lines.push(line);
            }
        }
    }

    /// The same with another word on the connection.
    fn write(&self, connection: &str, length: usize) -> String {
        let lines = self.lines.join("\r\n");
        format!("{lines}\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n")
    }
}

/// The requests of one client, which keeps its connection; Ironic gets a new one for each.
fn serve(mut client: TcpStream, upstream: &str, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut reader = BufReader::new(client.try_clone()?);
    while let Some(head) = Head::read(&mut reader)? {
        let mut body = vec![0; head.length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let request = head.lines.first().map_or("", |line| line.trim_end_matches(" HTTP/1.1")).to_owned();
        if let Some(path) = request.split(' ').nth(1).and_then(|path| path.strip_prefix(NETWORK)) {
            let answer = neutron(path, &format!("http://{}{NETWORK}", client.local_addr()?));
            let lines = vec!["HTTP/1.1 200 OK".to_owned(), "Content-Type: application/json".to_owned()];
            let head = Head { lines, length: None };
            client.write_all(
                &[head.write("keep-alive", answer.len()).as_bytes(), answer.as_bytes()].concat(),
            )?;
            continue;
        }
        asked.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let mut server = TcpStream::connect(upstream)?;
        server.set_nodelay(true)?;
        server.write_all(&[head.write("close", body.len()).as_bytes(), &body].concat())?;
        let mut server = BufReader::new(server);
        let Some(head) = Head::read(&mut server)? else { return Ok(()) };
        let mut answer = Vec::new();
        match head.length {
            Some(length) => {
                answer.resize(length, 0);
                server.read_exact(&mut answer)?;
            }
            None => drop(server.read_to_end(&mut answer)?),
        }
        client.write_all(&[head.write("keep-alive", answer.len()).as_bytes(), &answer].concat())?;
    }
    Ok(())
}

/// What a Neutron without ports answers: which version it is, and the ports.
fn neutron(path: &str, url: &str) -> String {
    if path.contains("ports") {
        return r#"{"ports": []}"#.to_owned();
    }
    let links = format!(r#"[{{"rel": "self", "href": "{url}/v2.0"}}]"#);
    format!(r#"{{"versions": [{{"id": "v2.0", "status": "CURRENT", "links": {links}}}]}}"#)
}
