//! Checks of an image before any node is claimed: that it exists, and its checksum.
//!
//! The conductor and the ramdisk fetch the image themselves, perhaps from a network that this computer cannot reach. An
//! image is therefore rejected only if its own server reports a problem.

use std::io::Read as _;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::blocking::{Client, Response};
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use url::Url;

use super::{Checksum, Image, checksums};
use crate::driver::Error;
use crate::rest::mask;
use crate::rest::stop::{AfterStop, Stop};

/// The timeout of requests to image servers.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum size of a checksum file, in bytes.
const LONGEST: u64 = 16 << 20;

/// Creates an HTTP client without credentials for a URL.
pub type Web = dyn Fn(&Url) -> reqwest::Result<Client>;

/// A message about an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageNote {
    /// Information.
    Note(String),
    /// A problem that may cause a failure later.
    Warning(String),
}

impl Image {
    /// Checks that the image's server has the image, and looks up its checksum if the URL of a checksum file is given.
    /// Does nothing for images that are not on an http(s) server.
    ///
    /// # Errors
    /// [`Error::NoImage`] if the server does not have the image; [`Error::File`] for a checksum file without the image.
    /// An unreachable server, or any other response, only causes a remark.
    pub fn check_and_complete(&mut self, web: &Web) -> Result<Vec<ImageNote>, Error> {
        let mut remarks = Vec::new();
        if let Some(Checksum::Address(address)) = &self.checksum {
            match found_at(address, &self.path(), web)? {
                Ok(checksum) => self.found = Some(checksum),
                Err(why) => remarks.push(ImageNote::Warning(format!(
                    "checksum file {}: {why}; Ironic will read it itself",
                    mask::address(address)
                ))),
            }
        }
        if matches!(self.digest(), Some(Checksum::Digest { algorithm: "md5", .. })) {
            remarks.push(ImageNote::Warning(format!(
                "image {}: its checksum is MD5, which is insecure and which Ironic may reject",
                self.shown()
            )));
        }
        for address in [Some(&self.source), self.kernel.as_ref(), self.ramdisk.as_ref()].into_iter().flatten()
        {
            let Ok(url) = Url::parse(address) else { continue };
            if matches!(url.scheme(), "http" | "https") {
                remarks.push(check_exists(&url, web)?);
            }
        }
        Ok(remarks)
    }
}

/// The image's checksum in a checksum file on a server. The inner error is the reason why the file is unavailable from
/// here.
fn found_at(address: &str, path: &str, web: &Web) -> Result<Result<Checksum, String>, Error> {
    let problem = |reason: String| Error::File { path: mask::address(address), reason };
    let url = Url::parse(address).map_err(|error| problem(error.to_string()))?;
    let response = match send(web, &url, |client, url| client.get(url).timeout(TIMEOUT).send()) {
        Ok(response) => response,
        Err(why) => return Ok(Err(why)),
    };
    match response.status() {
        status if status.is_success() => {}
        status @ (StatusCode::NOT_FOUND | StatusCode::GONE) => return Err(problem(status_text(status))),
        status => return Ok(Err(status_text(status))),
    }
    let server = format!("the server of {}", mask::address(address));
    let read = Stop::of_process().run(&server, AfterStop::Refuse, move || {
        let mut text = Vec::new();
        response.take(LONGEST + 1).read_to_end(&mut text).map(|_| text)
    });
    let text = match read {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return Ok(Err(error.to_string())),
        Err(stopped) => return Ok(Err(stopped.to_string())),
    };
    if text.len() as u64 > LONGEST {
        return Err(problem(format!("larger than {} MiB: not a checksum file", LONGEST >> 20)));
    }
    checksums::find(&String::from_utf8_lossy(&text), path).map(Ok).map_err(problem)
}

/// Checks that the server has the resource of a URL.
fn check_exists(url: &Url, web: &Web) -> Result<ImageNote, Error> {
    let shown = mask::address(url.as_str());
    let ask = |client: Client, url: Url| -> reqwest::Result<Response> {
        let response = client.head(url.clone()).timeout(TIMEOUT).send()?;
        if response.status().is_success() {
            return Ok(response);
        }
        // URLs that are signed for GET, and some servers, reject HEAD.
        client.get(url).header(RANGE, "bytes=0-0").timeout(TIMEOUT).send()
    };
    let response = match send(web, url, ask) {
        Ok(response) => response,
        Err(why) => {
            return Ok(ImageNote::Warning(format!(
                "image {shown} is unreachable from here ({why}); Ironic may be able to reach it"
            )));
        }
    };
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            return Err(Error::NoImage { image: shown, reason: status_text(response.status()) });
        }
        status if !status.is_success() => {
            return Ok(ImageNote::Warning(format!(
                "image {shown}: the server answers {}",
                status_text(status)
            )));
        }
        _ => {}
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.to_lowercase().starts_with("text/html") {
        // Ironic treats this URL as a directory.
        return Err(Error::NoImage { image: shown, reason: "the server answers with a web page".to_owned() });
    }
    Ok(ImageNote::Note(match size(&response) {
        Some(size) => format!("image {shown}: {}", in_units(size)),
        None => format!("image {shown} exists"),
    }))
}

/// A server's response, or why it is missing. A signal or the timeout ends the wait.
fn send(
    web: &Web,
    url: &Url,
    ask: impl FnOnce(Client, Url) -> reqwest::Result<Response> + Send + 'static,
) -> Result<Response, String> {
    let client = web(url).map_err(error_text)?;
    let server = format!("the server of {}", mask::address(url.as_str()));
    let url = url.clone();
    let response = Stop::of_process().run(&server, AfterStop::Refuse, move || ask(client, url));
    response.map_err(|stopped| stopped.to_string())?.map_err(error_text)
}

/// The total size in bytes, from a full or partial response.
fn size(response: &Response) -> Option<u64> {
    let header = |name| response.headers().get(name)?.to_str().ok();
    if response.status() == StatusCode::PARTIAL_CONTENT {
        return header(CONTENT_RANGE)?.rsplit('/').next()?.parse().ok();
    }
    // For HEAD, reqwest's content length is 0.
    header(reqwest::header::CONTENT_LENGTH)?.parse().ok()
}

/// Formats a size in bytes with a unit.
fn in_units(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "the result is rounded to a tenth")]
    let float = bytes as f64;
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.1} KiB", float / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", float / 1_048_576.0),
        _ => format!("{:.1} GiB", float / 1_073_741_824.0),
    }
}

fn status_text(status: StatusCode) -> String {
    format!("HTTP {}", status.as_str())
}

/// Why there is no response, without the URL, which may contain a password.
fn error_text(error: reqwest::Error) -> String {
    let error = error.without_url();
    if error.is_timeout() {
        return "no response in time".to_owned();
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
    fn sizes_have_a_fitting_unit() {
        for (bytes, text) in [(0, "0 bytes"), (2048, "2.0 KiB"), (3 << 19, "1.5 MiB"), (5 << 30, "5.0 GiB")] {
            assert_eq!(in_units(bytes), text);
        }
    }
}
