"""The table: the columns that identify a flow first, then as many others as the terminal has room for."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import attrs

from ._columns import Column
from ._terminal import Terminal
from ._text import cell_width, fit, format_cell, visible

GAP = "  "
NULL = "-"
"""The cell for null and for a missing field; an empty text is `""`."""
LEADING = ("profile", "sid", "friendly_name", "channel_type", "contact_identity", "integration")
"""The columns that identify a flow, in the order in which they get their space."""
DESTINATIONS = ("flow_sid", "url", "workflow_sid")
"""The fields of an integration with the destination of its messages."""
MIN_WIDTH = 16
"""The fewest cells to which a text is cut to make room for another column."""

Row = Sequence[str | None]


@attrs.define
class Lane:
    """A column's heading and width in the table."""

    index: int
    heading: list[str]
    """The column's name, on one line or several."""
    width: int
    natural: int
    """The width at which nothing is cut."""


def by_importance(columns: Sequence[Column]) -> list[Column]:
    """Return the columns, those that identify a flow first."""
    ranks = {name: rank for rank, name in enumerate(LEADING)}
    return sorted(columns, key=lambda column: ranks.get(column.name, len(ranks)))


def table_cell(value: Any) -> str | None:
    """Return the cell of a value: of an object its destination, and of null `None`."""
    if isinstance(value, dict):
        fields = {key: each for key, each in cast("dict[str, Any]", value).items() if each is not None}
        value = next((fields[name] for name in DESTINATIONS if fields.get(name)), fields or None)
    return None if value is None else visible(format_cell(value)) or '""'


def draw_table(
    terminal: Terminal, columns: Sequence[Column], rows: Sequence[Row], *, is_chosen: bool
) -> tuple[list[str], list[str], int]:
    """Return the lines of the heading, the lines of the rows, and how many columns were left out.

    Args:
        terminal: Its width is the table's; a pipe has room for everything.
        columns: The columns, most important first.
        rows: The cells.
        is_chosen: Whether the user named the columns: then all are shown, even if that makes lines longer.
    """
    lanes = lay_out(columns, rows, terminal.columns, is_chosen=is_chosen)
    levels = max(len(lane.heading) for lane in lanes)
    headings = [[""] * (levels - len(lane.heading)) + lane.heading for lane in lanes]
    heading = [
        terminal.style(
            GAP.join(fit(each[level], lane.width) for each, lane in zip(headings, lanes, strict=True)).rstrip(), "bold"
        )
        for level in range(levels)
    ]
    return heading, [_line(terminal, lanes, row) for row in rows], len(columns) - len(lanes)


def _line(terminal: Terminal, lanes: Sequence[Lane], row: Row) -> str:
    last = max((number for number, lane in enumerate(lanes) if row[lane.index] is not None), default=-1)
    cells: list[str] = []
    for number, lane in enumerate(lanes):
        cell = row[lane.index]
        text = fit(NULL if cell is None else cell, lane.width, ellipsis=terminal.ellipsis)
        text = text.rstrip() if number == len(lanes) - 1 else text
        cells.append(terminal.style(text, "dim") if cell is None and last != number else text)
    return GAP.join(cells)


def lay_out(columns: Sequence[Column], rows: Sequence[Row], width: int | None, *, is_chosen: bool) -> list[Lane]:
    """Return the columns that a line has room for, with their widths.

    The columns that identify a flow are shown in full, one after the other, until the line is full; the last may be
    cut. If all are shown in full, other columns follow, also in full. Columns that the user named share the line.
    """
    widest = [max((cell_width(row[index] or NULL) for row in rows), default=0) for index in range(len(columns))]
    wide = [max(cells, len(column.name)) for cells, column in zip(widest, columns, strict=True)]
    lanes = [Lane(index, [column.name], wide[index], wide[index]) for index, column in enumerate(columns)]
    if width is None or _total(lanes) <= width:
        return lanes
    lanes = [_narrow_lane(index, column, widest[index]) for index, column in enumerate(columns)]
    kept = lanes if is_chosen else _keep(lanes, columns, width)
    for lane in kept:
        lane.width = min(lane.natural, lane.width + max(0, width - _total(kept)))
    return kept


def _keep(lanes: Sequence[Lane], columns: Sequence[Column], width: int) -> list[Lane]:
    kept: list[Lane] = []
    is_cut = False
    for lane, column in zip(lanes, columns, strict=True):
        is_leading = column.name in LEADING
        if is_cut and not is_leading:
            break
        room = width - _total(kept) - len(GAP) * bool(kept)
        fits = lane.natural <= room or not kept
        if fits or (is_leading and not is_cut and lane.width <= room):
            lane.width = lane.natural if fits else room
            kept.append(lane)
        is_cut |= is_leading and not fits
    return kept


def _narrow_lane(index: int, column: Column, widest: int) -> Lane:
    heading = _wrap_heading(column.name, widest)
    least = max(MIN_WIDTH, *map(len, heading))
    natural = max(widest, *map(len, heading))
    return Lane(index, heading, natural if column.schema.is_narrow else min(natural, least), natural)


def _wrap_heading(name: str, width: int) -> list[str]:
    """Break a column's name between its words, into lines as long as its cells or its longest word."""
    words = name.replace(".", ".\n").replace("_", "_\n").split("\n")
    width = max(width, *map(len, words))
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    return lines


def _total(lanes: Sequence[Lane]) -> int:
    return sum(lane.width for lane in lanes) + len(GAP) * (len(lanes) - 1)


def cells(columns: Sequence[Column], record: Mapping[str, Any], profile: str | None = None) -> list[str | None]:
    """Return the cells of a record."""
    return [table_cell(column.value(record, profile)) for column in columns]
