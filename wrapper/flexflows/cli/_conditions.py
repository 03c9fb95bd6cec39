"""Conditions: `--where COLUMN=VALUE`, checked against what the column can hold."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import click

from flexflows import FlexFlow

from ._columns import Column, column_names, parse_column

PARSERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "integer": ("an integer", int),
    "number": ("a number", float),
    "date-time": ("a time such as 2026-06-01T00:00:00Z", datetime.fromisoformat),
}
"""Of each type that is not text: what a value must be, and the function that raises a ValueError if it is not."""


@attrs.frozen
class Condition:
    """One `--where`, with the value as it is compared."""

    column: Column
    text: str

    @property
    def doubt(self) -> str | None:
        """Why no flow may match, though one could: the value is outside an open enum."""
        field = self.column.field
        if field is None or not field.values or not self.text or self.text in field.values:
            return None
        return f"{self} is a value that this version does not know; it knows {', '.join(field.values)}"

    def __str__(self) -> str:
        return f"--where {self.column.name}={self.text}"

    def matches(self, record: Mapping[str, Any], profile: str | None) -> bool:
        """Check whether a record has the value; a value that is not text is compared as JSON."""
        value = self.column.value(record, profile)
        if not self.text or value is None or value == "":
            return not self.text and (value is None or value == "")
        return self.text == (value if isinstance(value, str) else json.dumps(value))


def parse_condition(text: str) -> Condition:
    """Parse `COLUMN=VALUE`; case and blanks do not matter where the fragment lists the values.

    Raises:
        ValueError: The column is unknown, the text has no `=`, or the column never has the value.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--where {text!r} has no '='; write COLUMN=VALUE, such as channel_type=sms")
    column = parse_column(name.strip())
    field = column.field
    if field is None or not value:
        return Condition(column, value)
    listed = ("true", "false") if field.type == "boolean" else field.values
    same = [each for each in listed if each.casefold() == value.strip().casefold()]
    if same:
        return Condition(column, same[0])
    if listed and (field.type == "boolean" or not field.is_open):
        raise ValueError(f"{column.name} is never {value!r}; it is {', '.join(listed)}, or empty: --where {name}=")
    if field.type in {"object", "array"}:
        raise ValueError(f"{column.name} is an {field.type}; name a field of it, or write --where {name}= for none")
    kind = field.format or field.type
    if kind in PARSERS:
        expected, parse = PARSERS[kind]
        try:
            parse(value)
        except ValueError:
            raise ValueError(f"{column.name} is never {value!r}; it is {expected}, or empty") from None
    return Condition(column, value)


def parse_where(context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> tuple[Condition, ...]:
    """Parse the values of the option."""
    try:
        return () if context.resilient_parsing else tuple(map(parse_condition, texts))
    except ValueError as error:
        raise click.UsageError(str(error), context) from None


def complete_where(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of columns that begin like the text, each with its `=`."""
    return [f"{name}=" for name in column_names() if name.startswith(incomplete)]


def matches_all(conditions: Sequence[Condition], flow: FlexFlow, profile: str | None) -> bool:
    """Check whether a flow satisfies at least one of the conditions on each column."""
    if not conditions:
        return True
    record = flow.to_dict()
    outcomes: dict[str, bool] = {}
    for condition in conditions:
        name = condition.column.name
        outcomes[name] = outcomes.get(name, False) or condition.matches(record, profile)
    return all(outcomes.values())
