//! Looking up images in the Glance of a cloud.

use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::failure::{self, Failure, FailureKind};
use crate::cli::Context;
use crate::cloud::glance::{self, Glance};
use crate::cloud::{self, Cloud};
use crate::driver::Error;
use crate::driver::image::{GlanceImage, Image};
use crate::rest::{self, Meaning};
use crate::suggest::nearest;

/// The prefix of a name or UUID in Glance, for names that are also names of files.
const SCHEME: &str = "glance://";

/// The name or UUID without the prefix.
pub(crate) fn label(text: &str) -> &str {
    text.strip_prefix(SCHEME).unwrap_or(text)
}

/// Whether a text is a name in Glance: not a URL, not an existing file, and without the beginning of a path.
fn is_in_glance(text: &str) -> bool {
    text.starts_with(SCHEME)
        || !(text.is_empty()
            || text.contains("://")
            || text.starts_with(['/', '.', '~'])
            || Path::new(text).is_file())
}

/// Looks up an image in Glance. `None` for URLs and files, and for a UUID without a Glance: Ironic may have one.
///
/// Each of several clouds has its own images. A cloud that does not have the image, or is unreachable, causes a
/// warning, and its nodes are skipped.
pub(crate) fn find(text: &str, context: &Context) -> anyhow::Result<Option<Image>> {
    if !is_in_glance(text) {
        return Ok(None);
    }
    let name = label(text);
    let clouds = match context.clouds() {
        Err(error) if matches!(error.downcast_ref(), Some(cloud::Error::NothingConfigured { .. })) => {
            Vec::new()
        }
        other => other?,
    };
    let no_glance = match clouds.as_slice() {
        [] => "no cloud with Glance is selected".to_owned(),
        [cloud] => match Glance::of(cloud)? {
            Some(glance) => {
                let found = find_in(name, &glance)
                    .or_else(|error| handle_forbidden(error, name, &glance, cloud, context))?;
                return Ok(found.map(|found| Image::of_glance(&found, name)).transpose()?);
            }
            None => match &cloud.name {
                Some(cloud) => format!("cloud `{cloud}` has no Glance"),
                None => "no cloud with Glance is selected".to_owned(),
            },
        },
        several => return find_in_each(name, several, context).map(Some),
    };
    if Uuid::try_parse(name).is_ok() {
        return Ok(None);
    }
    let reason = if Path::new(name).is_dir() { "it is a directory" } else { "it is not a URL or a file" };
    let problem = format!("no image is named `{name}`: {reason}, and {no_glance}");
    Err(Failure::new(FailureKind::NotFound, problem).hint("use a URL or the path of a file").into())
}

/// Looks up an image in several clouds, and combines the images of the clouds that have it.
fn find_in_each(image_name: &str, clouds: &[Arc<Cloud>], context: &Context) -> anyhow::Result<Image> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for cloud in clouds {
        let name = cloud.name.clone().unwrap_or_default();
        let look_up = || -> anyhow::Result<glance::Image> {
            let no_glance = || Failure::new(FailureKind::NotFound, format!("cloud `{name}` has no Glance"));
            let glance = Glance::of(cloud)?.ok_or_else(no_glance)?;
            let image = find_in(image_name, &glance)
                .or_else(|error| handle_forbidden(error, image_name, &glance, cloud, context))?;
            // An image that cannot be seen cannot be compared with those of the other clouds.
            let hidden =
                || Failure::new(FailureKind::Forbidden, format!("cloud `{name}` does not show its images"));
            Ok(image.ok_or_else(hidden)?)
        };
        match look_up() {
            Ok(image) => found.push((name, image)),
            Err(error) => match failure::classify(&error).kind {
                FailureKind::NotFound
                | FailureKind::Unreachable
                | FailureKind::Forbidden
                | FailureKind::Auth => {
                    missing.push((name, error));
                }
                _ => {
                    let problem = format!("cloud `{name}`: {error}");
                    return Err(error.context(problem));
                }
            },
        }
    }
    let image = Image::of_glances(&found, image_name)?;
    let Some(image) = image else {
        // There are several clouds, and each is in one of the two lists.
        return Err(missing.swap_remove(0).1);
    };
    for (name, error) in missing {
        let cloud = format!("cloud `{name}`");
        let why = error.to_string();
        let why = if why.starts_with(&cloud) { why } else { format!("{cloud}: {why}") };
        context.ui.warn(&format!("{why}; its nodes are skipped"));
    }
    Ok(image)
}

