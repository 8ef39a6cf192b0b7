use proptest::prelude::*;
use serde_json::json;

use super::*;

fn node() -> Map<String, Value> {
    let node = json!({
        "uuid": "11111111-1111-4111-8111-111111111111", "name": "rack4-u12", "provision_state": "available",
        "maintenance": false, "automated_clean": null, "instance_uuid": null, "resource_class": "bm-large",
        "provision_updated_at": "2026-11-01T12:00:00+00:00", "traits": ["CUSTOM_NVME", "CUSTOM_GPU_A100"],
        "properties": {
            "memory_mb": "262144", "cpus": 32, "local_gb": 0, "root_device": {"serial": "007"},
            "capabilities": "boot_mode:uefi, boot_option:local",
        },
        "instance_info": {"capabilities": {"secure_boot": "true"}},
        "extra": {"rack": "r4", "a.b": {"c": 1.5}, "spare": true, "empty": "", "disks": [480, 960]},
        "driver_info": {"ipmi_password": "******"},
    });
    node.as_object().expect("an object").clone()
}

fn condition(text: &str) -> Condition {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn matching_conditions_hold() {
    for text in [
        "name=rack4-u12",
        "name==rack4-u12",
        "name = rack4-u12",
        "name!=rack4-u13",
        "name~rack4-*",
        "name~rack?-u12",
        "name!~rack5-*",
        "provision_state~*a*b*",
        "maintenance=false",
        "maintenance!=true",
        "maintenance=False",
        "automated_clean=",
        "automated_clean!=true",
        "instance_uuid=",
        "instance_uuid=null",
        "resource_class!=",
        "provision_updated_at<2026-11-02T00:00:00Z",
        "provision_updated_at>=2026-11-01T12:00:00+00:00",
        "provision_updated_at>2026-10-01",
        "traits=CUSTOM_NVME",
        "traits~CUSTOM_GPU_*",
        "traits!=CUSTOM_TPM",
        "traits=[\"CUSTOM_NVME\",\"CUSTOM_GPU_A100\"]",
        "properties.memory_mb>=262144",
        "properties.memory_mb>99999",
        "properties.memory_mb=262144",
        "properties.cpus=32",
        "properties.cpus=32.0",
        "properties.cpus<32.5",
        "properties.local_gb!=",
        "properties.local_gb<1",
        "properties.gpu=",
        "properties.gpu!=1",
        "properties.gpu!~*",
        "properties.root_device.serial=007",
        "properties.root_device={\"serial\": \"007\"}",
        "properties.capabilities:boot_mode=uefi",
        "properties.capabilities:boot_option=local",
        "instance_info.capabilities:secure_boot=true",
        "extra.rack=r4",
        "extra.rack>r3",
        "extra.a.b.c>1",
        "extra.spare=True",
        "extra.empty=",
        "extra.disks>900",
        "extra!=",
        "network_data=",
        "driver_info.ipmi_password!=",
    ] {
        assert!(condition(text).holds(&node()), "{text}");
    }
}

#[test]
fn other_conditions_do_not_hold() {
    for text in [
        "name=rack4",
        "name~rack4",
        "name~Rack4-*",
        "name~rack?",
        "maintenance=true",
        "maintenance=",
        "automated_clean=false",
        "instance_uuid!=",
        "provision_updated_at<2026-11-01T12:00:00Z",
        "inspection_started_at<2030-01-01",
        "traits=CUSTOM",
        "traits=",
        "properties.memory_mb>262144",
        "properties.memory_mb>lots",
        "properties.gpu<1",
        "properties.gpu>=0",
        "properties.gpu~*",
        "properties.root_device.serial=7",
        "properties.root_device.serial.x=7",
        "properties.capabilities:boot=uefi",
        "properties.capabilities:boot_mode=bios",
        "extra.rack<4",
        "extra.a.b=1",
        "extra.empty>a",
        "extra.disks>960",
        "extra=",
    ] {
        assert!(!condition(text).holds(&node()), "{text}");
    }
}

#[test]
fn invalid_conditions_are_rejected_with_a_suggestion() {
    for (text, expected) in [
        ("name", "name~rack4-*"),
        ("", "expected a key"),
        ("=x", "expected a key"),
        ("name!x", "expected a key"),
        ("extra.=x", "expected a key"),
        ("names=x", "did you mean `name`?"),
        ("memory_mb>=1", "such as `properties`"),
        ("rack=r4", "`extra.rack=r4`"),
        ("name.first=x", "`name` has no keys"),
        ("properties=x", "write `properties.KEY=VALUE`"),
        ("driver_info.redfish_password=x", "is a secret"),
        ("maintenance=yes", "`maintenance=true`"),
        ("maintenance~t*", "`maintenance=true`"),
        ("traits>A", "`traits=VALUE`"),
        ("provision_updated_at>lately", "2026-11-01"),
        ("provision_updated_at=2026-11-01", "with <, <=, > or >="),
        ("properties.cpus>", "the value after `>` is missing"),
        ("name~", "the value after `~` is missing"),
    ] {
        let error = text.parse::<Condition>().expect_err(text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

fn narrowed(conditions: &[&str], version: u16) -> Result<String, Error> {
    let conditions: Conditions = conditions.iter().map(|text| condition(text)).collect();
    let query = conditions.narrow(NodeQuery::all().fields(&["uuid", "name"]), Microversion(version))?;
    Ok(query.pairs().into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&"))
}

#[test]
fn queries_use_the_filters_of_the_server_and_only_the_fields_needed() {
    for (conditions, query) in [
        (&["provision_state=available"][..], "provision_state=available&fields=uuid,name,provision_state"),
        (
            &["maintenance!=true", "retired=true"],
            "maintenance=False&retired=True&fields=uuid,name,maintenance,retired",
        ),
        (&["instance_uuid="], "associated=False&fields=uuid,name,instance_uuid"),
        (&["instance_uuid!="], "associated=True&fields=uuid,name,instance_uuid"),
        (&["owner="], "fields=uuid,name,owner"),
        (&["driver~i*", "driver!=ilo"], "fields=uuid,name,driver"),
        (&["driver=a", "driver=b"], "driver=a&fields=uuid,name,driver"),
        (&["properties.cpus>1", "properties.memory_mb>1"], "fields=uuid,name,properties"),
        (&["shard=a,b"], "fields=uuid,name,shard"),
        (&["conductor=c1"], "detail=True"),
        (&["name=a", "parent_node=x"], "include_children=True&fields=uuid,name,parent_node"),
    ] {
        assert_eq!(narrowed(conditions, 115).expect("new enough"), query, "{conditions:?}");
    }
    let lacks = narrowed(&["health=OK"], 61).expect_err("too old").to_string();
    assert!(lacks.contains("`health`") && lacks.contains("1.109"), "{lacks}");
}

#[test]
fn fields_are_sorted_and_unique() {
    assert!(field::FIELDS.windows(2).all(|pair| pair[0].name < pair[1].name));
}

/// Typical values of `extra`.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e6..1e6_f64).prop_map(Value::from),
        "[a-c0-2*?.]{0,4}".prop_map(Value::from),
        proptest::collection::vec("[ab1]{0,2}", 0..3).prop_map(Value::from),
    ]
}

fn holds(op: &str, value: &Value, wanted: &str) -> bool {
    let node = json!({"extra": {"it": value}});
    condition(&format!("extra.it{op}{wanted}")).holds(node.as_object().expect("an object"))
}

proptest! {
    #[test]
    fn opposites_never_agree(value in any_value(), wanted in "[a-c0-9.*?]{1,4}") {
        prop_assert_ne!(holds("=", &value, &wanted), holds("!=", &value, &wanted));
        prop_assert_ne!(holds("~", &value, &wanted), holds("!~", &value, &wanted));
    }

    #[test]
    fn numbers_are_less_equal_or_greater(number: i64, wanted: i64) {
        for value in [json!(number), json!(number.to_string())] {
            let wanted = wanted.to_string();
            let results = ["<", "=", ">"].map(|op| holds(op, &value, &wanted));
            prop_assert_eq!(results.iter().filter(|holds| **holds).count(), 1);
            prop_assert_eq!(holds("<=", &value, &wanted), results[0] || results[1]);
            prop_assert_eq!(holds(">=", &value, &wanted), results[1] || results[2]);
        }
    }

    #[test]
    fn a_text_matches_itself_and_its_parts_with_stars(text in "[a-c]{1,6}", cut in 0_usize..6) {
        prop_assert!(holds("~", &json!(text), &text));
        let cut = cut.min(text.len());
        let (head, tail) = text.split_at(cut);
        let (with_star, doubled) = (format!("{head}*{tail}"), format!("{head}**{tail}"));
        let with_star_inside = with_star.as_str();
        prop_assert!(holds("~", &json!(text), with_star_inside));
        prop_assert!(holds("~", &json!(text), &doubled));
        let longer = format!("{head}xyz{tail}");
        prop_assert!(holds("~", &json!(longer), with_star_inside));
        prop_assert!(!holds("~", &json!(longer), &text));
    }

    #[test]
    fn any_text_is_parsed_or_rejected(text in "\\PC{0,40}") {
        if let Ok(condition) = text.parse::<Condition>() {
            let _ = condition.holds(&node());
            prop_assert_eq!(condition.to_string(), text);
        }
    }

    #[test]
    fn the_filter_of_the_server_agrees_with_the_condition(flag: bool, wanted: bool, negated: bool) {
        let op = if negated { "!=" } else { "=" };
        let condition = condition(&format!("maintenance{op}{wanted}"));
        let node = json!({"maintenance": flag});
        let is_returned = condition.filter().expect("the server can").1 == if flag { "True" } else { "False" };
        prop_assert_eq!(condition.holds(node.as_object().expect("an object")), is_returned);
    }
}
