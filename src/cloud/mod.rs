//! Who the operator is and where Ironic is: `clouds.yaml`, `OS_*` variables, credentials.
