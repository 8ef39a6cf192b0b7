//! The settings of a lab.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The settings of a lab. They are stored: settings that [`LabOptions`] does not name keep their values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LabSettings {
    /// How clients log in.
    pub auth: Auth,
    /// How long a mock machine takes to change or report its power state.
    pub power_delay: Delay,
    /// The duration of each part of a deploy without a ramdisk (preparing, writing), and of a teardown.
    pub deploy_delay: Delay,
    /// The duration of cleaning without a ramdisk.
    pub clean_delay: Delay,
    /// The time from power on to the agent's first heartbeat, unless the node has its own.
    pub boot_delay: Delay,
    /// The duration of each step in the ramdisk, unless the node has its own.
    pub step_delay: Delay,
    /// How many seconds Ironic waits for the ramdisk.
    pub deploy_timeout: u32,
}

impl Default for LabSettings {
    fn default() -> Self {
        Self {
            auth: Auth::None,
            power_delay: Delay::default(),
            deploy_delay: Delay::default(),
            clean_delay: Delay::default(),
            // Long enough to be visible.
            boot_delay: Delay { shortest: 2, longest: 2 },
            step_delay: Delay { shortest: 2, longest: 2 },
            deploy_timeout: 60,
        }
    }
}

impl LabSettings {
    /// These settings with the changes in `options`.
    pub(super) fn with(self, options: &LabOptions) -> Self {
        Self {
            auth: options.auth.unwrap_or(self.auth),
            power_delay: options.power_delay.unwrap_or(self.power_delay),
            deploy_delay: options.deploy_delay.unwrap_or(self.deploy_delay),
            clean_delay: options.clean_delay.unwrap_or(self.clean_delay),
            boot_delay: options.boot_delay.unwrap_or(self.boot_delay),
            step_delay: options.step_delay.unwrap_or(self.step_delay),
            deploy_timeout: options.deploy_timeout.unwrap_or(self.deploy_timeout),
        }
    }
}

/// Changes to a lab's [`LabSettings`]; the fields have the same meaning.
#[derive(Debug, Clone, Default)]
pub struct LabOptions {
    /// See [`LabSettings::auth`].
    pub auth: Option<Auth>,
    /// See [`LabSettings::power_delay`].
    pub power_delay: Option<Delay>,
    /// See [`LabSettings::deploy_delay`].
    pub deploy_delay: Option<Delay>,
    /// See [`LabSettings::clean_delay`].
    pub clean_delay: Option<Delay>,
    /// See [`LabSettings::boot_delay`].
    pub boot_delay: Option<Delay>,
    /// See [`LabSettings::step_delay`].
    pub step_delay: Option<Delay>,
    /// See [`LabSettings::deploy_timeout`].
    pub deploy_timeout: Option<u32>,
}

/// How clients log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// No authentication.
    None,
    /// Username and password in every request.
    HttpBasic,
}

impl Auth {
    /// The name in `clouds.yaml` and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::HttpBasic => "http_basic",
        }
    }
}

/// A duration of a mock machine: `S` seconds, or `S,T` for a random duration between S and T, mostly closer to S.
/// Ironic supports whole seconds only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Delay {
    shortest: u32,
    longest: u32,
}

/// The text is not a [`Delay`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid delay `{0}`: it must be whole seconds, such as `5`, or a range, such as `2,8`")]
pub struct DelayError(String);

impl FromStr for Delay {
    type Err = DelayError;

    fn from_str(text: &str) -> Result<Self, DelayError> {
        let error = || DelayError(text.to_owned());
        let seconds = |text: &str| text.trim().parse::<u32>().map_err(|_| error());
        let (shortest, longest) = text.split_once(',').unwrap_or((text, text));
        let delay = Self { shortest: seconds(shortest)?, longest: seconds(longest)? };
        if delay.shortest > delay.longest { Err(error()) } else { Ok(delay) }
    }
}

impl TryFrom<String> for Delay {
    type Error = DelayError;

    fn try_from(text: String) -> Result<Self, DelayError> {
        text.parse()
    }
}

impl From<Delay> for String {
    fn from(delay: Delay) -> Self {
        delay.to_string()
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shortest)?;
        if self.longest > self.shortest { write!(f, ",{}", self.longest) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_read_as_ironic_reads_them() {
        let read = |text: &str| text.parse::<Delay>().map(|delay| delay.to_string());
        assert_eq!(read("0").as_deref(), Ok("0"));
        assert_eq!(read(" 2 , 8 ").as_deref(), Ok("2,8"));
        assert_eq!(read("3,3").as_deref(), Ok("3"));
        for bad in ["", "-1", "1.5", "5s", "8,2", "1,2,3", ",", "99999999999"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn settings_survive_serialization() {
        let settings = LabSettings {
            auth: Auth::HttpBasic,
            deploy_delay: "2,8".parse().expect("a delay"),
            ..LabSettings::default()
        };
        let json = serde_json::to_string(&settings).expect("plain data");
        assert!(
            json.contains(r#""auth":"http_basic""#) && json.contains(r#""deploy_delay":"2,8""#),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<LabSettings>(&json).expect("the same"), settings);
    }

    #[test]
    fn only_named_settings_change() {
        let before = LabSettings { power_delay: "1".parse().expect("a delay"), ..LabSettings::default() };
        let options = LabOptions { auth: Some(Auth::HttpBasic), ..LabOptions::default() };
        let after = before.clone().with(&options);
        assert_eq!(after, LabSettings { auth: Auth::HttpBasic, ..before });
    }
}
