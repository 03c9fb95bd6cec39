"""`flexflows report`: what is left to migrate to Flex Conversations, and what blocks it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from flexflows.cli.report import Report, build, read_since, to_csv, to_json

from ._accounts import read_accounts, report_failures
from ._options import output_option, source_options
from ._source import Source
from ._terminal import Terminal

HELP = """Report what is left to migrate to Flex Conversations, and what blocks it.

Each flow gets a grade and the reasons for it, with their sources; each account gets work lists. The HTML is one page to
share: it loads nothing else, and can be sorted, filtered and printed.

\b
Examples:
  flexflows report --sandbox
  flexflows report --all-profiles -o html > report.html
  flexflows report --all-profiles -o json > monday.json
  flexflows report --all-profiles --since monday.json
"""


@click.command("report", help=HELP)
@source_options
@output_option("text or html for people, json or csv for machines.", "text", "html", "json", "csv")
@click.option(
    "--since",
    "earlier",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Also show what is gone, new and changed since an earlier `flexflows report -o json`.",
)
def command(source: Source, kind: str, earlier: Path | None) -> int:
    """Run `flexflows report`."""
    output = source.terminal.output
    selection = _selection(source)
    try:
        since = None if earlier is None else read_since(earlier, selection=selection)
    except ValueError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    accounts = read_accounts(source)
    now = datetime.now(UTC).replace(microsecond=0)
    report = build(accounts, now=now, since=since, selection=selection)
    output.write(_render(report, kind, source.terminal))
    return report_failures(source.terminal, accounts)


def _selection(source: Source) -> list[str]:
    """Return the options that leave flows out, in an order that does not depend on the command line."""
    filters = [f"--{name.replace('_', '-')} {value}" for name, value in source.filters.items()]
    return sorted({*filters, *(f"--where {condition.column.name}={condition.text}" for condition in source.where)})


def _render(report: Report, kind: str, terminal: Terminal) -> bytes:
    if kind == "text":
        from flexflows.cli.report.text import text_lines  # noqa: PLC0415 - each format imports its own

        lines = text_lines(report, terminal.width, has_blocks=terminal.has_unicode)
        return terminal.encode(*(terminal.style(text, style) if style else text for text, style in lines))
    if kind == "html":
        from flexflows.cli.report.html import to_html  # noqa: PLC0415 - jinja2 takes 40 ms

        return to_html(report).encode()
    if kind == "csv":
        return to_csv(report, is_new_file=terminal.output.is_new_file, is_shown=terminal.is_interactive)
    return to_json(report).encode()
