//! Chooses nodes for requests, as Nova's Ironic host manager did, and says why the others were not chosen. Pure: no I/O, no clock.
