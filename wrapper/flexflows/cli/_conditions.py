"""Conditions: `--where COLUMN=VALUE`, checked against what the column can hold."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import attrs
import click

from flexflows import Field, FlexFlow

from ._columns import Column, column_names, known_columns, parse_column
from ._text import quote


def _parse_time(text: str) -> str:
    time = datetime.fromisoformat(text)
    if time.utcoffset() is None:
        raise ValueError("the time zone is missing")
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _refuse(text: str) -> object:
    raise ValueError(text)


KINDS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "integer": ("an integer", int),
    "number": ("a number", float),
    "date-time": ("a time such as 2026-06-01T00:00:00Z", _parse_time),
    "date": ("a date such as 2026-06-01", lambda text: date.fromisoformat(text).isoformat()),
    "object": ("a condition on a field of it, such as integration.flow_sid=FW1", _refuse),
}
"""What a value must be, and its parser, by the format or else the type of its field, where that is not any text."""


@attrs.frozen
class Condition:
    """One `--where`.

    Attributes:
        column: The column.
        text: The value as it is compared: that of a string, or JSON; an empty text stands for null, too.
    """

    column: Column
    text: str

    def __str__(self) -> str:
        return quote(["--where", f"{self.column.name}={self.text}"])

    @property
    def note(self) -> str | None:
        """Why perhaps no flow matches: the value is none of those that the fragment lists."""
        field = self.column.field
        if field is None or not field.values or not self.text or self.text in _listed(field):
            return None
        return f"{self} has a value that this version does not know; it knows {', '.join(_listed(field))}"

    def matches(self, record: Mapping[str, Any], profile: str | None) -> bool:
        """Check whether a record has the value; a value that is not text is compared as JSON."""
        value = self.column.value(record, profile)
        if value is None or value == "":
            return not self.text
        return self.text == _to_text(value)


def parse_condition(text: str) -> Condition:
    """Parse `COLUMN=VALUE`, or raise a usage error if the column can never have the value.

    Case and blanks do not matter where the fragment lists the values.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--where {text!r} has no '='; write COLUMN=VALUE, such as channel_type=sms")
    column = parse_column(name.strip())
    if column.field is None or not value:
        return Condition(column, value)
    return Condition(column, _normalize(column.field, value))


def _normalize(field: Field, value: str) -> str:
    """Return a value as it is compared."""
    text, listed = value.strip(), _listed(field)
    for each in listed:
        if each.casefold() == text.casefold():
            return each
    kind = KINDS.get(field.format) or KINDS.get(field.type)
    if listed and (field.type == "boolean" or not field.is_open):
        kind = (" or ".join(listed), _refuse)
    if kind is None:
        return value
    expected, parse = kind
    try:
        return _to_text(parse(text))
    except (ValueError, OverflowError):  # a time may be out of range in UTC
        message = f"{field.name} is never {value!r}; use {expected}, or leave the value empty for null"
        raise click.UsageError(message) from None


def _listed(field: Field) -> list[str]:
    """Return the values that a field can have, if there is a list of them, as they are compared."""
    return ["true", "false"] if field.type == "boolean" else [_to_text(value) for value in field.values]


def _to_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value)


def parse_where(context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> tuple[Condition, ...]:
    """Parse the values of the option."""
    return () if context.resilient_parsing else tuple(map(parse_condition, texts))


def complete_where(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    """Return the completions of `COLUMN=VALUE`: first of the column's name, then of the values that are listed."""
    name, equals, _ = incomplete.partition("=")
    if not equals:
        return [f"{each}=" for each in column_names() if each.startswith(incomplete)]
    fields = [column.field for column in known_columns() if column.field and column.name == name]
    texts = [f"{name}={value}" for field in fields for value in _listed(field)]
    return [text for text in texts if text.startswith(incomplete)]


def matches_all(conditions: Sequence[Condition], flow: FlexFlow, profile: str | None) -> bool:
    """Check whether a flow satisfies at least one of the conditions on each column."""
    if not conditions:
        return True
    record = flow.to_dict()
    matches: dict[str, bool] = {}
    for condition in conditions:
        name = condition.column.name
        matches[name] = matches.get(name, False) or condition.matches(record, profile)
    return all(matches.values())
