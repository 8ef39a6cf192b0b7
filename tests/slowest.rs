//! Names the slowest tests at the end, and waits until the clean-up of the tests is done.
//!
//! cargo runs test programs in alphabetical order, so this one runs after `it`, which records the duration of
//! its tests (`it/run.rs`).

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many tests are named.
const NAMED: usize = 10;

/// How long the clean-up may take.
const CLEANED: Duration = Duration::from_secs(30);

fn main() {
    let noted = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("times-{}", parent_id()));
    // If no test ran, there is nothing to print.
    let Ok(text) = fs::read_to_string(&noted) else { return };
    let (mut folders, mut times) = (vec![], vec![]);
    for (key, value) in text.lines().filter_map(|line| line.split_once('\t')) {
        match key.parse::<f64>() {
            Ok(seconds) => times.push((seconds, value)),
            Err(_) => folders.push(PathBuf::from(value)),
        }
    }
    times.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut report = format!("\nthe slowest of {} tests, in seconds\n", times.len());
    for (seconds, name) in times.iter().take(NAMED) {
        let _ = writeln!(report, "{seconds:8.1}  {name}");
    }
    std::io::stdout().write_all(report.as_bytes()).expect("stdout is writable");
    fs::remove_file(&noted).expect("it was there");
    let began = Instant::now();
    while let Some(folder) = folders.iter().find(|folder| folder.exists()) {
        assert!(began.elapsed() < CLEANED, "the tests left {}", folder.display());
        std::thread::sleep(Duration::from_millis(50));
    }
}
