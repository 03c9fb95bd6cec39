"""`flexflows list`: the flows of accounts in one of five formats, each of them written exactly once."""

import shlex
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import closing

import attrs
import click

from flexflows import FlexFlow
from flexflows._errors import ConfigurationError
from flexflows._generated import list_flex_flows

from ._accounts import describe_accounts, iter_portions, report_failures
from ._app import ExitCode, describe_write_error
from ._columns import PROFILE, Column, complete_columns, default_columns, draw_columns_help, parse_columns
from ._formats import Format, json_format, row_format
from ._options import output_option, source_options
from ._output import ReaderGoneError
from ._signals import Interrupted
from ._source import Account, Position, Source, open_accounts, resume_cursor
from ._table import by_importance, cells, draw_table
from ._terminal import Terminal
from ._text import pluralize, visible

HELP = """List all flows, or those that a filter, --where or --limit selects.

\b
table  the columns that identify a flow, then as many others as the terminal has room for
json   one array, a record on each line
jsonl  a record on each line
csv    for spreadsheets
tsv    for cut and awk; \\t \\n \\r \\\\ stand for tabs, line breaks and backslashes

JSON has the records as the API sent them. CSV and TSV have a column for each field of the API, or those of --columns;
an object is written as JSON, and null as an empty cell (in CSV an empty text is ""). All but the table are written
page by page. Several accounts are read at once and written one after the other, each row with its profile.

If a listing ends early, its output is valid, and standard error has the command that writes exactly the
rest: append its output to the same file with >>. A JSON array cannot be appended to; JSON Lines can.

A CSV file (not a pipe) begins with a byte order mark, so that spreadsheets read it as UTF-8. Cells are written as the
API sent them; a spreadsheet reads a name that begins with = as a formula, so import untrusted names as text.

\b
Examples:
  flexflows list --columns sid,friendly_name,integration.flow_sid
  flexflows list --where channel_type=sms --where contact_identity=+15005550006
  flexflows list -o jsonl | jq -r 'select(.enabled) | .sid'
  flexflows list --all-profiles -o csv > flows.csv
"""

MAX_PIPE = 1 << 20
"""The most bytes that a pipe holds, unless an administrator allows more."""


def _columns(context: click.Context, _option: click.Parameter, text: str | None) -> list[Column] | None:
    if text is None or context.resilient_parsing:
        return None
    if text.strip() == "help":
        draw_columns_help(context.ensure_object(Terminal))
        context.exit()
    try:
        return parse_columns(text)
    except ValueError as error:
        raise click.UsageError(str(error), context) from None


@click.command("list", help=HELP)
@source_options
@click.option(
    "--page-size",
    type=click.IntRange(list_flex_flows.page_size.minimum, list_flex_flows.page_size.maximum)
    if list_flex_flows.page_size
    else click.IntRange(1),
    metavar="N",
    help="Request N flows at a time; default: as many as the API allows.",
)
@click.option("--cursor", metavar="CURSOR", help="Resume from a cursor printed by an earlier run.")
@click.option(
    "--columns",
    metavar="NAMES",
    callback=_columns,
    shell_complete=complete_columns,
    help="Fields to write, such as sid,integration.flow_sid; `help` lists them.",
)
@output_option("table for people, the others for machines.", "table", "json", "jsonl", "csv", "tsv")
@click.option("--with-profile", is_flag=True, help="Begin each row with its profile, as for several profiles.")
@click.option(
    "--header/--no-header",
    default=None,
    help="Begin CSV and TSV with the names of the columns, or not; default: only without --cursor.",
)
def command(source: Source, columns: list[Column] | None, kind: str, *, with_profile: bool, header: bool | None) -> int:
    """Run `flexflows list`."""
    output = source.terminal.output
    has_profiles = source.has_several or with_profile
    if kind != "table" and source.terminal.is_interactive:
        source.terminal.shows_progress = False  # the rows are the progress
    with open_accounts(source) as accounts, source.terminal.signals.deferred():
        if kind in {"json", "jsonl"}:
            form = json_format(columns, with_profile=has_profiles, is_array=kind == "json")
            return Listing(source, accounts, form).run()
        shown = columns or default_columns()
        if has_profiles and PROFILE not in shown:
            shown = [PROFILE, *shown]
        if kind == "table":
            shown = shown if columns else by_importance(shown)
            return TableListing(source, accounts, shown, is_chosen=columns is not None).run()
        form = row_format(
            shown,
            is_tsv=kind == "tsv",
            is_new_file=output.is_new_file,
            with_header=source.cursor is None if header is None else header,
            is_shown=source.terminal.is_interactive,
        )
        return Listing(source, accounts, form, None if columns else shown).run()


