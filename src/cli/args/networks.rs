//! The options for the networks of an instance.

use std::collections::BTreeSet;
use std::net::IpAddr;

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use crate::cli::Context;
use crate::cli::app::connection::Connections;
use crate::driver::Error;
use crate::driver::network::{InterfaceRequest, NetworkRequest};
use crate::host_manager::Request;

const NETWORKS: &str = "Networks";

/// The networks in the order of the command line. A derived parser would lose the order between different options.
#[derive(Debug, Clone, Default)]
pub(crate) struct NetworkArgs(pub(crate) NetworkRequest);

impl clap::Args for NetworkArgs {
    fn augment_args(command: Command) -> Command {
        let option = |name: &'static str, value: &'static str| {
            Arg::new(name)
                .long(name)
                .value_name(value)
                .action(ArgAction::Append)
                .help_heading(NETWORKS)
                // An empty name in Neutron matches every object without a name.
                .value_parser(NonEmptyStringValueParser::new())
        };
        command
            .arg(option("network", "NETWORK").help("Network to attach to (repeatable)").long_help(
                "Network to attach to (repeatable)\n\nBy name or UUID. Needs Neutron. Nodes with the network interface \
                 `flat` or `neutron` need at least one network. The first network is attached to the first port of the \
                 node.",
            ))
            .arg(option("subnet", "SUBNET").help("Subnet to attach to (repeatable)"))
            .arg(option("port", "PORT").help("Existing port to attach (repeatable)"))
            .arg(
                option("ip", "NETWORK:ADDRESS")
                    .value_parser(network_and_address)
                    .help("Network with a fixed address (repeatable)"),
            )
            .arg(option("security-group", "GROUP").help("Security group of new ports (repeatable)"))
            .arg(
                option("dns-name", "NAME")
                    .hide_short_help(true)
                    .action(ArgAction::Set)
                    .help("DNS name of the created ports"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for NetworkArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut interfaces: Vec<(usize, InterfaceRequest)> = Vec::new();
        let mut add = |name: &str, request: fn(String) -> InterfaceRequest| {
            let indices = matches.indices_of(name).into_iter().flatten();
            let values = matches.get_many::<String>(name).into_iter().flatten();
            interfaces.extend(indices.zip(values.map(|value| request(value.clone()))));
        };
        add("network", |network| InterfaceRequest { network: Some(network), ..InterfaceRequest::default() });
        add("subnet", |subnet| InterfaceRequest { subnet: Some(subnet), ..InterfaceRequest::default() });
        add("port", |port| InterfaceRequest { port: Some(port), ..InterfaceRequest::default() });
        let indices = matches.indices_of("ip").into_iter().flatten();
        let values = matches.get_many::<(String, IpAddr)>("ip").into_iter().flatten();
        interfaces.extend(indices.zip(values.map(|(network, address)| InterfaceRequest {
            network: Some(network.clone()),
            address: Some(*address),
            ..InterfaceRequest::default()
        })));
        interfaces.sort_by_key(|(index, _)| *index);
        let groups = matches.get_many::<String>("security-group").into_iter().flatten();
        Ok(Self(NetworkRequest {
            interfaces: interfaces.into_iter().map(|(_, request)| request).collect(),
            security_groups: groups.cloned().collect(),
            dns_name: matches.get_one::<String>("dns-name").cloned(),
        }))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Restricts requests with networks to clouds with Neutron, and warns about each cloud that is skipped.
pub(crate) fn confine<'r>(
    requests: impl Iterator<Item = (&'r str, &'r mut Request)>,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let mut requests = requests.peekable();
    let Some((name, _)) = requests.peek() else { return Ok(()) };
    let no_neutron = || Error::NoNeutron { subject: format!("instance {name}") };
    let (with, without): (Vec<_>, Vec<_>) =
        connections.members.iter().partition(|connection| connection.neutron().is_some());
    if with.is_empty() {
        return Err(no_neutron().into());
    }
    if without.is_empty() {
        return Ok(());
    }
    for connection in without {
        let cloud = connection.cloud.as_deref().unwrap_or_default();
        context.ui.warn(&format!(
            "cloud `{cloud}` has no Neutron: its nodes are skipped because networks were requested"
        ));
    }
    let with: BTreeSet<String> = with.iter().filter_map(|connection| connection.cloud.clone()).collect();
    for (_, request) in requests {
        let clouds = &mut request.image.clouds;
        *clouds =
            if clouds.is_empty() { with.clone() } else { clouds.intersection(&with).cloned().collect() };
    }
    Ok(())
}

/// Parses `NETWORK:ADDRESS`. Splits at the first colon that is followed by an address, because IPv6 addresses have
/// colons.
pub(crate) fn network_and_address(text: &str) -> Result<(String, IpAddr), String> {
    let split = |(at, _): (usize, &str)| {
        let (network, address) = (&text[..at], &text[at + 1..]);
        let address = address.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
        (!network.is_empty()).then(|| (network.to_owned(), address))
    };
    text.match_indices(':').find_map(split).ok_or_else(|| "expected NETWORK:ADDRESS".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;

    #[test]
    fn networks_are_in_the_order_of_the_command_line() {
        let command = NetworkArgs::augment_args(Command::new("x"));
        let line =
            ["x", "--ip", "a:10.0.0.5", "--network", "b", "--port", "p", "--network", "c", "--subnet", "s"];
        let matches = command.try_get_matches_from(line).expect("valid arguments");
        let NetworkArgs(network_request) = NetworkArgs::from_arg_matches(&matches).expect("valid arguments");
        let interfaces: Vec<String> = network_request.interfaces.iter().map(ToString::to_string).collect();
        assert_eq!(interfaces, ["a:10.0.0.5", "b", "port p", "c", "subnet s"]);
    }

    #[test]
    fn an_address_is_split_from_its_network() {
        let parse = |text| network_and_address(text).map(|(network, address)| format!("{network} {address}"));
        assert_eq!(parse("net:192.0.2.7").as_deref(), Ok("net 192.0.2.7"));
        assert_eq!(parse("net:2001:db8::7").as_deref(), Ok("net 2001:db8::7"));
        assert_eq!(parse("net:[2001:db8::7]").as_deref(), Ok("net 2001:db8::7"));
        for text in ["net", "net:", ":192.0.2.7", "net:192.0.2.256"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
