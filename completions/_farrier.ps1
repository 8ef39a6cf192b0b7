
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
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Print the answer as a table, or in a form for programs')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print the answer as a table, or in a form for programs')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Show this column; repeat for more, in the order wanted; `help` lists them')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Show this column; repeat for more, in the order wanted; `help` lists them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort a list by this column; `KEY:desc` turns it around')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'How many nodes to work on at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many nodes to work on at once')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'Ironic''s URL, to talk to it without Keystone')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the answer, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the answer, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; `-vv`: each request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; `-vv`: each request too')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show requests and answers whole, with secrets masked')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Ask no question: whatever would be asked is agreed to')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask no question: whatever would be asked is agreed to')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a page of the manual, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;completions' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Print the answer as a table, or in a form for programs')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print the answer as a table, or in a form for programs')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Show this column; repeat for more, in the order wanted; `help` lists them')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Show this column; repeat for more, in the order wanted; `help` lists them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort a list by this column; `KEY:desc` turns it around')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'How many nodes to work on at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many nodes to work on at once')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'Ironic''s URL, to talk to it without Keystone')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the answer, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the answer, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; `-vv`: each request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; `-vv`: each request too')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show requests and answers whole, with secrets masked')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Ask no question: whatever would be asked is agreed to')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask no question: whatever would be asked is agreed to')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write every page into this directory')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Print the answer as a table, or in a form for programs')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print the answer as a table, or in a form for programs')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Show this column; repeat for more, in the order wanted; `help` lists them')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Show this column; repeat for more, in the order wanted; `help` lists them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort a list by this column; `KEY:desc` turns it around')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'How many nodes to work on at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many nodes to work on at once')
            [CompletionResult]::new('--os-cloud', '--os-cloud', [CompletionResultType]::ParameterName, 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over')
            [CompletionResult]::new('--os-endpoint', '--os-endpoint', [CompletionResultType]::ParameterName, 'Ironic''s URL, to talk to it without Keystone')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the answer, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the answer, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; `-vv`: each request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; `-vv`: each request too')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show requests and answers whole, with secrets masked')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Ask no question: whatever would be asked is agreed to')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask no question: whatever would be asked is agreed to')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'farrier;help' {
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a page of the manual, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'farrier;help;completions' {
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
