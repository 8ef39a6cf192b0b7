//! The options for an image.

use clap::ValueEnum;
use secrecy::SecretString;
use url::Url;

use super::config_drive::read;
use crate::cli::Context;
use crate::cli::app::connection::Connections;
use crate::cli::app::glance;
use crate::cli::app::glance::label;
use crate::cloud::transport;
use crate::driver::Error;
use crate::driver::image::preflight::ImageNote;
use crate::driver::image::{Checksum, DiskFormat, Image, ImageKind};

const IMAGE: &str = "Image";

/// The environment variable with the pull secret of a registry.
const PULL_SECRET: &str = "FARRIER_IMAGE_PULL_SECRET";

/// The image to deploy.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct ImageArgs {
    /// Image: URL, path or name in Glance
    ///
    /// - `http://`, `https://`, `oci://` or `file://`: a URL
    /// - a path that exists, or that starts with `/`, `.` or `~`: a file,
    ///   which the conductor must find at the same path
    /// - anything else: a name or UUID in Glance; `glance://NAME` if a file
    ///   has this name
    #[arg(long, value_name = "IMAGE", value_hint = clap::ValueHint::AnyPath, help_heading = IMAGE, verbatim_doc_comment)]
    pub(crate) image: Option<String>,

    /// Checksum, or a checksum file
    ///
    /// SUM is a checksum in hexadecimal, or the URL or path of a file with checksums, such as SHA256SUMS. An image at
    /// an http or https URL needs a checksum. A local file needs none, because farrier computes it, and an image in
    /// Glance has its own.
    #[arg(
        long, value_name = "SUM", value_parser = Checksum::parse, value_hint = clap::ValueHint::AnyPath,
        requires = "image", help_heading = IMAGE
    )]
    pub(crate) image_checksum: Option<Checksum>,

    /// Image type (default: detected)
    ///
    /// The default is `partition` if a kernel and a ramdisk are given here or in Glance, otherwise `whole-disk`.
    #[arg(long, value_name = "TYPE", requires = "image", help_heading = IMAGE)]
    pub(crate) image_type: Option<ImageType>,

    /// Image format (default: detected)
    #[arg(long, value_name = "FORMAT", requires = "image", help_heading = IMAGE)]
    pub(crate) image_format: Option<ImageFormat>,

    /// Kernel of a partition image
    #[arg(long, hide_short_help = true, value_name = "URL", requires_all = ["image", "image_ramdisk"], help_heading = IMAGE)]
    pub(crate) image_kernel: Option<String>,

    /// Ramdisk of a partition image
    #[arg(long, hide_short_help = true, value_name = "URL", requires_all = ["image", "image_kernel"], help_heading = IMAGE)]
    pub(crate) image_ramdisk: Option<String>,

    /// File with the pull secret of an oci:// registry
    ///
    /// The default is the value of `FARRIER_IMAGE_PULL_SECRET`.
    #[arg(
        long, hide_short_help = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath, requires = "image", help_heading = IMAGE
    )]
    pub(crate) image_pull_secret: Option<std::path::PathBuf>,
}

/// The type of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImageType {
    /// A whole disk with its partitions
    WholeDisk,
    /// A file system; Ironic creates the partitions
    Partition,
}

/// The format of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImageFormat {
    /// Raw disk contents
    Raw,
    /// QEMU copy-on-write
    Qcow2,
}

impl ImageArgs {
    /// The image, if `--image` is given.
    pub(crate) fn resolve_if_given(&self, context: &Context) -> anyhow::Result<Option<Image>> {
        let Some(named) = &self.image else { return Ok(None) };
        let mut image = match glance::find(named, context)? {
            Some(image) => Image { checksum: self.image_checksum.clone(), ..image },
            None => Image::resolve(label(named), self.image_checksum.clone())?,
        };
        image.kernel.clone_from(&self.image_kernel);
        image.ramdisk.clone_from(&self.image_ramdisk);
        image.kind = match self.image_type {
            Some(ImageType::WholeDisk) => Some(ImageKind::WholeDisk),
            Some(ImageType::Partition) => Some(ImageKind::Partition),
            // An image with a kernel is a partition image.
            None => image.kind.filter(|_| self.image_kernel.is_none()),
        };
        image.format = self.image_format.map_or(image.format, |format| {
            Some(match format {
                ImageFormat::Raw => DiskFormat::Raw,
                ImageFormat::Qcow2 => DiskFormat::Qcow2,
            })
        });
        let from_environment = || std::env::var(PULL_SECRET).ok().filter(|secret| !secret.is_empty());
        image.pull_secret = match &self.image_pull_secret {
            Some(path) => Some(SecretString::from(read(path)?.trim().to_owned())),
            // Other images ignore the variable.
            None => from_environment().filter(|_| image.source.starts_with("oci://")).map(SecretString::from),
        };
        image.check()?;
        Ok(Some(image))
    }
}

/// Checks each image at its server once, and prints notes and warnings.
pub(crate) fn check_all<'a>(
    images: impl IntoIterator<Item = &'a mut Image>,
    connections: &Connections,
    context: &Context,
) -> Result<(), Error> {
    let is_remote = connections.members.iter().any(|connection| is_remote(&connection.client.address()));
    let mut checked: Vec<(serde_json::Map<String, serde_json::Value>, Image)> = Vec::new();
    for image in images {
        let identity = image.identity();
        if let Some((_, known)) = checked.iter().find(|(known, _)| *known == identity) {
            image.found.clone_from(&known.found);
            continue;
        }
        for remark in image.check_and_complete(&transport::anonymous)? {
            match remark {
                ImageNote::Note(text) => context.ui.note(&text),
                ImageNote::Warning(text) => context.ui.warn(&text),
            }
        }
        if is_remote && image.source.starts_with("file://") {
            context.ui.warn(&format!(
                "image {}: the conductor reads this file, not this computer: it must exist there under the same path",
                image.shown()
            ));
        }
        checked.push((identity, image.clone()));
    }
    Ok(())
}

/// Whether an Ironic at this address runs on another computer.
fn is_remote(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| !transport::is_loopback(url.host().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_address_is_not_remote() {
        for local in
            ["http://127.0.0.1:6385", "http://[::1]:6385/v1", "http://localhost:6385", "http://127.9.9.9"]
        {
            assert!(!is_remote(local), "{local}");
        }
        for remote in ["https://ironic.lab", "http://192.0.2.7:6385", "http://[2001:db8::1]:6385/"] {
            assert!(is_remote(remote), "{remote}");
        }
    }
}
