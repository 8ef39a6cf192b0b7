//! A typed client of Ironic's REST API.
