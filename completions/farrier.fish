# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_farrier_global_optspecs
    string join \n f/format= c/column= sort= progress= color= q/quiet v/verbose debug y/yes j/jobs= os-cloud= os-endpoint= h/help V/version
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

complete -c farrier -n "__fish_farrier_needs_command" -s f -l format -d 'Print the answer as a table, or in a form for programs' -r -f -a "table\t'For eyes; may change from version to version'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header, quoted as RFC 4180 says'
value\t'Bare values: one row a line, columns split by one space'"
complete -c farrier -n "__fish_farrier_needs_command" -s c -l column -d 'Show this column; repeat for more, in the order wanted; `help` lists them' -r
complete -c farrier -n "__fish_farrier_needs_command" -l sort -d 'Sort a list by this column; `KEY:desc` turns it around' -r
complete -c farrier -n "__fish_farrier_needs_command" -l progress -d 'How to show progress, on stderr' -r -f -a "auto\t'Bars on a terminal, plain lines elsewhere'
bar\t'Bars'
plain\t'One line a change, and one a minute if nothing changes'
json\t'One JSON event a line'
none\t'Nothing'"
complete -c farrier -n "__fish_farrier_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'Colour on terminals that can show it, unless the environment says otherwise'
always\t'Colour always'
never\t'No colour'"
complete -c farrier -n "__fish_farrier_needs_command" -s j -l jobs -d 'How many nodes to work on at once' -r
complete -c farrier -n "__fish_farrier_needs_command" -l os-cloud -d 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over' -r
complete -c farrier -n "__fish_farrier_needs_command" -l os-endpoint -d 'Ironic\'s URL, to talk to it without Keystone' -r -f
complete -c farrier -n "__fish_farrier_needs_command" -s q -l quiet -d 'Say nothing but the answer, warnings and errors'
complete -c farrier -n "__fish_farrier_needs_command" -s v -l verbose -d 'Say what is being done; `-vv`: each request too'
complete -c farrier -n "__fish_farrier_needs_command" -l debug -d 'Show requests and answers whole, with secrets masked'
complete -c farrier -n "__fish_farrier_needs_command" -s y -l yes -d 'Ask no question: whatever would be asked is agreed to'
complete -c farrier -n "__fish_farrier_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_needs_command" -s V -l version -d 'Print version'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "man" -d 'Print a page of the manual, or write all of them into a directory'
complete -c farrier -n "__fish_farrier_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s f -l format -d 'Print the answer as a table, or in a form for programs' -r -f -a "table\t'For eyes; may change from version to version'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header, quoted as RFC 4180 says'
value\t'Bare values: one row a line, columns split by one space'"
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s c -l column -d 'Show this column; repeat for more, in the order wanted; `help` lists them' -r
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l sort -d 'Sort a list by this column; `KEY:desc` turns it around' -r
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l progress -d 'How to show progress, on stderr' -r -f -a "auto\t'Bars on a terminal, plain lines elsewhere'
bar\t'Bars'
plain\t'One line a change, and one a minute if nothing changes'
json\t'One JSON event a line'
none\t'Nothing'"
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'Colour on terminals that can show it, unless the environment says otherwise'
always\t'Colour always'
never\t'No colour'"
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s j -l jobs -d 'How many nodes to work on at once' -r
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l os-cloud -d 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over' -r
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l os-endpoint -d 'Ironic\'s URL, to talk to it without Keystone' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s q -l quiet -d 'Say nothing but the answer, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s v -l verbose -d 'Say what is being done; `-vv`: each request too'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -l debug -d 'Show requests and answers whole, with secrets masked'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s y -l yes -d 'Ask no question: whatever would be asked is agreed to'
complete -c farrier -n "__fish_farrier_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand man" -l dir -d 'Write every page into this directory' -r -f -a "(__fish_complete_directories)"
complete -c farrier -n "__fish_farrier_using_subcommand man" -s f -l format -d 'Print the answer as a table, or in a form for programs' -r -f -a "table\t'For eyes; may change from version to version'
json\t'Indented JSON'
yaml\t'YAML'
csv\t'Comma-separated values with a header, quoted as RFC 4180 says'
value\t'Bare values: one row a line, columns split by one space'"
complete -c farrier -n "__fish_farrier_using_subcommand man" -s c -l column -d 'Show this column; repeat for more, in the order wanted; `help` lists them' -r
complete -c farrier -n "__fish_farrier_using_subcommand man" -l sort -d 'Sort a list by this column; `KEY:desc` turns it around' -r
complete -c farrier -n "__fish_farrier_using_subcommand man" -l progress -d 'How to show progress, on stderr' -r -f -a "auto\t'Bars on a terminal, plain lines elsewhere'
bar\t'Bars'
plain\t'One line a change, and one a minute if nothing changes'
json\t'One JSON event a line'
none\t'Nothing'"
complete -c farrier -n "__fish_farrier_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'Colour on terminals that can show it, unless the environment says otherwise'
always\t'Colour always'
never\t'No colour'"
complete -c farrier -n "__fish_farrier_using_subcommand man" -s j -l jobs -d 'How many nodes to work on at once' -r
complete -c farrier -n "__fish_farrier_using_subcommand man" -l os-cloud -d 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over' -r
complete -c farrier -n "__fish_farrier_using_subcommand man" -l os-endpoint -d 'Ironic\'s URL, to talk to it without Keystone' -r -f
complete -c farrier -n "__fish_farrier_using_subcommand man" -s q -l quiet -d 'Say nothing but the answer, warnings and errors'
complete -c farrier -n "__fish_farrier_using_subcommand man" -s v -l verbose -d 'Say what is being done; `-vv`: each request too'
complete -c farrier -n "__fish_farrier_using_subcommand man" -l debug -d 'Show requests and answers whole, with secrets masked'
complete -c farrier -n "__fish_farrier_using_subcommand man" -s y -l yes -d 'Ask no question: whatever would be asked is agreed to'
complete -c farrier -n "__fish_farrier_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from completions man help" -f -a "completions" -d 'Print the completions of a shell'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from completions man help" -f -a "man" -d 'Print a page of the manual, or write all of them into a directory'
complete -c farrier -n "__fish_farrier_using_subcommand help; and not __fish_seen_subcommand_from completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
