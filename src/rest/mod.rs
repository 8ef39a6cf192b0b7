//! Requests to OpenStack's services, whichever it is: Ironic's client stands on this, and so do the small ones of
//! [`crate::cloud`].
//!
//! A [`Session`] speaks to one service. It puts credentials on each request ([`auth`]), bounds it, logs it with its
//! secrets masked ([`mask`]), sends it again where that is safe ([`retry`]), and finds the words in whatever form of
//! error comes back ([`error`]). What an answer or a refusal means is the affair of the client that stands on it.

pub mod auth;
pub mod error;
pub mod mask;
mod request;
pub mod retry;
mod session;
pub mod stop;

pub use auth::{Authenticator, Edition, Grants, LoginError};
pub use error::{Error, Refusal, is_without_database};
pub use request::{Request, is_name, segment};
pub use session::{Endpoint, Rehearse, Service, Session, shown};
pub(crate) use session::{Received, distrust, innermost, receive};
pub use stop::Stop;
