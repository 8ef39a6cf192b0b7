//! What stopped commands leave in Neutron.

use std::process::Stdio;

use rustix::process::Signal;

use crate::support::{is_exhaustive, signal, stops};
use crate::wired::{Between, Wired};

/// Stops a command at its requests to Neutron, and at its requests to Ironic that concern VIFs.
pub(crate) fn stopped_everywhere(wired: &Wired, before: Option<&[&str]>, command: &[&str], then: &[&[&str]]) {
    let run = |arguments: &[&str]| wired.site.farrier("admin").args(arguments).assert().success();
    let destroy = ["destroy", &format!("{}-1", wired.name), "--yes", "--wait-clean", "--missing-ok"];
    let clear = |at: &str| {
        run(&destroy);
        assert!(wired.is_bare(1), "{at}: left {:?} {:?}", wired.vifs(1), wired.made());
    };
    let begin = || drop(before.map(run));
    begin();
    let between = Between::new(wired.site);
    between.farrier(command).assert().success();
    let of_ironic = between.ironic.seen();
    let of_vifs = stops(&of_ironic).into_iter().filter(|step| of_ironic[step - 1].contains("/vifs"));
    let mut steps: Vec<(bool, usize)> = of_vifs.map(|step| (false, step)).collect();
    steps.extend(stops(&between.neutron.seen()).into_iter().map(|step| (true, step)));
    if !is_exhaustive() {
        // Neutron is slow: one stop from each half.
        let apart = steps.len().div_ceil(2);
        steps = steps.into_iter().step_by(apart).collect();
    }
    clear("unharmed");
    for (number, (is_neutron, step)) in steps.into_iter().enumerate() {
        let signals: &[Signal] = match (number.is_multiple_of(3), is_exhaustive()) {
            (true, true) => &[Signal::KILL, Signal::INT],
            (true, false) => &[Signal::INT],
            (false, _) => &[Signal::KILL],
        };
        for &sent in signals {
            begin();
            let between = Between::new(wired.site);
            let proxy = if is_neutron { &between.neutron } else { &between.ironic };
            proxy.hold(step);
            let mut child = between.process(command);
            let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
            while proxy.answered() < step && child.try_wait().expect("the child can be waited for").is_none()
            {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            if child.try_wait().expect("the child can be waited for").is_none() {
                signal(&child, sent);
            }
            proxy.release();
            child.wait().expect("the child can be waited for");
            let service = if is_neutron { "Neutron" } else { "Ironic" };
            let at = format!("{command:?}: {sent:?} at request {step} to {service}");
            if number.is_multiple_of(2) {
                run(&["wait", &format!("{}-node-1", wired.name)]);
                for arguments in then {
                    run(arguments);
                }
            }
            clear(&at);
        }
    }
}

#[test]
fn stopped_deploy_leaves_ports_that_are_used_or_removed_later() {
    let wired = Wired::machine("wiredstop");
    let deploy = wired.deploy("wiredstop-1", &["--network", "private", "--network", "provider"]);
    stopped_everywhere(&wired, None, &deploy, &[&deploy]);
}

#[test]
fn stopped_destroy_leaves_all_ports_or_none() {
    let wired = Wired::machine("wiredend");
    let deploy = wired.deploy("wiredend-1", &["--network", "private"]);
    stopped_everywhere(
        &wired,
        Some(&deploy),
        &["destroy", "wiredend-1", "--yes", "--wait-clean"],
        &[&deploy],
    );
}

#[test]
fn interrupted_destroy_that_deleted_ports_undeploys_the_instance() {
    let wired = Wired::machine("wiredcut");
    let destroy = ["destroy", "wiredcut-1", "--yes"];
    let deploy = || wired.json(&wired.deploy("wiredcut-1", &["--network", "private"]));
    let is_deletion = |request: &String| request.starts_with("DELETE") && request.contains("/ports/");
    deploy();
    // One undisturbed run shows which request deletes the port.
    let between = Between::new(wired.site);
    between.farrier(&destroy).assert().success();
    let step = between.neutron.seen().iter().position(is_deletion).expect("it is deleted") + 1;
    deploy();
    let between = Between::new(wired.site);
    between.neutron.hold(step);
    let mut command = between.process(&destroy);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    while between.neutron.answered() < step
        && child.try_wait().expect("the child can be waited for").is_none()
    {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    signal(&child, Signal::INT);
    between.neutron.release();
    let output = child.wait_with_output().expect("the child can be waited for");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("continues in Ironic"), "{stderr}");
    wired.json(&["wait", "wiredcut-node-1"]);
    assert!(wired.is_bare(1), "{:?}", wired.made());
}
