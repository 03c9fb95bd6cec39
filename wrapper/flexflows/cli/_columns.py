"""Columns: the fields of a record by the fragment's names, for `--columns` and `--where`."""

from collections.abc import Mapping
from typing import Any, cast

import attrs
import click

from flexflows import Field, record_fields

from ._terminal import Terminal
from ._text import visible


@attrs.frozen
class Column:
    """A field of a record, or of an object within it.

    Attributes:
        name: Its dotted name in the record.
        field: What the fragment says of it; `None` if it does not know the field.
    """

    name: str
    field: Field | None = None

    def value(self, record: Mapping[str, Any], profile: str | None = None) -> Any:
        """Return the field's value; `None` when the record has no such field."""
        if self is PROFILE:
            return profile
        value: Any = record
        for step in self.name.split("."):
            if not isinstance(value, dict):
                return None
            value = cast("dict[str, Any]", value).get(step)
        return value


PROFILE = Column("profile")
"""The profile that a record was listed with; not a field of the API."""


def known_columns() -> list[Column]:
    """Return a column for each field that the fragment knows, at any depth."""
    return [Column(field.name, field) for field in record_fields()]


def default_columns() -> list[Column]:
    """Return a column for each field of a record."""
    return [column for column in known_columns() if "." not in column.name]


def parse_columns(text: str) -> list[Column]:
    """Parse a list such as `sid,integration.flow_sid`; a repeated name counts once, and an unknown one is an error."""
    columns = {name: parse_column(name) for name in map(str.strip, text.split(",")) if name}
    if not columns:
        raise click.UsageError("--columns has no name; run `flexflows list --columns help` for the list")
    return list(columns.values())


def parse_column(name: str) -> Column:
    """Parse a column's name; below an object that may have any field, any name is a column."""
    if name == PROFILE.name:
        return PROFILE
    known = {column.name: column for column in known_columns()}
    if name in known:
        return known[name]
    outer = known.get(name.partition(".")[0])
    if outer and outer.field and outer.field.type == "object" and outer.field.is_open and all(name.split(".")):
        return Column(name)
    raise click.UsageError(f"unknown column {name!r}; run `flexflows list --columns help` for the list")


def complete_columns(_context: object, _parameter: object, incomplete: str) -> list[str]:
    """Return the completions of the last name in a list of columns."""
    before, comma, name = incomplete.rpartition(",")
    return [before + comma + each for each in ("help", *column_names()) if each.startswith(name)]


def column_names() -> list[str]:
    """Return the names of all columns."""
    return [PROFILE.name, *(column.name for column in known_columns())]


def draw_columns_help(terminal: Terminal) -> None:
    """Write the list of the columns, in the order of the fragment."""
    formatter = click.HelpFormatter(width=terminal.width)
    rows = [(field.name, field.description, ", ".join(map(str, field.values))) for field in record_fields()]
    texts = [(name, visible(f"{text} ({values})" if values else text)) for name, text, values in rows]
    formatter.write_dl(texts, col_max=40)
    terminal.draw(formatter.getvalue().rstrip())
