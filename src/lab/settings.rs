//! How a lab may be set.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a lab is set. These are kept with it: what an [`Options`] does not name stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How clients log in.
    pub auth: Auth,
    /// How long a mock machine takes to change or tell its power.
    pub power_delay: Delay,
    /// How long each of the two parts of a deploy without ramdisk takes, preparing and writing, and of a tear-down.
    pub deploy_delay: Delay,
    /// How long cleaning takes without ramdisk.
    pub clean_delay: Delay,
    /// How long a mock machine takes from power on until its ramdisk calls back, where its node does not say.
    pub boot_delay: Delay,
    /// How long each step of a mock ramdisk's agent takes, where the node does not say.
    pub step_delay: Delay,
    /// How many seconds Ironic waits for a word of a ramdisk, before it gives up.
    pub deploy_timeout: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auth: Auth::None,
            power_delay: Delay::default(),
            deploy_delay: Delay::default(),
            clean_delay: Delay::default(),
            // Long enough to be seen.
            boot_delay: Delay { shortest: 2, longest: 2 },
            step_delay: Delay { shortest: 2, longest: 2 },
            deploy_timeout: 60,
        }
    }
}

impl Settings {
    /// These settings with those changed that `options` names.
    pub(super) fn with(self, options: &Options) -> Self {
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

/// What is to be changed in a lab's [`Settings`]; the fields mean the same.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// See [`Settings::auth`].
    pub auth: Option<Auth>,
    /// See [`Settings::power_delay`].
    pub power_delay: Option<Delay>,
    /// See [`Settings::deploy_delay`].
    pub deploy_delay: Option<Delay>,
    /// See [`Settings::clean_delay`].
    pub clean_delay: Option<Delay>,
    /// See [`Settings::boot_delay`].
    pub boot_delay: Option<Delay>,
    /// See [`Settings::step_delay`].
    pub step_delay: Option<Delay>,
    /// See [`Settings::deploy_timeout`].
    pub deploy_timeout: Option<u32>,
}

/// How clients log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// Whoever reaches the port may do all.
    None,
    /// User and password with every request.
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

/// How long a mock machine takes: `S` seconds, or `S,T`, which is between S and T and mostly nearer S. Ironic knows
/// whole seconds only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Delay {
    shortest: u32,
    longest: u32,
}

/// What is no [`Delay`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither whole seconds, as in `5`, nor a range of them, as in `2,8`")]
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
    fn settings_survive_being_kept() {
        let settings = Settings {
            auth: Auth::HttpBasic,
            deploy_delay: "2,8".parse().expect("a delay"),
            ..Settings::default()
        };
        let kept = serde_json::to_string(&settings).expect("plain data");
        assert!(
            kept.contains(r#""auth":"http_basic""#) && kept.contains(r#""deploy_delay":"2,8""#),
            "{kept}"
        );
        assert_eq!(serde_json::from_str::<Settings>(&kept).expect("the same"), settings);
    }

    #[test]
    fn only_what_is_named_changes() {
        let before = Settings { power_delay: "1".parse().expect("a delay"), ..Settings::default() };
        let options = Options { auth: Some(Auth::HttpBasic), ..Options::default() };
        let after = before.clone().with(&options);
        assert_eq!(after, Settings { auth: Auth::HttpBasic, ..before });
    }
}
