//! The options that name an image.

use crate::driver::Error;
use crate::driver::image::{Checksum, Image};

const IMAGE: &str = "Image";

/// What operating system to put on the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub(super) struct ImageArgs {
    /// Where the image is: http(s)://, file:// (on the conductor), oci://, or a file on this computer
    #[arg(long, value_name = "IMAGE", value_hint = clap::ValueHint::AnyPath, help_heading = IMAGE)]
    pub(super) image: Option<String>,

    /// What it hashes to, in hexadecimal digits, or the URL of its SHA256SUMS; computed for local files
    #[arg(
        long, value_name = "SUM|URL", value_parser = Checksum::parse, requires = "image", help_heading = IMAGE
    )]
    pub(super) image_checksum: Option<Checksum>,

    /// Kernel of a partition image
    #[arg(long, value_name = "URL", requires_all = ["image", "image_ramdisk"], help_heading = IMAGE)]
    pub(super) image_kernel: Option<String>,

    /// Ramdisk of a partition image
    #[arg(long, value_name = "URL", requires_all = ["image", "image_kernel"], help_heading = IMAGE)]
    pub(super) image_ramdisk: Option<String>,
}

impl ImageArgs {
    /// The image, if one is named.
    pub(super) fn resolve_if_given(&self) -> Result<Option<Image>, Error> {
        let Some(image) = &self.image else { return Ok(None) };
        let image = Image::resolve(image, self.image_checksum.clone())?;
        Ok(Some(Image { kernel: self.image_kernel.clone(), ramdisk: self.image_ramdisk.clone(), ..image }))
    }
}