/// The requirements of an image in Glance. Other images have none.
pub(crate) fn asks(text: Option<&str>, context: &Context) -> anyhow::Result<Option<GlanceImage>> {
    let Some(text) = text else { return Ok(None) };
    Ok(find(text, context)?.and_then(|image| image.listed).map(|listed| *listed))
}

/// Looks up an image by UUID or name.
fn find_in(name: &str, glance: &Glance) -> anyhow::Result<Option<glance::Image>> {
    let by_id = match Uuid::try_parse(name) {
        // In the form that Glance uses.
        Ok(uuid) => glance.image(&uuid.to_string())?,
        Err(_) => None,
    };
    if by_id.is_some() {
        return Ok(by_id);
    }
    let mut found = glance.named(name)?;
    // Images that are not active are ignored if there is an active one.
    if found.iter().any(|image| image.status == "active") {
        found.retain(|image| image.status == "active");
    }
    if found.len() > 1 {
        let describe = |image: &glance::Image| {
            format!("{} ({}, created {})", image.id, image.visibility, image.created_at)
        };
        let matches = found.iter().map(describe).collect();
        return Err(Error::Ambiguous { name: name.to_owned(), matches }.into());
    }
    let Some(image) = found.pop() else {
        let known = glance.names()?;
        let problem =
            format!("no image is named `{name}` in Glance at {}, and no such file exists", glance.address());
        let failure = Failure::new(FailureKind::NotFound, problem);
        return Err(match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        }
        .into());
    };
    Ok(Some(image))
}

/// Handles a 403 of Glance. Glance does not say that a token with system scope cannot see images. A UUID is passed to
/// Ironic, which reads the image with its own credentials.
fn handle_forbidden(
    error: anyhow::Error,
    name: &str,
    glance: &Glance,
    cloud: &Cloud,
    context: &Context,
) -> anyhow::Result<Option<glance::Image>> {
    let refusal = error.downcast_ref().and_then(rest::Error::refusal);
    if refusal.is_none_or(|refusal| refusal.meaning() != Meaning::Forbidden) {
        return Err(error);
    }
    let scope = cloud.login_details().ok().flatten().and_then(|grants| grants.scope);
    let (problem, hint) = if scope.as_deref() == Some("system") {
        (
            "a token with system scope cannot see images, because images belong to projects",
            "log in to a project (`project_name` instead of `system_scope`), or use the URL of the image",
        )
    } else {
        ("this user cannot see images", "grant the user the role reader in its project")
    };
    let problem = format!("Glance at {}: {problem}", glance.address());
    if Uuid::try_parse(name).is_ok() {
        context.ui.warn(&format!(
            "{problem}; the requirements of image {name} are unknown, and Ironic looks it up"
        ));
        return Ok(None);
    }
    Err(error.context(Failure::new(FailureKind::Forbidden, problem).hint(hint)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_paths_are_not_looked_up_in_glance() {
        let folder = crate::test_files::folder();
        let file = folder.path().join("el10.img");
        std::fs::write(&file, "").expect("written");
        for place in
            ["", "http://h/i", "oci://r/i", "file:///i", "/no/such/file", "./el10", "../el10", "~/el10"]
        {
            assert!(!is_in_glance(place), "{place}");
        }
        assert!(!is_in_glance(file.to_str().expect("UTF-8")));
        for name in
            ["el10", "el10.qcow2", "rocky/10", "2fb01d0b-b75b-4de2-b427-893c52327b4d", "glance://./el10"]
        {
            assert!(is_in_glance(name), "{name}");
        }
        assert_eq!(label("glance://el10"), "el10");
    }
}
