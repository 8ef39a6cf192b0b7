//! Progress on a terminal: a line for each of the slowest targets, redrawn in place, and a total.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use console::{Term, measure_text_width, truncate_str};

use super::plain::label;
use super::state::{ProgressState, ResultCounts, TargetProgress};
use crate::driver::watch::event::{Event, EventKind, NodeRef, in_words};
use crate::ui::{Stderr, color, locale_is_utf8, sanitize};

/// How long an operation runs before bars appear.
pub(super) const DELAY: Duration = Duration::from_millis(250);
/// The redraw interval.
pub(super) const REDRAW: Duration = Duration::from_millis(100);
/// The maximum number of targets with their own line.
const LINES: usize = 8;
/// The width of a bar.
const BAR: usize = 16;

/// The bars on the terminal.
#[derive(Debug)]
pub(super) struct Bars {
    frame: usize,
    glyphs: &'static Glyphs,
}

/// The characters of bars.
#[derive(Debug)]
struct Glyphs {
    full: char,
    empty: char,
    spinner: &'static [char],
    ellipsis: &'static str,
}

static UNICODE: Glyphs = Glyphs {
    full: '█',
    empty: '░',
    spinner: &['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
    ellipsis: "…",
};
static ASCII: Glyphs = Glyphs { full: '#', empty: '.', spinner: &['|', '/', '-', '\\'], ellipsis: "..." };

impl Bars {
    pub(super) fn new(stderr: &Stderr) -> Self {
        stderr.show_bars();
        Self { frame: 0, glyphs: if locale_is_utf8() { &UNICODE } else { &ASCII } }
    }

    /// Draws the current state.
    pub(super) fn draw(&mut self, state: &ProgressState, now: Instant, stderr: &Stderr) {
        let width = Term::stderr().size_checked().map_or(80, |(_, width)| usize::from(width));
        self.frame = self.frame.wrapping_add(1);
        // Some terminals wrap a line that is as wide as they are.
        stderr.draw_bars(&compose(
            state,
            now,
            width.saturating_sub(1),
            self.frame,
            stderr.colored,
            self.glyphs,
        ));
    }
}

/// The lines to draw: the slowest targets, the number of other targets, and a total if there are several.
fn compose(
    state: &ProgressState,
    now: Instant,
    width: usize,
    frame: usize,
    colored: bool,
    glyphs: &Glyphs,
) -> Vec<String> {
    let running = state.slowest();
    let shown = &running[..running.len().min(LINES)];
    let widest = |text: fn(&TargetProgress) -> &str| {
        shown.iter().map(|target| measure_text_width(&sanitize::line(text(target)))).max().unwrap_or(0)
    };
    let names = widest(|target| &target.name).min(width / 3);
    let nodes = widest(|target| target.node.as_deref().unwrap_or_default()).min(width / 4);
    let spinner = glyphs.spinner[(frame / 2) % glyphs.spinner.len()];
    let mut lines: Vec<String> = shown
        .iter()
        .map(|target| {
            let head = format!("{spinner} {}", column(&target.name, names, glyphs));
            let node = match target.node.as_deref() {
                Some(node) if node != target.name => format!("{}  ", column(node, nodes, glyphs)),
                _ if shown
                    .iter()
                    .any(|other| other.node.as_deref().is_some_and(|node| node != other.name)) =>
                {
                    " ".repeat(nodes + 2)
                }
                _ => String::new(),
            };
            let line = format!("{head}  {node}{}", status(target, now, glyphs));
            let line = truncate_str(&line, width, glyphs.ellipsis).into_owned();
            let style = if target.message.is_some() { color::WARNING } else { anstyle::Style::new() };
            color::paint(colored, style, &line)
        })
        .collect();
    if running.len() > shown.len() {
        lines.push(color::paint(
            colored,
            color::SECONDARY,
            &format!("  and {} more", running.len() - shown.len()),
        ));
    }
    let count = state.count();
    if count.all > 1 {
        let elapsed = in_words(now.duration_since(state.begun()));
        let total = format!("  {} {}  {elapsed}", bar(ended(count), glyphs), count.summary());
        lines.push(truncate_str(&total, width, glyphs.ellipsis).into_owned());
    }
    lines
}

/// The fraction of targets that have ended.
#[expect(clippy::cast_precision_loss, reason = "far fewer targets than a float counts exactly")]
fn ended(count: ResultCounts) -> f64 {
    (count.done + count.failed + count.detached) as f64 / count.all as f64
}

/// The status of a target. A narrow terminal cuts off the end: the total time and the estimate come first, then the
/// stage and its time.
fn status(target: &TargetProgress, now: Instant, glyphs: &Glyphs) -> String {
    let stage = sanitize::line(target.stage.as_deref().unwrap_or("starting"));
    let elapsed = now.duration_since(target.since);
    let mut text = match target.due.map(|due| due.checked_duration_since(now)) {
        Some(Some(left)) => {
            let fraction = elapsed.as_secs_f64() / (elapsed + left).as_secs_f64().max(f64::EPSILON);
            let estimate = in_words(elapsed + left);
            format!("{} {:>6} of ~{estimate}", bar(fraction, glyphs), in_words(elapsed))
        }
        Some(None) => format!("{:>6}, longer than usual", in_words(elapsed)),
        None => format!("{:>6}", in_words(elapsed)),
    };
    let usually =
        target.estimate.map(|estimate| format!(", usually {}", in_words(estimate))).unwrap_or_default();
    let _ = write!(text, "  {stage} ({}{usually})", in_words(now.duration_since(target.stage_since)));
    if let Some(message) = &target.message {
        let _ = write!(text, ": {}", sanitize::line(message));
    }
    text
}

fn bar(fraction: f64, glyphs: &Glyphs) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "clamped to the bar's few columns"
    )]
    let full = (fraction.clamp(0.0, 1.0) * BAR as f64) as usize;
    let full = full.min(BAR);
    let mut text = String::from("[");
    text.extend(std::iter::repeat_n(glyphs.full, full));
    text.extend(std::iter::repeat_n(glyphs.empty, BAR - full));
    text.push(']');
    text
}

