"""Conditions: `--where COLUMN=VALUE`, checked against what the column can hold."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import attrs
import click

from flexflows import Field, FlexFlow

from ._columns import Column, column_names, known_columns, parse_column
from ._text import quote

EXPECTED: Mapping[str, str] = {
    "integer": "an integer",
    "number": "a number",
    "date-time": "a time such as 2026-06-01T00:00:00Z",
    "date": "a date such as 2026-06-01",
}
"""What a value must be, by the format or else the type of its field, where that is not any text."""


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
    """Parse `COLUMN=VALUE`; case and blanks do not matter where the fragment lists the values.

    Raises:
        ValueError: The column is unknown, the text has no `=`, or the column can never have the value.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--where {text!r} has no '='; write COLUMN=VALUE, such as channel_type=sms")
    column = parse_column(name.strip())
    if column.field is None or not value:
        return Condition(column, value)
    return Condition(column, _normalize(column.field, value))


def _normalize(field: Field, value: str) -> str:
    """Return a value as it is compared."""
    listed = _listed(field)
    same = next((each for each in listed if each.casefold() == value.strip().casefold()), None)
    if same is not None:
        return same
    if listed and (field.type == "boolean" or not field.is_open):
        raise ValueError(_never(field, value, " or ".join(listed)))
    if field.type in {"object", "array"}:
        raise ValueError(
            f"{field.name} is an {field.type}, which has no value to compare with {value!r}; "
            f"name a field of it, such as {field.name}.NAME, or leave the value empty for null"
        )
    kind = field.format if field.format in EXPECTED else field.type
    if kind not in EXPECTED:
        return value
    try:
        return _parse(kind, value.strip())
    except ValueError:
        raise ValueError(_never(field, value, EXPECTED[kind])) from None


def _never(field: Field, value: str, expected: str) -> str:
    return f"{field.name} is never {value!r}; use {expected}, or leave the value empty for null"


def _parse(kind: str, value: str) -> str:
    """Return the JSON or the text that a record has for a value, or raise a ValueError."""
    if kind == "date":
        return date.fromisoformat(value).isoformat()
    if kind == "date-time":
        time = datetime.fromisoformat(value)
        if time.utcoffset() is None:
            raise ValueError("the time zone is missing")
        return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    number = json.loads(value)
    if type(number) not in {int, float} or (kind == "integer" and number % 1):
        raise ValueError("not a number, or not an integer")
    return _to_text(number)


def _listed(field: Field) -> list[str]:
    """Return the values that a field can have, if there is a list of them, as they are compared."""
    return ["true", "false"] if field.type == "boolean" else [_to_text(value) for value in field.values]


def _to_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value)


def parse_where(context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> tuple[Condition, ...]:
    """Parse the values of the option."""
    try:
        return () if context.resilient_parsing else tuple(map(parse_condition, texts))
    except ValueError as error:
        raise click.UsageError(str(error), context) from None


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
