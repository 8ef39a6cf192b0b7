//! The checks of the servers' clocks and TLS certificates.

use jiff::{SignedDuration, Timestamp};

use super::check_run::CheckResult;
use crate::cli::app::failure::{Failure, Kind};
use crate::cloud::service_check::Visit;

/// The clock difference from which a warning is shown.
const MAX_SKEW: SignedDuration = SignedDuration::from_secs(30);
/// The remaining validity from which a warning is shown.
const RENEW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A server's name and URL, and its clock and certificate or the error.
pub(super) type Visited = (&'static str, String, Result<Visit, String>);

/// Whether the servers' clocks agree with the local clock.
pub(super) fn clocks(visits: &[Visited]) -> CheckResult {
    let clocks: Vec<(&str, SignedDuration)> = visits
        .iter()
        .filter_map(|(name, _, visit)| Some((*name, visit.as_ref().ok()?.clock_ahead?)))
        .collect();
    let differing: Vec<String> = clocks
        .iter()
        .filter(|(_, ahead)| ahead.abs() > MAX_SKEW)
        .map(|(name, ahead)| {
            let side = if ahead.is_negative() { "behind" } else { "ahead of" };
            format!("the clock of {name} is {}s {side} the local clock", ahead.abs().as_secs())
        })
        .collect();
    match (clocks.is_empty(), differing.is_empty()) {
        (true, _) => CheckResult::Skipped("no server reports its time".to_owned()),
        (_, true) => CheckResult::Ok(format!(
            "the local clock agrees with {}",
            names(clocks.iter().map(|(name, _)| *name))
        )),
        (_, false) => {
            let remedy = "synchronize the clocks with NTP: tokens and certificates depend on them";
            CheckResult::Warning(differing.join("; "), remedy.to_owned())
        }
    }
}

/// How long the servers' certificates are valid.
pub(super) fn certificates(visits: &[Visited], now: Timestamp) -> anyhow::Result<CheckResult> {
    let https: Vec<&Visited> = visits.iter().filter(|(_, url, _)| url.starts_with("https:")).collect();
    if https.is_empty() {
        return Ok(CheckResult::Skipped("no server uses https".to_owned()));
    }
    let (mut valid, mut expiring) = (Vec::new(), Vec::new());
    for (name, url, visit) in https {
        let visit = visit.as_ref().map_err(|problem| {
            let failure = Failure::new(Kind::Unreachable, format!("{name} at {url}: {problem}"));
            failure.hint(
                crate::rest::distrust(problem)
                    .unwrap_or("check the address, and whether the server is running"),
            )
        })?;
        let Some(until) = visit.certificate_until else { continue };
        let left = until.duration_since(now);
        let text = format!("{name}: valid until {}", until.strftime("%Y-%m-%d"));
        if left < RENEW { expiring.push(text) } else { valid.push(text) }
    }
    Ok(if expiring.is_empty() {
        CheckResult::Ok(valid.join(", "))
    } else {
        let remedy = "renew the certificate: after it expires, connections fail";
        CheckResult::Warning(format!("expires soon: {}", expiring.join(", ")), remedy.to_owned())
    })
}

/// A list of names.
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
    fn clock_differences_say_their_direction() {
        let at =
            |seconds| Visit { clock_ahead: Some(SignedDuration::from_secs(seconds)), ..Visit::default() };
        assert!(matches!(clocks(&visited("http://k", at(-2))), CheckResult::Ok(_)));
        assert!(matches!(clocks(&visited("http://k", Visit::default())), CheckResult::Skipped(_)));
        for (seconds, text) in [(90, "90s ahead of the local clock"), (-90, "90s behind the local clock")] {
            let CheckResult::Warning(found, _) = clocks(&visited("http://k", at(seconds))) else {
                panic!("{seconds}")
            };
            assert!(found.contains(text), "{found}");
        }
    }

    #[test]
    fn certificate_that_expires_soon_is_a_warning() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let until = |text: &str| Visit { certificate_until: text.parse().ok(), ..Visit::default() };
        let check = |url, visit| certificates(&visited(url, visit), now).expect("the server is reachable");
        assert!(matches!(check("https://k", until("2026-06-01T00:00:00Z")), CheckResult::Ok(_)));
        assert!(matches!(check("https://k", until("2026-01-20T00:00:00Z")), CheckResult::Warning(..)));
        assert!(matches!(check("http://k", Visit::default()), CheckResult::Skipped(_)));
        let unreached = [("Ironic", "https://i".to_owned(), Err("invalid peer certificate".to_owned()))];
        assert!(certificates(&unreached, now).is_err());
    }
}