/// `text` truncated or padded to `width`.
fn column(text: &str, width: usize, glyphs: &Glyphs) -> String {
    let text = sanitize::line(text);
    let text = truncate_str(&text, width, glyphs.ellipsis);
    let padding = width.saturating_sub(measure_text_width(&text));
    format!("{text}{}", " ".repeat(padding))
}

/// The line that remains when a target has ended.
pub(super) fn final_line(event: &Event, colored: bool) -> String {
    let style = match event.kind {
        EventKind::Failed => color::FAILED,
        EventKind::Done => color::GOOD,
        _ => color::WARNING,
    };
    let node = event.node.as_ref().map(NodeRef::label);
    let node = node.filter(|node| *node != event.name).map(|node| format!(" on {node}")).unwrap_or_default();
    // The reason for other ends is printed as the command's error, with a hint.
    let message = event.message.as_deref().filter(|_| event.kind == EventKind::Done);
    let message = message.map(|message| format!(": {message}")).unwrap_or_default();
    let head = sanitize::line(&format!("{}{node}: ", event.name)).into_owned();
    let tail = sanitize::line(&format!("{message} [{}]", in_words(event.elapsed))).into_owned();
    format!("{head}{}{tail}", color::paint(colored, style, label(event.kind)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::progress::state::tests::event;

    fn lines(events: &[Event], later: u64, width: usize) -> Vec<String> {
        let now = Instant::now();
        let mut state = ProgressState::new(now);
        for event in events {
            state.take(event, now);
        }
        compose(&state, now + Duration::from_secs(later), width, 0, false, &ASCII)
    }

    #[test]
    fn one_target_has_one_line_without_a_total() {
        let shown = lines(&[event(EventKind::Stage, "web-1", Some("deploying"), 10)], 2, 79);
        assert_eq!(shown, ["| web-1  rack1-n3     12s  deploying (7s)"]);
    }

    #[test]
    fn estimates_make_a_bar_and_an_overrun_is_shown() {
        let mut stage = event(EventKind::Stage, "web-1", Some("deploying"), 30);
        stage.eta = Some(Duration::from_secs(30));
        assert_eq!(
            lines(std::slice::from_ref(&stage), 0, 100),
            ["| web-1  rack1-n3  [########........]    30s of ~1m  deploying (15s)"]
        );
        assert_eq!(
            lines(&[stage], 31, 100),
            ["| web-1  rack1-n3    1m1s, longer than usual  deploying (46s)"]
        );
    }

    #[test]
    fn at_most_eight_targets_are_shown_and_no_line_is_too_wide() {
        let mut events: Vec<Event> = (0..12)
            .map(|n| event(EventKind::Stage, &format!("web-{n}"), Some("writing the image"), 100 - n))
            .collect();
        events.push(event(EventKind::Done, "web-11", None, 90));
        let shown = lines(&events, 0, 40);
        assert_eq!(shown.len(), 10, "{shown:?}");
        assert!(shown[0].starts_with("| web-0"), "{shown:?}");
        assert_eq!(shown[8], "  and 3 more");
        assert!(shown[9].contains("1 done, 11"), "{shown:?}");
        assert!(shown.iter().all(|line| measure_text_width(line) <= 40), "{shown:?}");
    }

    #[test]
    fn the_final_line_shows_the_result() {
        let failed =
            Event { message: Some("no\u{7}disk".to_owned()), ..event(EventKind::Failed, "web-1", None, 72) };
        assert_eq!(final_line(&failed, false), "web-1 on rack1-n3: failed [1m12s]");
        let done = Event { kind: EventKind::Done, message: Some("already\u{7} there".to_owned()), ..failed };
        assert_eq!(final_line(&done, false), "web-1 on rack1-n3: done: already there [1m12s]");
    }
}
