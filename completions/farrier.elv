
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
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
            cand deploy 'Deploy an instance'
            cand wait 'Wait until what is under way has ended'
            cand list 'List instances'
            cand show 'Show an instance'
            cand rebuild 'Deploy an instance anew, on the machine it has'
            cand power 'Show or change the power of instances and nodes'
            cand destroy 'Destroy instances and give their nodes back'
            cand reservation 'Shows and releases machines that were claimed beforehand'
            cand node 'List and show the machines themselves'
            cand completions 'Print the completions of a shell'
            cand man 'Print a page of the manual, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;deploy'= {
            cand --flavor 'What is asked for, by the name of a flavor; other options go over it'
            cand --flavor-file 'A file of flavors, or a folder of such; repeat for more; ~/.config/farrier/flavors/ unless given'
            cand --vcpus 'At least so many CPUs, or just as many with --exact'
            cand --ram 'At least so much RAM, or just as much with --exact; a bare number is MiB'
            cand --disk 'At least so much local disk, or just as much with --exact; a bare number is GiB'
            cand --arch 'This processor architecture'
            cand --resource-class 'This resource class'
            cand --trait 'A trait that the machine must have, or with `!` before it must not have; repeat for more'
            cand --capability 'A capability and what it must be, as in Nova''s extra specs; repeat for more'
            cand --filters 'The filters to pass, in this order, in place of the usual ones'
            cand --weigher 'Which of the fitting machines is best'
            cand --subset-size 'Draw each machine by lot from this many of the best'
            cand --seed 'Decide ties and draws the same way again'
            cand --node 'Look at this node only, by name or UUID; repeat for more'
            cand --exclude 'Leave this node alone, by name or UUID; repeat for more'
            cand --conductor-group 'Only nodes of this conductor group; `""` is the default one'
            cand --shard 'Only nodes of this shard'
            cand --owner 'Only nodes that this project owns'
            cand --count 'How many; their names are NAME-1, NAME-2, …'
            cand --image 'Where the image is: http(s)://, file:// (on the conductor), oci://, or a file on this computer'
            cand --image-checksum 'What it hashes to, in hexadecimal digits, or the URL of its SHA256SUMS; computed for local files'
            cand --image-kernel 'Kernel of a partition image'
            cand --image-ramdisk 'Ramdisk of a partition image'
            cand --root-size 'Size of the root partition; a bare number is GiB; the flavor''s disk unless given'
            cand --swap-size 'Size of the swap partition; a bare number is MiB; the flavor''s unless given'
            cand --ephemeral-size 'Size of the ephemeral partition; a bare number is GiB; the flavor''s unless given'
            cand --ssh-key 'A file of public SSH keys that may log in; repeat for more'
            cand --user-data 'A file of user data for cloud-init'
            cand --meta 'A word of metadata; repeat for more'
            cand --hostname 'The host name; the instance''s name unless given'
            cand --config-drive 'A config drive that is made already: a folder, a JSON or gzipped ISO file, or a URL'
            cand --deploy-step 'A deploy step as JSON: interface, step, args and priority; repeat for more'
            cand --retries 'How many further machines to try after one that failed'
            cand --timeout 'How long to wait; the deploy goes on in Ironic after that'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand --exact 'RAM, disk and CPUs must be just as asked for, not merely enough'
            cand --keep-failed 'Leave a failed deploy as it is, to be looked at'
            cand --no-wait 'Return once the deploy is under way'
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
        &'farrier;wait'= {
            cand --timeout 'How long to wait; the operation goes on in Ironic after that'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;list'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;show'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;rebuild'= {
            cand --image 'Where the image is: http(s)://, file:// (on the conductor), oci://, or a file on this computer'
            cand --image-checksum 'What it hashes to, in hexadecimal digits, or the URL of its SHA256SUMS; computed for local files'
            cand --image-kernel 'Kernel of a partition image'
            cand --image-ramdisk 'Ramdisk of a partition image'
            cand --ssh-key 'A file of public SSH keys that may log in; repeat for more'
            cand --user-data 'A file of user data for cloud-init'
            cand --meta 'A word of metadata; repeat for more'
            cand --hostname 'The host name; the instance''s name unless given'
            cand --config-drive 'A config drive that is made already: a folder, a JSON or gzipped ISO file, or a URL'
            cand --timeout 'How long to wait; the rebuild goes on in Ironic after that'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand --preserve-ephemeral 'Keep the ephemeral partition and what is on it'
            cand --no-wait 'Return once it is under way'
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
        &'farrier;power'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand -q 'Say nothing but the answer, warnings and errors'
            cand --quiet 'Say nothing but the answer, warnings and errors'
            cand -v 'Say what is being done; `-vv`: each request too'
            cand --verbose 'Say what is being done; `-vv`: each request too'
            cand --debug 'Show requests and answers whole, with secrets masked'
            cand -y 'Ask no question: whatever would be asked is agreed to'
            cand --yes 'Ask no question: whatever would be asked is agreed to'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand on 'Switch power on'
            cand off 'Switch power off'
            cand reboot 'Restart'
            cand status 'Show power as Ironic last saw it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;power;on'= {
            cand --timeout 'How long the machine may take'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;power;off'= {
            cand --timeout 'How long the machine may take'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand --soft 'Ask the operating system instead of pulling the plug'
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
        &'farrier;power;reboot'= {
            cand --timeout 'How long the machine may take'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand --soft 'Ask the operating system instead of pulling the plug'
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
        &'farrier;power;status'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;power;help'= {
            cand on 'Switch power on'
            cand off 'Switch power off'
            cand reboot 'Restart'
            cand status 'Show power as Ironic last saw it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;power;help;on'= {
        }
        &'farrier;power;help;off'= {
        }
        &'farrier;power;help;reboot'= {
        }
        &'farrier;power;help;status'= {
        }
        &'farrier;power;help;help'= {
        }
        &'farrier;destroy'= {
            cand --timeout 'How long to wait; the operation goes on in Ironic after that'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand --no-wait 'Return once Ironic has accepted it'
            cand --wait-clean 'Wait until the node is clean and can be deployed again'
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
        &'farrier;reservation'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand -q 'Say nothing but the answer, warnings and errors'
            cand --quiet 'Say nothing but the answer, warnings and errors'
            cand -v 'Say what is being done; `-vv`: each request too'
            cand --verbose 'Say what is being done; `-vv`: each request too'
            cand --debug 'Show requests and answers whole, with secrets masked'
            cand -y 'Ask no question: whatever would be asked is agreed to'
            cand --yes 'Ask no question: whatever would be asked is agreed to'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List reservations'
            cand release 'Give reserved machines back'
            cand reap 'Give back every machine whose reservation has expired'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;reservation;list'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;reservation;release'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;reservation;reap'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;reservation;help'= {
            cand list 'List reservations'
            cand release 'Give reserved machines back'
            cand reap 'Give back every machine whose reservation has expired'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;reservation;help;list'= {
        }
        &'farrier;reservation;help;release'= {
        }
        &'farrier;reservation;help;reap'= {
        }
        &'farrier;reservation;help;help'= {
        }
        &'farrier;node'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand -q 'Say nothing but the answer, warnings and errors'
            cand --quiet 'Say nothing but the answer, warnings and errors'
            cand -v 'Say what is being done; `-vv`: each request too'
            cand --verbose 'Say what is being done; `-vv`: each request too'
            cand --debug 'Show requests and answers whole, with secrets masked'
            cand -y 'Ask no question: whatever would be asked is agreed to'
            cand --yes 'Ask no question: whatever would be asked is agreed to'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List nodes'
            cand show 'Show a node'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;node;list'= {
            cand --state 'Only nodes in this provision state, in Ironic''s words'
            cand --resource-class 'Only nodes of this resource class'
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
            cand --detail 'Everything that Ironic knows of each node'
            cand --maintenance 'Only nodes in maintenance'
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
        &'farrier;node;show'= {
            cand -f 'Print the answer as a table, or in a form for programs'
            cand --format 'Print the answer as a table, or in a form for programs'
            cand -c 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --column 'Show this column; repeat for more, in the order wanted; `help` lists them'
            cand --sort 'Sort a list by this column; `KEY:desc` turns it around'
            cand --progress 'How to show progress, on stderr'
            cand --color 'When to use colour'
            cand -j 'How many nodes to work on at once'
            cand --jobs 'How many nodes to work on at once'
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
        &'farrier;node;help'= {
            cand list 'List nodes'
            cand show 'Show a node'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;node;help;list'= {
        }
        &'farrier;node;help;show'= {
        }
        &'farrier;node;help;help'= {
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
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
            cand --os-cloud 'Cloud in clouds.yaml, else `OS_CLOUD`; repeat it, or separate names by commas, where several can be worked over'
            cand --os-endpoint 'Ironic''s URL, to talk to it without Keystone, else `OS_ENDPOINT`'
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
            cand deploy 'Deploy an instance'
            cand wait 'Wait until what is under way has ended'
            cand list 'List instances'
            cand show 'Show an instance'
            cand rebuild 'Deploy an instance anew, on the machine it has'
            cand power 'Show or change the power of instances and nodes'
            cand destroy 'Destroy instances and give their nodes back'
            cand reservation 'Shows and releases machines that were claimed beforehand'
            cand node 'List and show the machines themselves'
            cand completions 'Print the completions of a shell'
            cand man 'Print a page of the manual, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'farrier;help;deploy'= {
        }
        &'farrier;help;wait'= {
        }
        &'farrier;help;list'= {
        }
        &'farrier;help;show'= {
        }
        &'farrier;help;rebuild'= {
        }
        &'farrier;help;power'= {
            cand on 'Switch power on'
            cand off 'Switch power off'
            cand reboot 'Restart'
            cand status 'Show power as Ironic last saw it'
        }
        &'farrier;help;power;on'= {
        }
        &'farrier;help;power;off'= {
        }
        &'farrier;help;power;reboot'= {
        }
        &'farrier;help;power;status'= {
        }
        &'farrier;help;destroy'= {
        }
        &'farrier;help;reservation'= {
            cand list 'List reservations'
            cand release 'Give reserved machines back'
            cand reap 'Give back every machine whose reservation has expired'
        }
        &'farrier;help;reservation;list'= {
        }
        &'farrier;help;reservation;release'= {
        }
        &'farrier;help;reservation;reap'= {
        }
        &'farrier;help;node'= {
            cand list 'List nodes'
            cand show 'Show a node'
        }
        &'farrier;help;node;list'= {
        }
        &'farrier;help;node;show'= {
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
