//! Lost responses to requests to Neutron, and to requests that attach its ports.

use crate::proxy::Fault;
use crate::support::is_exhaustive;
use crate::wired::{Between, Wired};

#[test]
fn lost_response_creates_no_duplicate_port() {
    let wired = Wired::machine("wiredlost");
    let lost = [
        ("POST", "/v2.0/ports", Fault::CutAfter),
        ("POST", "/vifs", Fault::CutAfter),
        ("DELETE", "/v2.0/ports", Fault::CutAfter),
        ("DELETE", "/vifs", Fault::CutAfter),
    ];
    let mut lives = vec![lost.to_vec(), vec![("POST", "/v2.0/ports", Fault::Twice)]];
    if is_exhaustive() {
        lives.extend(lost.map(|fault| vec![fault]));
        // For this request, these also are a loss or a repetition.
        let busy = Fault::Answer(503, r#"{"NeutronError": {"message": "busy"}}"#);
        lives.extend(
            [Fault::CutBefore, Fault::HalfBody, busy].map(|fault| vec![("POST", "/v2.0/ports", fault)]),
        );
        lives.extend([Fault::CutBefore, Fault::Twice].map(|fault| vec![("POST", "/vifs", fault)]));
    }
    for faults in lives {
        let between = Between::new(wired.site);
        for &(method, path, fault) in &faults {
            let proxy = if path == "/v2.0/ports" { &between.neutron } else { &between.ironic };
            proxy.fault(method, path, 1, fault);
        }
        let arguments = wired.deploy("wiredlost-1", &["--network", "private"]);
        between.farrier(&arguments).assert().success();
        assert_eq!((wired.made().len(), wired.vifs(1).len()), (1, 1), "{faults:?}");
        between.farrier(&["destroy", "wiredlost-1", "--yes", "--wait-clean"]).assert().success();
        assert!(between.neutron.is_done() && between.ironic.is_done() && wired.is_bare(1), "{faults:?}");
    }
    // An address that is already in use is not the node's fault, and nothing is left behind.
    let own = wired.port("private");
    let taken = format!("private:{}", own["fixed_ips"][0]["ip_address"].as_str().expect("an address"));
    let arguments = wired.deploy("wiredlost-1", &["--ip", &taken]);
    wired.site.farrier("admin").args(arguments).assert().code(6);
    assert!(wired.is_bare(1));
}
