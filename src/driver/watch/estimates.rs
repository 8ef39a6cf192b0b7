//! Estimates how long a stage takes and how much time remains, from the durations of earlier runs.
//!
//! Only progress messages depend on it: without stored durations there are no estimates.

use std::time::Duration;

use crate::state_dir::estimates::RecordedRun;

impl RecordedRun {
    /// The duration of a stage, if the run has it.
    fn of(&self, stage: &str) -> Option<f64> {
        self.0.iter().find(|(key, _)| key == stage).map(|(_, seconds)| *seconds)
    }

    /// The total duration of the stages after this one.
    fn after(&self, stage: &str) -> Option<f64> {
        let place = self.0.iter().position(|(key, _)| key == stage)?;
        Some(self.0[place + 1..].iter().map(|(_, seconds)| seconds).sum())
    }

    fn whole(&self) -> f64 {
        self.0.iter().map(|(_, seconds)| seconds).sum()
    }

    /// Adds time to a stage. A run may return to a stage.
    pub(in crate::driver) fn add(&mut self, stage: &str, time: Duration) {
        match self.0.iter_mut().find(|(key, _)| key == stage) {
            Some((_, seconds)) => *seconds += time.as_secs_f64(),
            None => self.0.push((stage.to_owned(), time.as_secs_f64())),
        }
    }
}

/// The usual duration of a stage.
pub(in crate::driver) fn of_stage(runs: &[RecordedRun], stage: &str) -> Option<Duration> {
    median(runs.iter().filter_map(|run| run.of(stage)).collect())
}

/// The estimated remaining time, given the time in the current stage and since the beginning.
pub(in crate::driver) fn remaining(
    runs: &[RecordedRun],
    stage: &str,
    in_stage: Duration,
    since_beginning: Duration,
) -> Option<Duration> {
    match (of_stage(runs, stage), median(runs.iter().filter_map(|run| run.after(stage)).collect())) {
        (Some(estimate), Some(after)) => Some(estimate.saturating_sub(in_stage) + after),
        // No earlier run has this stage: only the total durations are known.
        _ => median(runs.iter().map(RecordedRun::whole).collect())
            .map(|whole| whole.saturating_sub(since_beginning)),
    }
}

/// Whether a stage exceeds its estimate by enough to be reported. For a very short stage, a few more seconds only show
/// a busy server.
pub(in crate::driver) fn overruns(estimate: Duration, in_stage: Duration) -> bool {
    const SHORT: Duration = Duration::from_secs(1);
    const NOISE: Duration = Duration::from_secs(10);
    in_stage > estimate + estimate / 2 + SHORT && (estimate >= SHORT || in_stage > NOISE)
}

/// The median, because outliers hardly affect it.
fn median(mut seconds: Vec<f64>) -> Option<Duration> {
    seconds.retain(|seconds| seconds.is_finite() && *seconds >= 0.0);
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.len() / 2;
    let median = if seconds.len() % 2 == 1 {
        *seconds.get(middle)?
    } else {
        f64::midpoint(*seconds.get(middle.checked_sub(1)?)?, seconds[middle])
    };
    Duration::try_from_secs_f64(median).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn run(stages: &[(&str, f64)]) -> RecordedRun {
        RecordedRun(stages.iter().map(|(key, seconds)| ((*key).to_owned(), *seconds)).collect())
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn short_stages_overrun_only_after_several_seconds() {
        let half = Duration::from_millis(600);
        assert!(!overruns(half, seconds(4)) && overruns(half, seconds(11)));
        assert!(!overruns(seconds(1), seconds(2)) && overruns(seconds(1), seconds(3)));
        assert!(!overruns(seconds(60), seconds(90)) && overruns(seconds(60), seconds(93)));
    }

    #[test]
    fn one_outlier_does_not_change_the_estimate() {
        let runs = [run(&[("boot", 60.0)]), run(&[("boot", 62.0)]), run(&[("boot", 3600.0)])];
        assert_eq!(of_stage(&runs, "boot"), Some(seconds(62)));
        assert_eq!(of_stage(&runs, "write"), None);
        assert_eq!(of_stage(&[], "boot"), None);
    }

    #[test]
    fn the_remaining_time_is_the_rest_of_the_stage_and_later_stages() {
        let runs = [run(&[("boot", 60.0), ("write", 100.0), ("reboot", 20.0)])];
        assert_eq!(remaining(&runs, "boot", seconds(10), seconds(10)), Some(seconds(170)));
        assert_eq!(
            remaining(&runs, "boot", seconds(90), seconds(90)),
            Some(seconds(120)),
            "an overrun does not reduce the later stages"
        );
        assert_eq!(remaining(&runs, "reboot", seconds(5), seconds(165)), Some(seconds(15)));
        assert_eq!(remaining(&runs, "unknown", seconds(1), seconds(100)), Some(seconds(80)));
        assert_eq!(remaining(&[], "boot", seconds(1), seconds(1)), None);
    }

    #[test]
    fn invalid_durations_only_disable_the_estimate() {
        let runs = [run(&[("boot", f64::NAN)]), run(&[("boot", -5.0)]), run(&[])];
        assert_eq!(of_stage(&runs, "boot"), None);
        assert_eq!(of_stage(&[run(&[("boot", 1e300)])], "boot"), None);
    }

    proptest! {
        #[test]
        fn a_run_like_earlier_ones_is_estimated_exactly(times in proptest::collection::vec(0_u32..5000, 1..8)) {
            let stages: Vec<(String, f64)> =
                times.iter().enumerate().map(|(at, time)| (format!("s{at}"), f64::from(*time))).collect();
            let runs = vec![RecordedRun(stages.clone()), RecordedRun(stages.clone()), RecordedRun(stages)];
            let whole: u32 = times.iter().sum();
            let mut before = 0;
            for (at, time) in times.iter().enumerate() {
                let now = Duration::from_secs((before + time / 2).into());
                let estimate = remaining(&runs, &format!("s{at}"), Duration::from_secs((time / 2).into()), now);
                prop_assert_eq!(estimate, Some(Duration::from_secs((whole - before - time / 2).into())));
                before += time;
            }
        }

        #[test]
        fn an_estimate_never_grows_within_a_stage(
            times in proptest::collection::vec((0.0..5000.0_f64, 0.0..5000.0_f64), 1..8),
            moments in proptest::collection::vec(0_u64..10_000, 2..10),
        ) {
            let runs: Vec<RecordedRun> = times.iter().map(|(boot, write)| run(&[("boot", *boot), ("write", *write)])).collect();
            let mut moments = moments;
            moments.sort_unstable();
            let estimates: Vec<Duration> = moments
                .iter()
                .map(|at| remaining(&runs, "boot", seconds(*at), seconds(*at)).expect("an estimate"))
                .collect();
            prop_assert!(estimates.is_sorted_by(|before, after| before >= after));
        }
    }
}
