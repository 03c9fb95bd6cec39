"""`flexflows list`: from pages to rows."""

from collections.abc import Sequence
from contextlib import suppress

import attrs

from flexflows._errors import ConfigurationError

from ._accounts import Account
from ._columns import PROFILE, Column, columns_of
from ._formats import Format, JsonFormat, RowFormat
from ._outcome import Code, report_break, report_failures
from ._output import Output, ReaderGoneError
from ._schema import record_shape
from ._screen import Screen, progress, remark
from ._source import Source
from ._text import counted, one_line
from ._walk import walk


@attrs.frozen
class Listing:
    """What is asked of `flexflows list`.

    Attributes:
        source: Where the records come from.
        kind: The name of the format.
        columns: The columns that were named, if any.
        has_profiles: Whether each row begins with its profile.
        with_header: Whether CSV and TSV begin with a header.
        is_colored: Whether the user lets a terminal have colors.
    """

    source: Source
    kind: str
    columns: Sequence[Column] | None
    has_profiles: bool
    with_header: bool
    is_colored: bool

    def run(self) -> Code:
        """List, and give the code to exit with."""
        output = Output.standard()
        written = self._format(output)
        with self.source.accounts() as accounts:
            try:
                self._write(accounts, written, output)
            except ReaderGoneError:
                return Code.FINE
            except KeyboardInterrupt:
                report_break("interrupted", accounts, has_profiles=self.has_profiles)
                return Code.INTERRUPTED
            except OSError as error:
                what = f"the output cannot be written: {error.strerror or error}"
                report_break(what, accounts, has_profiles=self.has_profiles)
                return Code.FAILED
            if note := written.note():
                remark(one_line(note))
            return report_failures(accounts, is_out=True, has_profiles=self.has_profiles)

    def _write(self, accounts: Sequence[Account], written: Format, output: Output) -> None:
        is_shown = self.kind == "table" or not output.is_terminal
        try:
            with progress(is_colored=self.is_colored, is_shown=is_shown) as tell:
                for account, page in walk(accounts):
                    written.page(page.records, account.profile)
                    tell(self._progress(accounts, account, len(page)))
        except KeyboardInterrupt:
            written.end()
            raise
        except OSError:
            with suppress(OSError, ReaderGoneError):  # what is out stays valid where there is room for a bracket
                written.end()
            raise
        if not all(isinstance(account.failure, ConfigurationError) for account in accounts):
            written.end()

    def _progress(self, accounts: Sequence[Account], account: Account, more: int) -> str:
        so_far = counted(sum(each.taken for each in accounts) + more, "flow")
        if not self.has_profiles:
            return so_far
        done = sum(each.is_complete for each in accounts)
        return f"{so_far} · profile {account.profile}, {done + 1} of {len(accounts)}"

    def _format(self, output: Output) -> Format:
        if self.kind in {"json", "jsonl"}:
            return JsonFormat(output, self.columns, self.has_profiles, is_lines=self.kind == "jsonl")
        columns = list(self.columns or columns_of(record_shape()))
        if self.has_profiles and PROFILE not in columns:
            columns.insert(0, PROFILE)
        is_chosen = self.columns is not None
        if self.kind == "table":
            from ._table import TableFormat  # noqa: PLC0415

            return TableFormat(Screen(output, is_colored=self.is_colored), columns, is_chosen)
        return RowFormat(output, columns, is_chosen, self.with_header, is_tsv=self.kind == "tsv")
