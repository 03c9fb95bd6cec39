"""The formats for machines: the bytes of each record, and those before, between and after records."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from ._columns import PROFILE, Column
from ._text import format_cell, to_json, visible

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Without it, spreadsheets take a CSV file for text in an old encoding."""
TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
CSV_SPECIALS = frozenset(',"\r\n')

Record = Mapping[str, Any]


@attrs.frozen
class Format:
    """A way to write records.

    Attributes:
        encode: Returns the bytes of a record, listed with a profile.
        opening: The text before the first record.
        separator: The text between two records.
        closing: The text after the last record.
        empty: The whole output if there is no record.
    """

    encode: Callable[[Record, str | None], bytes]
    opening: bytes = b""
    separator: bytes = b""
    closing: bytes = b""
    empty: bytes = b""


def json_format(columns: Sequence[Column] | None, *, with_profile: bool, is_array: bool) -> Format:
    """Return the format of one JSON array, or of JSON Lines; without columns, of the records as the API sent them."""
    end = "" if is_array else "\n"

    def encode(record: Record, profile: str | None) -> bytes:
        return f"{to_json(_select(record, profile, columns, with_profile=with_profile))}{end}".encode()

    if not is_array:
        return Format(encode)
    return Format(encode, b"[\n", b",\n", b"\n]\n", b"[]\n")


def _select(record: Record, profile: str | None, columns: Sequence[Column] | None, *, with_profile: bool) -> Record:
    if columns is not None:
        return {column.name: column.value(record, profile) for column in columns}
    if not with_profile:
        return record
    key = PROFILE.name
    while key in record:
        key = f"_{key}"
    return {key: profile, **record}


def row_format(
    columns: Sequence[Column], *, is_tsv: bool, is_new_file: bool, with_header: bool, is_shown: bool
) -> Format:
    """Return the format of CSV or TSV: a header, and a row of cells for each record.

    CSV is for spreadsheets, and follows RFC 4180. TSV is for `cut` and `awk`: a tab, a line break and a backslash in
    a cell are written as escapes, so that a line is a record. On a terminal (`is_shown`), so are all
    control characters.
    """
    row = _tsv_row if is_tsv else _csv_row

    def line(values: Sequence[Any]) -> bytes:
        texts = [None if value is None else format_cell(value) for value in values]
        text = row([visible(each) if each and is_shown else each for each in texts])
        return text.encode("utf-8", "backslashreplace")  # only lone surrogates have no UTF-8

    opening = BYTE_ORDER_MARK if is_new_file and not is_tsv else b""
    if with_header:
        opening += line([column.name for column in columns])
    return Format(
        lambda record, profile: line([column.value(record, profile) for column in columns]), opening, empty=opening
    )


def _tsv_row(cells: Sequence[str | None]) -> str:
    return "\t".join((cell or "").translate(TSV_ESCAPES) for cell in cells) + "\n"


def _csv_row(cells: Sequence[str | None]) -> str:
    # As in PostgreSQL's COPY, null is empty, and an empty text is "". A single null is "", too: no row is a blank line.
    if list(cells) == [None]:
        return '""\r\n'
    return ",".join("" if cell is None else _csv_cell(cell) for cell in cells) + "\r\n"


def _csv_cell(text: str) -> str:
    if text and CSV_SPECIALS.isdisjoint(text):
        return text
    return '"{}"'.format(text.replace('"', '""'))
