//! Images that are named as the cloud's Glance knows them.

use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::Context;
use super::failure::{self, Failure, Kind};
use crate::cloud::glance::{self, Glance};
use crate::cloud::{self, Cloud};
use crate::driver::Error;
use crate::driver::image::{Image, Listed};
use crate::rest;
use crate::spelling::nearest;

/// What stands before a name or UUID that is Glance's whatever files there are.
const SCHEME: &str = "glance://";

/// What the operator calls an image of Glance's.
pub(super) fn label(text: &str) -> &str {
    text.strip_prefix(SCHEME).unwrap_or(text)
}

/// Whether a text names an image in Glance: no address, no file that is there, nothing that begins like a path.
fn is_meant(text: &str) -> bool {
    text.starts_with(SCHEME)
        || !(text.is_empty()
            || text.contains("://")
            || text.starts_with(['/', '.', '~'])
            || Path::new(text).is_file())
}

/// The image that a text names, where it is Glance's; `None` for addresses and files, and for a UUID where there is no
/// Glance that could be asked: Ironic may know one.
///
/// Each of several clouds has its own images. One that does not have it, or does not answer, is told and none of its
/// machines taken.
pub(super) fn find_if_meant(text: &str, context: &Context) -> anyhow::Result<Option<Image>> {
    if !is_meant(text) {
        return Ok(None);
    }
    let sought = label(text);
    let clouds = match context.clouds() {
        Err(error) if matches!(error.downcast_ref(), Some(cloud::Error::NothingConfigured { .. })) => {
            Vec::new()
        }
        other => other?,
    };
    let absent = match clouds.as_slice() {
        [] => "no image service is asked".to_owned(),
        [cloud] => match Glance::of(cloud)? {
            Some(glance) => {
                let found = find(sought, &glance)
                    .or_else(|error| forbidden(error, sought, &glance, cloud, context))?;
                return Ok(found.map(|found| Image::of_glance(&found, sought)).transpose()?);
            }
            None => match &cloud.name {
                Some(name) => format!("cloud `{name}` has no image service"),
                None => "there is no image service".to_owned(),
            },
        },
        several => return find_in_each(sought, several, context).map(Some),
    };
    if Uuid::try_parse(sought).is_ok() {
        return Ok(None);
    }
    let is_not = if Path::new(sought).is_dir() { "it is a folder" } else { "it is neither a URL nor a file" };
    let problem = format!("no image `{sought}`: {is_not}, and {absent}");
    Err(Failure::new(Kind::NotFound, problem).hint("give an address or the path of a file").into())
}

/// The image as those of several clouds have it that do.
fn find_in_each(sought: &str, clouds: &[Arc<Cloud>], context: &Context) -> anyhow::Result<Image> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for cloud in clouds {
        let name = cloud.name.clone().unwrap_or_default();
        let look = || -> anyhow::Result<glance::Image> {
            let absent = || Failure::new(Kind::NotFound, format!("cloud `{name}` has no image service"));
            let glance = Glance::of(cloud)?.ok_or_else(absent)?;
            let seen =
                find(sought, &glance).or_else(|error| forbidden(error, sought, &glance, cloud, context))?;
            // What one cloud hides cannot be the same as what the others show.
            Ok(seen
                .ok_or_else(|| Failure::new(Kind::Forbidden, format!("cloud `{name}` hides its images")))?)
        };
        match look() {
            Ok(image) => found.push((name, image)),
            Err(error) => match failure::classify(&error).kind {
                Kind::NotFound | Kind::Unreachable | Kind::Forbidden | Kind::Auth => {
                    missing.push((name, error));
                }
                _ => {
                    let problem = format!("cloud `{name}`: {error}");
                    return Err(error.context(problem));
                }
            },
        }
    }
    let image = Image::of_glances(&found, sought)?;
    let Some(image) = image else {
        // There are several, and each is in one of the two lists.
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

/// What an image asks of machines, where it is Glance's; others say nothing of it.
pub(super) fn asks(text: Option<&str>, context: &Context) -> anyhow::Result<Option<Listed>> {
    let Some(text) = text else { return Ok(None) };
    Ok(find_if_meant(text, context)?.and_then(|image| image.listed).map(|listed| *listed))
}

/// The image of this UUID or name.
fn find(sought: &str, glance: &Glance) -> anyhow::Result<Option<glance::Image>> {
    let by_id = match Uuid::try_parse(sought) {
        // As Glance writes it.
        Ok(uuid) => glance.image(&uuid.to_string())?,
        Err(_) => None,
    };
    if by_id.is_some() {
        return Ok(by_id);
    }
    let mut found = glance.named(sought)?;
    // One that cannot be used is nothing that the name could mean, unless there is no other.
    if found.iter().any(|image| image.status == "active") {
        found.retain(|image| image.status == "active");
    }
    if found.len() > 1 {
        let told =
            |image: &glance::Image| format!("{} ({}, made {})", image.id, image.visibility, image.created_at);
        let matches = found.iter().map(told).collect();
        return Err(Error::Ambiguous { name: sought.to_owned(), matches }.into());
    }
    let Some(image) = found.pop() else {
        let known = glance.names()?;
        let problem =
            format!("no image is named `{sought}` at {}, nor is there such a file", glance.address());
        let failure = Failure::new(Kind::NotFound, problem);
        return Err(match nearest(sought, known.iter().map(String::as_str)) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        }
        .into());
    };
    Ok(Some(image))
}

/// What to make of a Glance that says nothing: a token that is of the system and no project sees no images, which Glance
/// does not say. A UUID is left to Ironic, which looks with its own eyes.
fn forbidden(
    error: anyhow::Error,
    sought: &str,
    glance: &Glance,
    cloud: &Cloud,
    context: &Context,
) -> anyhow::Result<Option<glance::Image>> {
    let refusal = error.downcast_ref().and_then(rest::Error::refusal);
    if refusal.is_none_or(|refusal| refusal.status != 403) {
        return Err(error);
    }
    let scope = cloud.grants().ok().flatten().and_then(|grants| grants.scope);
    let (problem, hint) = if scope.as_deref() == Some("system") {
        (
            "a token of system scope sees no images, for images belong to projects",
            "log in for a project (`project_name` in place of `system_scope`), or give the image by its address",
        )
    } else {
        ("this user may not see images", "it needs the role reader in the project that it logs in for")
    };
    let problem = format!("Glance at {}: {problem}", glance.address());
    if Uuid::try_parse(sought).is_ok() {
        context.ui.warn(&format!(
            "{problem}; what {sought} asks of machines is not known, and it is left to Ironic"
        ));
        return Ok(None);
    }
    Err(error.context(Failure::new(Kind::Forbidden, problem).hint(hint)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_are_not_sought_in_glance() {
        let folder = crate::scratch::folder();
        let there = folder.path().join("el10.img");
        std::fs::write(&there, "").expect("written");
        for place in
            ["", "http://h/i", "oci://r/i", "file:///i", "/no/such/file", "./el10", "../el10", "~/el10"]
        {
            assert!(!is_meant(place), "{place}");
        }
        assert!(!is_meant(there.to_str().expect("UTF-8")));
        for name in
            ["el10", "el10.qcow2", "rocky/10", "2fb01d0b-b75b-4de2-b427-893c52327b4d", "glance://./el10"]
        {
            assert!(is_meant(name), "{name}");
        }
        assert_eq!(label("glance://el10"), "el10");
    }
}
