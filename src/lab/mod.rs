//! A real Ironic with mock machines on this computer, for trying farrier and for its tests.