class Listing:
    """A listing that is written page by page; with columns, it reports fields of the API that have no column."""

    def __init__(
        self, source: Source, accounts: Sequence[Account], form: Format, columns: Sequence[Column] | None = None
    ) -> None:
        self.source = source
        self.terminal = source.terminal
        self.output = source.terminal.output
        self.accounts = accounts
        self.form = form
        self.written = 0
        self._is_begun = False
        self._journal: deque[tuple[int, Account, Position]] = deque()
        self._names = None if columns is None else {column.name.partition(".")[0] for column in columns}
        self._left_out: set[str] = set()

    def run(self) -> int:
        """List, and return the exit code."""
        problem: Interrupted | ReaderGoneError | OSError | None = None
        for step in (self._write_all, self._finish):
            try:
                step()
            except (Interrupted, ReaderGoneError, OSError) as error:
                problem = problem or error
        return self._report(problem)

    def _write_all(self) -> None:
        with closing(iter_portions(self.accounts, self.source)) as portions:
            for account, flows in portions:
                self.add(account, flows)

    def _finish(self) -> None:
        if self._is_begun:
            self.output.finish(self.form.closing)
        else:
            self.begin()

    def add(self, account: Account, flows: Sequence[tuple[Position, FlexFlow]]) -> None:
        """Write the flows of a page."""
        records = [(position, flow.to_dict()) for position, flow in flows]
        if self._names is not None:
            self._left_out.update(*(record.keys() - self._names for _, record in records))
        rows = [(account, position, self.form.encode(record, account.profile)) for position, record in records]
        if rows and account.position.torn:  # write only the rest of the row that was cut off
            rows[0] = (account, rows[0][1], rows[0][2][account.position.torn :])
        if rows:
            self.write(rows)

    def begin(self) -> None:
        """Write an output without records, if an account was read to its end."""
        is_set_up = any(not isinstance(account.failure, ConfigurationError) for account in self.accounts)
        # An empty array is valid JSON, and an empty file is not.
        if any(account.is_done for account in self.accounts) or (self.form.closing and is_set_up):
            self.output.write(self.form.empty, must_finish=True)
            self._is_begun = True

    def write(self, rows: Sequence[tuple[Account, Position, bytes]], *, must_finish: bool = False) -> None:
        """Write rows one by one, and note how far each account has come."""
        if not self._is_begun:
            self.output.write(self.form.opening, self.form.closing, must_finish=must_finish)
            self._is_begun = True
        for account, position, row in rows:
            separator = self.form.separator if self.written else b""
            start = self.output.accepted + len(separator)
            try:
                self.output.write(separator + row, self.form.closing, must_finish=must_finish)
            finally:
                self._note(account, position, start, start + len(row))

    def _note(self, account: Account, position: Position, start: int, end: int) -> None:
        """Note that a row was written, or how much of it, if it was cut off."""
        if self.output.accepted < end:
            torn = account.position.torn + max(0, self.output.accepted - start)
            account.position = attrs.evolve(account.position, torn=torn)
            return
        self._journal.append((end, account, account.position))
        while self._journal[0][0] < self.output.accepted - MAX_PIPE:
            self._journal.popleft()
        account.position = position
        self.written += 1

    def _roll_back(self) -> None:
        """Move the accounts back to the last row that the reader of a closed pipe has read."""
        read = self.output.accepted - self.output.unread()
        while self._journal and self._journal[-1][0] > read:
            _, account, position = self._journal.pop()
            account.position, account.is_done = position, False
            self.written -= 1
        for account in self.accounts:
            account.position = attrs.evolve(account.position, torn=0)

    def _report(self, problem: Interrupted | ReaderGoneError | OSError | None) -> int:
        """Write to standard error how the listing ended and how to resume it, and return the exit code."""
        accounts = [account for account in self.accounts if not account.is_duplicate]
        if self._left_out and problem is None:
            names = ", ".join(sorted(self._left_out))
            self.terminal.error(f"note: the API sent fields that have no column: {names}; use -o jsonl to list them")
        if problem is None:
            return report_failures(self.terminal, accounts, self._resumption(accounts))
        if isinstance(problem, ReaderGoneError):
            self._roll_back()
            message, code = "the reader closed the pipe", int(ExitCode.OK)
        elif isinstance(problem, Interrupted):
            message, code = str(problem), problem.exit_code
        else:
            message, code = describe_write_error(problem), ExitCode.FAILED
        more = self._resumption(accounts)
        self.terminal.error(f"{message}; {more}" if more else message)
        return code

    def _resumption(self, accounts: Sequence[Account]) -> str:
        """Return the number of written flows and the command for the rest; empty if nothing was written."""
        rest = [account for account in accounts if not account.is_done]
        done = len(accounts) - len(rest)
        if not (self.written or done or self.source.cursor):
            return ""
        parts = [f"{pluralize(self.written, 'flow')} written"]
        if len(accounts) > 1:
            parts.append(f"{done} of {pluralize(len(accounts), 'account')} complete")
        if rest and rest[0].position.torn:
            parts.append("the last row is cut off, and the rest begins with its end")
        if rest and self.form.closing:
            parts.append("a JSON array cannot be appended to (-o jsonl can), so write the rest to another file")
        parts.append(f"resume with: {self._resume_command(rest)}" if rest else "nothing is left to resume")
        return "; ".join(parts)

    def _resume_command(self, rest: Sequence[Account]) -> str:
        """Return the command line that lists the remaining flows, quoted for a shell."""
        words = ["flexflows"]
        arguments = iter(self.terminal.arguments)
        for argument in arguments:
            if argument == "--cursor":
                next(arguments, None)
            elif argument != "--header" and not argument.startswith("--cursor="):
                words.append(argument)
        words += ["--cursor", resume_cursor(rest)]
        if sys.platform == "win32":
            import subprocess  # noqa: PLC0415 - for its quoting

            return subprocess.list2cmdline(words)
        return " ".join(map(_quote, words))


