//! The farrier commands in shell command lines, as examples and documents contain them.

/// The farrier commands in a shell command line, each as a list of arguments. Pipes and redirections end a command.
pub(crate) fn calls(line: &str) -> Vec<Vec<String>> {
    let mut calls = vec![vec![]];
    let mut argument: Option<String> = None;
    let mut quote = None;
    for c in line.chars().chain([' ']) {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                argument.get_or_insert_default();
            }
            (None, ' ' | '|' | '>' | '<' | ';' | '&' | ')') => {
                calls.last_mut().expect("never empty").extend(argument.take());
                if c != ' ' {
                    calls.push(vec![]);
                }
            }
            _ => argument.get_or_insert_default().push(c),
        }
    }
    calls.retain(|call| call.first().is_some_and(|program| program == "farrier"));
    calls
}

#[test]
fn shell_command_line_is_split_into_calls() {
    let arguments = |line| calls(line).concat().join("/");
    assert_eq!(arguments("farrier list -f 'a b' | jq . > x"), "farrier/list/-f/a b");
    assert_eq!(arguments("cat x | farrier enroll -"), "farrier/enroll/-");
    assert_eq!(arguments("export A=b && farrier enroll -"), "farrier/enroll/-");
}
