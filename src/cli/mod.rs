//! The command line: one file a subcommand, its arguments, its help, the calls it makes, what it renders.

pub mod values;