class TableListing(Listing):
    """A listing that is drawn at its end, since the widest cell decides how wide a column is."""

    def __init__(
        self, source: Source, accounts: Sequence[Account], columns: Sequence[Column], *, is_chosen: bool
    ) -> None:
        super().__init__(source, accounts, Format(lambda _record, _profile: b""))
        self._columns = columns
        self._is_chosen = is_chosen
        self._rows: list[tuple[Account, Position, Sequence[str | None]]] = []
        self._starts = {account: account.position for account in accounts}

    def add(self, account: Account, flows: Sequence[tuple[Position, FlexFlow]]) -> None:
        """Keep the flows of a page."""
        for position, flow in flows:
            self._rows.append((account, position, cells(self._columns, flow.to_dict(), account.profile)))

    def begin(self) -> None:
        """Draw the table of the flows received."""
        if not self._rows and not any(account.is_done for account in self.accounts):
            return
        rows = [row for _, _, row in self._rows]
        heading, lines, hidden = draw_table(self.terminal, self._columns, rows, is_chosen=self._is_chosen)
        encode = self.terminal.encode
        self.form = attrs.evolve(self.form, opening=encode(*heading))
        ends = [(account, account.position, account.is_done) for account in self.accounts]
        for account, start in self._starts.items():
            account.position, account.is_done = start, False
        drawn = zip(self._rows, lines, strict=True)
        self.write([(account, position, encode(line)) for (account, position, _), line in drawn], must_finish=True)
        for account, position, is_done in ends:
            account.position, account.is_done = position, is_done
        self._draw_footer(hidden)

    def _draw_footer(self, hidden: int) -> None:
        if not (self.terminal.is_interactive or self.source.has_several):
            return
        parts = [pluralize(self.written, "flow")]
        if self.source.has_several:
            parts.append(describe_accounts([account for account in self.accounts if not account.is_duplicate]))
        if hidden:
            parts.append(f"{pluralize(hidden, 'more column')}: --columns help")
        self.output.write(self.terminal.encode(self.terminal.style(" · ".join(parts), "dim")), must_finish=True)


def _quote(word: str) -> str:
    r"""Quote a word for a shell; one that is not printable as `$'…\n…'`, so that the command stays one line."""
    if word.isprintable():
        return shlex.quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{visible(escaped)}'"
