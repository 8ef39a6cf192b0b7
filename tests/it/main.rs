//! The program as its users run it.

mod attach_networks;
mod audit;
mod bmc;
mod cli;
mod clouds;
mod dependencies;
mod deploy;
mod deploy_image;
mod destroy;
mod docs;
mod doctor;
mod dry_run;
mod enroll;
mod enroll_on_ironic;
mod enroll_update;
mod estimates;
mod export;
mod fault_table;
mod faults;
mod faults_on_networks;
mod first_boot;
mod fleet;
mod gc;
mod generated;
mod hostile;
mod images_and_flavors;
mod interruption;
mod interruption_on_networks;
mod keystone;
mod lab;
mod machine;
mod management;
mod networks;
mod node_check;
mod node_life;
mod node_list;
mod node_set;
mod node_verbs;
mod node_views;
mod packages;
mod power;
mod proxy;
mod races;
mod ramdisk;
mod rebuild;
mod redfish;
mod rescue;
mod rest_faults;
mod roles;
mod run;
mod schedule;
mod schedule_on_ironic;
mod schema;
mod shell_line;
mod signals;
mod site;
mod snapshot;
mod soak;
mod stopped;
mod support;
mod takeover;
mod terminal;
mod tls;
mod web;
mod why;
mod wired;
mod wording;

use assert_cmd::Command;

/// The program, isolated from the environment of the tests.
fn farrier() -> Command {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("farrier");
    command.env_clear();
    command
}
