
use builtin;
use str;

set edit:completion:arg-completer[farrier] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'farrier'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'farrier'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone'
            cand -q 'Say nothing but the answer, warnings and errors'
            cand --quiet 'Say nothing but the answer, warnings and errors'
            cand -v 'Say what is being done; `-vv`: each request too'
            cand --verbose 'Say what is being done; `-vv`: each request too'
            cand --debug 'Show requests and answers whole, with secrets masked'
            cand -y 'Ask no question: whatever would be asked is agreed to'
            cand --yes 'Ask no question: whatever would be asked is agreed to'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand completions 'Print the completions of a shell'
            cand man 'Print a page of the manual, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;completions'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone'
            cand -q 'Say nothing but the answer, warnings and errors'
            cand --quiet 'Say nothing but the answer, warnings and errors'
            cand -v 'Say what is being done; `-vv`: each request too'
            cand --verbose 'Say what is being done; `-vv`: each request too'
            cand --debug 'Show requests and answers whole, with secrets masked'
            cand -y 'Ask no question: whatever would be asked is agreed to'
            cand --yes 'Ask no question: whatever would be asked is agreed to'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'farrier;man'= {
            cand --dir 'Write every page into this directory'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone'
            cand -q 'Say nothing but the answer, warnings and errors'
            cand --quiet 'Say nothing but the answer, warnings and errors'
            cand -v 'Say what is being done; `-vv`: each request too'
            cand --verbose 'Say what is being done; `-vv`: each request too'
            cand --debug 'Show requests and answers whole, with secrets masked'
            cand -y 'Ask no question: whatever would be asked is agreed to'
            cand --yes 'Ask no question: whatever would be asked is agreed to'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'farrier;help'= {
            cand completions 'Print the completions of a shell'
            cand man 'Print a page of the manual, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;help;completions'= {
        }
        &'farrier;help;man'= {
        }
        &'farrier;help;help'= {
        }
    ]
    $completions[$command]
}
