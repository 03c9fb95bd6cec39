"""The formats for machines: each turns a page of records into bytes, and knows what stands around them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import attrs

from ._columns import PROFILE, Column
from ._output import Output
from ._text import spell, to_json, visible

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Spreadsheets take a CSV file without it for text in an old encoding."""

Record = Mapping[str, Any]


class Format(Protocol):
    """Writes records."""

    def page(self, records: Sequence[Record], profile: str | None) -> None:
        """Take a page of records; all but a table has them out when this returns."""
        ...

    def end(self) -> None:
        """Complete what was written, after the last page or where the listing broke."""
        ...

    def note(self) -> str:
        """Say what should be known about it, if there is anything, for standard error."""
        ...


@attrs.define
class JsonFormat:
    """One array, a record on each line; or, as JSON Lines, the lines alone.

    Attributes:
        output: Where to.
        columns: The fields to write; `None`: the records as they came.
        with_profile: Whether each record begins with its profile.
        is_lines: Whether it is JSON Lines.
    """

    output: Output
    columns: Sequence[Column] | None
    with_profile: bool
    is_lines: bool = False
    _is_begun: bool = False

    def page(self, records: Sequence[Record], profile: str | None) -> None:
        """Write a page."""
        if not records:
            return
        lines = [to_json(self._chosen(record, profile)) for record in records]
        before, between, after = ("", "\n", "\n") if self.is_lines else (",\n" if self._is_begun else "[\n", ",\n", "")
        self.output.write(f"{before}{between.join(lines)}{after}".encode())
        self._is_begun = True

    def end(self) -> None:
        """Close the array."""
        if not self.is_lines:
            self.output.write(b"\n]\n" if self._is_begun else b"[]\n")

    def note(self) -> str:
        """Say nothing."""
        return ""

    def _chosen(self, record: Record, profile: str | None) -> Record:
        if self.columns is not None:
            return {column.name: column.value(record, profile) for column in self.columns}
        if not self.with_profile:
            return record
        key = PROFILE.name
        while key in record:
            key = f"_{key}"
        return {key: profile, **record}


@attrs.define
class RowFormat:
    """A header, and a line of cells for each record: CSV and TSV.

    CSV is for spreadsheets, and as RFC 4180 has it. TSV is for `cut` and `awk`: a tab, a line break and a backslash in
    a cell are written as escapes, so that a line is a record.

    Attributes:
        output: Where to.
        columns: The columns.
        is_chosen: Whether the user named them.
        with_header: Whether to begin with their names.
        is_tsv: Whether it is TSV.
    """

    output: Output
    columns: Sequence[Column]
    is_chosen: bool
    with_header: bool
    is_tsv: bool = False
    _left_out: set[str] = attrs.field(factory=set[str])
    _is_begun: bool = False

    def page(self, records: Sequence[Record], profile: str | None) -> None:
        """Write a page."""
        names = {column.name.partition(".")[0] for column in self.columns}
        self._left_out.update(*(record.keys() - names for record in records))
        self._write([[spell(column.value(record, profile)) for column in self.columns] for record in records])

    def end(self) -> None:
        """Write the header, if there was no page to write it before."""
        self._write([])

    def note(self) -> str:
        """Name the fields that came and have no column."""
        names = ", ".join(sorted(self._left_out))
        if self.is_chosen or not names:
            return ""
        return f"flexflows: note: the API sent fields that have no column: {names}; -o jsonl has them"

    def _write(self, rows: list[list[str]]) -> None:
        mark = BYTE_ORDER_MARK if not self._is_begun and not self.is_tsv and self.output.is_new_file else b""
        if self.with_header and not self._is_begun:
            rows = [[column.name for column in self.columns], *rows]
        if self.is_tsv:
            rows = [[cell.translate(_TSV_ESCAPES) for cell in row] for row in rows]
        if self.output.is_terminal:
            rows = [[visible(cell) for cell in row] for row in rows]
        # Only lone surrogates have no UTF-8.
        data = (_tsv(rows) if self.is_tsv else _csv(rows)).encode("utf-8", "backslashreplace")
        if data:
            self.output.write(mark + data)
        self._is_begun = True


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


_TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _tsv(rows: list[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)
