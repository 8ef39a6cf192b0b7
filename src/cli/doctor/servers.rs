//! What servers tell of themselves: their clocks and their certificates.

use jiff::{SignedDuration, Timestamp};

use super::exam::Finding;
use crate::cli::failure::{Failure, Kind};
use crate::cloud::visit::Visit;

/// How far clocks may be apart before it is worth a word.
const APART: SignedDuration = SignedDuration::from_secs(30);
/// How long before its end a certificate should be renewed.
const RENEW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A server's name and address, and what it told.
pub(super) type Visited = (&'static str, String, Result<Visit, String>);

/// Whether the servers' clocks go as ours.
pub(super) fn clocks(visits: &[Visited]) -> Finding {
    let told: Vec<(&str, SignedDuration)> = visits
        .iter()
        .filter_map(|(name, _, visit)| Some((*name, visit.as_ref().ok()?.clock_ahead?)))
        .collect();
    let apart: Vec<String> = told
        .iter()
        .filter(|(_, ahead)| ahead.abs() > APART)
        .map(|(name, ahead)| {
            let side = if ahead.is_negative() { "behind" } else { "ahead of" };
            format!("{name}'s clock is {}s {side} ours", ahead.abs().as_secs())
        })
        .collect();
    match (told.is_empty(), apart.is_empty()) {
        (true, _) => Finding::Nothing("no server says what time it is".to_owned()),
        (_, true) => Finding::Fine(format!("as on {}", names(told.iter().map(|(name, _)| *name)))),
        (_, false) => {
            let remedy =
                "set the clocks by NTP: tokens and certificates are valid by the server's and by ours";
            Finding::Warning(apart.join("; "), remedy.to_owned())
        }
    }
}

/// How long the servers' certificates are good for.
pub(super) fn certificates(visits: &[Visited], now: Timestamp) -> anyhow::Result<Finding> {
    let https: Vec<&Visited> = visits.iter().filter(|(_, url, _)| url.starts_with("https:")).collect();
    if https.is_empty() {
        return Ok(Finding::Nothing("no server is spoken to by https".to_owned()));
    }
    let (mut fine, mut soon) = (Vec::new(), Vec::new());
    for (name, url, visit) in https {
        let visit = visit.as_ref().map_err(|problem| {
            let failure = Failure::new(Kind::Unreachable, format!("{name} at {url}: {problem}"));
            failure.hint(
                crate::rest::distrust(problem)
                    .unwrap_or("check the address, and whether the server runs there"),
            )
        })?;
        let Some(until) = visit.certificate_until else { continue };
        let left = until.duration_since(now);
        let told = format!("{name}'s until {}", until.strftime("%Y-%m-%d"));
        if left < RENEW { soon.push(told) } else { fine.push(told) }
    }
    Ok(if soon.is_empty() {
        Finding::Fine(fine.join(", "))
    } else {
        let remedy = "have the certificate renewed; once it has ended nothing works there";
        Finding::Warning(format!("good no longer than {}", soon.join(", ")), remedy.to_owned())
    })
}

/// Each name once.
fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visited(url: &str, visit: Visit) -> Vec<Visited> {
        vec![("Keystone", url.to_owned(), Ok(visit))]
    }

    #[test]
    fn clocks_that_are_apart_are_told_in_which_direction() {
        let at =
            |seconds| Visit { clock_ahead: Some(SignedDuration::from_secs(seconds)), ..Visit::default() };
        assert!(matches!(clocks(&visited("http://k", at(-2))), Finding::Fine(_)));
        assert!(matches!(clocks(&visited("http://k", Visit::default())), Finding::Nothing(_)));
        for (seconds, words) in [(90, "90s ahead of ours"), (-90, "90s behind ours")] {
            let Finding::Warning(found, _) = clocks(&visited("http://k", at(seconds))) else {
                panic!("{seconds}")
            };
            assert!(found.contains(words), "{found}");
        }
    }

    #[test]
    fn a_certificate_that_ends_soon_is_a_warning() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let until = |text: &str| Visit { certificate_until: text.parse().ok(), ..Visit::default() };
        let told = |url, visit| certificates(&visited(url, visit), now).expect("it was reached");
        assert!(matches!(told("https://k", until("2026-06-01T00:00:00Z")), Finding::Fine(_)));
        assert!(matches!(told("https://k", until("2026-01-20T00:00:00Z")), Finding::Warning(..)));
        assert!(matches!(told("http://k", Visit::default()), Finding::Nothing(_)));
        let unreached = [("Ironic", "https://i".to_owned(), Err("invalid peer certificate".to_owned()))];
        assert!(certificates(&unreached, now).is_err());
    }
}
