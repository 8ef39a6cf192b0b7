//! The program as its users run it.

mod cli;
mod generated;
mod signals;
