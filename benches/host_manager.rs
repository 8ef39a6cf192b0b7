//! How long the host manager takes to place 10,000 instances on 100,000 machines, and to parse those.

mod site;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use farrier::host_manager::{Count, Request, SelectOptions, plan, select};
use farrier::inventory::saved_nodes;

const NODES: usize = 100_000;
const INSTANCES: usize = 10_000;

fn choosing(criterion: &mut Criterion) {
    let hosts = site::hosts(NODES);
    let options = SelectOptions { count: Count::Exactly(INSTANCES), seed: 1, ..SelectOptions::default() };
    let small = Request::from(&site::flavors()[0]);
    let medium =
        Request { ram_mb: Some(48 * 1024), vcpus: Some(12), disk_gb: Some(400), ..Request::default() };
    let mut group = criterion.benchmark_group("10,000 instances onto 100,000 nodes");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    group.bench_function("exact", |bencher| {
        let request = small.clone().exact();
        bencher.iter(|| black_box(select(&hosts, &request, &options).map(|found| found.chosen().len())));
    });
    group.bench_function("at least, best fit", |bencher| {
        bencher.iter(|| black_box(select(&hosts, &medium, &options).map(|found| found.chosen().len())));
    });
    group.bench_function("a batch of 20 flavors", |bencher| {
        let demands = site::batch(INSTANCES);
        let options = SelectOptions { seed: 1, ..SelectOptions::default() };
        bencher.iter(|| black_box(plan(&hosts, &demands, &options).map(|plan| plan.shares().len())));
    });
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let json = site::inventory(NODES);
    let mut group = criterion.benchmark_group("reading");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    group.bench_function("100,000 nodes from JSON", |bencher| {
        let name = "inventory".into();
        bencher.iter(|| {
            black_box(saved_nodes::parse(&name, json.as_bytes()).map(|inventory| inventory.hosts.len()))
        });
    });
    group.finish();
}

criterion_group!(benches, choosing, reading);
criterion_main!(benches);
