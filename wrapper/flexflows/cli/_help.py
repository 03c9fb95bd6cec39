"""What `--help` says; the backspaces keep click from filling the paragraphs below them."""

APP = """List the Flex Flows of Twilio accounts.

Credentials come from TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; else from
the Twilio CLI's active profile. --sandbox needs none.

\b
Examples:
  flexflows list --sandbox
  flexflows list -o csv > flows.csv
  flexflows summary --all-profiles
  flexflows drift -p production -o json

\b
Exit codes: 0 done, 1 the API or the network failed, 2 wrong usage,
3 credentials or configuration, 4 drift found, 130 interrupted.
"""

LIST = """List flows, every one unless --limit says otherwise.

\b
table  as many columns as the terminal has room for; in a pipe all of them
json   one array, a record on each line
jsonl  a record on each line
csv    for spreadsheets
tsv    for cut and awk; \\t \\n \\r \\\\ stand for what would break a line

JSON has the records as the API spells them. CSV and TSV have a column for each field of the API, or those of --columns;
an object is written as JSON. All but the table are written page by page as the flows come.

When a listing breaks, what is written stays, and the error says which --cursor goes on from there: in the same file,
without a gap or a repeat. Several accounts come one after the other, each row with its profile.

A CSV file, not a pipe, begins with the mark by which spreadsheets know UTF-8. Cells are what the API says, and a
spreadsheet takes a name that begins with = for a formula: import as text what is named by people you do not trust.

\b
Examples:
  flexflows list --columns sid,friendly_name,integration.flow_sid
  flexflows list -o jsonl | jq -r 'select(.enabled) | .sid'
  flexflows list --all-profiles -o csv > flows.csv
  flexflows list -o csv --cursor CURSOR >> flows.csv
"""

SUMMARY = """Count flows: by channel, by integration, enabled or not, of each account and in all.

\b
Examples:
  flexflows summary --sandbox
  flexflows summary -p production -p staging
  flexflows summary --all-profiles -o json
"""

DRIFT = """Find what this version does not know of the flows that the API sends.

Reported are fields and values that are new, values of another type, and fields that did not come. The exit code is 4
when something was found; a field that did not come is not enough for that, since the API promises none.

\b
Examples:
  flexflows drift
  flexflows drift --all-profiles -o json
"""

SANDBOX = """Serve a made-up account on this machine, until Ctrl-C.

\b
Examples:
  flexflows sandbox --flows 2500 --latency 0.2
  flexflows sandbox --fault 429@2x3 --fault cut-off@7
"""

COMPLETION = """Print what makes a shell complete this command.

\b
bash  eval "$(flexflows completion bash)"   in ~/.bashrc
zsh   eval "$(flexflows completion zsh)"    in ~/.zshrc
fish  flexflows completion fish | source    in ~/.config/fish/config.fish
"""
