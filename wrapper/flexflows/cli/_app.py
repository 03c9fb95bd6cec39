"""The command line: what can be said, and which code of ours does it.

What only one command needs is imported when that command runs: starting is most of what a short listing takes.
"""

import click

from flexflows._version import __version__

from ._columns import Column, complete_columns, parse_columns
from ._options import cursor_option, is_colored, no_color_option, page_size_option, takes_source
from ._schema import record_shape
from ._source import Source

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=SETTINGS, invoke_without_command=True)
@click.version_option(__version__, message="%(prog)s %(version)s")
@no_color_option
@click.pass_context
def app(context: click.Context) -> None:
    """List the Flex Flows of Twilio accounts.

    Credentials come from TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; else
    from the Twilio CLI's active profile. --sandbox needs none.

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
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _columns(context: click.Context, _parameter: click.Parameter, text: str | None) -> list[Column] | None:
    if text is None or context.resilient_parsing:
        return None
    if text.strip() == "help":
        from ._columns_help import draw_columns_help  # noqa: PLC0415

        draw_columns_help(record_shape(), is_colored=is_colored())
        context.exit()
    try:
        return parse_columns(text, record_shape())
    except ValueError as error:
        raise click.UsageError(str(error), context) from None


@app.command("list")
@takes_source
@page_size_option
@cursor_option
@click.option(
    "--columns",
    metavar="NAMES",
    callback=_columns,
    shell_complete=complete_columns,
    help="Which fields, such as sid,integration.flow_sid; `help` lists them.",
)
@click.option(
    "-o",
    "--output",
    "kind",
    type=click.Choice(["table", "json", "jsonl", "csv", "tsv"]),
    default="table",
    show_default=True,
    help="How to write them.",
)
@click.option("--with-profile", is_flag=True, help="Begin each row with its profile, as for several profiles.")
@click.option(
    "--header/--no-header",
    default=None,
    help="Whether CSV and TSV begin with the columns' names; default: unless --cursor continues a file.",
)
@no_color_option
def list_command(
    source: Source, columns: list[Column] | None, kind: str, *, with_profile: bool, header: bool | None
) -> int:
    """List flows, every one unless --limit says otherwise.

    All formats but the table are written page by page as the flows come. When a listing breaks, what is written stays,
    and the error names the --cursor that goes on from there: in the same file, without a gap or a repeat.

    \b
    table  as many columns as the terminal has room for; all of them in a pipe
    json   one array          jsonl  a record on each line
    csv    for spreadsheets   tsv    for cut and awk: \\t \\n \\r \\\\ are escapes

    JSON has the records as the API spells them. CSV and TSV have a column for each field of the API, or those of
    --columns; an object is written as JSON. A CSV file begins with the mark by which spreadsheets know UTF-8 (a pipe
    does not). Cells are what the API says: when flows are named by people that you do not trust, import them as text,
    since a spreadsheet takes a name that begins with = for a formula.

    \b
    Examples:
      flexflows list --columns sid,friendly_name,integration.flow_sid
      flexflows list -o jsonl | jq -r 'select(.enabled) | .sid'
      flexflows list --all-profiles -o csv > flows.csv
      flexflows list -o csv --cursor CURSOR >> flows.csv
    """
    from ._list import Listing  # noqa: PLC0415

    has_profiles = source.has_several or with_profile
    with_header = source.query.cursor is None if header is None else header
    return Listing(source, kind, columns, has_profiles, with_header, is_colored()).run()


report_output_option = click.option(
    "-o",
    "--output",
    "kind",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for machines.",
)


@app.command("summary")
@takes_source
@report_output_option
@no_color_option
def summary_command(source: Source, kind: str) -> int:
    """Count flows: by channel, by integration, enabled or not, of each account and in all.

    \b
    Examples:
      flexflows summary --sandbox
      flexflows summary -p production -p staging
      flexflows summary --all-profiles -o json
    """
    from ._summary import summarize  # noqa: PLC0415

    return summarize(source, is_json=kind == "json", is_colored=is_colored())


@app.command("drift")
@takes_source
@report_output_option
@no_color_option
def drift_command(source: Source, kind: str) -> int:
    """Find what this version does not know of the flows that the API sends.

    Reported are fields and values that are new, values of another type, and fields that did not come. The exit code is
    4 when something was found; a field that did not come is not enough, since the API promises none.

    \b
    Examples:
      flexflows drift
      flexflows drift --all-profiles -o json
    """
    from ._drift_report import report_drift  # noqa: PLC0415

    return report_drift(source, is_json=kind == "json", is_colored=is_colored())


def _faults(context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    if "help" in names and not context.resilient_parsing:
        from ._serve import draw_faults  # noqa: PLC0415

        draw_faults(is_colored=is_colored())
        context.exit()
    return names


@app.command("sandbox")
@click.option("--port", type=click.IntRange(0, 65535), default=8480, show_default=True, help="0 takes a free one.")
@click.option("--flows", type=click.IntRange(min=0), default=100, show_default=True, help="How many the account has.")
@click.option(
    "--latency", type=click.FloatRange(min=0), default=0.0, show_default=True, help="Seconds before each answer."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed is another account.")
@click.option(
    "--fault",
    "faults",
    metavar="NAME",
    multiple=True,
    callback=_faults,
    help="What goes wrong, repeatable: NAME always, NAME@3 at the third request, NAME@3x2 twice from there. "
    "`help` lists them.",
)
@no_color_option
def sandbox_command(port: int, flows: int, latency: float, seed: int, faults: tuple[str, ...]) -> int:
    """Serve a made-up account on this machine, until Ctrl-C.

    \b
    Examples:
      flexflows sandbox --flows 5000 --latency 0.2
      flexflows sandbox --fault 429@2x3 --fault cut_off@7
    """
    from ._serve import serve  # noqa: PLC0415

    return serve(port=port, flows=flows, latency=latency, seed=seed, faults=faults, is_colored=is_colored())


@app.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> int:
    """Print what makes a shell complete this command.

    \b
    bash:  eval "$(flexflows completion bash)"     in ~/.bashrc
    zsh:   eval "$(flexflows completion zsh)"      in ~/.zshrc
    fish:  flexflows completion fish | source      in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"this version of click knows no {shell}", context)
    click.echo(completion(app, {}, "flexflows", "_FLEXFLOWS_COMPLETE").source())
    return 0
