
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'farrier' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'farrier'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'farrier' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('enroll', 'enroll', [CompletionResultType]::ParameterValue, 'Enroll nodes from a file')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Export nodes to a file for `farrier enroll`')
            [CompletionResult]::new('schedule', 'schedule', [CompletionResultType]::ParameterValue, 'Show which nodes fit a request, and why others do not')
            [CompletionResult]::new('deploy', 'deploy', [CompletionResultType]::ParameterValue, 'Deploy an instance')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait for running operations to finish')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Explain the state of an instance or node')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List instances')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show an instance')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch nodes or instances for changes')
            [CompletionResult]::new('rebuild', 'rebuild', [CompletionResultType]::ParameterValue, 'Redeploy an instance on the same node')
            [CompletionResult]::new('power', 'power', [CompletionResultType]::ParameterValue, 'Show or change the power state')
            [CompletionResult]::new('rescue', 'rescue', [CompletionResultType]::ParameterValue, 'Boot an instance into a rescue ramdisk')
            [CompletionResult]::new('unrescue', 'unrescue', [CompletionResultType]::ParameterValue, 'Leave rescue mode and boot the instance')
            [CompletionResult]::new('console', 'console', [CompletionResultType]::ParameterValue, 'Show, enable or disable the console of a node')
            [CompletionResult]::new('boot-device', 'boot-device', [CompletionResultType]::ParameterValue, 'Show or set the boot device of a node')
            [CompletionResult]::new('nmi', 'nmi', [CompletionResultType]::ParameterValue, 'Send an NMI to trigger a crash dump')
            [CompletionResult]::new('vif', 'vif', [CompletionResultType]::ParameterValue, 'List, attach and detach networks (VIFs)')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Destroy instances and release their nodes')
            [CompletionResult]::new('reservation', 'reservation', [CompletionResultType]::ParameterValue, 'List and release reserved nodes')
            [CompletionResult]::new('node', 'node', [CompletionResultType]::ParameterValue, 'Manage nodes: list, change, inspect, clean')
            [CompletionResult]::new('flavor', 'flavor', [CompletionResultType]::ParameterValue, 'List, show and derive flavors')
            [CompletionResult]::new('capacity', 'capacity', [CompletionResultType]::ParameterValue, 'Count the free nodes for each flavor')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Audit the security of BMC access')
            [CompletionResult]::new('gc', 'gc', [CompletionResultType]::ParameterValue, 'Find and remove orphaned allocations, VIFs and ports')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check access to a cloud and its services')
            [CompletionResult]::new('lab', 'lab', [CompletionResultType]::ParameterValue, 'Run a real Ironic with mock machines on this computer')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Generate shell completions')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a command''s output')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print or install manual pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;enroll' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'File format (default: detected)')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Hardware type')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the node')
            [CompletionResult]::new('--uuid', '--uuid', [CompletionResultType]::ParameterName, 'UUID of the node (default: random)')
            [CompletionResult]::new('--driver-info', '--driver-info', [CompletionResultType]::ParameterName, 'Entry of `driver_info` (repeatable)')
            [CompletionResult]::new('--property', '--property', [CompletionResultType]::ParameterName, 'Property (repeatable)')
            [CompletionResult]::new('--mac', '--mac', [CompletionResultType]::ParameterName, 'MAC address of a port (repeatable)')
            [CompletionResult]::new('--trait', '--trait', [CompletionResultType]::ParameterName, 'Trait (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Resource class')
            [CompletionResult]::new('--extra', '--extra', [CompletionResultType]::ParameterName, 'Entry of `extra` (repeatable)')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'Any other field (repeatable)')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Provision state to stop at (default: available)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for all nodes (default: 1h)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--update', '--update', [CompletionResultType]::ParameterName, 'Change nodes that differ from the file')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Remove what is not in the file')
            [CompletionResult]::new('--push-secrets', '--push-secrets', [CompletionResultType]::ParameterName, 'Resend all secrets, even unchanged ones')
            [CompletionResult]::new('--inspect', '--inspect', [CompletionResultType]::ParameterName, 'Inspect nodes before they become available')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change; change nothing')
            [CompletionResult]::new('--validate-only', '--validate-only', [CompletionResultType]::ParameterName, 'Check the files only, without Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;export' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output file (default: stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output file (default: stdout)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;schedule' {
            [CompletionResult]::new('--flavor-file', '--flavor-file', [CompletionResultType]::ParameterName, 'File or directory of flavors (repeatable)')
            [CompletionResult]::new('--vcpus', '--vcpus', [CompletionResultType]::ParameterName, 'Minimum number of CPUs')
            [CompletionResult]::new('--ram', '--ram', [CompletionResultType]::ParameterName, 'Minimum RAM, in MiB or with a unit')
            [CompletionResult]::new('--disk', '--disk', [CompletionResultType]::ParameterName, 'Minimum local disk, in GiB or with a unit')
            [CompletionResult]::new('--arch', '--arch', [CompletionResultType]::ParameterName, 'CPU architecture, such as `x86_64`')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Resource class')
            [CompletionResult]::new('--trait', '--trait', [CompletionResultType]::ParameterName, 'Required trait, or `!TRAIT` to forbid it (repeatable)')
            [CompletionResult]::new('--capability', '--capability', [CompletionResultType]::ParameterName, 'Required capability (repeatable)')
            [CompletionResult]::new('--filters', '--filters', [CompletionResultType]::ParameterName, 'Filters to apply, in the given order')
            [CompletionResult]::new('--weigher', '--weigher', [CompletionResultType]::ParameterName, 'Ranking of the nodes (default: best-fit)')
            [CompletionResult]::new('--subset-size', '--subset-size', [CompletionResultType]::ParameterName, 'Pick each node at random from the K best (default: 1)')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed for reproducible random choices')
            [CompletionResult]::new('--node', '--node', [CompletionResultType]::ParameterName, 'Consider only this node (repeatable)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Exclude this node (repeatable)')
            [CompletionResult]::new('--conductor-group', '--conductor-group', [CompletionResultType]::ParameterName, 'Only nodes in this conductor group')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only nodes in this shard')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Only nodes owned by this project')
            [CompletionResult]::new('--lessee', '--lessee', [CompletionResultType]::ParameterName, 'Only nodes leased to this project')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Number of nodes, or `all` that fit (default: 1)')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'Image to deploy')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Plan a fleet: all instances of this file')
            [CompletionResult]::new('--inventory', '--inventory', [CompletionResultType]::ParameterName, 'Saved inventory to use instead of a cloud')
            [CompletionResult]::new('--reserve', '--reserve', [CompletionResultType]::ParameterName, 'Reserve the node under this name')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Duration of the reservation (default: no expiry)')
            [CompletionResult]::new('--flavor', '--flavor', [CompletionResultType]::ParameterName, 'Flavor, from a file or Nova')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'Require exactly the requested RAM, disk and CPUs')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show why the other nodes were rejected')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;deploy' {
            [CompletionResult]::new('--flavor-file', '--flavor-file', [CompletionResultType]::ParameterName, 'File or directory of flavors (repeatable)')
            [CompletionResult]::new('--vcpus', '--vcpus', [CompletionResultType]::ParameterName, 'Minimum number of CPUs')
            [CompletionResult]::new('--ram', '--ram', [CompletionResultType]::ParameterName, 'Minimum RAM, in MiB or with a unit')
            [CompletionResult]::new('--disk', '--disk', [CompletionResultType]::ParameterName, 'Minimum local disk, in GiB or with a unit')
            [CompletionResult]::new('--arch', '--arch', [CompletionResultType]::ParameterName, 'CPU architecture, such as `x86_64`')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Resource class')
            [CompletionResult]::new('--trait', '--trait', [CompletionResultType]::ParameterName, 'Required trait, or `!TRAIT` to forbid it (repeatable)')
            [CompletionResult]::new('--capability', '--capability', [CompletionResultType]::ParameterName, 'Required capability (repeatable)')
            [CompletionResult]::new('--filters', '--filters', [CompletionResultType]::ParameterName, 'Filters to apply, in the given order')
            [CompletionResult]::new('--weigher', '--weigher', [CompletionResultType]::ParameterName, 'Ranking of the nodes (default: best-fit)')
            [CompletionResult]::new('--subset-size', '--subset-size', [CompletionResultType]::ParameterName, 'Pick each node at random from the K best (default: 1)')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed for reproducible random choices')
            [CompletionResult]::new('--node', '--node', [CompletionResultType]::ParameterName, 'Consider only this node (repeatable)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Exclude this node (repeatable)')
            [CompletionResult]::new('--conductor-group', '--conductor-group', [CompletionResultType]::ParameterName, 'Only nodes in this conductor group')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only nodes in this shard')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Only nodes owned by this project')
            [CompletionResult]::new('--lessee', '--lessee', [CompletionResultType]::ParameterName, 'Only nodes leased to this project')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Number of instances: NAME-1, NAME-2, …')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Deploy a fleet: all instances of this file')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'Image: URL, path or name in Glance')
            [CompletionResult]::new('--image-checksum', '--image-checksum', [CompletionResultType]::ParameterName, 'Checksum, or a checksum file')
            [CompletionResult]::new('--image-type', '--image-type', [CompletionResultType]::ParameterName, 'Image type (default: detected)')
            [CompletionResult]::new('--image-format', '--image-format', [CompletionResultType]::ParameterName, 'Image format (default: detected)')
            [CompletionResult]::new('--image-kernel', '--image-kernel', [CompletionResultType]::ParameterName, 'Kernel of a partition image')
            [CompletionResult]::new('--image-ramdisk', '--image-ramdisk', [CompletionResultType]::ParameterName, 'Ramdisk of a partition image')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'File with the pull secret of an oci:// registry')
            [CompletionResult]::new('--root-size', '--root-size', [CompletionResultType]::ParameterName, 'Size of the root partition')
            [CompletionResult]::new('--swap-size', '--swap-size', [CompletionResultType]::ParameterName, 'Size of the swap partition')
            [CompletionResult]::new('--ephemeral-size', '--ephemeral-size', [CompletionResultType]::ParameterName, 'Size of the ephemeral partition')
            [CompletionResult]::new('--ephemeral-format', '--ephemeral-format', [CompletionResultType]::ParameterName, 'Ephemeral file system (default: ext4)')
            [CompletionResult]::new('--root-device', '--root-device', [CompletionResultType]::ParameterName, 'Root device hint (repeatable)')
            [CompletionResult]::new('--network', '--network', [CompletionResultType]::ParameterName, 'Network to attach to (repeatable)')
            [CompletionResult]::new('--subnet', '--subnet', [CompletionResultType]::ParameterName, 'Subnet to attach to (repeatable)')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Existing port to attach (repeatable)')
            [CompletionResult]::new('--ip', '--ip', [CompletionResultType]::ParameterName, 'Network with a fixed address (repeatable)')
            [CompletionResult]::new('--security-group', '--security-group', [CompletionResultType]::ParameterName, 'Security group of new ports (repeatable)')
            [CompletionResult]::new('--dns-name', '--dns-name', [CompletionResultType]::ParameterName, 'DNS name of the created ports')
            [CompletionResult]::new('--ssh-key', '--ssh-key', [CompletionResultType]::ParameterName, 'Public SSH key file (repeatable)')
            [CompletionResult]::new('--user-data', '--user-data', [CompletionResultType]::ParameterName, 'User data file (repeatable)')
            [CompletionResult]::new('--meta', '--meta', [CompletionResultType]::ParameterName, 'Metadata item (repeatable)')
            [CompletionResult]::new('--hostname', '--hostname', [CompletionResultType]::ParameterName, 'Host name (default: the instance''s name)')
            [CompletionResult]::new('--network-data', '--network-data', [CompletionResultType]::ParameterName, 'Network configuration file')
            [CompletionResult]::new('--vendor-data', '--vendor-data', [CompletionResultType]::ParameterName, 'Vendor data file, as JSON or YAML')
            [CompletionResult]::new('--config-drive', '--config-drive', [CompletionResultType]::ParameterName, 'Existing config drive')
            [CompletionResult]::new('--deploy-step', '--deploy-step', [CompletionResultType]::ParameterName, 'Deploy steps to run (repeatable)')
            [CompletionResult]::new('--deploy-template', '--deploy-template', [CompletionResultType]::ParameterName, 'Deploy template (repeatable)')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Other nodes to try if it fails (default: 2)')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Wait until the instance answers')
            [CompletionResult]::new('--check-address', '--check-address', [CompletionResultType]::ParameterName, 'Address to check (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: 1h)')
            [CompletionResult]::new('--flavor', '--flavor', [CompletionResultType]::ParameterName, 'Flavor, from a file or Nova')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'Require exactly the requested RAM, disk and CPUs')
            [CompletionResult]::new('--keep-failed', '--keep-failed', [CompletionResultType]::ParameterName, 'Keep a failed deploy for analysis')
            [CompletionResult]::new('--release-failed', '--release-failed', [CompletionResultType]::ParameterName, 'Do not quarantine the failed node')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change; change nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;wait' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;why' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;list' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;show' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;watch' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('nodes', 'nodes', [CompletionResultType]::ParameterValue, 'Watch nodes')
            [CompletionResult]::new('instances', 'instances', [CompletionResultType]::ParameterValue, 'Watch instances')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;watch;nodes' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Minimum interval between updates (default: 2s)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--detail', '--detail', [CompletionResultType]::ParameterName, 'Show all fields of each node')
            [CompletionResult]::new('--maintenance', '--maintenance', [CompletionResultType]::ParameterName, 'Only nodes in maintenance')
            [CompletionResult]::new('--quarantined', '--quarantined', [CompletionResultType]::ParameterName, 'Only nodes in quarantine')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;watch;instances' {
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Minimum interval between updates (default: 2s)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;watch;help' {
            [CompletionResult]::new('nodes', 'nodes', [CompletionResultType]::ParameterValue, 'Watch nodes')
            [CompletionResult]::new('instances', 'instances', [CompletionResultType]::ParameterValue, 'Watch instances')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;watch;help;nodes' {
            break
        }
        'farrier;watch;help;instances' {
            break
        }
        'farrier;watch;help;help' {
            break
        }
        'farrier;rebuild' {
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'Image: URL, path or name in Glance')
            [CompletionResult]::new('--image-checksum', '--image-checksum', [CompletionResultType]::ParameterName, 'Checksum, or a checksum file')
            [CompletionResult]::new('--image-type', '--image-type', [CompletionResultType]::ParameterName, 'Image type (default: detected)')
            [CompletionResult]::new('--image-format', '--image-format', [CompletionResultType]::ParameterName, 'Image format (default: detected)')
            [CompletionResult]::new('--image-kernel', '--image-kernel', [CompletionResultType]::ParameterName, 'Kernel of a partition image')
            [CompletionResult]::new('--image-ramdisk', '--image-ramdisk', [CompletionResultType]::ParameterName, 'Ramdisk of a partition image')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'File with the pull secret of an oci:// registry')
            [CompletionResult]::new('--ssh-key', '--ssh-key', [CompletionResultType]::ParameterName, 'Public SSH key file (repeatable)')
            [CompletionResult]::new('--user-data', '--user-data', [CompletionResultType]::ParameterName, 'User data file (repeatable)')
            [CompletionResult]::new('--meta', '--meta', [CompletionResultType]::ParameterName, 'Metadata item (repeatable)')
            [CompletionResult]::new('--hostname', '--hostname', [CompletionResultType]::ParameterName, 'Host name (default: the instance''s name)')
            [CompletionResult]::new('--network-data', '--network-data', [CompletionResultType]::ParameterName, 'Network configuration file')
            [CompletionResult]::new('--vendor-data', '--vendor-data', [CompletionResultType]::ParameterName, 'Vendor data file, as JSON or YAML')
            [CompletionResult]::new('--config-drive', '--config-drive', [CompletionResultType]::ParameterName, 'Existing config drive')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: 1h)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--preserve-ephemeral', '--preserve-ephemeral', [CompletionResultType]::ParameterName, 'Keep the ephemeral partition and its data')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the requests that would be sent; change nothing')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;power' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Power on')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Power off')
            [CompletionResult]::new('reboot', 'reboot', [CompletionResultType]::ParameterValue, 'Power cycle or restart')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the power state')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;power;on' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;power;off' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none; with --soft: 5m)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--soft', '--soft', [CompletionResultType]::ParameterName, 'Shut down the operating system first')
            [CompletionResult]::new('--no-fallback', '--no-fallback', [CompletionResultType]::ParameterName, 'With --soft: fail instead of cutting the power')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;power;reboot' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none; with --soft: 5m)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-fallback', '--no-fallback', [CompletionResultType]::ParameterName, 'With --soft: fail instead of cutting the power')
            [CompletionResult]::new('--soft', '--soft', [CompletionResultType]::ParameterName, 'Restart through the operating system')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;power;status' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;power;help' {
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Power on')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Power off')
            [CompletionResult]::new('reboot', 'reboot', [CompletionResultType]::ParameterValue, 'Power cycle or restart')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the power state')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;power;help;on' {
            break
        }
        'farrier;power;help;off' {
            break
        }
        'farrier;power;help;reboot' {
            break
        }
        'farrier;power;help;status' {
            break
        }
        'farrier;power;help;help' {
            break
        }
        'farrier;rescue' {
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File with only the password; `-` reads stdin')
            [CompletionResult]::new('--password', '--password', [CompletionResultType]::ParameterName, 'Refused, because all users of this computer can read command lines')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: 1h)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;unrescue' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: 1h)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;console' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--enable', '--enable', [CompletionResultType]::ParameterName, 'Enable the console')
            [CompletionResult]::new('--disable', '--disable', [CompletionResultType]::ParameterName, 'Disable the console')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;boot-device' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--persistent', '--persistent', [CompletionResultType]::ParameterName, 'Set it for every boot, not only the next')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;nmi' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;vif' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the VIFs of an instance or node')
            [CompletionResult]::new('attach', 'attach', [CompletionResultType]::ParameterValue, 'Attach networks to an instance or node')
            [CompletionResult]::new('detach', 'detach', [CompletionResultType]::ParameterValue, 'Detach a VIF')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;vif;list' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;vif;attach' {
            [CompletionResult]::new('--network', '--network', [CompletionResultType]::ParameterName, 'Network to attach to (repeatable)')
            [CompletionResult]::new('--subnet', '--subnet', [CompletionResultType]::ParameterName, 'Subnet to attach to (repeatable)')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Existing port to attach (repeatable)')
            [CompletionResult]::new('--ip', '--ip', [CompletionResultType]::ParameterName, 'Network with a fixed address (repeatable)')
            [CompletionResult]::new('--security-group', '--security-group', [CompletionResultType]::ParameterName, 'Security group of new ports (repeatable)')
            [CompletionResult]::new('--dns-name', '--dns-name', [CompletionResultType]::ParameterName, 'DNS name of the created ports')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;vif;detach' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;vif;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the VIFs of an instance or node')
            [CompletionResult]::new('attach', 'attach', [CompletionResultType]::ParameterValue, 'Attach networks to an instance or node')
            [CompletionResult]::new('detach', 'detach', [CompletionResultType]::ParameterValue, 'Detach a VIF')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;vif;help;list' {
            break
        }
        'farrier;vif;help;attach' {
            break
        }
        'farrier;vif;help;detach' {
            break
        }
        'farrier;vif;help;help' {
            break
        }
        'farrier;destroy' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--missing-ok', '--missing-ok', [CompletionResultType]::ParameterName, 'Ignore instances that do not exist')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('--wait-clean', '--wait-clean', [CompletionResultType]::ParameterName, 'Wait until the node is cleaned and available')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the requests that would be sent; change nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;reservation' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List reservations')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Release reserved nodes')
            [CompletionResult]::new('reap', 'reap', [CompletionResultType]::ParameterValue, 'Release all expired reservations')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;reservation;list' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;reservation;release' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--missing-ok', '--missing-ok', [CompletionResultType]::ParameterName, 'Ignore reservations that do not exist')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;reservation;reap' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;reservation;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List reservations')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Release reserved nodes')
            [CompletionResult]::new('reap', 'reap', [CompletionResultType]::ParameterValue, 'Release all expired reservations')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;reservation;help;list' {
            break
        }
        'farrier;reservation;help;release' {
            break
        }
        'farrier;reservation;help;reap' {
            break
        }
        'farrier;reservation;help;help' {
            break
        }
        'farrier;node' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List nodes')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a node')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change fields of nodes')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Remove fields or keys from nodes')
            [CompletionResult]::new('ports', 'ports', [CompletionResultType]::ParameterValue, 'List the ports of a node')
            [CompletionResult]::new('traits', 'traits', [CompletionResultType]::ParameterValue, 'List the traits of a node')
            [CompletionResult]::new('bios', 'bios', [CompletionResultType]::ParameterValue, 'Show the BIOS settings of a node')
            [CompletionResult]::new('firmware', 'firmware', [CompletionResultType]::ParameterValue, 'Show the firmware versions of a node')
            [CompletionResult]::new('inventory', 'inventory', [CompletionResultType]::ParameterValue, 'Show the hardware that the last inspection found')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show the history of a node, newest first')
            [CompletionResult]::new('maintenance', 'maintenance', [CompletionResultType]::ParameterValue, 'Set or end maintenance of nodes')
            [CompletionResult]::new('retire', 'retire', [CompletionResultType]::ParameterValue, 'Mark nodes as retired, or undo it')
            [CompletionResult]::new('protect', 'protect', [CompletionResultType]::ParameterValue, 'Protect deployed nodes, or undo it')
            [CompletionResult]::new('manage', 'manage', [CompletionResultType]::ParameterValue, 'Move nodes to `manageable` (verifies the BMC)')
            [CompletionResult]::new('provide', 'provide', [CompletionResultType]::ParameterValue, 'Move nodes to `available` (cleans them)')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Inspect the hardware of nodes')
            [CompletionResult]::new('clean', 'clean', [CompletionResultType]::ParameterValue, 'Run clean steps on nodes')
            [CompletionResult]::new('service', 'service', [CompletionResultType]::ParameterValue, 'Run service steps on deployed nodes')
            [CompletionResult]::new('adopt', 'adopt', [CompletionResultType]::ParameterValue, 'Adopt nodes that were deployed by another tool')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Abort an operation that is waiting or on hold')
            [CompletionResult]::new('unhold', 'unhold', [CompletionResultType]::ParameterValue, 'Resume nodes that are on hold at a step')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Validate the interfaces of nodes')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find differences between nodes and their hardware')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete nodes and their ports')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;node;list' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Minimum interval between updates of --watch (default: 2s)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--detail', '--detail', [CompletionResultType]::ParameterName, 'Show all fields of each node')
            [CompletionResult]::new('--maintenance', '--maintenance', [CompletionResultType]::ParameterName, 'Only nodes in maintenance')
            [CompletionResult]::new('--quarantined', '--quarantined', [CompletionResultType]::ParameterName, 'Only nodes in quarantine')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Watch the list and show changes')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;show' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;set' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name (only for a single node)')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Hardware type')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Resource class')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'Any other field (repeatable)')
            [CompletionResult]::new('--property', '--property', [CompletionResultType]::ParameterName, 'Property (repeatable)')
            [CompletionResult]::new('--capability', '--capability', [CompletionResultType]::ParameterName, 'Capability (repeatable)')
            [CompletionResult]::new('--trait', '--trait', [CompletionResultType]::ParameterName, 'Trait to add (repeatable)')
            [CompletionResult]::new('--extra', '--extra', [CompletionResultType]::ParameterName, 'Entry of `extra` (repeatable)')
            [CompletionResult]::new('--instance-info', '--instance-info', [CompletionResultType]::ParameterName, 'Entry of `instance_info` (repeatable)')
            [CompletionResult]::new('--driver-info', '--driver-info', [CompletionResultType]::ParameterName, 'Entry of `driver_info` (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for all nodes (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-verify', '--no-verify', [CompletionResultType]::ParameterName, 'Do not test new BMC credentials first')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change; change nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;unset' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'Field, such as `owner` (repeatable)')
            [CompletionResult]::new('--property', '--property', [CompletionResultType]::ParameterName, 'Property (repeatable)')
            [CompletionResult]::new('--capability', '--capability', [CompletionResultType]::ParameterName, 'Capability (repeatable)')
            [CompletionResult]::new('--trait', '--trait', [CompletionResultType]::ParameterName, 'Trait (repeatable)')
            [CompletionResult]::new('--extra', '--extra', [CompletionResultType]::ParameterName, 'Entry of `extra` (repeatable)')
            [CompletionResult]::new('--instance-info', '--instance-info', [CompletionResultType]::ParameterName, 'Entry of `instance_info` (repeatable)')
            [CompletionResult]::new('--driver-info', '--driver-info', [CompletionResultType]::ParameterName, 'Entry of `driver_info` (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for all nodes (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-verify', '--no-verify', [CompletionResultType]::ParameterName, 'Do not test new BMC credentials first')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change; change nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;ports' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;traits' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;bios' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Only settings with this text in the name')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;firmware' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;inventory' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;history' {
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Number of entries to show (default: 20)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--errors', '--errors', [CompletionResultType]::ParameterName, 'Show only errors')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;maintenance' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Reason, shown with the node')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--off', '--off', [CompletionResultType]::ParameterName, 'End maintenance')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;retire' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Reason, shown with the node')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--off', '--off', [CompletionResultType]::ParameterName, 'Clear the flag and its reason')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;protect' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Reason, shown with the node')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--off', '--off', [CompletionResultType]::ParameterName, 'Clear the flag and its reason')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;manage' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;provide' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;inspect' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;clean' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--step', '--step', [CompletionResultType]::ParameterName, 'Steps, as JSON or a file (repeatable)')
            [CompletionResult]::new('--runbook', '--runbook', [CompletionResultType]::ParameterName, 'Runbook to run')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;service' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--step', '--step', [CompletionResultType]::ParameterName, 'Steps, as JSON or a file (repeatable)')
            [CompletionResult]::new('--runbook', '--runbook', [CompletionResultType]::ParameterName, 'Runbook to run')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;adopt' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;abort' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;unhold' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout (default: none)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait for the operation to finish')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;validate' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;check' {
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File that was enrolled (repeatable)')
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'File format (default: detected)')
            [CompletionResult]::new('--flavor', '--flavor', [CompletionResultType]::ParameterName, 'Flavor, from a file or Nova')
            [CompletionResult]::new('--flavor-file', '--flavor-file', [CompletionResultType]::ParameterName, 'File or directory of flavors (repeatable)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Save the inspection data for later checks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;delete' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only nodes in this provision state')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Only nodes with this fault')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only nodes that match (repeatable)')
            [CompletionResult]::new('--resource-class', '--resource-class', [CompletionResultType]::ParameterName, 'Only nodes of this resource class')
            [CompletionResult]::new('--driver', '--driver', [CompletionResultType]::ParameterName, 'Only nodes with this hardware type')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;node;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List nodes')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a node')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change fields of nodes')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Remove fields or keys from nodes')
            [CompletionResult]::new('ports', 'ports', [CompletionResultType]::ParameterValue, 'List the ports of a node')
            [CompletionResult]::new('traits', 'traits', [CompletionResultType]::ParameterValue, 'List the traits of a node')
            [CompletionResult]::new('bios', 'bios', [CompletionResultType]::ParameterValue, 'Show the BIOS settings of a node')
            [CompletionResult]::new('firmware', 'firmware', [CompletionResultType]::ParameterValue, 'Show the firmware versions of a node')
            [CompletionResult]::new('inventory', 'inventory', [CompletionResultType]::ParameterValue, 'Show the hardware that the last inspection found')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show the history of a node, newest first')
            [CompletionResult]::new('maintenance', 'maintenance', [CompletionResultType]::ParameterValue, 'Set or end maintenance of nodes')
            [CompletionResult]::new('retire', 'retire', [CompletionResultType]::ParameterValue, 'Mark nodes as retired, or undo it')
            [CompletionResult]::new('protect', 'protect', [CompletionResultType]::ParameterValue, 'Protect deployed nodes, or undo it')
            [CompletionResult]::new('manage', 'manage', [CompletionResultType]::ParameterValue, 'Move nodes to `manageable` (verifies the BMC)')
            [CompletionResult]::new('provide', 'provide', [CompletionResultType]::ParameterValue, 'Move nodes to `available` (cleans them)')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Inspect the hardware of nodes')
            [CompletionResult]::new('clean', 'clean', [CompletionResultType]::ParameterValue, 'Run clean steps on nodes')
            [CompletionResult]::new('service', 'service', [CompletionResultType]::ParameterValue, 'Run service steps on deployed nodes')
            [CompletionResult]::new('adopt', 'adopt', [CompletionResultType]::ParameterValue, 'Adopt nodes that were deployed by another tool')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Abort an operation that is waiting or on hold')
            [CompletionResult]::new('unhold', 'unhold', [CompletionResultType]::ParameterValue, 'Resume nodes that are on hold at a step')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Validate the interfaces of nodes')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find differences between nodes and their hardware')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete nodes and their ports')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;node;help;list' {
            break
        }
        'farrier;node;help;show' {
            break
        }
        'farrier;node;help;set' {
            break
        }
        'farrier;node;help;unset' {
            break
        }
        'farrier;node;help;ports' {
            break
        }
        'farrier;node;help;traits' {
            break
        }
        'farrier;node;help;bios' {
            break
        }
        'farrier;node;help;firmware' {
            break
        }
        'farrier;node;help;inventory' {
            break
        }
        'farrier;node;help;history' {
            break
        }
        'farrier;node;help;maintenance' {
            break
        }
        'farrier;node;help;retire' {
            break
        }
        'farrier;node;help;protect' {
            break
        }
        'farrier;node;help;manage' {
            break
        }
        'farrier;node;help;provide' {
            break
        }
        'farrier;node;help;inspect' {
            break
        }
        'farrier;node;help;clean' {
            break
        }
        'farrier;node;help;service' {
            break
        }
        'farrier;node;help;adopt' {
            break
        }
        'farrier;node;help;abort' {
            break
        }
        'farrier;node;help;unhold' {
            break
        }
        'farrier;node;help;validate' {
            break
        }
        'farrier;node;help;check' {
            break
        }
        'farrier;node;help;delete' {
            break
        }
        'farrier;node;help;help' {
            break
        }
        'farrier;flavor' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List flavors')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a flavor')
            [CompletionResult]::new('derive', 'derive', [CompletionResultType]::ParameterValue, 'Propose a flavor for each kind of machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;flavor;list' {
            [CompletionResult]::new('--flavor-file', '--flavor-file', [CompletionResultType]::ParameterName, 'File or directory of flavors (repeatable)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;flavor;show' {
            [CompletionResult]::new('--flavor-file', '--flavor-file', [CompletionResultType]::ParameterName, 'File or directory of flavors (repeatable)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;flavor;derive' {
            [CompletionResult]::new('--inventory', '--inventory', [CompletionResultType]::ParameterName, 'Saved inventory to use instead of a cloud')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;flavor;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List flavors')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a flavor')
            [CompletionResult]::new('derive', 'derive', [CompletionResultType]::ParameterValue, 'Propose a flavor for each kind of machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;flavor;help;list' {
            break
        }
        'farrier;flavor;help;show' {
            break
        }
        'farrier;flavor;help;derive' {
            break
        }
        'farrier;flavor;help;help' {
            break
        }
        'farrier;capacity' {
            [CompletionResult]::new('--flavor', '--flavor', [CompletionResultType]::ParameterName, 'Only this flavor (repeatable)')
            [CompletionResult]::new('--flavor-file', '--flavor-file', [CompletionResultType]::ParameterName, 'File or directory of flavors (repeatable)')
            [CompletionResult]::new('--inventory', '--inventory', [CompletionResultType]::ParameterName, 'Saved inventory to use instead of a cloud')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;audit' {
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit 10 on findings at least this severe (default: high)')
            [CompletionResult]::new('--at-least', '--at-least', [CompletionResultType]::ParameterName, 'Show only findings at least this severe (default: info)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--sarif', '--sarif', [CompletionResultType]::ParameterName, 'Print SARIF 2.1.0')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;gc' {
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Only orphans of this kind (repeatable)')
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'Minimum time since the last change (default: 1h)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;doctor' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;lab' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start or reconfigure the lab')
            [CompletionResult]::new('down', 'down', [CompletionResultType]::ParameterValue, 'Stop the lab')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the status of the lab')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Run a demo: enroll, schedule, deploy, rebuild, destroy')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;lab;up' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Directory of the lab (default: per user)')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Authentication (default: none)')
            [CompletionResult]::new('--power-delay', '--power-delay', [CompletionResultType]::ParameterName, 'Seconds to change or query the power (default: 0)')
            [CompletionResult]::new('--deploy-delay', '--deploy-delay', [CompletionResultType]::ParameterName, 'Seconds per step without a ramdisk (default: 0)')
            [CompletionResult]::new('--clean-delay', '--clean-delay', [CompletionResultType]::ParameterName, 'Seconds of cleaning without a ramdisk (default: 0)')
            [CompletionResult]::new('--boot-delay', '--boot-delay', [CompletionResultType]::ParameterName, 'Seconds to boot a ramdisk (default: 2)')
            [CompletionResult]::new('--step-delay', '--step-delay', [CompletionResultType]::ParameterName, 'Seconds per step in a ramdisk (default: 2)')
            [CompletionResult]::new('--deploy-timeout', '--deploy-timeout', [CompletionResultType]::ParameterName, 'Ramdisk timeout in seconds (default: 60)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--no-machines', '--no-machines', [CompletionResultType]::ParameterName, 'Do not enroll the mock machines')
            [CompletionResult]::new('--foreground', '--foreground', [CompletionResultType]::ParameterName, 'Run in the foreground')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;lab;down' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Directory of the lab (default: per user)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--purge', '--purge', [CompletionResultType]::ParameterName, 'Delete the data of the lab too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;lab;status' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Directory of the lab (default: per user)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;lab;demo' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Directory of the lab (default: per user)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep the lab running afterwards')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;lab;help' {
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start or reconfigure the lab')
            [CompletionResult]::new('down', 'down', [CompletionResultType]::ParameterValue, 'Stop the lab')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the status of the lab')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Run a demo: enroll, schedule, deploy, rebuild, destroy')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;lab;help;up' {
            break
        }
        'farrier;lab;help;down' {
            break
        }
        'farrier;lab;help;status' {
            break
        }
        'farrier;lab;help;demo' {
            break
        }
        'farrier;lab;help;help' {
            break
        }
        'farrier;completions' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;schema' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write all pages to this directory')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format (default: table)')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Column to show (repeatable)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort lists by this column')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress on stderr (default: auto)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color (default: auto)')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Maximum number of parallel operations (default: 16)')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud or group (default: `OS_CLOUD`)')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'URL of Ironic')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print each step (`-vv`: also every request)')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Print full requests and responses')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to all prompts')
            [CompletionResult]::new('--no-auth-cache', '--no-auth-cache', [CompletionResultType]::ParameterName, 'Do not cache Keystone tokens')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;help' {
            [CompletionResult]::new('enroll', 'enroll', [CompletionResultType]::ParameterValue, 'Enroll nodes from a file')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Export nodes to a file for `farrier enroll`')
            [CompletionResult]::new('schedule', 'schedule', [CompletionResultType]::ParameterValue, 'Show which nodes fit a request, and why others do not')
            [CompletionResult]::new('deploy', 'deploy', [CompletionResultType]::ParameterValue, 'Deploy an instance')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait for running operations to finish')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Explain the state of an instance or node')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List instances')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show an instance')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch nodes or instances for changes')
            [CompletionResult]::new('rebuild', 'rebuild', [CompletionResultType]::ParameterValue, 'Redeploy an instance on the same node')
            [CompletionResult]::new('power', 'power', [CompletionResultType]::ParameterValue, 'Show or change the power state')
            [CompletionResult]::new('rescue', 'rescue', [CompletionResultType]::ParameterValue, 'Boot an instance into a rescue ramdisk')
            [CompletionResult]::new('unrescue', 'unrescue', [CompletionResultType]::ParameterValue, 'Leave rescue mode and boot the instance')
            [CompletionResult]::new('console', 'console', [CompletionResultType]::ParameterValue, 'Show, enable or disable the console of a node')
            [CompletionResult]::new('boot-device', 'boot-device', [CompletionResultType]::ParameterValue, 'Show or set the boot device of a node')
            [CompletionResult]::new('nmi', 'nmi', [CompletionResultType]::ParameterValue, 'Send an NMI to trigger a crash dump')
            [CompletionResult]::new('vif', 'vif', [CompletionResultType]::ParameterValue, 'List, attach and detach networks (VIFs)')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Destroy instances and release their nodes')
            [CompletionResult]::new('reservation', 'reservation', [CompletionResultType]::ParameterValue, 'List and release reserved nodes')
            [CompletionResult]::new('node', 'node', [CompletionResultType]::ParameterValue, 'Manage nodes: list, change, inspect, clean')
            [CompletionResult]::new('flavor', 'flavor', [CompletionResultType]::ParameterValue, 'List, show and derive flavors')
            [CompletionResult]::new('capacity', 'capacity', [CompletionResultType]::ParameterValue, 'Count the free nodes for each flavor')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Audit the security of BMC access')
            [CompletionResult]::new('gc', 'gc', [CompletionResultType]::ParameterValue, 'Find and remove orphaned allocations, VIFs and ports')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check access to a cloud and its services')
            [CompletionResult]::new('lab', 'lab', [CompletionResultType]::ParameterValue, 'Run a real Ironic with mock machines on this computer')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Generate shell completions')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a command''s output')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print or install manual pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;help;enroll' {
            break
        }
        'farrier;help;export' {
            break
        }
        'farrier;help;schedule' {
            break
        }
        'farrier;help;deploy' {
            break
        }
        'farrier;help;wait' {
            break
        }
        'farrier;help;why' {
            break
        }
        'farrier;help;list' {
            break
        }
        'farrier;help;show' {
            break
        }
        'farrier;help;watch' {
            [CompletionResult]::new('nodes', 'nodes', [CompletionResultType]::ParameterValue, 'Watch nodes')
            [CompletionResult]::new('instances', 'instances', [CompletionResultType]::ParameterValue, 'Watch instances')
            break
        }
        'farrier;help;watch;nodes' {
            break
        }
        'farrier;help;watch;instances' {
            break
        }
        'farrier;help;rebuild' {
            break
        }
        'farrier;help;power' {
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Power on')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Power off')
            [CompletionResult]::new('reboot', 'reboot', [CompletionResultType]::ParameterValue, 'Power cycle or restart')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the power state')
            break
        }
        'farrier;help;power;on' {
            break
        }
        'farrier;help;power;off' {
            break
        }
        'farrier;help;power;reboot' {
            break
        }
        'farrier;help;power;status' {
            break
        }
        'farrier;help;rescue' {
            break
        }
        'farrier;help;unrescue' {
            break
        }
        'farrier;help;console' {
            break
        }
        'farrier;help;boot-device' {
            break
        }
        'farrier;help;nmi' {
            break
        }
        'farrier;help;vif' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the VIFs of an instance or node')
            [CompletionResult]::new('attach', 'attach', [CompletionResultType]::ParameterValue, 'Attach networks to an instance or node')
            [CompletionResult]::new('detach', 'detach', [CompletionResultType]::ParameterValue, 'Detach a VIF')
            break
        }
        'farrier;help;vif;list' {
            break
        }
        'farrier;help;vif;attach' {
            break
        }
        'farrier;help;vif;detach' {
            break
        }
        'farrier;help;destroy' {
            break
        }
        'farrier;help;reservation' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List reservations')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Release reserved nodes')
            [CompletionResult]::new('reap', 'reap', [CompletionResultType]::ParameterValue, 'Release all expired reservations')
            break
        }
        'farrier;help;reservation;list' {
            break
        }
        'farrier;help;reservation;release' {
            break
        }
        'farrier;help;reservation;reap' {
            break
        }
        'farrier;help;node' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List nodes')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a node')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change fields of nodes')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Remove fields or keys from nodes')
            [CompletionResult]::new('ports', 'ports', [CompletionResultType]::ParameterValue, 'List the ports of a node')
            [CompletionResult]::new('traits', 'traits', [CompletionResultType]::ParameterValue, 'List the traits of a node')
            [CompletionResult]::new('bios', 'bios', [CompletionResultType]::ParameterValue, 'Show the BIOS settings of a node')
            [CompletionResult]::new('firmware', 'firmware', [CompletionResultType]::ParameterValue, 'Show the firmware versions of a node')
            [CompletionResult]::new('inventory', 'inventory', [CompletionResultType]::ParameterValue, 'Show the hardware that the last inspection found')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show the history of a node, newest first')
            [CompletionResult]::new('maintenance', 'maintenance', [CompletionResultType]::ParameterValue, 'Set or end maintenance of nodes')
            [CompletionResult]::new('retire', 'retire', [CompletionResultType]::ParameterValue, 'Mark nodes as retired, or undo it')
            [CompletionResult]::new('protect', 'protect', [CompletionResultType]::ParameterValue, 'Protect deployed nodes, or undo it')
            [CompletionResult]::new('manage', 'manage', [CompletionResultType]::ParameterValue, 'Move nodes to `manageable` (verifies the BMC)')
            [CompletionResult]::new('provide', 'provide', [CompletionResultType]::ParameterValue, 'Move nodes to `available` (cleans them)')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Inspect the hardware of nodes')
            [CompletionResult]::new('clean', 'clean', [CompletionResultType]::ParameterValue, 'Run clean steps on nodes')
            [CompletionResult]::new('service', 'service', [CompletionResultType]::ParameterValue, 'Run service steps on deployed nodes')
            [CompletionResult]::new('adopt', 'adopt', [CompletionResultType]::ParameterValue, 'Adopt nodes that were deployed by another tool')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Abort an operation that is waiting or on hold')
            [CompletionResult]::new('unhold', 'unhold', [CompletionResultType]::ParameterValue, 'Resume nodes that are on hold at a step')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Validate the interfaces of nodes')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find differences between nodes and their hardware')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete nodes and their ports')
            break
        }
        'farrier;help;node;list' {
            break
        }
        'farrier;help;node;show' {
            break
        }
        'farrier;help;node;set' {
            break
        }
        'farrier;help;node;unset' {
            break
        }
        'farrier;help;node;ports' {
            break
        }
        'farrier;help;node;traits' {
            break
        }
        'farrier;help;node;bios' {
            break
        }
        'farrier;help;node;firmware' {
            break
        }
        'farrier;help;node;inventory' {
            break
        }
        'farrier;help;node;history' {
            break
        }
        'farrier;help;node;maintenance' {
            break
        }
        'farrier;help;node;retire' {
            break
        }
        'farrier;help;node;protect' {
            break
        }
        'farrier;help;node;manage' {
            break
        }
        'farrier;help;node;provide' {
            break
        }
        'farrier;help;node;inspect' {
            break
        }
        'farrier;help;node;clean' {
            break
        }
        'farrier;help;node;service' {
            break
        }
        'farrier;help;node;adopt' {
            break
        }
        'farrier;help;node;abort' {
            break
        }
        'farrier;help;node;unhold' {
            break
        }
        'farrier;help;node;validate' {
            break
        }
        'farrier;help;node;check' {
            break
        }
        'farrier;help;node;delete' {
            break
        }
        'farrier;help;flavor' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List flavors')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a flavor')
            [CompletionResult]::new('derive', 'derive', [CompletionResultType]::ParameterValue, 'Propose a flavor for each kind of machine')
            break
        }
        'farrier;help;flavor;list' {
            break
        }
        'farrier;help;flavor;show' {
            break
        }
        'farrier;help;flavor;derive' {
            break
        }
        'farrier;help;capacity' {
            break
        }
        'farrier;help;audit' {
            break
        }
        'farrier;help;gc' {
            break
        }
        'farrier;help;doctor' {
            break
        }
        'farrier;help;lab' {
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start or reconfigure the lab')
            [CompletionResult]::new('down', 'down', [CompletionResultType]::ParameterValue, 'Stop the lab')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the status of the lab')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Run a demo: enroll, schedule, deploy, rebuild, destroy')
            break
        }
        'farrier;help;lab;up' {
            break
        }
        'farrier;help;lab;down' {
            break
        }
        'farrier;help;lab;status' {
            break
        }
        'farrier;help;lab;demo' {
            break
        }
        'farrier;help;completions' {
            break
        }
        'farrier;help;schema' {
            break
        }
        'farrier;help;man' {
            break
        }
        'farrier;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
