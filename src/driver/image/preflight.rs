//! What can be known of an image before any machine is claimed: that it is there, and what it hashes to.
//!
//! Ironic's conductor and the machine's ramdisk fetch the image themselves, perhaps from a network that this computer
//! cannot reach: only what an image's server says itself is held against the image.

use std::io::Read as _;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::blocking::{Client, Response};
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use url::Url;

use super::{Checksum, Image, checksums};
use crate::driver::Error;
use crate::rest::mask;
use crate::rest::stop::{After, Stop};

/// How long the server of an image may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest file of checksums that is read, in bytes.
const LONGEST: u64 = 16 << 20;

/// Makes an HTTP client without credentials for an address.
pub type Web = dyn Fn(&Url) -> reqwest::Result<Client>;

/// What is to be told of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Something that was found out.
    Note(String),
    /// Something that may go wrong later.
    Warning(String),
}

impl Image {
    /// Asks the image's server whether it has the image, and finds the image's checksum where the address of a file of
    /// checksums is given. Does nothing to images that no http(s) server has.
    ///
    /// # Errors
    /// [`Error::NoImage`] where the server does not have it; [`Error::File`] for a file of checksums without the
    /// image's. A server that cannot be reached from here, or does not answer so, is only remarked on.
    pub fn settle(&mut self, web: &Web) -> Result<Vec<Remark>, Error> {
        let mut remarks = Vec::new();
        if let Some(Checksum::Address(address)) = &self.checksum {
            match found_at(address, &self.path(), web)? {
                Ok(checksum) => self.found = Some(checksum),
                Err(why) => remarks.push(Remark::Warning(format!(
                    "checksums {}: {why}; Ironic is left to read them",
                    mask::address(address)
                ))),
            }
        }
        if matches!(self.digest(), Some(Checksum::Digest { algorithm: "md5", .. })) {
            remarks.push(Remark::Warning(format!(
                "image {}: its checksum is an MD5, which proves little and which Ironic may refuse",
                self.shown()
            )));
        }
        for address in [Some(&self.source), self.kernel.as_ref(), self.ramdisk.as_ref()].into_iter().flatten()
        {
            let Ok(url) = Url::parse(address) else { continue };
            if matches!(url.scheme(), "http" | "https") {
                remarks.push(look_at(&url, web)?);
            }
        }
        Ok(remarks)
    }
}

/// The checksum in a file of them on a server; within, why the file cannot be had from here.
fn found_at(address: &str, path: &str, web: &Web) -> Result<Result<Checksum, String>, Error> {
    let problem = |reason: String| Error::File { path: mask::address(address), reason };
    let url = Url::parse(address).map_err(|error| problem(error.to_string()))?;
    let answer = match asked(web, &url, |client, url| client.get(url).timeout(TIMEOUT).send()) {
        Ok(answer) => answer,
        Err(why) => return Ok(Err(why)),
    };
    match answer.status() {
        status if status.is_success() => {}
        status @ (StatusCode::NOT_FOUND | StatusCode::GONE) => return Err(problem(told(status))),
        status => return Ok(Err(told(status))),
    }
    let server = format!("the server of {}", mask::address(address));
    let read = Stop::of_process().run(&server, After::MayNot, move || {
        let mut text = Vec::new();
        answer.take(LONGEST + 1).read_to_end(&mut text).map(|_| text)
    });
    let text = match read {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return Ok(Err(error.to_string())),
        Err(stopped) => return Ok(Err(stopped.to_string())),
    };
    if text.len() as u64 > LONGEST {
        return Err(problem(format!("longer than {} MiB: this is no file of checksums", LONGEST >> 20)));
    }
    checksums::find(&String::from_utf8_lossy(&text), path).map(Ok).map_err(problem)
}

/// Whether the server has what is at an address.
fn look_at(url: &Url, web: &Web) -> Result<Remark, Error> {
    let shown = mask::address(url.as_str());
    let ask = |client: Client, url: Url| -> reqwest::Result<Response> {
        let answer = client.head(url.clone()).timeout(TIMEOUT).send()?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        // Addresses that are signed for GET, and some servers altogether, refuse HEAD.
        client.get(url).header(RANGE, "bytes=0-0").timeout(TIMEOUT).send()
    };
    let answer = match asked(web, url, ask) {
        Ok(answer) => answer,
        Err(why) => {
            return Ok(Remark::Warning(format!(
                "image {shown} cannot be reached from here ({why}); Ironic may be able to"
            )));
        }
    };
    match answer.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            return Err(Error::NoImage { image: shown, reason: told(answer.status()) });
        }
        status if !status.is_success() => {
            return Ok(Remark::Warning(format!("image {shown}: its server answers {}", told(status))));
        }
        _ => {}
    }
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.to_lowercase().starts_with("text/html") {
        // Ironic takes such an address for a folder.
        return Err(Error::NoImage { image: shown, reason: "its server answers with a web page".to_owned() });
    }
    Ok(Remark::Note(match size(&answer) {
        Some(size) => format!("image {shown}: {}", in_units(size)),
        None => format!("image {shown} is there"),
    }))
}

/// What a server answers, or why it does not; a signal or the time limit ends the wait for it.
fn asked(
    web: &Web,
    url: &Url,
    ask: impl FnOnce(Client, Url) -> reqwest::Result<Response> + Send + 'static,
) -> Result<Response, String> {
    let client = web(url).map_err(in_words)?;
    let server = format!("the server of {}", mask::address(url.as_str()));
    let url = url.clone();
    let answer = Stop::of_process().run(&server, After::MayNot, move || ask(client, url));
    answer.map_err(|stopped| stopped.to_string())?.map_err(in_words)
}

/// The size of the whole in bytes, of an answer that may be a part of it.
fn size(answer: &Response) -> Option<u64> {
    let header = |name| answer.headers().get(name)?.to_str().ok();
    if answer.status() == StatusCode::PARTIAL_CONTENT {
        return header(CONTENT_RANGE)?.rsplit('/').next()?.parse().ok();
    }
    // The length of the body that reqwest tells is 0 for an answer to HEAD.
    header(reqwest::header::CONTENT_LENGTH)?.parse().ok()
}

/// Bytes as people read them.
fn in_units(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "it is rounded to a tenth anyway")]
    let float = bytes as f64;
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.1} KiB", float / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", float / 1_048_576.0),
        _ => format!("{:.1} GiB", float / 1_073_741_824.0),
    }
}

fn told(status: StatusCode) -> String {
    format!("HTTP {}", status.as_str())
}

/// Why there is no answer, without the address, which may hold a password.
fn in_words(error: reqwest::Error) -> String {
    let error = error.without_url();
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        for (bytes, text) in [(0, "0 bytes"), (2048, "2.0 KiB"), (3 << 19, "1.5 MiB"), (5 << 30, "5.0 GiB")] {
            assert_eq!(in_units(bytes), text);
        }
    }
}
