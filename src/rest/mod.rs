//! Requests to OpenStack services; the basis of the Ironic client and of the small clients in [`crate::cloud`].
//!
//! A [`Session`] talks to one service. It adds credentials to each request ([`auth`]), applies timeouts, logs the
//! request with its secrets masked ([`mask`]), decides what a failure means ([`meaning`]), retries the request if that is
//! safe ([`retry`]), and extracts the message from an error answer in any format ([`error`]).

pub mod auth;
pub mod error;
pub mod mask;
pub mod meaning;
mod request;
pub mod retry;
mod session;
pub mod stop;

pub use auth::{Authenticator, LoginDetails, LoginError, LoginGeneration};
pub use error::{Error, ErrorResponse, is_without_database};
pub use meaning::Meaning;
pub use request::{Request, is_name, segment};
pub use session::{DryRunResponder, Endpoint, Service, Session, shown};
pub(crate) use session::{RawResponse, innermost, receive, untrusted_certificate_hint};
pub use stop::Stop;
