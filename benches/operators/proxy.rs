//! A proxy on loopback that counts the requests to the Ironic behind it.
//!
//! It is between every tool and the server, so its cost is the same for all. It also plays the only part of
//! Neutron that metalsmith needs: an empty list of ports. Requests to that are not counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Paths below this one are not Ironic's.
pub(crate) const NETWORK: &str = "/network";

/// A running proxy; it lives as long as the program.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts to forward to `upstream`, `HOST:PORT`.
    pub(crate) fn start(upstream: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (upstream, inner) = (upstream.to_owned(), Arc::clone(&requests));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (upstream, requests) = (upstream.clone(), Arc::clone(&inner));
                // Clients may close connections at any time.
                thread::spawn(move || drop(serve(client, &upstream, &requests)));
            }
        });
        Ok(Self { address, requests })
    }

    /// Its URL, without a final slash.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests to Ironic since the last call, as `METHOD PATH`.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The head of a message, up to the empty line, and the length of the body that it announces.
struct Head {
    lines: Vec<String>,
    length: Option<usize>,
}

impl Head {
    /// Reads a head; `None` at the end of the connection. Drops the `Connection` header, which each side of
    /// the proxy sets itself.
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

    /// Writes the head with a `Connection` header.
    fn write(&self, connection: &str, length: usize) -> String {
        let lines = self.lines.join("\r\n");
        format!("{lines}\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n")
    }
}

/// Handles the requests of one client on its connection; each request to Ironic uses a new connection.
fn serve(mut client: TcpStream, upstream: &str, requests: &Mutex<Vec<String>>) -> std::io::Result<()> {
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
        requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
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

/// The answers of a Neutron without ports: its versions, and the list of ports.
fn neutron(path: &str, url: &str) -> String {
    if path.contains("ports") {
        return r#"{"ports": []}"#.to_owned();
    }
    let links = format!(r#"[{{"rel": "self", "href": "{url}/v2.0"}}]"#);
    format!(r#"{{"versions": [{{"id": "v2.0", "status": "CURRENT", "links": {links}}}]}}"#)
}
