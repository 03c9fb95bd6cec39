"""The command line: what can be said, and which code of ours does it.

What only one command needs is imported when that command runs: starting is most of what a short listing takes.
"""

import click

from flexflows._version import __version__

from . import _help
from ._columns import Column, complete_columns, parse_columns
from ._options import cursor_option, is_colored, no_color_option, page_size_option, takes_source
from ._output import Output
from ._schema import record_shape
from ._source import Source

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(help=_help.APP, context_settings=SETTINGS, invoke_without_command=True)
@click.version_option(__version__, message="%(prog)s %(version)s")
@no_color_option
@click.pass_context
def app(context: click.Context) -> None:
    """Print the help, when no command was named."""
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


@app.command("list", help=_help.LIST, short_help="List flows.")
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
    metavar="FORMAT",
    type=click.Choice(["table", "json", "jsonl", "csv", "tsv"]),
    default="table",
    show_default=True,
    help="table, json, jsonl, csv or tsv.",
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
    """Run `flexflows list`."""
    from ._list import Listing  # noqa: PLC0415

    has_profiles = source.has_several or with_profile
    with_header = source.query.cursor is None if header is None else header
    return Listing(source, kind, columns, has_profiles, with_header, is_colored()).run()


report_output_option = click.option(
    "-o",
    "--output",
    "kind",
    metavar="FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people, json for machines.",
)


@app.command("summary", help=_help.SUMMARY, short_help="Count flows by channel, by integration, enabled or not.")
@takes_source
@report_output_option
@no_color_option
def summary_command(source: Source, kind: str) -> int:
    """Run `flexflows summary`."""
    from ._summary import summarize  # noqa: PLC0415

    return summarize(source, is_json=kind == "json", is_colored=is_colored())


@app.command("drift", help=_help.DRIFT, short_help="Find what the API sends and this version does not know.")
@takes_source
@report_output_option
@no_color_option
def drift_command(source: Source, kind: str) -> int:
    """Run `flexflows drift`."""
    from ._drift_report import report_drift  # noqa: PLC0415

    return report_drift(source, is_json=kind == "json", is_colored=is_colored())


def _faults(context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    if "help" in names and not context.resilient_parsing:
        from ._serve import draw_faults  # noqa: PLC0415

        draw_faults(is_colored=is_colored())
        context.exit()
    return names


@app.command("sandbox", help=_help.SANDBOX, short_help="Serve a made-up account on this machine.")
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
    help="A fault, repeatable: NAME at the first request, NAME@3 at the third, NAME@3x2 twice, NAME@3+ from there on. "
    "`help` lists them.",
)
@no_color_option
def sandbox_command(port: int, flows: int, latency: float, seed: int, faults: tuple[str, ...]) -> int:
    """Run `flexflows sandbox`."""
    from ._serve import serve  # noqa: PLC0415

    return serve(port=port, flows=flows, latency=latency, seed=seed, faults=faults, is_colored=is_colored())


@app.command("completion", help=_help.COMPLETION, short_help="Print what makes a shell complete this command.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> int:
    """Run `flexflows completion`."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"this version of click knows no {shell}", context)
    Output.standard().text(completion(app, {}, "flexflows", "_FLEXFLOWS_COMPLETE").source())
    return 0
