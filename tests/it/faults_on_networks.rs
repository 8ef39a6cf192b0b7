//! Requests to Neutron, and those that attach its ports, whose answers are lost.

use crate::proxy::Fault;
use crate::support::is_exhaustive;
use crate::wired::{Between, Wired};

#[test]
fn a_lost_answer_doubles_no_port() {
    let wired = Wired::machine("wiredlost");
    let all = [
        ("POST", "/v2.0/ports", Fault::CutAfter),
        ("POST", "/v2.0/ports", Fault::Twice),
        ("POST", "/vifs", Fault::CutAfter),
        ("DELETE", "/v2.0/ports", Fault::CutAfter),
        ("DELETE", "/vifs", Fault::CutAfter),
        // These are for requests what those before are: a loss, a repetition.
        ("POST", "/v2.0/ports", Fault::CutBefore),
        ("POST", "/v2.0/ports", Fault::Mangle),
        ("POST", "/v2.0/ports", Fault::Answer(503, r#"{"NeutronError": {"message": "busy"}}"#)),
        ("POST", "/vifs", Fault::CutBefore),
        ("POST", "/vifs", Fault::Twice),
    ];
    let number = if is_exhaustive() { all.len() } else { 5 };
    for (method, path, fault) in all.into_iter().take(number) {
        let between = Between::new(wired.site);
        let proxy = if path == "/v2.0/ports" { &between.neutron } else { &between.ironic };
        proxy.fault(method, path, 1, fault);
        let arguments = wired.deploy("wiredlost-1", &["--network", "private"]);
        between.farrier(&arguments).assert().success();
        assert_eq!((wired.made().len(), wired.vifs(1).len()), (1, 1), "{method} {path} {fault:?}");
        between.farrier(&["destroy", "wiredlost-1", "--yes", "--wait-clean"]).assert().success();
        assert!(proxy.spent() && wired.is_bare(1), "{method} {path} {fault:?}");
    }
    // An address that somebody has is no machine's fault, and nothing stays.
    let own = wired.port("private");
    let taken = format!("private:{}", own["fixed_ips"][0]["ip_address"].as_str().expect("an address"));
    let arguments = wired.deploy("wiredlost-1", &["--ip", &taken]);
    wired.site.farrier("admin").args(arguments).assert().code(6);
    assert!(wired.is_bare(1));
}
