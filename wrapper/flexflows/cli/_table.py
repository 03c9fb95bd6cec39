"""The table: as many columns as a terminal has room for, all of them and uncut where there is no edge."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from rich.cells import cell_len
from rich.text import Text

from ._columns import Column
from ._screen import Screen, has_audience
from ._text import counted, fit, spell, visible

GAP = "  "
NOTHING = "-"
"""Stands for null, for nothing, and for what is not there."""
LEAST_WIDTHS = (12, 24)
"""To how many cells a text may be cut to make room for another column: an eighth of a line, within these."""

Row = list[str | None]


@attrs.define
class TableFormat:
    """Collects the records, since the widest decides how wide a column is, and draws them at the end.

    Attributes:
        screen: Where to.
        columns: The columns, most important first.
        is_chosen: Whether the user named them: then none is left out.
    """

    screen: Screen
    columns: Sequence[Column]
    is_chosen: bool
    _hidden: int = 0
    _rows: list[Row] = attrs.field(factory=list[Row])
    _is_drawn: bool = False

    def page(self, records: Sequence[Mapping[str, Any]], profile: str | None) -> None:
        """Take a page."""
        self._rows += [[_cell(column.value(record, profile)) for column in self.columns] for record in records]

    def end(self) -> None:
        """Draw the table of what has come."""
        self._is_drawn = True
        rows = self._rows
        if self.screen.output.is_terminal:
            lanes = lay_out(self.columns, rows, self.screen.width, is_chosen=self.is_chosen)
            self._hidden = len(self.columns) - len(lanes)
            ellipsis = "…" if self.screen.has_blocks else "..."
            self.screen.draw(*_header(lanes), *(_line(lanes, row, ellipsis) for row in rows))
        else:
            lanes = _unbounded(self.columns, rows)
            lines = [
                "  ".join(fit(cell or NOTHING, lane.width) for lane, cell in zip(lanes, row, strict=True))
                for row in rows
            ]
            self.screen.output.text("".join(f"{line.rstrip()}\n" for line in [_title_line(lanes, 0).plain, *lines]))

    def note(self) -> str:
        """Say how many there were, and how many columns there was no room for."""
        if not (self._is_drawn and self.screen.output.is_terminal and has_audience()):
            return ""
        more = f" · {counted(self._hidden, 'more column')}: --columns" if self._hidden else ""
        return f"{counted(len(self._rows), 'flow')}{more}"


@attrs.define
class Lane:
    """A column's place in the table.

    Attributes:
        index: Which column.
        title: Its name, in one line or two.
        width: How many cells it takes.
        natural: How many it would take uncut.
    """

    index: int
    title: tuple[str, ...]
    width: int
    natural: int


def lay_out(columns: Sequence[Column], rows: Sequence[Row], width: int, *, is_chosen: bool) -> list[Lane]:
    """Share a terminal's width out among the columns: the first that fit, their names in two lines if that helps.

    Args:
        columns: The columns, most important first.
        rows: The cells.
        width: How many cells a line has.
        is_chosen: Whether all must be shown, even if that makes lines longer.
    """
    widest = [max((cell_len(row[index] or NOTHING) for row in rows), default=0) for index in range(len(columns))]
    least = min(max(width // 8, LEAST_WIDTHS[0]), LEAST_WIDTHS[1])
    whole = [_lane(index, (column.name,), column, widest[index], least) for index, column in enumerate(columns)]
    if _total(whole) <= width:
        return _widened(whole, width)
    lanes = [_lane(index, _in_two(column.name), column, widest[index], least) for index, column in enumerate(columns)]
    if not is_chosen:
        while len(lanes) > 1 and _total(lanes) > width:
            lanes.pop()
    return _widened(lanes, width)


def _lane(index: int, title: tuple[str, ...], column: Column, widest: int, least: int) -> Lane:
    heading = max(map(len, title))
    natural = max(widest, heading)
    least = min(natural, max(column.shape.length or least, heading, least))
    return Lane(index, title, natural if column.shape.is_narrow and natural <= 2 * least else least, natural)


def _in_two(name: str) -> tuple[str, ...]:
    """Break a column's name where its halves are shortest."""
    breaks = [(name[:at], name[at:]) for at in range(1, len(name)) if name[at - 1] in "._"]
    return min([*breaks, ("", name)], key=lambda halves: max(map(len, halves)))


def _total(lanes: Sequence[Lane]) -> int:
    return sum(lane.width for lane in lanes) + len(GAP) * (len(lanes) - 1)


def _widened(lanes: list[Lane], width: int) -> list[Lane]:
    """Give the room that is left to the lanes that are cut, to each as much."""
    left = width - _total(lanes)
    while left > 0 and (cut := [lane for lane in lanes if lane.width < lane.natural]):
        for lane in cut[:left]:
            lane.width += 1
        left -= len(cut[:left])
    return lanes


def _unbounded(columns: Sequence[Column], rows: Sequence[Row]) -> list[Lane]:
    widest = [
        max([len(column.name), *(cell_len(row[index] or NOTHING) for row in rows)])
        for index, column in enumerate(columns)
    ]
    return [
        Lane(index, (column.name,), width, width)
        for index, (column, width) in enumerate(zip(columns, widest, strict=True))
    ]


def _header(lanes: Sequence[Lane]) -> Iterator[Text]:
    for level in range(max(len(lane.title) for lane in lanes)):
        line = _title_line(lanes, level)
        if line:
            yield line


def _title_line(lanes: Sequence[Lane], level: int) -> Text:
    titles = [fit(lane.title[level] if level < len(lane.title) else "", lane.width) for lane in lanes]
    return Text(GAP.join(titles).rstrip(), style="bold")


def _line(lanes: Sequence[Lane], row: Row, ellipsis: str) -> Text:
    line = Text()
    for position, lane in enumerate(lanes):
        cell = row[lane.index]
        text = fit(NOTHING if cell is None else cell, lane.width, ellipsis=ellipsis)
        line.append(GAP if position else "")
        line.append(text, "dim" if cell is None else None)
    line.rstrip()
    return line


def _cell(value: Any) -> str | None:
    return None if value is None or value == "" else visible(spell(value))
