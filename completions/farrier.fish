# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_farrier_global_optspecs
    string join \n f/format= c/column= sort= progress= color= q/quiet v/verbose debug y/yes j/jobs= os-cloud= os-endpoint= no-auth-cache h/help V/version
end

function __fish_farrier_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_farrier_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_farrier_using_subcommand
    set -l cmd (__fish_farrier_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c farrier -n "__fish_farrier_needs_command" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_needs_command" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_needs_command" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_needs_command" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_needs_command" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_needs_command" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_needs_command" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_needs_command" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_needs_command" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_needs_command" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_needs_command" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_needs_command" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_needs_command" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_needs_command" -s V -l version -d 'Print version'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "enroll" -d 'Enroll nodes from a file'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "export" -d 'Export nodes to a file for `farrier enroll`'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "schedule" -d 'Show which nodes fit a request, and why others do not'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "deploy" -d 'Deploy an instance'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "wait" -d 'Wait for running operations to finish'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "why" -d 'Explain the state of an instance or node'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "list" -d 'List instances'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "show" -d 'Show an instance'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "watch" -d 'Watch nodes or instances for changes'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "rebuild" -d 'Redeploy an instance on the same node'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "power" -d 'Show or change the power state'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "rescue" -d 'Boot an instance into a rescue ramdisk'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "unrescue" -d 'Leave rescue mode and boot the instance'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "console" -d 'Show, enable or disable the console of a node'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "boot-device" -d 'Show or set the boot device of a node'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "nmi" -d 'Send an NMI to trigger a crash dump'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "vif" -d 'List, attach and detach networks (VIFs)'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "destroy" -d 'Destroy instances and release their nodes'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "reservation" -d 'List and release reserved nodes'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "node" -d 'Manage nodes: list, change, inspect, clean'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "flavor" -d 'List, show and derive flavors'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "capacity" -d 'Count the free nodes for each flavor'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "audit" -d 'Audit the security of BMC access'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "gc" -d 'Find and remove orphaned allocations, VIFs and ports'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "doctor" -d 'Check access to a cloud and its services'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "lab" -d 'Run a real Ironic with mock machines on this computer'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "completions" -d 'Generate shell completions'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "schema" -d 'Print the JSON Schema of a command\'s output'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "man" -d 'Print or install manual pages'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l input-format -d 'File format (default: detected)' -r -f -a "farrier\t'Output of `farrier export`, or a file for `openstack baremetal create`: `nodes` and `chassis`'
csv\t'CSV with a header row: `name`, `driver`, `mac`, `bmc_address`, …'
bifrost\t'Mapping of host names to hosts'
bifrost-csv\t'Old CSV format of bifrost, without a header row'
instackenv\t'TripleO `instackenv.json` or `nodes.yaml`, with `pm_type` and `pm_addr`'
instackenv-csv\t'TripleO CSV without a header row'
metal3\t'`BareMetalHost` resources and their Secrets'"
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l driver -d 'Hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l name -d 'Name of the node' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l uuid -d 'UUID of the node (default: random)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l driver-info -d 'Entry of `driver_info` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l property -d 'Property (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l mac -d 'MAC address of a port (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l trait -d 'Trait (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l resource-class -d 'Resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l extra -d 'Entry of `extra` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l field -d 'Any other field (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l until -d 'Provision state to stop at (default: available)' -r -f -a "enroll\t'Created, with ports and traits'
manageable\t'BMC verified'
available\t'Cleaned and available for deploys'"
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l timeout -d 'Timeout for all nodes (default: 1h)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l update -d 'Change nodes that differ from the file'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l prune -d 'Remove what is not in the file'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l push-secrets -d 'Resend all secrets, even unchanged ones'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l inspect -d 'Inspect nodes before they become available'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l dry-run -d 'Show what would change; change nothing'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l validate-only -d 'Check the files only, without Ironic'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand enroll" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand export" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -s o -l output -d 'Output file (default: stdout)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand export" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand export" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand export" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand export" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand export" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand export" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand export" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand export" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand export" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand export" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l flavor-file -d 'File or directory of flavors (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l vcpus -d 'Minimum number of CPUs' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l ram -d 'Minimum RAM, in MiB or with a unit' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l disk -d 'Minimum local disk, in GiB or with a unit' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l arch -d 'CPU architecture, such as `x86_64`' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l resource-class -d 'Resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l trait -d 'Required trait, or `!TRAIT` to forbid it (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l capability -d 'Required capability (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l filters -d 'Filters to apply, in the given order' -r -f -a "RetryFilter\t''
AvailabilityZoneFilter\t''
ComputeFilter\t''
ComputeCapabilitiesFilter\t''
ImagePropertiesFilter\t''
ResourceClassFilter\t''
TraitsFilter\t''
ExactRamFilter\t''
RamFilter\t''
ExactDiskFilter\t''
DiskFilter\t''
ExactCoreFilter\t''
CoreFilter\t''"
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l weigher -d 'Ranking of the nodes (default: best-fit)' -r -f -a "best-fit\t'Least unused RAM, disk and CPUs first'
ram\t'Most RAM first (the default in Nova)'
pack\t'Fill the conductor group with the fewest free nodes first'
spread\t'Alternate between conductor groups, starting with the one with the most free nodes'
cloud-order\t'Nodes of the cloud that is named first, best fit first'
random\t'Random (see --seed)'"
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l subset-size -d 'Pick each node at random from the K best (default: 1)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l seed -d 'Seed for reproducible random choices' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l node -d 'Consider only this node (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l exclude -d 'Exclude this node (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l conductor-group -d 'Only nodes in this conductor group' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l shard -d 'Only nodes in this shard' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l owner -d 'Only nodes owned by this project' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l lessee -d 'Only nodes leased to this project' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l count -d 'Number of nodes, or `all` that fit (default: 1)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l image -d 'Image to deploy' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l file -d 'Plan a fleet: all instances of this file' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l inventory -d 'Saved inventory to use instead of a cloud' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l reserve -d 'Reserve the node under this name' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l for -d 'Duration of the reservation (default: no expiry)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l flavor -d 'Flavor, from a file or Nova' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l exact -d 'Require exactly the requested RAM, disk and CPUs'
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l explain -d 'Show why the other nodes were rejected'
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand schedule" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l flavor-file -d 'File or directory of flavors (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l vcpus -d 'Minimum number of CPUs' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l ram -d 'Minimum RAM, in MiB or with a unit' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l disk -d 'Minimum local disk, in GiB or with a unit' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l arch -d 'CPU architecture, such as `x86_64`' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l resource-class -d 'Resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l trait -d 'Required trait, or `!TRAIT` to forbid it (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l capability -d 'Required capability (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l filters -d 'Filters to apply, in the given order' -r -f -a "RetryFilter\t''
AvailabilityZoneFilter\t''
ComputeFilter\t''
ComputeCapabilitiesFilter\t''
ImagePropertiesFilter\t''
ResourceClassFilter\t''
TraitsFilter\t''
ExactRamFilter\t''
RamFilter\t''
ExactDiskFilter\t''
DiskFilter\t''
ExactCoreFilter\t''
CoreFilter\t''"
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l weigher -d 'Ranking of the nodes (default: best-fit)' -r -f -a "best-fit\t'Least unused RAM, disk and CPUs first'
ram\t'Most RAM first (the default in Nova)'
pack\t'Fill the conductor group with the fewest free nodes first'
spread\t'Alternate between conductor groups, starting with the one with the most free nodes'
cloud-order\t'Nodes of the cloud that is named first, best fit first'
random\t'Random (see --seed)'"
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l subset-size -d 'Pick each node at random from the K best (default: 1)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l seed -d 'Seed for reproducible random choices' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l node -d 'Consider only this node (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l exclude -d 'Exclude this node (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l conductor-group -d 'Only nodes in this conductor group' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l shard -d 'Only nodes in this shard' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l owner -d 'Only nodes owned by this project' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l lessee -d 'Only nodes leased to this project' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l count -d 'Number of instances: NAME-1, NAME-2, …' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l file -d 'Deploy a fleet: all instances of this file' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l image -d 'Image: URL, path or name in Glance' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l image-checksum -d 'Checksum, or a checksum file' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l image-type -d 'Image type (default: detected)' -r -f -a "whole-disk\t'A whole disk with its partitions'
partition\t'A file system; Ironic creates the partitions'"
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l image-format -d 'Image format (default: detected)' -r -f -a "raw\t'Raw disk contents'
qcow2\t'QEMU copy-on-write'"
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l image-kernel -d 'Kernel of a partition image' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l image-ramdisk -d 'Ramdisk of a partition image' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l image-pull-secret -d 'File with the pull secret of an oci:// registry' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l root-size -d 'Size of the root partition' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l swap-size -d 'Size of the swap partition' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l ephemeral-size -d 'Size of the ephemeral partition' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l ephemeral-format -d 'Ephemeral file system (default: ext4)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l root-device -d 'Root device hint (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l network -d 'Network to attach to (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l subnet -d 'Subnet to attach to (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l port -d 'Existing port to attach (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l ip -d 'Network with a fixed address (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l security-group -d 'Security group of new ports (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l dns-name -d 'DNS name of the created ports' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l ssh-key -d 'Public SSH key file (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l user-data -d 'User data file (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l meta -d 'Metadata item (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l hostname -d 'Host name (default: the instance\'s name)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l network-data -d 'Network configuration file' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l vendor-data -d 'Vendor data file, as JSON or YAML' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l config-drive -d 'Existing config drive' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l deploy-step -d 'Deploy steps to run (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l deploy-template -d 'Deploy template (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l retries -d 'Other nodes to try if it fails (default: 2)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l check -d 'Wait until the instance answers' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l check-address -d 'Address to check (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l timeout -d 'Timeout (default: 1h)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l flavor -d 'Flavor, from a file or Nova' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l exact -d 'Require exactly the requested RAM, disk and CPUs'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l keep-failed -d 'Keep a failed deploy for analysis'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l release-failed -d 'Do not quarantine the failed node'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l dry-run -d 'Show what would change; change nothing'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand deploy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand wait" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand wait" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand wait" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand wait" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand wait" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand wait" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand wait" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand wait" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand wait" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand wait" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand wait" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand wait" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand wait" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand wait" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand why" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand why" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand why" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand why" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand why" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand why" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand why" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand why" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand why" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand why" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand why" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand why" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand why" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand list" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand list" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand list" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand list" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand list" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand list" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand list" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand list" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand list" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand list" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand list" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand list" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand show" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand show" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand show" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand show" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand show" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand show" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand show" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand show" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand show" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand show" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand show" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand show" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand show" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -f -a "nodes" -d 'Watch nodes'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -f -a "instances" -d 'Watch instances'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and not __fish_seen_subcommand_from nodes instances help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l every -d 'Minimum interval between updates (default: 2s)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l detail -d 'Show all fields of each node'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l maintenance -d 'Only nodes in maintenance'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l quarantined -d 'Only nodes in quarantine'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from nodes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -l every -d 'Minimum interval between updates (default: 2s)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from instances" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from help" -f -a "nodes" -d 'Watch nodes'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from help" -f -a "instances" -d 'Watch instances'
complete -c farrier -n "__fish_farrier_using_subcommand watch; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l image -d 'Image: URL, path or name in Glance' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l image-checksum -d 'Checksum, or a checksum file' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l image-type -d 'Image type (default: detected)' -r -f -a "whole-disk\t'A whole disk with its partitions'
partition\t'A file system; Ironic creates the partitions'"
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l image-format -d 'Image format (default: detected)' -r -f -a "raw\t'Raw disk contents'
qcow2\t'QEMU copy-on-write'"
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l image-kernel -d 'Kernel of a partition image' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l image-ramdisk -d 'Ramdisk of a partition image' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l image-pull-secret -d 'File with the pull secret of an oci:// registry' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l ssh-key -d 'Public SSH key file (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l user-data -d 'User data file (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l meta -d 'Metadata item (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l hostname -d 'Host name (default: the instance\'s name)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l network-data -d 'Network configuration file' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l vendor-data -d 'Vendor data file, as JSON or YAML' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l config-drive -d 'Existing config drive' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l timeout -d 'Timeout (default: 1h)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l preserve-ephemeral -d 'Keep the ephemeral partition and its data'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l dry-run -d 'Show the requests that would be sent; change nothing'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand rebuild" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -f -a "on" -d 'Power on'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -f -a "off" -d 'Power off'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -f -a "reboot" -d 'Power cycle or restart'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -f -a "status" -d 'Show the power state'
complete -c farrier -n "__fish_farrier_using_subcommand power; and not __fish_seen_subcommand_from on off reboot status help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from on" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l timeout -d 'Timeout (default: none; with --soft: 5m)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l soft -d 'Shut down the operating system first'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l no-fallback -d 'With --soft: fail instead of cutting the power'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from off" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l timeout -d 'Timeout (default: none; with --soft: 5m)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l no-fallback -d 'With --soft: fail instead of cutting the power'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l soft -d 'Restart through the operating system'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from reboot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from help" -f -a "on" -d 'Power on'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from help" -f -a "off" -d 'Power off'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from help" -f -a "reboot" -d 'Power cycle or restart'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the power state'
complete -c farrier -n "__fish_farrier_using_subcommand power; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l password-file -d 'File with only the password; `-` reads stdin' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l password -d 'Refused, because all users of this computer can read command lines' -r
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l timeout -d 'Timeout (default: 1h)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand rescue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l timeout -d 'Timeout (default: 1h)' -r
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand unrescue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand console" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand console" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand console" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand console" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand console" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand console" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand console" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand console" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand console" -l enable -d 'Enable the console'
complete -c farrier -n "__fish_farrier_using_subcommand console" -l disable -d 'Disable the console'
complete -c farrier -n "__fish_farrier_using_subcommand console" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand console" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand console" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand console" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand console" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand console" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -l persistent -d 'Set it for every boot, not only the next'
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand boot-device" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand nmi" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -f -a "list" -d 'List the VIFs of an instance or node'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -f -a "attach" -d 'Attach networks to an instance or node'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -f -a "detach" -d 'Detach a VIF'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and not __fish_seen_subcommand_from list attach detach help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l network -d 'Network to attach to (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l subnet -d 'Subnet to attach to (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l port -d 'Existing port to attach (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l ip -d 'Network with a fixed address (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l security-group -d 'Security group of new ports (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l dns-name -d 'DNS name of the created ports' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the VIFs of an instance or node'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Attach networks to an instance or node'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Detach a VIF'
complete -c farrier -n "__fish_farrier_using_subcommand vif; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l missing-ok -d 'Ignore instances that do not exist'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l wait-clean -d 'Wait until the node is cleaned and available'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l dry-run -d 'Show the requests that would be sent; change nothing'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand destroy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -f -a "list" -d 'List reservations'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -f -a "release" -d 'Release reserved nodes'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -f -a "reap" -d 'Release all expired reservations'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and not __fish_seen_subcommand_from list release reap help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -l missing-ok -d 'Ignore reservations that do not exist'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from reap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from help" -f -a "list" -d 'List reservations'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from help" -f -a "release" -d 'Release reserved nodes'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from help" -f -a "reap" -d 'Release all expired reservations'
complete -c farrier -n "__fish_farrier_using_subcommand reservation; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "list" -d 'List nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "show" -d 'Show a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "set" -d 'Change fields of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "unset" -d 'Remove fields or keys from nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "ports" -d 'List the ports of a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "traits" -d 'List the traits of a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "bios" -d 'Show the BIOS settings of a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "firmware" -d 'Show the firmware versions of a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "inventory" -d 'Show the hardware that the last inspection found'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "history" -d 'Show the history of a node, newest first'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "maintenance" -d 'Set or end maintenance of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "retire" -d 'Mark nodes as retired, or undo it'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "protect" -d 'Protect deployed nodes, or undo it'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "manage" -d 'Move nodes to `manageable` (verifies the BMC)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "provide" -d 'Move nodes to `available` (cleans them)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "inspect" -d 'Inspect the hardware of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "clean" -d 'Run clean steps on nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "service" -d 'Run service steps on deployed nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "adopt" -d 'Adopt nodes that were deployed by another tool'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "abort" -d 'Abort an operation that is waiting or on hold'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "unhold" -d 'Resume nodes that are on hold at a step'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "validate" -d 'Validate the interfaces of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "check" -d 'Find differences between nodes and their hardware'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "delete" -d 'Delete nodes and their ports'
complete -c farrier -n "__fish_farrier_using_subcommand node; and not __fish_seen_subcommand_from list show set unset ports traits bios firmware inventory history maintenance retire protect manage provide inspect clean service adopt abort unhold validate check delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l every -d 'Minimum interval between updates of --watch (default: 2s)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l detail -d 'Show all fields of each node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l maintenance -d 'Only nodes in maintenance'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l quarantined -d 'Only nodes in quarantine'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l watch -d 'Watch the list and show changes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l name -d 'Name (only for a single node)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l driver -d 'Hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l resource-class -d 'Resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l field -d 'Any other field (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l property -d 'Property (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l capability -d 'Capability (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l trait -d 'Trait to add (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l extra -d 'Entry of `extra` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l instance-info -d 'Entry of `instance_info` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l driver-info -d 'Entry of `driver_info` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l timeout -d 'Timeout for all nodes (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l no-verify -d 'Do not test new BMC credentials first'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l dry-run -d 'Show what would change; change nothing'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l field -d 'Field, such as `owner` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l property -d 'Property (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l capability -d 'Capability (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l trait -d 'Trait (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l extra -d 'Entry of `extra` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l instance-info -d 'Entry of `instance_info` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l driver-info -d 'Entry of `driver_info` (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l timeout -d 'Timeout for all nodes (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l no-verify -d 'Do not test new BMC credentials first'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l dry-run -d 'Show what would change; change nothing'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from ports" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from traits" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -l name -d 'Only settings with this text in the name' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from bios" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from firmware" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inventory" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l limit -d 'Number of entries to show (default: 20)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l errors -d 'Show only errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l reason -d 'Reason, shown with the node' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l off -d 'End maintenance'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from maintenance" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l reason -d 'Reason, shown with the node' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l off -d 'Clear the flag and its reason'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from retire" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l reason -d 'Reason, shown with the node' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l off -d 'Clear the flag and its reason'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from protect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from manage" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from provide" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l step -d 'Steps, as JSON or a file (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l runbook -d 'Runbook to run' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from clean" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l step -d 'Steps, as JSON or a file (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l runbook -d 'Runbook to run' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from service" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from adopt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from abort" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l timeout -d 'Timeout (default: none)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l no-wait -d 'Do not wait for the operation to finish'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from unhold" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l file -d 'File that was enrolled (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l input-format -d 'File format (default: detected)' -r -f -a "farrier\t'Output of `farrier export`, or a file for `openstack baremetal create`: `nodes` and `chassis`'
csv\t'CSV with a header row: `name`, `driver`, `mac`, `bmc_address`, …'
bifrost\t'Mapping of host names to hosts'
bifrost-csv\t'Old CSV format of bifrost, without a header row'
instackenv\t'TripleO `instackenv.json` or `nodes.yaml`, with `pm_type` and `pm_addr`'
instackenv-csv\t'TripleO CSV without a header row'
metal3\t'`BareMetalHost` resources and their Secrets'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l flavor -d 'Flavor, from a file or Nova' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l flavor-file -d 'File or directory of flavors (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l record -d 'Save the inspection data for later checks'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l state -d 'Only nodes in this provision state' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l fault -d 'Only nodes with this fault' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l where -d 'Only nodes that match (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l resource-class -d 'Only nodes of this resource class' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l driver -d 'Only nodes with this hardware type' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "list" -d 'List nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "unset" -d 'Remove fields or keys from nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "ports" -d 'List the ports of a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "traits" -d 'List the traits of a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "bios" -d 'Show the BIOS settings of a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "firmware" -d 'Show the firmware versions of a node'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "inventory" -d 'Show the hardware that the last inspection found'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "history" -d 'Show the history of a node, newest first'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "maintenance" -d 'Set or end maintenance of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "retire" -d 'Mark nodes as retired, or undo it'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "protect" -d 'Protect deployed nodes, or undo it'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "manage" -d 'Move nodes to `manageable` (verifies the BMC)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "provide" -d 'Move nodes to `available` (cleans them)'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Inspect the hardware of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "clean" -d 'Run clean steps on nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "service" -d 'Run service steps on deployed nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "adopt" -d 'Adopt nodes that were deployed by another tool'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "abort" -d 'Abort an operation that is waiting or on hold'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "unhold" -d 'Resume nodes that are on hold at a step'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "validate" -d 'Validate the interfaces of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "check" -d 'Find differences between nodes and their hardware'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete nodes and their ports'
complete -c farrier -n "__fish_farrier_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -f -a "list" -d 'List flavors'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -f -a "show" -d 'Show a flavor'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -f -a "derive" -d 'Propose a flavor for each kind of machine'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and not __fish_seen_subcommand_from list show derive help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -l flavor-file -d 'File or directory of flavors (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -l flavor-file -d 'File or directory of flavors (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -l inventory -d 'Saved inventory to use instead of a cloud' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from derive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from help" -f -a "list" -d 'List flavors'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a flavor'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from help" -f -a "derive" -d 'Propose a flavor for each kind of machine'
complete -c farrier -n "__fish_farrier_using_subcommand flavor; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l flavor -d 'Only this flavor (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l flavor-file -d 'File or directory of flavors (repeatable)' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l inventory -d 'Saved inventory to use instead of a cloud' -r -F
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand capacity" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l fail-on -d 'Exit 10 on findings at least this severe (default: high)' -r -f -a "info\t''
low\t''
medium\t''
high\t''
critical\t''
never\t''"
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l at-least -d 'Show only findings at least this severe (default: info)' -r -f -a "info\t'For information; no immediate action needed'
low\t'Should be fixed eventually'
medium\t'Helps an attacker who is already on the management network'
high\t'Gives an attacker on the management network control of machines'
critical\t'Exploitable by anyone who can reach the BMC'"
complete -c farrier -n "__fish_farrier_using_subcommand audit" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand audit" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand audit" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l sarif -d 'Print SARIF 2.1.0'
complete -c farrier -n "__fish_farrier_using_subcommand audit" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand audit" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand audit" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand audit" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l kind -d 'Only orphans of this kind (repeatable)' -r -f -a "failed-allocation\t'Allocation that got no node'
stuck-allocation\t'Allocation that no conductor processes'
expired-reservation\t'Reservation that has expired'
unused-allocation\t'Allocation of farrier without a deploy'
unallocated-instance\t'Instance without an allocation'
stale-vif\t'Attached VIF without a Neutron port'
stale-port\t'Port of farrier for an instance that does not exist'
stale-ramdisk-port\t'Port of a ramdisk that no longer runs'
stale-ramdisk-vif\t'VIF of a ramdisk without a Neutron port'
stale-instance-info\t'Free node that still has `instance_info`'
credential-trial\t'Temporary node for a test of BMC credentials'"
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l older-than -d 'Minimum time since the last change (default: 1h)' -r
complete -c farrier -n "__fish_farrier_using_subcommand gc" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand gc" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand gc" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand gc" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand gc" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand gc" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand gc" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand gc" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -f -a "up" -d 'Start or reconfigure the lab'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -f -a "down" -d 'Stop the lab'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -f -a "status" -d 'Show the status of the lab'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -f -a "demo" -d 'Run a demo: enroll, schedule, deploy, rebuild, destroy'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and not __fish_seen_subcommand_from up down status demo help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l dir -d 'Directory of the lab (default: per user)' -r -f -a "(__fish_complete_directories)"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l auth -d 'Authentication (default: none)' -r -f -a "none\t'No authentication'
http_basic\t'User name and password (in the lab\'s clouds.yaml)'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l power-delay -d 'Seconds to change or query the power (default: 0)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l deploy-delay -d 'Seconds per step without a ramdisk (default: 0)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l clean-delay -d 'Seconds of cleaning without a ramdisk (default: 0)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l boot-delay -d 'Seconds to boot a ramdisk (default: 2)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l step-delay -d 'Seconds per step in a ramdisk (default: 2)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l deploy-timeout -d 'Ramdisk timeout in seconds (default: 60)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l no-machines -d 'Do not enroll the mock machines'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l foreground -d 'Run in the foreground'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l dir -d 'Directory of the lab (default: per user)' -r -f -a "(__fish_complete_directories)"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l purge -d 'Delete the data of the lab too'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -l dir -d 'Directory of the lab (default: per user)' -r -f -a "(__fish_complete_directories)"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l dir -d 'Directory of the lab (default: per user)' -r -f -a "(__fish_complete_directories)"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l keep -d 'Keep the lab running afterwards'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from help" -f -a "up" -d 'Start or reconfigure the lab'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from help" -f -a "down" -d 'Stop the lab'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the status of the lab'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from help" -f -a "demo" -d 'Run a demo: enroll, schedule, deploy, rebuild, destroy'
complete -c farrier -n "__fish_farrier_using_subcommand lab; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand schema" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand schema" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schema" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand schema" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand schema" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand schema" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schema" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand schema" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand schema" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand schema" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand schema" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand schema" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand schema" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand man" -l dir -d 'Write all pages to this directory' -r -f -a "(__fish_complete_directories)"
complete -c farrier -n "__fish_farrier_using_subcommand man" -s f -l format -d 'Output format (default: table)' -r -f -a "table\t'Table for humans; not stable between versions'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header row (RFC 4180)'
value\t'Values only: one row per line, columns separated by a space'"
complete -c farrier -n "__fish_farrier_using_subcommand man" -s c -l column -d 'Column to show (repeatable)' -r
complete -c farrier -n "__fish_farrier_using_subcommand man" -l sort -d 'Sort lists by this column' -r
complete -c farrier -n "__fish_farrier_using_subcommand man" -l progress -d 'How to show progress on stderr (default: auto)' -r -f -a "auto\t'Bars on a terminal, otherwise lines'
bar\t'Progress bars'
plain\t'One line per change, and one per minute without changes'
json\t'One JSON event per line'
none\t'No progress'"
complete -c farrier -n "__fish_farrier_using_subcommand man" -l color -d 'When to use color (default: auto)' -r -f -a "auto\t'Color if the terminal supports it and the environment does not disable it'
always\t'Always color'
never\t'Never color'"
complete -c farrier -n "__fish_farrier_using_subcommand man" -s j -l jobs -d 'Maximum number of parallel operations (default: 16)' -r
complete -c farrier -n "__fish_farrier_using_subcommand man" -l os-cloud -d 'Cloud or group (default: `OS_CLOUD`)' -r
complete -c farrier -n "__fish_farrier_using_subcommand man" -l os-endpoint -d 'URL of Ironic' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand man" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand man" -s v -l verbose -d 'Print each step (`-vv`: also every request)'
complete -c farrier -n "__fish_farrier_using_subcommand man" -l debug -d 'Print full requests and responses'
complete -c farrier -n "__fish_farrier_using_subcommand man" -s y -l yes -d 'Answer yes to all prompts'
complete -c farrier -n "__fish_farrier_using_subcommand man" -l no-auth-cache -d 'Do not cache Keystone tokens'
complete -c farrier -n "__fish_farrier_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "enroll" -d 'Enroll nodes from a file'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "export" -d 'Export nodes to a file for `farrier enroll`'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "schedule" -d 'Show which nodes fit a request, and why others do not'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "deploy" -d 'Deploy an instance'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "wait" -d 'Wait for running operations to finish'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "why" -d 'Explain the state of an instance or node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "list" -d 'List instances'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "show" -d 'Show an instance'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "watch" -d 'Watch nodes or instances for changes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "rebuild" -d 'Redeploy an instance on the same node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "power" -d 'Show or change the power state'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "rescue" -d 'Boot an instance into a rescue ramdisk'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "unrescue" -d 'Leave rescue mode and boot the instance'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "console" -d 'Show, enable or disable the console of a node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "boot-device" -d 'Show or set the boot device of a node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "nmi" -d 'Send an NMI to trigger a crash dump'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "vif" -d 'List, attach and detach networks (VIFs)'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "destroy" -d 'Destroy instances and release their nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "reservation" -d 'List and release reserved nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "node" -d 'Manage nodes: list, change, inspect, clean'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "flavor" -d 'List, show and derive flavors'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "capacity" -d 'Count the free nodes for each flavor'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "audit" -d 'Audit the security of BMC access'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "gc" -d 'Find and remove orphaned allocations, VIFs and ports'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "doctor" -d 'Check access to a cloud and its services'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "lab" -d 'Run a real Ironic with mock machines on this computer'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "completions" -d 'Generate shell completions'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "schema" -d 'Print the JSON Schema of a command\'s output'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "man" -d 'Print or install manual pages'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from enroll export schedule deploy wait why list show watch rebuild power rescue unrescue console boot-device nmi vif destroy reservation node flavor capacity audit gc doctor lab completions schema man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from watch" -f -a "nodes" -d 'Watch nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from watch" -f -a "instances" -d 'Watch instances'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from power" -f -a "on" -d 'Power on'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from power" -f -a "off" -d 'Power off'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from power" -f -a "reboot" -d 'Power cycle or restart'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from power" -f -a "status" -d 'Show the power state'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from vif" -f -a "list" -d 'List the VIFs of an instance or node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from vif" -f -a "attach" -d 'Attach networks to an instance or node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from vif" -f -a "detach" -d 'Detach a VIF'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from reservation" -f -a "list" -d 'List reservations'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from reservation" -f -a "release" -d 'Release reserved nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from reservation" -f -a "reap" -d 'Release all expired reservations'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "list" -d 'List nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "show" -d 'Show a node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "set" -d 'Change fields of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "unset" -d 'Remove fields or keys from nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "ports" -d 'List the ports of a node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "traits" -d 'List the traits of a node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "bios" -d 'Show the BIOS settings of a node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "firmware" -d 'Show the firmware versions of a node'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "inventory" -d 'Show the hardware that the last inspection found'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "history" -d 'Show the history of a node, newest first'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "maintenance" -d 'Set or end maintenance of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "retire" -d 'Mark nodes as retired, or undo it'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "protect" -d 'Protect deployed nodes, or undo it'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "manage" -d 'Move nodes to `manageable` (verifies the BMC)'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "provide" -d 'Move nodes to `available` (cleans them)'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "inspect" -d 'Inspect the hardware of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "clean" -d 'Run clean steps on nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "service" -d 'Run service steps on deployed nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "adopt" -d 'Adopt nodes that were deployed by another tool'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "abort" -d 'Abort an operation that is waiting or on hold'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "unhold" -d 'Resume nodes that are on hold at a step'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "validate" -d 'Validate the interfaces of nodes'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "check" -d 'Find differences between nodes and their hardware'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "delete" -d 'Delete nodes and their ports'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from flavor" -f -a "list" -d 'List flavors'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from flavor" -f -a "show" -d 'Show a flavor'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from flavor" -f -a "derive" -d 'Propose a flavor for each kind of machine'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from lab" -f -a "up" -d 'Start or reconfigure the lab'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from lab" -f -a "down" -d 'Stop the lab'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from lab" -f -a "status" -d 'Show the status of the lab'
complete -c farrier -n "__fish_farrier_using_subcommand help; and __fish_seen_subcommand_from lab" -f -a "demo" -d 'Run a demo: enroll, schedule, deploy, rebuild, destroy'
