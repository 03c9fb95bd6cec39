"""Columns: the fields of a record by the fragment's names, for `--columns` and `--where`."""

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import attrs

from flexflows import FlexFlow
from flexflows._fragment import Schema, record_schema

from ._terminal import Terminal
from ._text import visible

MIN_HELP_WIDTH = 24


@attrs.frozen
class Column:
    """A field of a record, or of an object within it."""

    name: str
    """The dotted path of the field."""
    schema: Schema = attrs.field(factory=Schema)

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


PROFILE = Column("profile", Schema(description="The profile that the record was listed with; not a field of the API."))


def default_columns() -> list[Column]:
    """Return a column for each field of a record."""
    return [Column(name, schema) for name, schema in record_schema().properties.items()]


def known_columns(schema: Schema | None = None, prefix: str = "") -> Iterator[Column]:
    """Yield a column for each field that the fragment knows, at any depth."""
    for name, each in (schema or record_schema()).properties.items():
        yield Column(prefix + name, each)
        if each.properties:
            yield from known_columns(each, f"{prefix}{name}.")


def parse_columns(text: str) -> list[Column]:
    """Parse a list such as `sid,integration.flow_sid`; a repeated name counts once.

    Raises:
        ValueError: A column is unknown, or there is no name.
    """
    columns = {name: parse_column(name) for name in map(str.strip, text.split(",")) if name}
    if not columns:
        raise ValueError("--columns has no name; run `flexflows list --columns help` for the list")
    return list(columns.values())


def parse_column(name: str) -> Column:
    """Parse a column's name; below an object that may have any field, and after a dot, any name is a column.

    Raises:
        ValueError: The column is unknown.
    """
    if name == PROFILE.name:
        return PROFILE
    if name.startswith("."):
        return Column(name[1:])
    known = {column.name: column for column in known_columns()}
    if name in known:
        return known[name]
    steps = name.split(".")
    outer = [known[each] for each in (".".join(steps[:end]) for end in range(1, len(steps))) if each in known]
    if outer and outer[-1].schema.is_open and all(steps):
        return Column(name)
    raise ValueError(_unknown(name, [PROFILE.name, *known]))


def _unknown(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - for a mistake only

    near = get_close_matches(name, known, n=3) or [each for each in known if each.rpartition(".")[2] == name]
    hint = f"did you mean {' or '.join(near)}?" if near else "run `flexflows list --columns help` for the list"
    return f"unknown column {name!r}; {hint} (write .{name} for a field that this version does not know)"


def complete_columns(_context: object, _parameter: object, incomplete: str) -> list[str]:
    """Return the completions of the last name in a list of columns."""
    before, comma, name = incomplete.rpartition(",")
    names = ["help", PROFILE.name, *(column.name for column in known_columns())]
    return [before + comma + each for each in names if each.startswith(name)]


def draw_columns_help(terminal: Terminal) -> None:
    """Write the list of the columns, in the order of the fragment."""
    columns = [*known_columns(), PROFILE]
    widest = max(len(column.name) for column in columns) + 2
    for column in columns:
        values = ", ".join(map(str, column.schema.values))
        text = column.schema.description + (f" ({values})" if values else "")
        first, *others = textwrap.wrap(visible(text), max(MIN_HELP_WIDTH, terminal.width - widest)) or [""]
        name = visible(column.name).ljust(widest)
        terminal.draw((name if "." in name else terminal.style(name, "bold")) + first)
        if others:
            terminal.draw(*(" " * widest + line for line in others))


@attrs.frozen
class Condition:
    """One `--where COLUMN=VALUE`, the value as it was typed."""

    column: Column
    text: str

    def matches(self, record: Mapping[str, Any], profile: str | None) -> bool:
        """Check whether a record has the value.

        A string is written as it is or in quotation marks, any other value as JSON. Where the fragment allows no
        string, as for `enabled`, a string must be in quotation marks.
        """
        value = self.column.value(record, profile)
        if not self.text:
            return value is None or value == ""
        if not isinstance(value, str):
            return value is not None and _is_same(value, _parsed(self.text))
        takes_text = not self.column.schema.types or "string" in self.column.schema.types
        return (takes_text and value == self.text) or value == _parsed(self.text)


def parse_condition(text: str) -> Condition:
    """Parse `COLUMN=VALUE`.

    Raises:
        ValueError: The column is unknown, or the text has no `=`.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--where {text!r} has no '='; write COLUMN=VALUE, such as channel_type=sms")
    return Condition(parse_column(name.strip()), value)


def matches_all(conditions: Sequence[Condition], flow: FlexFlow, profile: str | None) -> bool:
    """Check whether a flow satisfies at least one of the conditions on each column."""
    outcomes: dict[str, bool] = {}
    record = flow.to_dict() if conditions else {}
    for condition in conditions:
        name = condition.column.name
        outcomes[name] = outcomes.get(name, False) or condition.matches(record, profile)
    return all(outcomes.values())


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_same(value: Any, other: Any) -> bool:
    # True == 1 in Python, and not in JSON.
    return bool(value == other) and isinstance(value, bool) == isinstance(other, bool)
