//! The program as its users run it.

mod cli;
mod enroll;
mod generated;
mod signals;
